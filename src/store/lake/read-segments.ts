import { join } from "node:path";
import { columnOf } from "#model/columns.js";
import type { Segment } from "#model/segment.js";
import { tables, type TableName } from "#model/tables.js";
import { sqlType } from "./column-types.ts";
import { sqlText } from "./sql-literal.ts";

/**
 * The SQL of a relation that reads segments of one table: every column of the catalogue, found by its number whatever it is
 * called in the file, null where a file does not have it. Without segments it is an empty relation of the same shape.
 */
export function segmentsSql(table: TableName, segments: readonly Segment[], dataDir: string): string {
  return filesSql(
    table,
    segments.map(({ path }) => join(dataDir, path)),
  );
}

/** As {@link segmentsSql}, for files that are not in the catalog yet. */
export function filesSql(table: TableName, files: readonly string[]): string {
  const names = tables[table];
  if (files.length === 0) {
    const nulls = names.map((name) => `CAST(NULL AS ${sqlType(name)}) AS ${name}`).join(", ");
    return `(SELECT ${nulls} WHERE false)`;
  }
  const columns = names.map((name) => `${columnOf(name).id}: {name: ${sqlText(name)}, type: ${sqlText(sqlType(name))}, default_value: NULL}`);
  return `read_parquet([${files.map(sqlText).join(", ")}], schema = MAP {${columns.join(", ")}})`;
}
