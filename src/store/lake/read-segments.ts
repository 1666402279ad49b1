import { join, resolve } from "node:path";
import { columnOf } from "#model/columns.js";
import type { Segment } from "#model/segment.js";
import { tables, type TableName } from "#model/tables.js";
import { sqlType } from "./column-types.ts";
import { sqlText } from "./sql-literal.ts";

/**
 * The SQL of a relation that reads segments of one table: every column of the catalogue, found by its number whatever it is
 * called in the file, null where a file does not have it. Without segments it is an empty relation of the same shape.
 * @param dataDir the data folder that the segments' paths are relative to
 */
export function segmentsSql(table: TableName, segments: readonly Pick<Segment, "path">[], dataDir: string): string {
  const folder = resolve(dataDir);
  return filesSql(
    table,
    segments.map(({ path }) => join(folder, path)),
  );
}

/** As {@link segmentsSql}, for files that are not in the catalog yet. */
export function filesSql(table: TableName, files: readonly string[]): string {
  const names = tables[table];
  if (files.length === 0) {
    const nulls = names.map((name) => `CAST(NULL AS ${sqlType(name)}) AS ${name}`).join(", ");
    return `(SELECT ${nulls} WHERE false)`;
  }
  const columns = names.map(
    (name) => `${columnOf(name).id}: {name: ${sqlText(name)}, type: ${sqlText(sqlType(name))}, default_value: NULL}`,
  );
  return `read_parquet([${files.map(fileText).join(", ")}], schema = MAP {${columns.join(", ")}})`;
}

/** DuckDB takes file names for patterns: a data folder called `[old]` would match nothing, or something else. */
export function fileText(path: string): string {
  return sqlText(path.replaceAll(/[*?[]/g, "[$&]"));
}
