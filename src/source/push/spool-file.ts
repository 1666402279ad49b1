import { randomBytes } from "node:crypto";
import { open, readdir, rename, rm, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { decodeFrame, decodeHeader, HEADER_BYTES, isPreamble, type Frame, type FrameHeader } from "./frame.ts";

/** Still written to. */
const OPEN = ".open";
/** Whole: to be collected. */
const CLOSED = ".spool";
const NAME = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z-([0-9a-f]{8})\.(?:open|spool)$/;

/** A spool file, by its name. */
export interface SpoolFile {
  readonly path: string;
  /** What nothing else on earth is called. */
  readonly token: string;
  /** When it was begun, to the second. */
  readonly createdMs: number;
}

/** The path of a new spool file in a source's folder. */
export function newSpoolPath(folder: string, nowMs: number): string {
  const time = new Date(nowMs)
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replaceAll(/[-:]/g, "");
  return join(folder, `${time}-${randomBytes(4).toString("hex")}${OPEN}`);
}

/** Spool files of a folder, the oldest first. */
export async function listSpool(folder: string, which: "open" | "closed"): Promise<SpoolFile[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  });
  return names
    .filter((name) => name.endsWith(which === "open" ? OPEN : CLOSED))
    .sort()
    .flatMap((name) => {
      const [, year, month, day, hour, minute, second, token] = NAME.exec(name) ?? [];
      if (token === undefined) return [];
      const createdMs = Date.UTC(
        Number(year),
        Number(month) - 1,
        Number(day),
        Number(hour),
        Number(minute),
        Number(second),
      );
      return [{ path: join(folder, name), token, createdMs }];
    });
}

/** Makes a spool file one that is collected. @returns its new path */
export async function closeSpool(path: string): Promise<string> {
  const closed = `${path.slice(0, -OPEN.length)}${CLOSED}`;
  await rename(path, closed);
  return closed;
}

/** The deliveries of a spool file, in their order, up to the first that is not whole: that one was never answered. */
export async function* readFrames(path: string): AsyncGenerator<Frame> {
  const handle = await open(path, "r");
  try {
    for await (const { header, at } of headersOf(handle)) {
      const payload = await readAt(handle, header.bytes, at + HEADER_BYTES);
      const frame = decodeFrame(header, payload);
      if (frame === undefined) return;
      yield frame;
    }
  } finally {
    await handle.close();
  }
}

/** Ids of the deliveries in a closed spool file. */
export async function readIds(path: string): Promise<Buffer[]> {
  const handle = await open(path, "r");
  try {
    const ids: Buffer[] = [];
    for await (const { header } of headersOf(handle)) if (!isPreamble(header)) ids.push(header.id);
    return ids;
  } finally {
    await handle.close();
  }
}

/**
 * Takes over a spool file whose writer has died: cuts off what is not whole and closes it; one without deliveries goes.
 * The caller makes sure that nobody writes to it.
 */
export async function recoverSpool({ path }: SpoolFile): Promise<void> {
  const handle = await open(path, "r+");
  let deliveries = 0;
  try {
    let end = 0;
    for await (const { header, at } of headersOf(handle)) {
      if (decodeFrame(header, await readAt(handle, header.bytes, at + HEADER_BYTES)) === undefined) break;
      end = at + HEADER_BYTES + header.bytes;
      if (!isPreamble(header)) deliveries++;
    }
    await handle.truncate(end);
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (deliveries > 0) await closeSpool(path);
  else await rm(path, { force: true });
}

async function* headersOf(handle: FileHandle): AsyncGenerator<{ readonly header: FrameHeader; readonly at: number }> {
  const { size } = await handle.stat();
  let at = 0;
  while (at + HEADER_BYTES <= size) {
    const header = decodeHeader(await readAt(handle, HEADER_BYTES, at));
    const end = at + HEADER_BYTES + (header?.bytes ?? 0);
    if (header === undefined || end > size) return;
    yield { header, at };
    at = end;
  }
}

/** So many bytes from a place of a file; fewer where it ends before. */
async function readAt(handle: FileHandle, bytes: number, at: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(bytes);
  let read = 0;
  while (read < bytes) {
    const { bytesRead } = await handle.read(buffer, read, bytes - read, at + read);
    if (bytesRead === 0) break;
    read += bytesRead;
  }
  return buffer.subarray(0, read);
}
