import { existsSync, type Dirent } from "node:fs";
import { opendir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, WeirError } from "#base/errors.js";

/** A file that can be read, as the catalog wants to know it. */
export interface ListedFile {
  /** Real, absolute path: the object's key. */
  readonly key: string;
  readonly size: number;
  /** Last change, microseconds since 1970. */
  readonly modifiedMicros: number;
}

/** Something under a listed path that could not be looked at. */
export interface ListingProblem {
  readonly path: string;
  readonly message: string;
}

export interface Listing {
  /** Sorted by key, each real path once. */
  readonly files: readonly ListedFile[];
  readonly problems: readonly ListingProblem[];
}

/**
 * Lists the regular files under the given paths, folders with all that is below them. Links to files are followed, links
 * to folders are not (they can go in circles). A lake's own folder is left out.
 * @throws WeirError `no-such-path` when one of the paths does not exist
 */
export async function listFiles(paths: readonly string[]): Promise<Listing> {
  const files = new Map<string, ListedFile>();
  const problems: ListingProblem[] = [];
  for (const path of paths) {
    const top = await stat(path).catch((error: unknown) => {
      throw new WeirError({
        code: "no-such-path",
        kind: "input",
        message: `cannot read ${path}: ${messageOf(error)}`,
        place: path,
        next: "Name files or folders that exist, or - for standard input.",
        cause: error,
      });
    });
    if (top.isDirectory()) await listFolder(path, files, problems);
    else await addFile(path, files, problems);
  }
  return { files: [...files.values()].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)), problems };
}

async function listFolder(folder: string, files: Map<string, ListedFile>, problems: ListingProblem[]): Promise<void> {
  if (existsSync(join(folder, "catalog.db")) && existsSync(join(folder, "writers"))) return;
  const entries: Dirent[] = [];
  try {
    for await (const entry of await opendir(folder)) entries.push(entry);
  } catch (error) {
    problems.push({ path: folder, message: messageOf(error) });
    return;
  }
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await listFolder(path, files, problems);
    else if (entry.isFile() || entry.isSymbolicLink()) await addFile(path, files, problems);
  }
}

async function addFile(path: string, files: Map<string, ListedFile>, problems: ListingProblem[]): Promise<void> {
  try {
    const key = await realpath(path);
    const { size, mtimeMs, ...facts } = await stat(key).then((s) => ({ size: s.size, mtimeMs: s.mtimeMs, isFile: s.isFile() }));
    if (facts.isFile) files.set(key, { key, size, modifiedMicros: Math.round(mtimeMs * 1000) });
  } catch (error) {
    problems.push({ path, message: messageOf(error) });
  }
}
