import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { messageOf, WeirError } from "#base/errors.js";
import { tableNames } from "#model/tables.js";

export const CATALOG_FILE = "catalog.db";
/** Beside the tables: files being written, locks of writers, spill files. */
export const STAGING = "staging";
export const WRITERS = "writers";
export const TMP = "tmp";
/** What a person may put into a data folder before there is a lake in it. */
const CONFIG_FILE = "weir.yaml";

/** SQLite's smallest page: a shorter file holds no catalog, whatever made it so. */
const LEAST_CATALOG_BYTES = 512;

/** Whether a folder is a lake. */
export function isLake(dataDir: string): boolean {
  const catalog = join(dataDir, CATALOG_FILE);
  return existsSync(catalog) && statSync(catalog).size >= LEAST_CATALOG_BYTES;
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

/** A folder without a catalog becomes a lake only if nothing is in it but what the start of another lake leaves. */
function refuseForeign(dataDir: string): void {
  if (!statSync(dataDir).isDirectory()) throw notALake(dataDir, "the data folder is a file");
  const own = new Set<string>([...tableNames, STAGING, WRITERS, TMP, CONFIG_FILE]);
  const foreign = readdirSync(dataDir).find((name) => !own.has(name) && !name.startsWith(CATALOG_FILE));
  if (foreign !== undefined) throw notALake(dataDir, `the folder holds something else (${foreign}) and no lake`);
  for (const table of tableNames) {
    const file = firstFile(join(dataDir, table));
    if (file === undefined) continue;
    throw new WeirError({
      code: "catalog-missing",
      kind: "environment",
      message: `there is no catalog, but there are files (${file})`,
      place: dataDir,
      next: "If this was a lake, restore catalog.db from a backup; else name an empty or a new folder with --data.",
    });
  }
}

function notALake(place: string, message: string): WeirError {
  return new WeirError({
    code: "not-a-lake",
    kind: "input",
    message,
    place,
    next: "Name an empty or a new folder with --data.",
  });
}

/** Some file in a folder or below it. */
function firstFile(folder: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  const entries = readdirSync(folder, { withFileTypes: true });
  const file = entries.find((entry) => !entry.isDirectory());
  if (file !== undefined) return join(folder, file.name);
  for (const entry of entries) {
    const inside = firstFile(join(folder, entry.name));
    if (inside !== undefined) return inside;
  }
  return undefined;
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
