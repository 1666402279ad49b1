import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testUser } from "../../../test/clouds/aws-keys.ts";
import type { FakeS3 } from "../../../test/clouds/fake-s3.ts";
import { atEnd } from "../../../test/clouds/opened.ts";
import type { Bucket } from "../../../test/clouds/s3-buckets.ts";
import { startS3 } from "../../../test/clouds/s3-client.ts";
import type { BatchOutcome, FetchedObject, RemoteObject, RemoteSource } from "../remote.ts";
import type { RemoteSettings } from "../settings.ts";
import { MapMemory, nothingOpen, objectKey } from "./memory-lister.fake.ts";
import { openS3 } from "./open-s3.ts";

export const env = { WEIR_TEST_KEY: `${testUser.accessKeyId}:${testUser.secretAccessKey}` };
export const never = new AbortController().signal;
export const log = { account: "123456789012", region: "eu-central-1", flowLog: "fl-0a1b" };

/** The bucket `logs` of a server as a source; it ends with the test. */
export async function openBucket(
  server: { readonly url: string },
  more: Partial<RemoteSettings> = {},
): Promise<RemoteSource> {
  const settings: RemoteSettings = { url: "s3://logs", endpoint: server.url, secret: "env:WEIR_TEST_KEY", ...more };
  const source = await openS3(settings, env, { waitSeconds: 0 });
  atEnd(() => source.close());
  return source;
}

/** What a look finds; all of its batches are settled so. */
export async function lookAt(
  source: RemoteSource,
  memory = new MapMemory(),
  outcome: BatchOutcome = nothingOpen,
): Promise<RemoteObject[]> {
  const found: RemoteObject[] = [];
  for await (const { objects, settled } of source.look({ memory, signal: never })) {
    found.push(...objects);
    await settled?.(outcome);
  }
  return found;
}

/** An object's bytes, as they came to a file. */
export async function fetched(
  source: RemoteSource,
  object: RemoteObject | undefined,
): Promise<{ bytes: Buffer; facts: FetchedObject }> {
  if (object === undefined) throw new Error("nothing was found");
  const folder = mkdtempSync(join(tmpdir(), "weir-s3-"));
  try {
    const path = join(folder, "object");
    const facts = await source.fetch({ object, path, signal: never });
    return { bytes: readFileSync(path), facts };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Bytes that differ from place to place. */
export function noise(size: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(size);
  for (let at = 0, state = seed; at + 4 <= size; at += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes.writeUInt32LE(state, at);
  }
  return bytes;
}

/** A server whose bucket `logs` has one object of a flow log. */
export async function oneObject(body: Buffer | string): Promise<{ s3: FakeS3; bucket: Bucket; key: string }> {
  const s3 = await startS3();
  const bucket = s3.createBucket("logs");
  const key = objectKey(log, Date.now());
  bucket.put(key, body);
  return { s3, bucket, key };
}
