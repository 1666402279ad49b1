import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Catalog } from "#catalog/index.js";
import { tableNames } from "#model/tables.js";
import { STAGING, TMP, WRITERS } from "./lake-folders.ts";
import { isWriterAlive, removeUnnamedLock, withDeadWriter, isWriterId } from "./writer-lock.ts";

/** Files of retired segments stay this long: longer than the longest query. */
export const RETIRED_GRACE_MS = 10 * 60 * 1000;

const SPILL_GRACE_MS = 60 * 60 * 1000;

const SEGMENT_NAME = /\/[^/-]+-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.parquet$/;

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
export function recover(
  dataDir: string,
  catalog: Catalog,
  nowMs: number = Date.now(),
  graceMs: number = RETIRED_GRACE_MS,
): Recovery {
  for (const name of list(join(dataDir, WRITERS))) {
    const id = name.endsWith(".lock.new") ? name.slice(0, -".lock.new".length) : "";
    if (isWriterId(id)) removeUnnamedLock(dataDir, id);
  }
  const dead = deadWriters(dataDir);
  const unlisted = removeUnlisted(dataDir, catalog);
  for (const writer of dead)
    withDeadWriter(dataDir, writer, () => {
      for (const folder of [STAGING, TMP]) rmSync(join(dataDir, folder, writer), { recursive: true, force: true });
    });
  const tmp = join(dataDir, TMP);
  // Those of a living writer, too: its worker processes end before it does.
  for (const folder of [
    tmp,
    ...list(tmp)
      .filter(isWriterId)
      .map((writer) => join(tmp, writer)),
  ])
    removeSpill(folder, nowMs);
  return { writers: dead.size, unlisted, retired: removeRetired(dataDir, catalog, nowMs - graceMs) };
}

/** Ids with a lock file, staged files or spill files, and no living process. */
function deadWriters(dataDir: string): Set<string> {
  const locks = list(join(dataDir, WRITERS)).flatMap((name) => {
    const id = name.endsWith(".lock") ? name.slice(0, -".lock".length) : "";
    return isWriterId(id) ? [id] : [];
  });
  const folders = [STAGING, TMP].flatMap((folder) => list(join(dataDir, folder))).filter(isWriterId);
  return new Set([...locks, ...folders].filter((id) => !isWriterAlive(dataDir, id)));
}

/** Published files whose writer is dead and that the catalog does not list. */
function removeUnlisted(dataDir: string, catalog: Catalog): string[] {
  const unlisted = unlistedFiles(dataDir, catalog).filter(({ isOwned }) => !isOwned);
  for (const { path } of unlisted) rmSync(join(dataDir, path), { force: true });
  return unlisted.map(({ path }) => path);
}

/** Segment files that no commit lists. Those of a living writer (`isOwned`) may be about to be committed. */
export function unlistedFiles(dataDir: string, catalog: Catalog): { path: string; isOwned: boolean }[] {
  const files = segmentFiles(dataDir);
  const writers = new Set(files.map(writerOf));
  const living = new Set([...writers].filter((writer) => isWriterAlive(dataDir, writer)));
  // The order matters: a writer that is dead now has made its last commit, so a list read after this one has all of its files.
  const listed = catalog.listedPaths();
  return files.filter((path) => !listed.has(path)).map((path) => ({ path, isOwned: living.has(writerOf(path)) }));
}

function writerOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).split("-")[0] ?? "";
}

/**
 * Paths of all segment files in the tables' folders, relative to the data folder. Only names that a writer gives count:
 * whatever else lies there is not ours to touch.
 */
export function segmentFiles(dataDir: string): string[] {
  return tableNames.flatMap((table) =>
    list(join(dataDir, table))
      .filter((day) => /^\d{4}-\d{2}-\d{2}$/.test(day))
      .flatMap((day) => list(join(dataDir, table, day)).map((name) => `${table}/${day}/${name}`))
      .filter((path) => SEGMENT_NAME.test(path) && isWriterId(writerOf(path))),
  );
}

/**
 * Spill folders of queries, `<pid>-<random>`, hold no lock. A process of another machine or container cannot be seen from
 * here, so a folder must also have been left alone for long.
 */
function removeSpill(tmp: string, nowMs: number): void {
  for (const name of list(tmp)) {
    const pid = /^(\d+)-/.exec(name)?.[1];
    if (pid === undefined || isProcessAlive(Number(pid))) continue;
    const folder = join(tmp, name);
    const entries = [folder, ...list(folder).map((entry) => join(folder, entry))];
    const touchedMs = Math.max(...entries.map((entry) => statSync(entry, { throwIfNoEntry: false })?.mtimeMs ?? 0));
    if (nowMs - touchedMs > SPILL_GRACE_MS) rmSync(folder, { recursive: true, force: true });
  }
}

function isProcessAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as { code?: unknown }).code !== "ESRCH";
  }
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
