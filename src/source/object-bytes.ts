import { createHash, type Hash } from "node:crypto";
import { closeSync, createReadStream, fstatSync, openSync, readSync } from "node:fs";
import type { FetchedObject } from "./remote.ts";

/** Files up to this size are read in one piece. */
const WHOLE_BYTES = 32 * 1024 * 1024;
/** The last bytes of a file are hashed apart, so that the hash of nearly all of it comes for free. */
const TAIL_BYTES = 64 * 1024;
const HEAD_BYTES = 16;
const CHUNK_BYTES = 1024 * 1024;

/** One object, opened: its facts as they are now, its hash, and its bytes as often as they are wanted. */
export interface OpenedObject {
  readonly size: number;
  readonly modifiedMicros: number;
  /** SHA-256 of the stored bytes, hexadecimal; of a part: of the mark before it and the part's own. */
  readonly sha256: string;
  /** Of an object that grows: which of its bytes that stay are here. */
  readonly part: ObjectPart | null;
  /** The first bytes, for looking at: a few, or all of a small object. */
  head(): Promise<Uint8Array>;
  /** What the first `length` bytes are known by: SHA-256, hexadecimal, or their source's mark. Null where it gives none there. */
  prefixMark(length: number): Promise<string | null>;
  /** The stored bytes from `offset` to the size above, in pieces; a file that grows meanwhile gives no more than that. */
  chunks(offset: number): AsyncIterable<Uint8Array>;
}

/** What one reading of a growing object fetched. */
export interface ObjectPart {
  readonly start: number;
  readonly end: number;
}

/** Opens what was fetched of an object. @param before what the bytes before its part are known by @throws as {@link openObject} */
export async function openFetched(
  path: string,
  { size, modifiedMicros, start, marks }: FetchedObject,
  before: string | null,
): Promise<OpenedObject> {
  const file = await openObject(path);
  if (start + file.size !== size) throw new Error(`${file.size} bytes were fetched in place of ${size - start}`);
  if (marks === undefined && start === 0) return { ...file, modifiedMicros };
  // What stands behind the last mark (the brackets that close a document) makes way for what comes next: it proves nothing.
  const end = marks?.findLast(({ offset }) => offset < size && offset >= start)?.offset ?? size;
  const grown = {
    ...file,
    size,
    modifiedMicros,
    part: { start, end },
    async prefixMark(length: number) {
      const mark = marks?.find(({ offset }) => offset === length)?.mark;
      // A reading that stopped between two marks can only be compared byte by byte.
      return mark ?? (start === 0 ? file.prefixMark(length) : null);
    },
  };
  if (start === 0) return grown;
  return {
    ...grown,
    sha256: createHash("sha256")
      .update(`${before ?? ""}\n${file.sha256}`)
      .digest("hex"),
    chunks: (offset) => file.chunks(offset - start),
  };
}

/** Opens a file and hashes it. @throws the system's error when it cannot be read, or is shorter than it was */
export async function openObject(path: string): Promise<OpenedObject> {
  const descriptor = openSync(path, "r");
  try {
    const { size, mtimeMs } = fstatSync(descriptor);
    const modifiedMicros = Math.round(mtimeMs * 1000);
    if (size <= WHOLE_BYTES) return fromBuffer(readWhole(descriptor, size), modifiedMicros);
    return await fromFile(path, size, modifiedMicros);
  } finally {
    closeSync(descriptor);
  }
}

function readWhole(descriptor: number, size: number): Buffer {
  const buffer = Buffer.allocUnsafeSlow(size);
  let read = 0;
  while (read < size) {
    const bytes = readSync(descriptor, buffer, read, size - read, read);
    if (bytes === 0) return buffer.subarray(0, read);
    read += bytes;
  }
  return buffer;
}

function fromBuffer(buffer: Buffer, modifiedMicros: number): OpenedObject {
  const size = buffer.length;
  const tailStart = Math.max(0, size - TAIL_BYTES);
  const beforeTail = createHash("sha256").update(buffer.subarray(0, tailStart));
  return {
    size,
    modifiedMicros,
    sha256: beforeTail.copy().update(buffer.subarray(tailStart)).digest("hex"),
    async head() {
      return buffer.subarray(0, HEAD_BYTES);
    },
    part: null,
    async prefixMark(length) {
      const hash = length >= tailStart ? beforeTail.copy() : createHash("sha256");
      return hash.update(buffer.subarray(length >= tailStart ? tailStart : 0, length)).digest("hex");
    },
    async *chunks(offset) {
      if (offset < size) yield buffer.subarray(offset);
    },
  };
}

async function fromFile(path: string, size: number, modifiedMicros: number): Promise<OpenedObject> {
  const read = (from: number, to: number): AsyncIterable<Buffer> =>
    createReadStream(path, { start: from, end: to - 1, highWaterMark: CHUNK_BYTES });
  const hashRange = async (hash: Hash, from: number, to: number): Promise<Hash> => {
    let bytes = 0;
    if (to > from) {
      for await (const chunk of read(from, to)) {
        hash.update(chunk);
        bytes += chunk.length;
      }
    }
    if (bytes !== to - from) throw new Error("the file became shorter while it was read");
    return hash;
  };
  const tailStart = size - TAIL_BYTES;
  const beforeTail = await hashRange(createHash("sha256"), 0, tailStart);
  const sha256 = (await hashRange(beforeTail.copy(), tailStart, size)).digest("hex");
  return {
    size,
    modifiedMicros,
    sha256,
    async head() {
      for await (const chunk of read(0, HEAD_BYTES)) return chunk;
      return new Uint8Array(0);
    },
    part: null,
    async prefixMark(length) {
      const fromTail = length >= tailStart;
      const hash = fromTail ? beforeTail.copy() : createHash("sha256");
      return (await hashRange(hash, fromTail ? tailStart : 0, length)).digest("hex");
    },
    async *chunks(offset) {
      if (offset < size) yield* read(offset, size);
    },
  };
}
