import type { ListObjectsV2CommandInput, ListObjectsV2CommandOutput, S3Client } from "@aws-sdk/client-s3";
import type { Readable } from "node:stream";
import { readListing, type Listing } from "./read-listing.ts";

/** A page of listing is a thousand keys of a kilobyte, each byte of which may be written as nine. */
const MOST_BYTES = 64 * 1024 * 1024;
/** What is given to the SDK in the place of what was read. */
const READ = Buffer.from('<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>');

/** One request to list, with what of its answer is used and how often it was sent. */
export type ListAnswer = Listing & Pick<ListObjectsV2CommandOutput, "$metadata">;

/** An answer of HTTP as the SDK's own reader gets it. */
interface RawAnswer {
  statusCode?: number;
  body?: unknown;
}

/**
 * Asks for a page of keys. Signing, retries, proxies and errors are the SDK's; the body of a good answer is read by
 * {@link readListing}, and by the SDK where that cannot.
 */
export async function listObjects(
  client: S3Client,
  input: ListObjectsV2CommandInput,
  signal: AbortSignal,
): Promise<ListAnswer> {
  const { ListObjectsV2Command } = await import("@aws-sdk/client-s3");
  const command = new ListObjectsV2Command(input);
  let listing: Listing | undefined;
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const answer = result.response as RawAnswer;
      listing = undefined;
      if (answer.statusCode !== 200) return result;
      const body = await wholeBody(answer.body as Readable);
      listing = readListing(body.toString("utf8"));
      answer.body = listing === undefined ? body : READ;
      return result;
    },
    // Nearest to the wire: in front of all that the SDK does with a body.
    { step: "deserialize", priority: "low", name: "weirReadListing" },
  );
  const output = await client.send(command, { abortSignal: signal });
  return listing === undefined ? output : { ...listing, $metadata: output.$metadata };
}

async function wholeBody(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new Error(`the listing is longer than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}
