import { statSync } from "node:fs";
import { DuckDBListValue, DuckDBUUIDValue, type DuckDBValue } from "./duckdb-api.ts";
import { columnNames, columnOf } from "#model/columns.js";
import type { Segment } from "#model/segment.js";
import type { TableName } from "#model/tables.js";
import type { Engine } from "./duckdb.ts";
import { fileText, filesSql } from "./read-segments.ts";
import { segmentPath, syncFile } from "./segment-writer.ts";

/**
 * What the catalog wants to know of a segment file that DuckDB has written: read from the file itself. The file is synced.
 * @returns undefined for a file without rows
 */
export async function describeFile(
  engine: Engine,
  table: TableName,
  id: string,
  file: string,
): Promise<Segment | undefined> {
  syncFile(file);
  const { connection } = engine;
  const source = filesSql(table, [file]);
  const addresses =
    table === "flows"
      ? "least(min(src_ip), min(dst_ip)), greatest(max(src_ip), max(dst_ip))"
      : "NULL::UUID, NULL::UUID";
  const facts = await connection.runAndReadAll(
    `SELECT count(*), epoch_us(min(time)), epoch_us(max(time)), list_sort(list(DISTINCT epoch_us(time) // 3600000000)), ${addresses} FROM ${source}`,
  );
  const [rows, minTime, maxTime, hours, minAddress, maxAddress] = facts.getRows()[0] ?? [];
  if (Number(rows ?? 0) === 0) return undefined;
  const objects = await connection.runAndReadAll(`SELECT object_id, count(*) FROM ${source} GROUP BY object_id`);
  const schema = await connection.runAndReadAll(`SELECT name FROM parquet_schema(${fileText(file)})`);
  const names = new Set(schema.getRows().map(([name]) => String(name)));
  return {
    id,
    table,
    path: segmentPath(table, Number(minTime), id),
    rows: Number(rows),
    bytes: statSync(file).size,
    minTime: Number(minTime),
    maxTime: Number(maxTime),
    hours: hours instanceof DuckDBListValue ? hours.items.map(Number) : [],
    columns: columnNames
      .filter((name) => names.has(name))
      .map((name) => columnOf(name).id)
      .sort((a, b) => a - b),
    minAddress: addressHex(minAddress),
    maxAddress: addressHex(maxAddress),
    objects: Object.fromEntries(objects.getRows().map(([objectId, count]) => [Number(objectId), Number(count)])),
  };
}

const TOP_BIT = 1n << 127n;

/** 32 hexadecimal digits in address order; DuckDB keeps a UUID with its top bit flipped. */
function addressHex(value: DuckDBValue | undefined): string | null {
  return value instanceof DuckDBUUIDValue
    ? BigInt.asUintN(128, value.hugeint ^ TOP_BIT)
        .toString(16)
        .padStart(32, "0")
    : null;
}
