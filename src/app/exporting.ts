import { existsSync, renameSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { WeirError } from "#base/errors.js";
import { nearestWord } from "#base/nearest.js";
import type { RowStream, TimeRange } from "#model/answer.js";
import { columnNames, columnOf } from "#model/columns.js";
import { tableNames, tables, type TableName } from "#model/tables.js";
import { segmentsInRange } from "#query/index.js";
import type { LakeFiles } from "#store/index.js";
import { withSandbox } from "./asking.ts";

export interface ExportRequest {
  /** A table, unless `sql` is given. */
  readonly table: string;
  readonly sql?: string;
  readonly from?: number;
  readonly to?: number;
  /** Also columns that have no value in any file. */
  readonly allColumns: boolean;
  readonly force: boolean;
  readonly signal?: AbortSignal;
}

const LIMITS = { timeoutMs: 24 * 3_600_000, maxRows: Number.MAX_SAFE_INTEGER };
const MEMORY_MB = 2000;

/** Rows of a table or a query, however many. */
export async function exportRows<T>(
  dataDir: string,
  request: ExportRequest,
  use: (rows: RowStream) => Promise<T>,
): Promise<T> {
  return withSandbox(dataDir, sandboxOptions(request), async (sandbox, files, handOn) =>
    use(handOn(await sandbox.query(exportSql(request, files), LIMITS))),
  );
}

/** Writes a table or a query as one Parquet file: beside its place first, so that a half-written one never stands there. */
export async function exportParquet(dataDir: string, request: ExportRequest, file: string): Promise<number> {
  const target = resolve(file);
  if (existsSync(target) && !request.force)
    throw new WeirError({
      code: "file-exists",
      kind: "usage",
      message: "the file exists already",
      place: target,
      next: "Name another file, or replace this one with --force.",
    });
  if (!existsSync(dirname(target)))
    throw new WeirError({
      code: "no-folder",
      kind: "usage",
      message: "the folder does not exist",
      place: dirname(target),
      next: "Make it first.",
    });
  const partial = join(dirname(target), `.${process.pid}-${Date.now()}.parquet.partial`);
  try {
    const rows = await withSandbox(dataDir, { ...sandboxOptions(request), mayWrite: partial }, (sandbox, files) =>
      sandbox.copyTo(partial, exportSql(request, files), LIMITS),
    );
    renameSync(partial, target);
    return rows;
  } finally {
    rmSync(partial, { force: true });
  }
}

function sandboxOptions(request: ExportRequest): Parameters<typeof withSandbox>[1] {
  const range = rangeOf(request);
  const narrow = (lake: LakeFiles): LakeFiles => ({
    segments: (table) =>
      request.sql === undefined ? segmentsInRange(lake.segments(table), range) : lake.segments(table),
    objects: () => lake.objects(),
  });
  return { memoryMb: MEMORY_MB, signal: request.signal, narrow };
}

function rangeOf({ from, to }: ExportRequest): TimeRange {
  return { from: from ?? Number.NEGATIVE_INFINITY, to: to ?? Number.POSITIVE_INFINITY };
}

function exportSql(request: ExportRequest, files: LakeFiles): string {
  if (request.sql !== undefined) return request.sql;
  const table = tableNames.find((name) => name === request.table);
  if (table === undefined) return catalogTableSql(request);
  const conditions = [
    request.from === undefined ? "" : `time >= ${timestamp(request.from)}`,
    request.to === undefined ? "" : `time < ${timestamp(request.to)}`,
  ].filter((text) => text !== "");
  const where = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
  return `SELECT ${exportColumns(table, request, files).join(", ")} FROM ${table}${where}`;
}

function catalogTableSql({ table, from, to }: ExportRequest): string {
  const others = ["objects", "segments"];
  if (!others.includes(table)) {
    const near = nearestWord(table, [...tableNames, ...others]);
    throw new WeirError({
      code: "unknown-table",
      kind: "usage",
      message: `there is no table “${table}”`,
      place: "--table",
      next: near === undefined ? `Tables are ${[...tableNames, ...others].join(", ")}.` : `Did you mean ${near}?`,
    });
  }
  if (from !== undefined || to !== undefined)
    throw new WeirError({
      code: "no-time",
      kind: "usage",
      message: `${table} has no time to choose by`,
      place: "--from, --to",
      next: "Leave them out, or use --sql.",
    });
  return `SELECT * FROM ${table}`;
}

/** A hundred columns exist and most logs fill twenty: the others are left out unless they are asked for. */
function exportColumns(table: TableName, { allColumns }: ExportRequest, files: LakeFiles): readonly string[] {
  if (allColumns) return tables[table];
  const present = new Set(files.segments(table).flatMap(({ columns }) => columns));
  const some = columnNames.filter((name) => tables[table].includes(name) && present.has(columnOf(name).id));
  return some.length === 0 ? tables[table] : some;
}

function timestamp(micros: number): string {
  return `make_timestamp(${Math.round(micros)}::BIGINT)`;
}
