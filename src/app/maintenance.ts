import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { deriveThen } from "#derive/index.js";
import { columnOf } from "#model/columns.js";
import { tableNames, tables, type TableName } from "#model/tables.js";
import { checkLake, compactLake, dropLost, expireLake } from "#store/engine.js";
import { openLake, type Lake, type CheckResult, type CompactResult, type ExpiredRows } from "#store/index.js";
import { openCatalogToRead, openLakeFiles } from "./lake-files.ts";

export type { CheckResult, CompactResult, ExpiredRows } from "#store/index.js";

const DAY_MS = 86_400_000;
const HOUR_MICROS = 3_600_000_000;

/** How long rows are kept. */
export interface ExpireRequest {
  readonly nowMs: number;
  /** For all tables alike; without it, as the lake is set for each. */
  readonly olderThanMs?: number;
  /** Only these; all when empty. */
  readonly tables: readonly TableName[];
  readonly dryRun: boolean;
}

/** Joins the small files of hours that are over. */
export async function compactStore(dataDir: string, nowMs: number, signal?: AbortSignal): Promise<CompactResult> {
  openCatalogToRead(dataDir).close();
  const lake = await openLake(dataDir);
  try {
    return await compactLake(lake, { nowMs, ...(signal !== undefined && { signal }) });
  } finally {
    lake.close();
  }
}

/** Deletes rows that are older than they may be. */
export async function expireStore(dataDir: string, request: ExpireRequest): Promise<ExpiredRows[]> {
  openCatalogToRead(dataDir).close();
  const lake = await openLake(dataDir);
  try {
    return await expireOpen(lake, request);
  } finally {
    lake.close();
  }
}

/** The same with a lake that is open. */
export async function expireOpen(lake: Lake, request: ExpireRequest): Promise<ExpiredRows[]> {
  const chosen = request.tables.length === 0 ? tableNames : request.tables;
  const keptMs = (table: TableName): number => request.olderThanMs ?? lake.catalog.retentionDays(table) * DAY_MS;
  const before = Object.fromEntries(chosen.map((table) => [table, (request.nowMs - keptMs(table)) * 1000]));
  const { dryRun } = request;
  const flowsBefore = before["flows"];
  if (flowsBefore === undefined || dryRun) return await expireLake(lake, { before, dryRun });
  return await deriveThen(lake, async () => {
    // Without its flows an hour cannot be derived again: what was made of it stays as it is. Said before they go: a crash
    // between the two must not leave hours that would be made anew of nothing.
    lake.catalog.freezeBefore(Math.floor(flowsBefore / HOUR_MICROS));
    const expired = await expireLake(lake, { before, dryRun });
    lake.catalog.forgetObjects(Math.floor(flowsBefore / 1000));
    return expired;
  });
}

/** How a check is done. */
export interface StoreCheck {
  /** Also read every value of every file. */
  readonly deep: boolean;
  /** Files that no commit lists, and those of retired segments, are removed at this age, and leftovers of dead writers with them. */
  readonly graceMs?: number;
}

/** Compares the catalog with the files; `deep` reads every value. */
export async function checkStore(dataDir: string, nowMs: number, { deep, graceMs }: StoreCheck): Promise<CheckResult> {
  if (graceMs !== undefined) await clearAway(dataDir, graceMs);
  const catalog = openCatalogToRead(dataDir);
  try {
    return await checkLake(dataDir, catalog, { nowMs, deep, ...(graceMs !== undefined && { graceMs }) });
  } finally {
    catalog.close();
  }
}

/** Removes what dead writers left, and the files of segments that were retired longer than the grace ago. */
async function clearAway(dataDir: string, graceMs: number): Promise<void> {
  openCatalogToRead(dataDir).close();
  const lake = await openLake(dataDir);
  try {
    lake.clearAway(graceMs);
  } finally {
    lake.close();
  }
}

/** A check, and what mending came to. */
export interface RepairResult extends CheckResult {
  /** Files taken off the list. */
  readonly dropped: readonly string[];
  /** Of `objects`, those that are not in their place any more: what they gave cannot be read again. */
  readonly gone: readonly string[];
}

/** Checks, takes missing and damaged files off the list, and has the objects with rows in them read by the next ingest. */
export async function repairStore(dataDir: string, nowMs: number, deep: boolean): Promise<RepairResult> {
  openCatalogToRead(dataDir).close();
  const lake = await openLake(dataDir);
  try {
    const result = await checkLake(dataDir, lake.catalog, { nowMs, deep });
    const dropped = dropLost(dataDir, lake.catalog, result);
    return { ...result, dropped, gone: result.objects.filter((key) => !existsSync(key)) };
  } finally {
    lake.close();
  }
}

/** A live file as other engines need it. */
export interface LakeFile {
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
  /** Microseconds since 1970. */
  readonly minTime: number;
  readonly maxTime: number;
}

/** The live files of a table, in order of time. */
export function storeFiles(dataDir: string, table: TableName): LakeFile[] {
  using lake = openLakeFiles(dataDir);
  return lake.segments(table).map(({ path, rows, bytes, minTime, maxTime }) => ({
    path: join(resolve(dataDir), path),
    rows,
    bytes,
    minTime,
    maxTime,
  }));
}

/**
 * A statement that reads the live files of a table in another engine. The files hold addresses as 16 bytes (`UUID` in
 * DuckDB), only the columns with a value, and our numbers as field ids.
 */
export function storeStatement(dataDir: string, table: TableName, engine: "duckdb" | "clickhouse"): string {
  const files = storeFiles(dataDir, table).map(({ path }) => `'${path.replaceAll("'", "''")}'`);
  if (files.length === 0) return `SELECT NULL AS time WHERE false`;
  if (engine === "duckdb") return `SELECT * FROM read_parquet([${files.join(", ")}], union_by_name = true)`;
  const inBraces = storeFiles(dataDir, table).map(({ path }) => path);
  const structure = tables[table].map((name) => `${name} ${clickhouseType(columnOf(name).type)}`).join(", ");
  return `SELECT * FROM file('{${inBraces.join(",")}}', Parquet, '${structure}') SETTINGS input_format_parquet_allow_missing_columns = 1`;
}

function clickhouseType(type: string): string {
  switch (type) {
    case "timestamp":
      return "Nullable(DateTime64(6, \\'UTC\\'))";
    case "address":
      return "Nullable(FixedString(16))";
    case "float64":
      return "Nullable(Float64)";
    case "uint8":
    case "uint16":
    case "uint32":
    case "uint64":
      return `Nullable(UInt${type.slice(4)})`;
    default:
      return "Nullable(String)";
  }
}
