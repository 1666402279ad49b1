import { join } from "node:path";
import { WeirError } from "#base/errors.js";
import type { Segment } from "#model/segment.js";
import { tableNames, type TableName } from "#model/tables.js";
import { HOUR_MICROS } from "./compact-plan.ts";
import { openEngine, type Engine } from "./duckdb.ts";
import { TMP } from "./lake-folders.ts";
import { discardSegments } from "./publish.ts";
import { segmentsSql } from "./read-segments.ts";
import { rewriteSegment } from "./remove-objects.ts";
import { timestampSql, type WritableLake } from "./rewrite.ts";

const MEMORY_MB = 500;
const MOST_CONFLICTS = 5;

export interface ExpireOptions {
  /** Table → microseconds: rows before this go. Tables that are not named keep all. */
  readonly before: Readonly<Partial<Record<TableName, number>>>;
  /** Only say what would go. */
  readonly dryRun?: boolean;
}

/** What went, or would go, of one table. */
export interface ExpiredRows {
  readonly table: TableName;
  /** The border that was used, microseconds: the one asked for, rounded down to the hour. */
  readonly before: number;
  readonly rows: number;
  /** Files that held nothing else. */
  readonly files: number;
  /** Files that were written anew without their old rows. */
  readonly rewritten: number;
}

/**
 * Deletes rows that are older than they may be. Files with old rows only are retired; a file that straddles the border is
 * written anew without its old rows, so that nothing stays longer than promised. The border is a full hour, so that asking
 * often does not rewrite often. Objects keep their counts: they say what was read, and it is not read again.
 * @throws WeirError when the disk cannot be written, or `segments-changed` when others kept changing the same files
 */
export async function expireLake(lake: WritableLake, options: ExpireOptions): Promise<ExpiredRows[]> {
  const engine = await openEngine(join(lake.dataDir, TMP, lake.writerId), { memoryMb: MEMORY_MB, threads: 1 });
  try {
    const expired: ExpiredRows[] = [];
    for (const table of tableNames) {
      const asked = options.before[table];
      if (asked === undefined) continue;
      const before = Math.floor(asked / HOUR_MICROS) * HOUR_MICROS;
      expired.push(await expireTable(lake, engine, table, before, options.dryRun ?? false));
    }
    return expired;
  } finally {
    engine.close();
  }
}

async function expireTable(
  lake: WritableLake,
  engine: Engine,
  table: TableName,
  before: number,
  dryRun: boolean,
): Promise<ExpiredRows> {
  const sum = { table, before, rows: 0, files: 0, rewritten: 0 };
  for (let conflicts = 0; ; conflicts++) {
    const old = lake.catalog.liveSegments(table, { from: 0, to: before });
    const whole = old.filter(({ maxTime }) => maxTime < before);
    const straddling = old.filter(({ maxTime }) => maxTime >= before);
    if (dryRun) return { ...sum, ...(await foresee(lake, engine, whole, straddling, before)) };
    let isDone =
      whole.length === 0 ||
      lake.catalog.replace(
        whole.map(({ id }) => id),
        [],
      );
    if (isDone) {
      sum.files += whole.length;
      sum.rows += sumRows(whole);
    }
    for (const segment of straddling) {
      const kept = await rewriteSegment(lake, engine, segment, `WHERE time >= ${timestampSql(before)}`);
      const add = kept === undefined ? [] : [kept];
      if (lake.catalog.replace([segment.id], add)) {
        sum.rewritten++;
        sum.rows += segment.rows - sumRows(add);
      } else {
        discardSegments(lake.dataDir, add);
        isDone = false;
      }
    }
    if (isDone) return sum;
    if (conflicts === MOST_CONFLICTS) throw tooBusy(table);
  }
}

async function foresee(
  lake: WritableLake,
  engine: Engine,
  whole: readonly Segment[],
  straddling: readonly Segment[],
  before: number,
): Promise<Omit<ExpiredRows, "table" | "before">> {
  let rows = sumRows(whole);
  for (const segment of straddling) {
    const source = segmentsSql(segment.table, [segment], lake.dataDir);
    const count = await engine.connection.runAndReadAll(
      `SELECT count(*) FROM ${source} WHERE time < ${timestampSql(before)}`,
    );
    rows += Number(count.getRows()[0]?.[0]);
  }
  return { rows, files: whole.length, rewritten: straddling.length };
}

function sumRows(segments: readonly Segment[]): number {
  return segments.reduce((sum, { rows }) => sum + rows, 0);
}

function tooBusy(table: TableName): WeirError {
  return new WeirError({
    code: "segments-changed",
    kind: "conflict",
    message: `other processes kept changing the files of ${table}`,
    next: "What was deleted stays deleted; run the command again.",
  });
}
