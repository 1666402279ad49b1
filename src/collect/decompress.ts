import { Readable } from "node:stream";
import { constants, createGunzip, gunzipSync, type ZlibOptions } from "node:zlib";
import { messageOf, WeirError } from "#base/errors.js";
import type { OpenedObject } from "#source/index.js";

/** Stored bytes up to this are inflated in one call: starting a stream costs more than the work. */
const SMALL_BYTES = 1024 * 1024;
const SMALL_OUTPUT_BYTES = 64 * 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;
const LEAST_PIECE_BYTES = 4096;
/** Flow logs deflate 3 to 15 times. An object that unfolds more than this, and beyond the floor, is an attack or no log. */
const MOST_RATIO = 250;
const RATIO_FLOOR_BYTES = 1024 * 1024 * 1024;
/** Firehose may compress what CloudWatch has compressed already. */
const MOST_LAYERS = 3;

const FOREIGN: readonly (readonly [name: string, magic: readonly number[]])[] = [
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  ["bzip2", [0x42, 0x5a, 0x68]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ["zip", [0x50, 0x4b, 0x03, 0x04]],
  ["lz4", [0x04, 0x22, 0x4d, 0x18]],
];

/** The content of an object: its bytes without their compression. */
export interface Content {
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly isCompressed: boolean;
  /** What was wrong with the compression, once all chunks were taken; undefined if nothing. */
  damage(): Damage | undefined;
}

/** What is wrong with the compression of an object, and that there is more of it than was read. */
export interface Damage {
  readonly code: "truncated-gzip" | "corrupt-gzip";
  readonly message: string;
}

/** The name of a compression that is not read, from a content's first bytes. */
export function foreignCompression(head: Uint8Array): string | undefined {
  return FOREIGN.find(([, magic]) => magic.every((byte, index) => head[index] === byte))?.[0];
}

function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

/**
 * Opens the content of an object from a stored offset on. gzip of any number of members and layers is removed; what a
 * damaged one still gives is given.
 */
export async function openContent(object: OpenedObject, offset: number): Promise<Content> {
  const layers: GzipLayer[] = [];
  let [head, content] = await peek(object.chunks(offset));
  const mostLayers = offset === 0 ? MOST_LAYERS : 0;
  while (layers.length < mostLayers && isGzip(head)) {
    const layer: GzipLayer = { tail: Buffer.alloc(0), produced: 0, error: undefined };
    const inflate = layers.length === 0 && object.size <= SMALL_BYTES ? inflateSmall : inflateStream;
    layers.push(layer);
    [head, content] = await peek(gunzip(inflate(watchTail(content, layer)), object.size, layer));
  }
  if (layers.length === 0) return { chunks: content, isCompressed: false, damage: () => undefined };
  let damage: Damage | undefined;
  return {
    chunks: (async function* () {
      yield* content;
      damage = await findDamage(object, layers);
    })(),
    isCompressed: true,
    damage: () => damage,
  };
}

/** The first chunk, and the chunks with it put back. */
async function peek(chunks: AsyncIterable<Uint8Array>): Promise<[Uint8Array, AsyncIterable<Uint8Array>]> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  const head = first.done === true ? new Uint8Array(0) : first.value;
  const rest = (async function* () {
    if (first.done === true) return;
    try {
      yield head;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  })();
  return [head, rest];
}

/** One layer of gzip, while it is removed. */
interface GzipLayer {
  /** The last four bytes of what is compressed. */
  tail: Buffer;
  /** Bytes that came out. */
  produced: number;
  error: unknown;
}

async function* watchTail(chunks: AsyncIterable<Uint8Array>, layer: GzipLayer): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    layer.tail = Buffer.concat([layer.tail, chunk.subarray(-4)]).subarray(-4);
    yield chunk;
  }
}

/** @param storedBytes of the object, whatever the layer */
async function* gunzip(
  inflated: AsyncIterable<Uint8Array>,
  storedBytes: number,
  layer: GzipLayer,
): AsyncGenerator<Uint8Array> {
  const allowed = Math.max(RATIO_FLOOR_BYTES, storedBytes * MOST_RATIO);
  try {
    for await (const chunk of inflated) {
      layer.produced += chunk.length;
      if (layer.produced > allowed) throw tooLarge(storedBytes);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof WeirError) throw error;
    layer.error = error;
  }
}

function tooLarge(storedBytes: number): WeirError {
  return new WeirError({
    code: "decompression-limit",
    kind: "input",
    message: `the object unfolds to more than ${MOST_RATIO} times its ${storedBytes} stored bytes`,
    next: "If it is a real log, decompress it and ingest the result.",
  });
}

// Without Z_FINISH a truncated member gives all that it holds instead of an error; findDamage() looks for the cut.
const LENIENT = { finishFlush: constants.Z_SYNC_FLUSH, chunkSize: CHUNK_BYTES };

async function* inflateSmall(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const stored: Uint8Array[] = [];
  for await (const chunk of chunks) stored.push(chunk);
  const whole = Buffer.concat(stored);
  try {
    yield inflateWhole(whole);
    return;
  } catch (error) {
    if ((error as { code?: unknown }).code !== "ERR_BUFFER_TOO_LARGE") {
      yield* salvage(whole);
      throw error;
    }
  }
  yield* inflateStream(
    (async function* () {
      yield whole;
    })(),
  );
}

function inflateWhole(stored: Uint8Array): Buffer {
  // The last four bytes say how long the content is: one piece of that length spares putting pieces together.
  const told =
    stored.length < 4 ? 0 : Buffer.from(stored.buffer, stored.byteOffset + stored.length - 4, 4).readUInt32LE();
  const chunkSize = Math.min(Math.max(told, LEAST_PIECE_BYTES), CHUNK_BYTES * 4);
  return gunzipSync(stored, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: SMALL_OUTPUT_BYTES, chunkSize });
}

/** What the bytes before the first bad one unfold to: zlib gives nothing of a piece in which it meets an error. */
function* salvage(stored: Uint8Array): Generator<Uint8Array> {
  let [good, bad] = [0, stored.length];
  let found: Buffer | undefined;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    try {
      found = inflateWhole(stored.subarray(0, middle));
      good = middle;
    } catch {
      bad = middle;
    }
  }
  if (found !== undefined) yield found;
}

async function* inflateStream(
  chunks: AsyncIterable<Uint8Array>,
  options: ZlibOptions = LENIENT,
): AsyncGenerator<Uint8Array> {
  const stream = createGunzip(options);
  const input = Readable.from(chunks, { objectMode: false });
  input.on("error", (error) => stream.destroy(error));
  try {
    yield* input.pipe(stream) as AsyncIterable<Buffer>;
  } finally {
    // Whoever stops in the middle must not leave the file behind it open.
    input.destroy();
  }
}

/** The last four bytes of gzip are the last member's length: when they do not fit, a strict pass tells why. */
async function findDamage(object: OpenedObject, layers: readonly GzipLayer[]): Promise<Damage | undefined> {
  for (const [depth, { error, tail, produced }] of layers.entries()) {
    if (error !== undefined) return corrupt(error);
    if (tail.length === 4 && tail.readUInt32LE() === produced % 0x1_0000_0000) continue;
    let chunks = object.chunks(0);
    for (let outer = 0; outer < depth; outer++) chunks = inflateStream(chunks);
    try {
      for await (const chunk of inflateStream(chunks, { chunkSize: CHUNK_BYTES })) void chunk;
    } catch (error) {
      const isCut = (error as { code?: unknown }).code === "Z_BUF_ERROR";
      return isCut
        ? { code: "truncated-gzip", message: "gzip ends in the middle; what came before the cut was read" }
        : corrupt(error);
    }
  }
  return undefined;
}

function corrupt(error: unknown): Damage {
  return { code: "corrupt-gzip", message: `gzip is damaged: ${messageOf(error)}` };
}
