import { statSync } from "node:fs";
import { DuckDBListValue, DuckDBUUIDValue, type DuckDBValue } from "./duckdb-api.ts";
import { columnNames, columnOf, type ColumnName } from "#model/columns.js";
import type { Segment } from "#model/segment.js";
import { isEvidence, type TableName } from "#model/tables.js";
import type { Engine } from "./duckdb.ts";
import { fileText, filesSql } from "./read-segments.ts";
import { segmentPath, syncFile } from "./segment-writer.ts";

/** The addresses that a table's segments are planned by. */
const addressColumns: Readonly<Partial<Record<TableName, readonly ColumnName[]>>> = {
  flows: ["src_ip", "dst_ip"],
  conversations: ["client_ip", "server_ip"],
  observations: ["client_ip", "server_ip"],
  rollup_hour: ["client_ip", "server_ip"],
  presence: ["address"],
};

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
  const ends = addressColumns[table] ?? [];
  const addresses =
    ends.length === 0
      ? "NULL::UUID, NULL::UUID"
      : `least(${ends.map((name) => `min(${name})`).join(", ")}), greatest(${ends.map((name) => `max(${name})`).join(", ")})`;
  const facts = await connection.runAndReadAll(
    `SELECT count(*), epoch_us(min(time)), epoch_us(max(time)), list_sort(list(DISTINCT epoch_us(time) // 3600000000)), ${addresses} FROM ${source}`,
  );
  const [rows, minTime, maxTime, hours, minAddress, maxAddress] = facts.getRows()[0] ?? [];
  if (Number(rows ?? 0) === 0) return undefined;
  const objects = isEvidence(table)
    ? (await connection.runAndReadAll(`SELECT object_id, count(*) FROM ${source} GROUP BY object_id`)).getRows()
    : [];
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
    objects: Object.fromEntries(objects.map(([objectId, count]) => [Number(objectId), Number(count)])),
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
