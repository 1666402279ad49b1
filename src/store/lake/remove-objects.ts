import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Catalog } from "#catalog/index.js";
import { columnNames, columnOf } from "#model/columns.js";
import type { Segment } from "#model/segment.js";
import { copyOptions } from "./column-types.ts";
import { openEngine, type Engine } from "./duckdb.ts";
import { STAGING, TMP } from "./lake-folders.ts";
import { publishSegments, stagedFile } from "./publish.ts";
import { segmentsSql } from "./read-segments.ts";
import { describeFile } from "./segment-file.ts";
import { sqlText } from "./sql-literal.ts";

/** Segments to retire, and those that take their place. */
export interface Rewrite {
  readonly retire: readonly string[];
  readonly add: readonly Segment[];
}

interface WritableLake {
  readonly dataDir: string;
  readonly writerId: string;
  readonly catalog: Catalog;
}

const MEMORY_MB = 500;

/**
 * Writes the live segments that hold rows of some objects anew, without those rows, and publishes the new files. Nothing is
 * committed: the caller commits them in one go with whatever replaces the rows.
 */
export async function removeObjectRows(lake: WritableLake, objectIds: readonly number[]): Promise<Rewrite> {
  const segments = objectIds.length === 0 ? [] : lake.catalog.segmentsOfObjects(objectIds);
  if (segments.length === 0) return { retire: [], add: [] };
  const gone = new Set(objectIds);
  const mixed = segments.filter(({ objects }) => Object.keys(objects).some((id) => !gone.has(Number(id))));
  const retire = segments.map(({ id }) => id);
  if (mixed.length === 0) return { retire, add: [] };
  const engine = await openEngine(join(lake.dataDir, TMP, lake.writerId), { memoryMb: MEMORY_MB, threads: 1 });
  try {
    const add: Segment[] = [];
    for (const segment of mixed) {
      const ids = [...gone].map(String).join(", ");
      const written = await rewriteSegments(lake, engine, [segment], `WHERE object_id NOT IN (${ids})`);
      if (written !== undefined) add.push(written);
    }
    return { retire, add };
  } finally {
    engine.close();
  }
}

/**
 * Writes what a condition and an order leave of segments of one table as one new, published file.
 * @param rest SQL behind the FROM clause; none of it comes from input
 * @returns undefined when no row is left
 */
export async function rewriteSegments(
  lake: WritableLake,
  engine: Engine,
  segments: readonly Segment[],
  rest: string,
): Promise<Segment | undefined> {
  const table = segments[0]?.table;
  if (table === undefined) return undefined;
  const ids = new Set(segments.flatMap(({ columns }) => columns));
  const names = columnNames.filter((name) => ids.has(columnOf(name).id));
  const id = `${lake.writerId}-${randomUUID()}`;
  const file = stagedFile(lake.dataDir, lake.writerId, id);
  mkdirSync(join(lake.dataDir, STAGING, lake.writerId), { recursive: true });
  const source = segmentsSql(table, segments, lake.dataDir);
  await engine.connection.run(`COPY (SELECT ${names.join(", ")} FROM ${source} ${rest}) TO ${sqlText(file)} (${copyOptions(names)})`);
  const segment = await describeFile(engine, table, id, file);
  if (segment === undefined) rmSync(file, { force: true });
  else publishSegments(lake.dataDir, lake.writerId, [segment]);
  return segment;
}
