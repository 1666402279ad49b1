import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { testUser } from "./aws-keys.ts";
import { FakeS3, type FakeS3Options } from "./fake-s3.ts";
import { atEnd } from "./opened.ts";

/** A fake S3 that ends with the test. */
export async function startS3(options: FakeS3Options = {}): Promise<FakeS3> {
  const s3 = await FakeS3.start(options);
  atEnd(() => s3.close());
  return s3;
}

/** The SDK's client of a server, which asks once and does not try again; it ends with the test. */
export function s3Client(server: { readonly url: string }, more: S3ClientConfig = {}): S3Client {
  const client = new S3Client({
    endpoint: server.url,
    region: "eu-central-1",
    credentials: testUser,
    forcePathStyle: true,
    maxAttempts: 1,
    ...more,
  });
  atEnd(() => client.destroy());
  return client;
}
