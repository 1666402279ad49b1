import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Catalog } from "#catalog/index.js";
import { tableNames } from "#model/tables.js";
import { STAGING, TMP, WRITERS } from "./lake-folders.ts";
import { isWriterAlive, withDeadWriter } from "./writer-lock.ts";

/** Files of retired segments stay this long: longer than the longest query. */
export const RETIRED_GRACE_MS = 10 * 60 * 1000;

/** What was cleared away. */
export interface Recovery {
  /** Writers that had died. */
  readonly writers: number;
  /** Segment files of theirs that no commit lists. */
  readonly unlisted: readonly string[];
  /** Files of retired segments. */
  readonly retired: number;
}

/**
 * Clears away what dead writers left: staged files, spill files, and published files that no commit lists. Nothing of a
 * writer whose lock is held is touched. Files of segments retired longer than the grace ago go, too.
 */
export function recover(dataDir: string, catalog: Catalog, nowMs: number = Date.now(), graceMs: number = RETIRED_GRACE_MS): Recovery {
  const dead = deadWriters(dataDir);
  const unlisted = removeUnlisted(dataDir, catalog, (writer) => dead.has(writer) || !isWriterAlive(dataDir, writer));
  for (const writer of dead)
    withDeadWriter(dataDir, writer, () => {
      for (const folder of [STAGING, TMP]) rmSync(join(dataDir, folder, writer), { recursive: true, force: true });
    });
  return { writers: dead.size, unlisted, retired: removeRetired(dataDir, catalog, nowMs - graceMs) };
}

/** Ids with a lock file, staged files or spill files, and no living process. */
function deadWriters(dataDir: string): Set<string> {
  const locks = list(join(dataDir, WRITERS)).flatMap((name) => /^(w[0-9a-z]+)\.lock$/.exec(name)?.[1] ?? []);
  const folders = [STAGING, TMP].flatMap((folder) => list(join(dataDir, folder))).filter((name) => /^w[0-9a-z]+$/.test(name));
  return new Set([...locks, ...folders].filter((id) => !isWriterAlive(dataDir, id)));
}

/** Published files whose writer is dead and that the catalog does not list. */
function removeUnlisted(dataDir: string, catalog: Catalog, isDead: (writer: string) => boolean): string[] {
  const files = segmentFiles(dataDir);
  // The list is read after the files: a commit in between can only make it longer.
  const listed = catalog.listedPaths();
  const dead = new Map<string, boolean>();
  return files.filter((path) => {
    if (listed.has(path)) return false;
    const writer = /([^/-]+)-[^/]*\.parquet$/.exec(path)?.[1] ?? "";
    const gone = dead.get(writer) ?? isDead(writer);
    dead.set(writer, gone);
    if (gone) rmSync(join(dataDir, path), { force: true });
    return gone;
  });
}

/** Paths of all segment files in the tables' folders, relative to the data folder. */
export function segmentFiles(dataDir: string): string[] {
  return tableNames.flatMap((table) =>
    list(join(dataDir, table)).flatMap((day) => list(join(dataDir, table, day)).map((name) => `${table}/${day}/${name}`)),
  );
}

function removeRetired(dataDir: string, catalog: Catalog, beforeMs: number): number {
  const retired = catalog.retiredSegments(beforeMs);
  for (const { path } of retired) rmSync(join(dataDir, path), { force: true });
  if (retired.length > 0) catalog.forgetSegments(retired.map(({ id }) => id));
  return retired.length;
}

function list(folder: string): string[] {
  return existsSync(folder) && statSync(folder).isDirectory() ? readdirSync(folder) : [];
}
