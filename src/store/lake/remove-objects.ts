import { join } from "node:path";
import { columnNames, columnOf } from "#model/columns.js";
import type { Segment } from "#model/segment.js";
import { openEngine, type Engine } from "./duckdb.ts";
import { TMP } from "./lake-folders.ts";
import { discardSegments } from "./publish.ts";
import { segmentsSql } from "./read-segments.ts";
import { writeSegment, type WritableLake } from "./rewrite.ts";

/** Segments to retire, and those that take their place. */
export interface Rewrite {
  readonly retire: readonly string[];
  readonly add: readonly Segment[];
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
  const add: Segment[] = [];
  try {
    for (const segment of mixed) {
      const ids = [...gone].map(String).join(", ");
      const written = await rewriteSegment(lake, engine, segment, `WHERE object_id NOT IN (${ids})`);
      if (written !== undefined) add.push(written);
    }
    return { retire, add };
  } catch (error) {
    discardSegments(lake.dataDir, add);
    throw error;
  } finally {
    engine.close();
  }
}

/** Writes the rows of one segment that a condition leaves. @param where SQL; none of it comes from input */
export async function rewriteSegment(
  lake: WritableLake,
  engine: Engine,
  segment: Segment,
  where: string,
): Promise<Segment | undefined> {
  const names = columnNames.filter((name) => segment.columns.includes(columnOf(name).id));
  return writeSegment(
    lake,
    engine,
    segment.table,
    names,
    `${segmentsSql(segment.table, [segment], lake.dataDir)} ${where}`,
  );
}
