import { existsSync, statSync, type Dirent } from "node:fs";
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
    else await addLink(path, files, problems);
  }
  return { files: [...files.values()].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)), problems };
}

async function listFolder(path: string, files: Map<string, ListedFile>, problems: ListingProblem[]): Promise<void> {
  if (existsSync(join(path, "catalog.db")) && existsSync(join(path, "writers"))) return;
  let folder: string;
  const entries: Dirent[] = [];
  try {
    folder = await realpath(path);
    for await (const entry of await opendir(folder)) entries.push(entry);
  } catch (error) {
    problems.push({ path, message: messageOf(error) });
    return;
  }
  for (const entry of entries) {
    const inside = join(folder, entry.name);
    if (entry.isDirectory()) await listFolder(inside, files, problems);
    // A plain file in a real folder has its real path already: asking for it 20,000 times takes seconds.
    else if (entry.isFile()) addFile(inside, inside, files, problems);
    else if (entry.isSymbolicLink()) await addLink(inside, files, problems);
  }
}

async function addLink(path: string, files: Map<string, ListedFile>, problems: ListingProblem[]): Promise<void> {
  try {
    addFile(await realpath(path), path, files, problems);
  } catch (error) {
    problems.push({ path, message: messageOf(error) });
  }
}

function addFile(key: string, path: string, files: Map<string, ListedFile>, problems: ListingProblem[]): void {
  try {
    const facts = statSync(key);
    if (facts.isFile()) files.set(key, { key, size: facts.size, modifiedMicros: Math.round(facts.mtimeMs * 1000) });
  } catch (error) {
    problems.push({ path, message: messageOf(error) });
  }
}
