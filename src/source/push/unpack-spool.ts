import { open, utimes, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { isPreamble, type Frame } from "./frame.ts";
import { readFrames, type SpoolFile } from "./spool-file.ts";

/** An object that deliveries were put together to. */
export interface UnpackedObject {
  readonly path: string;
  readonly size: number;
  /** Behind the source's own part of the key: minute, spool file, and what it is of it. */
  readonly key: string;
}

/** What a spool file held. */
export interface UnpackedSpool {
  readonly objects: readonly UnpackedObject[];
  /** Of the deliveries in it, without those that were left out. */
  readonly ids: readonly Buffer[];
}

const BLOCK = 65_535;
const LONGEST_NAME = 500;

/**
 * Writes the objects of a spool file to a folder: the lines of all deliveries, the JSON of all, and each file. Unpacked again, they
 * have the same names and the same bytes.
 * @param isKnown whether a delivery has been collected from another spool file: it is left out. The same for all of one moment
 */
export async function unpackSpool(
  spool: SpoolFile,
  folder: string,
  isKnown: (id: Buffer) => boolean,
): Promise<UnpackedSpool> {
  const unpacking = new Unpacking(spool, folder);
  const ids: Buffer[] = [];
  try {
    for await (const frame of readFrames(spool.path)) {
      if (isPreamble(frame)) unpacking.layout = frame.lines;
      else if (!isKnown(frame.id)) {
        ids.push(frame.id);
        await unpacking.add(frame);
      }
    }
    return { objects: await unpacking.finish(), ids };
  } finally {
    await unpacking.close();
  }
}

class Unpacking {
  /** The line that says which fields the lines have; its text stands before them. */
  layout: Uint8Array = new Uint8Array(0);
  readonly #spool: SpoolFile;
  readonly #folder: string;
  readonly #objects: UnpackedObject[] = [];
  #lines: StoredGzip | undefined;
  #records: StoredGzip | undefined;
  #files = 0;

  constructor(spool: SpoolFile, folder: string) {
    this.#spool = spool;
    this.#folder = folder;
  }

  async add({ lines, records, file, name }: Frame): Promise<void> {
    if (lines.length > 0) {
      this.#lines ??= await this.#joined("lines", this.layout);
      await this.#lines.write(lines);
    }
    if (records.length > 0) {
      this.#records ??= await this.#joined("records", new Uint8Array(0));
      await this.#records.write(records);
    }
    if (file !== undefined) await this.#own(file, name);
  }

  async finish(): Promise<UnpackedObject[]> {
    for (const [part, joined] of [
      ["lines", this.#lines],
      ["records", this.#records],
    ] as const) {
      if (joined === undefined) continue;
      const size = await joined.finish();
      this.#objects.push({ path: await this.#dated(part), size, key: this.#key(part) });
    }
    return this.#objects;
  }

  async close(): Promise<void> {
    await this.#lines?.close();
    await this.#records?.close();
  }

  async #joined(part: string, start: Uint8Array): Promise<StoredGzip> {
    const joined = new StoredGzip(await open(this.#path(part), "w", 0o600));
    await joined.begin(this.#key(part));
    await joined.write(start);
    return joined;
  }

  async #own(file: Uint8Array, name: string): Promise<void> {
    const part = String(++this.#files);
    const handle = await open(this.#path(part), "w", 0o600);
    try {
      await handle.writeFile(file);
    } finally {
      await handle.close();
    }
    const called = plainName(name);
    const key = called === "" ? this.#key(part) : `${this.#key(part)}/${called}`;
    this.#objects.push({ path: await this.#dated(part), size: file.length, key });
  }

  #key(part: string): string {
    const minute = new Date(this.#spool.createdMs).toISOString().slice(0, 16);
    return `${minute}/${this.#spool.token}-${part}`;
  }

  #path(part: string): string {
    return join(this.#folder, `${this.#spool.token}-${part}`);
  }

  /** Unpacked again it is the same version. */
  async #dated(part: string): Promise<string> {
    const path = this.#path(part);
    const seconds = this.#spool.createdMs / 1000;
    await utimes(path, seconds, seconds);
    return path;
  }
}

/**
 * A gzip file whose blocks are stored and not deflated. Its header names the object (RFC 1952, FNAME): two objects with the same
 * records in them are not the same content, and none is taken for a copy of the other.
 */
class StoredGzip {
  readonly #handle: FileHandle;
  #size = 0;
  #length = 0;
  #crc = 0;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async begin(name: string): Promise<void> {
    // Magic, deflate, FNAME, no time, no hint, unknown system.
    await this.#put([Buffer.from([0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 255]), Buffer.from(`${name}\0`, "latin1")]);
  }

  async write(bytes: Uint8Array): Promise<void> {
    const blocks: Uint8Array[] = [];
    for (let from = 0; from < bytes.length; from += BLOCK) {
      const block = bytes.subarray(from, from + BLOCK);
      blocks.push(storedHeader(block.length, false), block);
      this.#crc = crc32(block, this.#crc);
      this.#length += block.length;
    }
    if (blocks.length > 0) await this.#put(blocks);
  }

  /** @returns its size */
  async finish(): Promise<number> {
    const trailer = Buffer.alloc(8);
    trailer.writeUInt32LE(this.#crc, 0);
    trailer.writeUInt32LE(this.#length % 0x1_0000_0000, 4);
    await this.#put([storedHeader(0, true), trailer]);
    return this.#size;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  async #put(parts: readonly Uint8Array[]): Promise<void> {
    const bytes = Buffer.concat(parts);
    await this.#handle.writeFile(bytes);
    this.#size += bytes.length;
  }
}

/** RFC 1951, 3.2.4. */
function storedHeader(length: number, isLast: boolean): Buffer {
  const header = Buffer.alloc(5);
  header[0] = isLast ? 1 : 0;
  header.writeUInt16LE(length, 1);
  header.writeUInt16LE(~length & 0xffff, 3);
  return header;
}

/** The sender's name for it as text of one line; slashes stay, since folders tell accounts and regions. */
function plainName(name: string): string {
  return (
    name
      .toWellFormed()
      // eslint-disable-next-line no-control-regex -- they are what must go
      .replaceAll(/[\u0000-\u001F\u007F]/g, "\uFFFD")
      .replace(/^\/+/, "")
      .slice(-LONGEST_NAME)
      .toWellFormed()
  );
}
