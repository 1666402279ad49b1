import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { columnNames, columnOf, type ColumnName } from "#model/columns.js";
import type { Segment } from "#model/segment.js";
import { tableNames, type TableName } from "#model/tables.js";
import {
  HOUR_MICROS,
  planCompaction,
  type CompactionJob,
  type CompactionLimits,
  type Stretch,
} from "./compact-plan.ts";
import { openEngine, type Engine } from "./duckdb.ts";
import { TMP } from "./lake-folders.ts";
import { discardSegments } from "./publish.ts";
import { segmentsSql } from "./read-segments.ts";
import { timestampSql, writeSegment, type WritableLake } from "./rewrite.ts";

/** Late records come up to this long after their hour; what comes later is merged by the next compaction. */
const LATE_MICROS = 2 * HOUR_MICROS;
const MEMORY_MB = 600;
/** Steps that may meet another compaction before this one leaves it to that. */
const MOST_CONFLICTS = 5;
/** In order of time to ten minutes; within them an object's rows stand together, which takes a fifth less room. */
const COARSE_TIME = "time_bucket(INTERVAL 10 MINUTE, time)";
const ORDER = "object_id, time, position, sub_position";

export interface CompactOptions {
  readonly nowMs: number;
  /** Rows of a file; one million unless given. */
  readonly targetRows?: number;
  readonly signal?: AbortSignal;
}

/** What compaction did. */
export interface CompactResult {
  readonly filesBefore: number;
  readonly filesAfter: number;
  /** Rows written anew. */
  readonly rows: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

/**
 * Joins the files of hours that are over into one an hour, or one a day where a day has few rows, in order of time and with
 * about a million rows at most. Files never become more, and the rows are the same before and after. Readers go on meanwhile, and
 * a step that ends early changes nothing.
 * @throws WeirError when the disk cannot be written
 */
export async function compactLake(lake: WritableLake, options: CompactOptions): Promise<CompactResult> {
  const targetRows = options.targetRows ?? 1_000_000;
  const limits = { targetRows, jobRows: 2 * targetRows, closedBefore: options.nowMs * 1000 - LATE_MICROS };
  const before = sizeOf(lake);
  const engine = await openEngine(join(lake.dataDir, TMP, lake.writerId), { memoryMb: MEMORY_MB, threads: 1 });
  try {
    let rows = 0;
    for (const table of tableNames) rows += await compactTable(lake, engine, table, limits, options.signal);
    const after = sizeOf(lake);
    return {
      filesBefore: before.files,
      filesAfter: after.files,
      rows,
      bytesBefore: before.bytes,
      bytesAfter: after.bytes,
    };
  } finally {
    engine.close();
  }
}

function sizeOf({ catalog }: WritableLake): { files: number; bytes: number } {
  const totals = catalog.tableTotals();
  const sum = (name: "segments" | "bytes"): number => totals.reduce((all, total) => all + total[name], 0);
  return { files: sum("segments"), bytes: sum("bytes") };
}

async function compactTable(
  lake: WritableLake,
  engine: Engine,
  table: TableName,
  limits: CompactionLimits,
  signal: AbortSignal | undefined,
): Promise<number> {
  let rows = 0;
  let conflicts = 0;
  for (;;) {
    const job = planCompaction(lake.catalog.liveSegments(table), limits);
    if (job === undefined || conflicts === MOST_CONFLICTS || signal?.aborted === true) return rows;
    const add = await runJob(lake, engine, table, job);
    if (
      lake.catalog.replace(
        job.inputs.map(({ id }) => id),
        add,
      )
    ) {
      rows += sumRows(add);
    } else {
      discardSegments(lake.dataDir, add);
      conflicts++;
    }
  }
}

async function runJob(lake: WritableLake, engine: Engine, table: TableName, job: CompactionJob): Promise<Segment[]> {
  const { connection } = engine;
  const ids = new Set(job.inputs.flatMap(({ columns }) => columns));
  const names = columnNames.filter((name) => ids.has(columnOf(name).id));
  const add: Segment[] = [];
  mkdirSync(join(lake.dataDir, TMP, lake.writerId), { recursive: true });
  // Sorted once; the parts are then found by the table's own minima and maxima.
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE job AS SELECT ${names.join(", ")} FROM ${segmentsSql(table, job.inputs, lake.dataDir)} ORDER BY ${orderOf(names)}`,
  );
  try {
    for (const stretch of job.stretches)
      for (const part of await splitStretch(engine, stretch, job.targetRows)) {
        const where = whereTime(part);
        const present = await presentColumns(engine, names, where);
        const segment =
          present.length === 0 ? undefined : await writeSegment(lake, engine, table, present, `job ${where}`);
        if (segment !== undefined) add.push(segment);
      }
    mustKeepRows(job.inputs, add);
    return add;
  } catch (error) {
    discardSegments(lake.dataDir, add);
    throw error;
  } finally {
    await connection.run("DROP TABLE IF EXISTS job");
  }
}

function orderOf(names: readonly ColumnName[]): string {
  const all: readonly string[] = names;
  return [COARSE_TIME, ...ORDER.split(", ").filter((name) => all.includes(name))].join(", ");
}

function whereTime({ from, to }: Stretch): string {
  return `WHERE time >= ${timestampSql(from)} AND time < ${timestampSql(to)}`;
}

/** Parts of about equally many rows, none of them much larger than a file may be. Rows of one moment stay together. */
async function splitStretch(engine: Engine, stretch: Stretch, targetRows: number): Promise<Stretch[]> {
  const where = whereTime(stretch);
  const count = await engine.connection.runAndReadAll(`SELECT count(*) FROM job ${where}`);
  const parts = Math.ceil(Number(count.getRows()[0]?.[0] ?? 0) / targetRows);
  if (parts <= 1) return [stretch];
  const shares = Array.from({ length: parts - 1 }, (_, at) => (at + 1) / parts);
  const quantiles = await engine.connection.runAndReadAll(
    `SELECT DISTINCT unnest(quantile_disc(epoch_us(time), [${shares.join(", ")}])) AS cut FROM job ${where} ORDER BY cut`,
  );
  const cuts = quantiles
    .getRows()
    .map(([cut]) => Number(cut))
    .filter((cut) => cut > stretch.from);
  const borders = [stretch.from, ...cuts, stretch.to];
  return cuts.concat(stretch.to).map((to, at) => ({ from: borders[at] ?? stretch.from, to }));
}

/** A segment holds only the columns with a value in it. */
async function presentColumns(engine: Engine, names: readonly ColumnName[], where: string): Promise<ColumnName[]> {
  const counts = await engine.connection.runAndReadAll(
    `SELECT ${names.map((name) => `count(${name})`).join(", ")} FROM job ${where}`,
  );
  const row = counts.getRows()[0] ?? [];
  return names.filter((_, at) => Number(row[at]) > 0);
}

function sumRows(segments: readonly Segment[]): number {
  return segments.reduce((sum, { rows }) => sum + rows, 0);
}

/** The catalog says how many rows there were: nothing may be retired for fewer. */
function mustKeepRows(inputs: readonly Segment[], outputs: readonly Segment[]): void {
  const [before, after] = [sumRows(inputs), sumRows(outputs)];
  if (before !== after) throw new Error(`compaction read ${before} rows and wrote ${after}; nothing was changed`);
}
