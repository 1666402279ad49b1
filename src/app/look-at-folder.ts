import { open } from "node:fs/promises";
import { constants, gunzipSync } from "node:zlib";
import { createDecoder, DecodeOutput } from "#decode/index.js";
import { listFiles, type ListedFile } from "#source/index.js";

/** What is found in a folder before anything is read of it for good. Times are milliseconds. */
export interface FolderLook {
  readonly files: number;
  readonly bytes: number;
  /** Last changes: when logs were written, which is shortly after what they tell. */
  readonly oldestMs: number | null;
  readonly newestMs: number | null;
  /** Kinds of logs in the files that were looked into: `aws_vpc`, …, sorted. */
  readonly logTypes: readonly string[];
  /** Files that were looked into, and those among them that hold no flow log, or none that the name or the start tells. */
  readonly lookedInto: number;
  readonly strange: readonly string[];
  readonly problems: readonly string[];
}

const MOST_FILES = 12;
const HEAD_BYTES = 256 * 1024;
const ROWS = 4096;

/** Lists a folder, and looks into the beginning of a few files spread over it. @throws WeirError `no-such-path` */
export async function lookAtFolder(folder: string, logFormat: string | undefined): Promise<FolderLook> {
  const { files, problems } = await listFiles([folder]);
  const times = files.map(({ modifiedMicros }) => modifiedMicros / 1000);
  const logTypes = new Set<string>();
  const strange: string[] = [];
  const chosen = spread(files);
  for (const file of chosen) {
    const { key } = file;
    const found = await typesIn(file, logFormat);
    for (const type of found) logTypes.add(type);
    if (found.length === 0) strange.push(key);
  }
  return {
    files: files.length,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    oldestMs: times.length === 0 ? null : times.reduce((least, time) => Math.min(least, time)),
    newestMs: times.length === 0 ? null : times.reduce((most, time) => Math.max(most, time)),
    logTypes: [...logTypes].sort(),
    lookedInto: chosen.length,
    strange,
    problems: problems.map(({ path, message }) => `${path}: ${message}`),
  };
}

function spread(files: readonly ListedFile[]): ListedFile[] {
  const step = Math.max(1, files.length / MOST_FILES);
  const chosen: ListedFile[] = [];
  for (let at = 0; at < files.length && chosen.length < MOST_FILES; at += step) {
    const file = files[Math.floor(at)];
    if (file !== undefined) chosen.push(file);
  }
  return chosen;
}

/** Kinds of flow logs that a file begins with; `parquet` for Parquet, which tells more only when it is read whole. */
async function typesIn({ key, modifiedMicros }: ListedFile, logFormat: string | undefined): Promise<string[]> {
  let stored: Uint8Array;
  try {
    stored = await headOf(key);
  } catch {
    return [];
  }
  if (Buffer.from(stored.subarray(0, 4)).toString("latin1") === "PAR1") return ["parquet"];
  const bytes = plain(stored);
  const output = new DecodeOutput(ROWS);
  const arrivedMicros = Date.now() * 1000;
  const context = { objectId: 0, key, arrivedMicros, modifiedMicros, ...(logFormat !== undefined && { logFormat }) };
  output.beginObject(context);
  const decoder = createDecoder(bytes, context, output);
  if (decoder === undefined) return [];
  decoder.decode(bytes, 0, bytes.length, false);
  return Object.keys(output.report.flowsByType);
}

async function headOf(path: string): Promise<Uint8Array> {
  const file = await open(path, "r");
  try {
    const buffer = Buffer.alloc(HEAD_BYTES);
    const { bytesRead } = await file.read(buffer, 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function plain(stored: Uint8Array): Uint8Array {
  if (stored[0] !== 0x1f || stored[1] !== 0x8b) return withoutMark(stored);
  try {
    // It is cut off: what is there of it comes out all the same.
    const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 64 * HEAD_BYTES };
    return withoutMark(gunzipSync(stored, options));
  } catch {
    return new Uint8Array(0);
  }
}

function withoutMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}
