import { createHash, randomUUID } from "node:crypto";
import { createWriteStream, mkdirSync, rmSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { UploadedFile } from "#app/index.js";
import { WeirError } from "#base/errors.js";
import { humanBytes } from "#base/human.js";

/** Left on the disk for everything else. */
const KEPT_FREE = 200_000_000;

/**
 * A folder of one request for the files that it brings, within the lake's folder for what passes. Names of files in it are our own.
 * Should the server be killed, recovery knows the folder by the process's number.
 */
export class Spool {
  readonly #folder: string;
  #left: number;
  readonly #most: number;
  #count = 0;

  /** @param mostBytes of all files together */
  constructor(dataDir: string, mostBytes: number) {
    this.#folder = join(dataDir, "tmp", `${process.pid}-upload-${randomUUID()}`);
    this.#left = mostBytes;
    this.#most = mostBytes;
  }

  /** @throws WeirError `too-large`, `disk-full` when so many bytes are more than may be sent, or than there is room for */
  expect(bytes: number): void {
    if (bytes > this.#left) throw this.#tooLarge();
    mkdirSync(this.#folder, { recursive: true });
    const { bavail, bsize } = statfsSync(this.#folder);
    if (bytes + KEPT_FREE > bavail * bsize)
      throw new WeirError({
        code: "disk-full",
        kind: "environment",
        message: `there is no room for ${humanBytes(bytes)} on the disk of the lake`,
        next: "Make room, or let rows go with `weir store expire`.",
      });
  }

  /** Writes a file as it comes. @throws WeirError `too-large` */
  async write(name: string, bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<UploadedFile> {
    mkdirSync(this.#folder, { recursive: true });
    const path = join(this.#folder, String(this.#count++));
    const hash = createHash("sha256");
    let size = 0;
    const counted = async function* (this: Spool): AsyncGenerator<Uint8Array> {
      for await (const chunk of bytes) {
        size += chunk.length;
        this.#left -= chunk.length;
        if (this.#left < 0) throw this.#tooLarge();
        hash.update(chunk);
        yield chunk;
      }
    };
    await pipeline(counted.call(this), createWriteStream(path, { flags: "wx", mode: 0o600 }), { signal });
    return { path, name, size, sha256: hash.digest("hex") };
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #tooLarge(): WeirError {
    return new WeirError({
      code: "too-large",
      kind: "usage",
      message: `the upload is larger than ${humanBytes(this.#most)}`,
      next: "Put it where the server runs and use `weir ingest PATH`, or raise limits.upload_size in weir.yaml.",
    });
  }
}
