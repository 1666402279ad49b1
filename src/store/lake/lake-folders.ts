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

/** What the file system says, as something that a person can act on. */
export function storageError(error: unknown, place: string): WeirError {
  const code = (error as { code?: unknown }).code;
  const isFull = code === "ENOSPC" || code === "EDQUOT";
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
