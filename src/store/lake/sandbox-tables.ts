import {
  BIGINT,
  DuckDBDataChunk,
  DuckDBTimestampValue,
  TIMESTAMP,
  UBIGINT,
  UINTEGER,
  VARCHAR,
  type DuckDBConnection,
  type DuckDBType,
  type DuckDBValue,
} from "./duckdb-api.ts";
import type { ObjectRow } from "#catalog/index.js";
import { recordKinds } from "#model/records.js";
import type { Segment } from "#model/segment.js";

type Columns = readonly (readonly [string, DuckDBType])[];

const objectColumns: Columns = [
  ["object_id", UINTEGER],
  ["source", VARCHAR],
  ["key", VARCHAR],
  ["status", VARCHAR],
  ["size", UBIGINT],
  ["sha256", VARCHAR],
  ["read_at", TIMESTAMP],
  ["decoder", VARCHAR],
  ["code", VARCHAR],
  ["message", VARCHAR],
  ["records", UBIGINT],
  ...recordKinds.map((kind) => [kind, UBIGINT] as const),
];

/** Makes the table `objects` from the catalog's list. */
export async function fillObjects(connection: DuckDBConnection, objects: readonly ObjectRow[]): Promise<void> {
  await fill(connection, "objects", objectColumns, objects, (object) => [
    object.objectId,
    object.source,
    object.key,
    object.status,
    BigInt(object.size),
    object.sha256,
    object.readAtMs === null ? null : new DuckDBTimestampValue(BigInt(object.readAtMs) * 1000n),
    object.decoder,
    object.code,
    object.message,
    BigInt(object.counts.total),
    ...recordKinds.map((kind) => BigInt(object.counts[kind])),
  ]);
}

const segmentColumns: Columns = [
  ["segment_id", VARCHAR],
  ["table_name", VARCHAR],
  ["path", VARCHAR],
  ["rows", UBIGINT],
  ["bytes", UBIGINT],
  ["min_time", TIMESTAMP],
  ["max_time", TIMESTAMP],
  ["hours", BIGINT],
];

/** Makes the table `segments`: the live files. */
export async function fillSegments(connection: DuckDBConnection, segments: readonly Segment[]): Promise<void> {
  await fill(connection, "segments", segmentColumns, segments, (segment) => [
    segment.id,
    segment.table,
    segment.path,
    BigInt(segment.rows),
    BigInt(segment.bytes),
    new DuckDBTimestampValue(BigInt(segment.minTime)),
    new DuckDBTimestampValue(BigInt(segment.maxTime)),
    BigInt(segment.hours.length),
  ]);
}

async function fill<Row>(
  connection: DuckDBConnection,
  table: string,
  columns: Columns,
  rows: readonly Row[],
  values: (row: Row) => DuckDBValue[],
): Promise<void> {
  await connection.run(
    `CREATE TEMP TABLE ${table} (${columns.map(([name, type]) => `${name} ${type.toString()}`).join(", ")})`,
  );
  const appender = await connection.createAppender(table);
  const types = columns.map(([, type]) => type);
  for (let from = 0; from < rows.length; from += 2048) {
    const chunk = DuckDBDataChunk.create(types);
    chunk.setRows(rows.slice(from, from + 2048).map(values));
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}
