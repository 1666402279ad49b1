import { createHash } from "node:crypto";
import type { BlockBlobClient } from "@azure/storage-blob";
import type { ReadMark } from "../remote.ts";
import type { Attempt } from "./azure-requests.ts";
import { failureOf } from "./azure-requests.ts";

/** One committed block, as Get Block List tells it. */
export interface CommittedBlock {
  readonly name: string;
  readonly size: number;
}

/** A blob at one moment. */
export interface BlobVersion {
  /** As the service wrote it: for If-Match. */
  readonly etag: string;
  readonly size: number;
  readonly modifiedMicros: number;
  /** Offsets between blocks at which a reading may stop; empty where the blob was not made of blocks. */
  readonly marks: readonly ReadMark[];
}

/** Asks what a blob is made of now. */
export async function readVersion(blob: BlockBlobClient, attempt: Attempt): Promise<BlobVersion> {
  const list = await listBlocks(blob, attempt);
  const marks = list === undefined ? [] : blockMarks(list.committedBlocks ?? []);
  const size = list?.blobContentLength;
  // Only blobs with committed blocks have an ETag here.
  if (
    list?.etag !== undefined &&
    list.lastModified !== undefined &&
    size !== undefined &&
    marks.at(-1)?.offset === size
  )
    return { etag: list.etag, size, modifiedMicros: list.lastModified.getTime() * 1000, marks };
  const { etag = "", contentLength = 0, lastModified } = await blob.getProperties({ abortSignal: attempt.signal });
  return { etag, size: contentLength, modifiedMicros: (lastModified?.getTime() ?? 0) * 1000, marks: [] };
}

async function listBlocks(blob: BlockBlobClient, attempt: Attempt) {
  try {
    return await blob.getBlockList("committed", { abortSignal: attempt.signal });
  } catch (error) {
    // An append blob, say: it has none.
    if (failureOf(error).code === "InvalidBlobType") return undefined;
    throw error;
  }
}

/**
 * The offset behind each block, with a fingerprint of the blocks before it. Flow logs put a new block before the last one, which closes the
 * JSON document, every minute: what lies before an offset is the same for as long as its blocks are.
 */
export function blockMarks(blocks: readonly CommittedBlock[]): ReadMark[] {
  const hash = createHash("sha256");
  let offset = 0;
  return blocks.map(({ name, size }) => {
    hash.update(`${name} ${size}\n`);
    offset += size;
    return { offset, mark: hash.copy().digest("hex") };
  });
}
