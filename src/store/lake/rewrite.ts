import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Catalog } from "#catalog/index.js";
import type { ColumnName } from "#model/columns.js";
import type { Segment } from "#model/segment.js";
import type { TableName } from "#model/tables.js";
import { copyOptions } from "./column-types.ts";
import type { Engine } from "./duckdb.ts";
import { STAGING } from "./lake-folders.ts";
import { publishSegments, stagedFile } from "./publish.ts";
import { describeFile } from "./segment-file.ts";
import { sqlText } from "./sql-literal.ts";

/** What rewriting needs of a lake that is open for writing. */
export interface WritableLake {
  readonly dataDir: string;
  readonly writerId: string;
  readonly catalog: Catalog;
}

/**
 * Writes rows as one new, published file. The catalog does not know of it until the caller commits it.
 * @param source SQL behind FROM, with conditions and order; none of it comes from input
 * @returns undefined, and no file, when there is no row
 */
export async function writeSegment(
  lake: WritableLake,
  engine: Engine,
  table: TableName,
  names: readonly ColumnName[],
  source: string,
): Promise<Segment | undefined> {
  const id = `${lake.writerId}-${randomUUID()}`;
  const file = stagedFile(lake.dataDir, lake.writerId, id);
  mkdirSync(join(lake.dataDir, STAGING, lake.writerId), { recursive: true });
  try {
    await engine.connection.run(
      `COPY (SELECT ${names.join(", ")} FROM ${source}) TO ${sqlText(file)} (${copyOptions(names)})`,
    );
    const segment = await describeFile(engine, table, id, file);
    if (segment !== undefined) publishSegments(lake.dataDir, lake.writerId, [segment]);
    return segment;
  } finally {
    // Gone already when it was published.
    rmSync(file, { force: true });
  }
}

/** A moment as a SQL constant. @param micros since 1970 */
export function timestampSql(micros: number): string {
  return `make_timestamp(${BigInt(Math.floor(micros))}::BIGINT)`;
}
