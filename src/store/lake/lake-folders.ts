import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { messageOf, WeirError } from "#base/errors.js";
import { tableNames } from "#model/tables.js";

export const CATALOG_FILE = "catalog.db";
/** Beside the tables: files being written, locks of writers, spill files. */
export const STAGING = "staging";
export const WRITERS = "writers";
export const TMP = "tmp";

/** Whether a folder is a lake. */
export function isLake(dataDir: string): boolean {
  return existsSync(join(dataDir, CATALOG_FILE));
}

/**
 * Makes the folders of a lake where they are missing.
 * @throws WeirError `not-a-lake` when the folder holds something else, `lake-read-only` or `disk-full` when it cannot be written
 */
export function makeFolders(dataDir: string): void {
  if (existsSync(dataDir) && !isLake(dataDir)) refuseForeign(dataDir);
  try {
    const made = [...tableNames, STAGING, WRITERS, TMP].filter(
      (name) => mkdirSync(join(dataDir, name), { recursive: true }) !== undefined,
    );
    if (made.length > 0) syncFolder(dataDir);
  } catch (error) {
    throw storageError(error, dataDir);
  }
}

function refuseForeign(dataDir: string): void {
  const own = new Set<string>([...tableNames, STAGING, WRITERS, TMP]);
  const isFolder = statSync(dataDir).isDirectory();
  const foreign = isFolder
    ? readdirSync(dataDir).find((name) => !own.has(name) && !name.startsWith(CATALOG_FILE))
    : dataDir;
  if (foreign === undefined) return;
  throw new WeirError({
    code: "not-a-lake",
    kind: "input",
    message: isFolder ? `the folder holds something else (${foreign}) and no lake` : "the data folder is a file",
    place: dataDir,
    next: "Name an empty or a new folder with --data.",
  });
}

// DuckDB gives no codes, only the system's words.
const FULL = /\bENOSPC\b|\bEDQUOT\b|No space left on device|Disk quota exceeded/;
const READ_ONLY = /\bEROFS\b|Read-only file system/;

/** The error of a disk that is full or cannot be written, as something that a person can act on; any other error as it is. */
export function explainStorage(error: unknown, place: string): unknown {
  if (error instanceof WeirError) return error;
  const text = `${String((error as { code?: unknown } | undefined)?.code)} ${messageOf(error)}`;
  return FULL.test(text) || READ_ONLY.test(text) ? storageError(error, place) : error;
}

/** What the file system says, as something that a person can act on. */
export function storageError(error: unknown, place: string): WeirError {
  const isFull = FULL.test(`${String((error as { code?: unknown }).code)} ${messageOf(error)}`);
  return new WeirError({
    code: isFull ? "disk-full" : "lake-read-only",
    kind: "environment",
    message: `the data folder cannot be written: ${messageOf(error)}`,
    place,
    next: isFull
      ? "Make room on the disk and run the command again: what was committed is whole."
      : "Make the data folder writable, or name another one with --data.",
    cause: error,
  });
}

/** Makes the entries of a folder durable: a rename is not until its folder is synced. */
export function syncFolder(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
