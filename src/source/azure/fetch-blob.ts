import type { FileHandle } from "node:fs/promises";
import type { BlockBlobClient } from "@azure/storage-blob";
import { WeirError } from "#base/errors.js";
import { openFetchedFile, writeFetched } from "../fetched-file.ts";
import type { FetchedObject, FetchRequest } from "../remote.ts";
import { failureOf, type Attempt, type AzureRequests } from "./azure-requests.ts";
import { readVersion, type BlobVersion } from "./blob-blocks.ts";
import { plainEtag } from "./container-listing.ts";

/** Bytes of one request, and requests for parts of one blob at once. Each holds no more than a socket's worth in memory. */
const PIECE_BYTES = 16 * 1024 * 1024;
const PIECES_AT_ONCE = 4;
/** A blob gets a block a minute: it stands still for longer than a download takes. */
const MOST_VERSIONS = 8;

/**
 * Brings a blob's bytes to a file: all of them, or from where the last reading stopped if the blocks before are still the same. All bytes
 * are of one version of the blob. If it changes meanwhile, its blocks are looked at again: the closing bytes are then the beginning of
 * the next record.
 * @throws the client's error; WeirError `blob-restless` when it never stands still
 */
export async function fetchBlob(
  blob: BlockBlobClient,
  requests: AzureRequests,
  { path, from, signal, object }: FetchRequest,
): Promise<FetchedObject> {
  for (let tries = 0; tries < MOST_VERSIONS; tries++) {
    const version = await requests.send("gets", signal, (attempt) => readVersion(blob, attempt));
    const { marks, size, modifiedMicros } = version;
    const isSame = from !== undefined && marks.some(({ offset, mark }) => offset === from.offset && mark === from.mark);
    const start = isSame ? from.offset : 0;
    if (!(await download({ blob, requests, version, signal }, start, path))) continue;
    const etag = plainEtag(version.etag);
    return { size, modifiedMicros, start, ...(etag !== "" && { etag }), ...(marks.length > 0 && { marks }) };
  }
  throw new WeirError({
    code: "blob-restless",
    kind: "input",
    message: `the blob changed each of the ${MOST_VERSIONS} times that it was read`,
    place: object.key,
    next: "Nothing is lost: it is read when it stands still.",
  });
}

interface Download {
  readonly blob: BlockBlobClient;
  readonly requests: AzureRequests;
  readonly version: BlobVersion;
  readonly signal: AbortSignal;
}

/** @returns false when the blob is another one by now */
async function download(of: Download, start: number, path: string): Promise<boolean> {
  const { size } = of.version;
  const file = await openFetchedFile(path);
  const failed = new AbortController();
  const whole = { ...of, signal: AbortSignal.any([of.signal, failed.signal]) };
  let next = start;
  const work = async (): Promise<void> => {
    while (next < size) {
      const from = next;
      next = Math.min(size, from + PIECE_BYTES);
      await downloadPiece(whole, { from, to: next, start }, file);
    }
  };
  try {
    const workers = Array.from({ length: PIECES_AT_ONCE }, work);
    await Promise.all(workers).catch(async (error: unknown) => {
      failed.abort(error);
      await Promise.allSettled(workers);
      throw error;
    });
    return true;
  } catch (error) {
    if (failureOf(error).status === 412) return false;
    throw error;
  } finally {
    await file.close();
  }
}

/** A stretch of the blob, and the offset that the file begins with. */
interface Piece {
  readonly from: number;
  readonly to: number;
  readonly start: number;
}

async function downloadPiece(
  { blob, requests, version, signal }: Download,
  piece: Piece,
  file: FileHandle,
): Promise<void> {
  let at = piece.from;
  await requests.send("gets", signal, async (attempt: Attempt) => {
    // A repeated attempt goes on where the one before was cut.
    const answer = await blob.download(at, piece.to - at, {
      conditions: { ifMatch: version.etag },
      abortSignal: attempt.signal,
      maxRetryRequests: 0,
    });
    for await (const chunk of answer.readableStreamBody ?? []) {
      const bytes = chunk as Buffer;
      attempt.beat();
      await writeFetched(file, bytes, at - piece.start);
      at += bytes.length;
      requests.bytes += bytes.length;
    }
    if (at < piece.to) throw new Error("the answer was cut: received less data than required");
  });
}
