import { mkdir, open, rm, type FileHandle } from "node:fs/promises";
import { encodeFrame, ID_BYTES, type Frame } from "./frame.ts";
import { closeSpool, newSpoolPath } from "./spool-file.ts";

/** When a spool file is closed, so that it can be collected. */
export interface SpoolLimits {
  readonly bytes: number;
  readonly ms: number;
}

export const spoolLimits: SpoolLimits = { bytes: 16 * 1024 * 1024, ms: 4000 };

/** Buffers that one call writes: the system's limit is 1,024. */
const MOST_BUFFERS = 1000;
const NO_BYTES = Buffer.alloc(0);

interface Waiting {
  readonly parts: readonly Uint8Array[];
  readonly bytes: number;
  readonly resolve: (written: Written) => void;
  readonly reject: (error: unknown) => void;
}

interface OpenFile {
  readonly path: string;
  readonly handle: FileHandle;
  /** Bytes that are durable. */
  size: number;
  deliveries: number;
}

/** Where a delivery has been written. */
export interface Written {
  /** The path of the spool file while it is open. */
  readonly path: string;
  readonly bytes: number;
}

/**
 * Appends deliveries to the spool file of a source. Whatever comes while one `fdatasync` runs shares the next one, so that many
 * small deliveries cost little more than one.
 */
export class SpoolWriter {
  readonly #folder: string;
  readonly #layout: string;
  readonly #onClosed: (open: string, closed: string) => void;
  readonly #limits: SpoolLimits;
  #waiting: Waiting[] = [];
  #file: OpenFile | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isWriting = false;
  /** Files that could not be closed; nobody writes to them any more. */
  #left: OpenFile[] = [];
  /** One thing after another. */
  #work: Promise<void> = Promise.resolve();

  /**
   * @param layout field names that the lines of all deliveries have, separated by spaces
   * @param onClosed told when a file is ready to be collected
   */
  constructor(
    folder: string,
    layout: string,
    onClosed: (open: string, closed: string) => void,
    limits: SpoolLimits = spoolLimits,
  ) {
    this.#folder = folder;
    this.#layout = layout;
    this.#onClosed = onClosed;
    this.#limits = limits;
  }

  /** @returns when the delivery is durable @throws the system's error when it cannot be written: nothing of it counts then */
  async append(frame: Frame): Promise<Written> {
    return new Promise((resolve, reject) => {
      const parts = encodeFrame(frame);
      this.#waiting.push({ parts, bytes: lengthOf(parts), resolve, reject });
      if (!this.#isWriting) this.#then(() => this.#writeAll());
    });
  }

  /** Writes what waits and closes the file. */
  async close(): Promise<void> {
    this.#then(() => this.#rotate());
    this.#then(() => this.#closeLeft());
    await this.#work;
  }

  /** Closes what could not be closed before, if the disk lets it now. */
  async tidy(): Promise<void> {
    if (this.#left.length === 0) return;
    this.#then(() => this.#closeLeft());
    await this.#work;
  }

  #then(step: () => Promise<void>): void {
    // What fails is told to whoever waits for it.
    this.#work = this.#work.then(step).catch(() => undefined);
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true;
    try {
      while (this.#waiting.length > 0) await this.#writeBatch(this.#waiting.splice(0));
    } finally {
      this.#isWriting = false;
    }
  }

  async #writeBatch(batch: readonly Waiting[]): Promise<void> {
    try {
      const file = await this.#open();
      await writeParts(
        file,
        batch.flatMap(({ parts }) => parts),
      );
      await file.handle.datasync();
      for (const { bytes, resolve } of batch) {
        file.size += bytes;
        file.deliveries++;
        resolve({ path: file.path, bytes });
      }
      if (file.size >= this.#limits.bytes) await this.#rotate();
    } catch (error) {
      for (const { reject } of batch) reject(error);
      await this.#cutOff();
    }
  }

  async #open(): Promise<OpenFile> {
    if (this.#file !== undefined) return this.#file;
    await mkdir(this.#folder, { recursive: true });
    const path = newSpoolPath(this.#folder, Date.now());
    const handle = await open(path, "wx", 0o600);
    const file = { path, handle, size: 0, deliveries: 0 };
    try {
      const parts = encodeFrame({
        id: Buffer.alloc(ID_BYTES),
        receivedMs: Date.now(),
        lines: Buffer.from(`${this.#layout}\n`),
        records: NO_BYTES,
        file: undefined,
        name: "",
      });
      await writeParts(file, parts);
      file.size = lengthOf(parts);
      await syncFolder(this.#folder);
    } catch (error) {
      await handle.close();
      await rm(path, { force: true });
      throw error;
    }
    this.#file = file;
    this.#timer = setTimeout(() => this.#then(() => this.#rotate()), this.#limits.ms);
    return file;
  }

  /** The file is whole: it can be collected. */
  async #rotate(): Promise<void> {
    const file = this.#file;
    if (file === undefined) return;
    this.#file = undefined;
    clearTimeout(this.#timer);
    try {
      await file.handle.close();
      await this.#handOn(file);
    } catch (error) {
      this.#left.push(file);
      throw error;
    }
  }

  async #handOn({ path, deliveries }: OpenFile): Promise<void> {
    if (deliveries === 0) await rm(path, { force: true });
    else this.#onClosed(path, await closeSpool(path));
  }

  async #closeLeft(): Promise<void> {
    const left = this.#left;
    this.#left = [];
    for (const file of left)
      try {
        await cutTo(file.path, file.size);
        await this.#handOn(file);
      } catch {
        this.#left.push(file);
      }
  }

  /** What could not be made durable must not be collected: whoever sent it was told so. */
  async #cutOff(): Promise<void> {
    const file = this.#file;
    try {
      await file?.handle.truncate(file.size);
      await this.#rotate();
    } catch {
      if (file === undefined || this.#file !== file) return;
      clearTimeout(this.#timer);
      this.#file = undefined;
      this.#left.push(file);
      await file.handle.close().catch(() => undefined);
    }
  }
}

/** Cuts off what a file has beyond so many bytes. */
async function cutTo(path: string, size: number): Promise<void> {
  const handle = await open(path, "r+");
  try {
    await handle.truncate(size);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes buffers behind each other, at the end of what is durable. */
async function writeParts({ handle, size }: OpenFile, parts: readonly Uint8Array[]): Promise<void> {
  let at = size;
  for (let from = 0; from < parts.length; from += MOST_BUFFERS) {
    let some = parts.slice(from, from + MOST_BUFFERS);
    while (some.length > 0) {
      const { bytesWritten } = await handle.writev(some, at);
      at += bytesWritten;
      some = behind(some, bytesWritten);
    }
  }
}

/** What is left of buffers when so many bytes of them were written. */
function behind(parts: readonly Uint8Array[], written: number): Uint8Array[] {
  let left = written;
  return parts.flatMap((part) => {
    const done = Math.min(left, part.length);
    left -= done;
    return done === part.length ? [] : [part.subarray(done)];
  });
}

function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

/** Else the file could be gone after a power failure, with all that is in it. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
