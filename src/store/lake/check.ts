import { accessSync, constants, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "#base/errors.js";
import type { Catalog } from "#catalog/index.js";
import type { Segment } from "#model/segment.js";
import { tableNames } from "#model/tables.js";
import { openEngine, type Engine } from "./duckdb.ts";
import { TMP } from "./lake-folders.ts";
import { fileText, segmentsSql } from "./read-segments.ts";
import { RETIRED_GRACE_MS, unlistedFiles } from "./recovery.ts";

const MEMORY_MB = 300;

export interface CheckOptions {
  readonly nowMs: number;
  /** Files of dead writers that no commit lists are deleted at this age; ten minutes unless given. */
  readonly graceMs?: number;
  /** Also read every value of every file, which finds damage inside of it. */
  readonly deep?: boolean;
}

/** Something that is wrong with one file. */
export interface FileProblem {
  readonly path: string;
  readonly message: string;
}

/** What comparing the catalog with the files came to. Paths are relative to the data folder. */
export interface CheckResult {
  readonly files: number;
  readonly rows: number;
  readonly bytes: number;
  /** Listed, and not there. */
  readonly missing: readonly string[];
  /** Not of the size or with the rows that the catalog says, or not readable. */
  readonly damaged: readonly FileProblem[];
  /** Listed by no commit. `deleted`: left by a dead writer; the others are about to be committed, or young. */
  readonly unlisted: readonly { readonly path: string; readonly deleted: boolean }[];
  /** Keys of the objects with rows in files that are missing or damaged. */
  readonly objects: readonly string[];
}

/** Compares the catalog with the files: all that are listed are there and whole; what dead writers left is deleted. */
export async function checkLake(dataDir: string, catalog: Catalog, options: CheckOptions): Promise<CheckResult> {
  const engine = await openEngine(join(dataDir, TMP), { memoryMb: MEMORY_MB, threads: 1 });
  try {
    const { segments } = catalog.snapshot();
    const all = tableNames.flatMap((table) => segments[table]);
    const missing: string[] = [];
    const damaged: FileProblem[] = [];
    for (const segment of all) {
      const bytes = statSync(join(dataDir, segment.path), { throwIfNoEntry: false })?.size;
      const message =
        bytes === undefined ? undefined : await problemOf(engine, dataDir, segment, bytes, options.deep ?? false);
      if (bytes === undefined) missing.push(segment.path);
      else if (message !== undefined) damaged.push({ path: segment.path, message });
    }
    const sum = (name: "rows" | "bytes"): number => all.reduce((total, segment) => total + segment[name], 0);
    const unlisted = removeUnlisted(dataDir, catalog, options.nowMs - (options.graceMs ?? RETIRED_GRACE_MS));
    return {
      files: all.length,
      rows: sum("rows"),
      bytes: sum("bytes"),
      ...stillListed(catalog, missing, damaged),
      unlisted,
    };
  } finally {
    engine.close();
  }
}

async function problemOf(
  engine: Engine,
  dataDir: string,
  segment: Segment,
  bytes: number,
  deep: boolean,
): Promise<string | undefined> {
  if (bytes !== segment.bytes) return `has ${bytes} bytes; the catalog says ${segment.bytes}`;
  try {
    const file = fileText(join(dataDir, segment.path));
    const metadata = await engine.connection.runAndReadAll(`SELECT num_rows FROM parquet_file_metadata(${file})`);
    const rows = Number(metadata.getRows()[0]?.[0]);
    if (rows !== segment.rows) return `has ${rows} rows; the catalog says ${segment.rows}`;
    if (deep)
      await engine.connection.run(`SELECT bit_xor(hash(s)) FROM ${segmentsSql(segment.table, [segment], dataDir)} s`);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** A segment that was retired while this looked may be gone by right. */
function stillListed(
  catalog: Catalog,
  missing: readonly string[],
  damaged: readonly FileProblem[],
): Pick<CheckResult, "missing" | "damaged" | "objects"> {
  if (missing.length + damaged.length === 0) return { missing, damaged, objects: [] };
  const ids = liveIds(catalog);
  const lost = [...missing, ...damaged.map(({ path }) => path)].flatMap((path) => ids.get(path) ?? []);
  return {
    missing: missing.filter((path) => ids.has(path)),
    damaged: damaged.filter(({ path }) => ids.has(path)),
    objects: catalog.objectsInSegments(lost),
  };
}

/** Path → id of all live segments. */
function liveIds(catalog: Catalog): Map<string, string> {
  const { segments } = catalog.snapshot();
  return new Map(tableNames.flatMap((table) => segments[table].map(({ path, id }) => [path, id])));
}

/**
 * Takes the files that a check found missing or damaged off the list, and has the objects with rows in them read again. A
 * damaged file that cannot be opened at all is left: its rows may be whole.
 * @returns paths that were taken off
 * @throws WeirError `segments-changed` when another process replaced some of them meanwhile
 */
export function dropLost(dataDir: string, catalog: Catalog, { missing, damaged }: CheckResult): string[] {
  const readable = damaged.map(({ path }) => path).filter((path) => mayRead(join(dataDir, path)));
  const lost = [...missing, ...readable];
  const ids = liveIds(catalog);
  catalog.lose(lost.flatMap((path) => ids.get(path) ?? []));
  return lost;
}

function mayRead(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

function removeUnlisted(dataDir: string, catalog: Catalog, beforeMs: number): CheckResult["unlisted"] {
  return unlistedFiles(dataDir, catalog).map(({ path, isOwned }) => {
    const file = join(dataDir, path);
    const deleted = !isOwned && (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) <= beforeMs;
    if (deleted) rmSync(file, { force: true });
    return { path, deleted };
  });
}
