import {
  DOUBLE,
  TIMESTAMP,
  UBIGINT,
  UINTEGER,
  USMALLINT,
  UTINYINT,
  UUID,
  VARCHAR,
  type DuckDBType,
} from "./duckdb-api.ts";
import type { ColumnType } from "#model/column-definition.js";
import { columnOf, type ColumnName } from "#model/columns.js";

/** How DuckDB keeps each column type. An address is a UUID, and a UUID in the lake is an address and nothing else. */
export const duckTypes: Readonly<Record<ColumnType, DuckDBType>> = {
  timestamp: TIMESTAMP,
  text: VARCHAR,
  json: VARCHAR,
  address: UUID,
  uint8: UTINYINT,
  uint16: USMALLINT,
  uint32: UINTEGER,
  uint64: UBIGINT,
  float64: DOUBLE,
};

/** The SQL name of a column's type. */
export function sqlType(name: ColumnName): string {
  return duckTypes[columnOf(name).type].toString();
}

/**
 * `COPY … TO` options that every segment is written with: zstd, data pages v2, our numbers as Parquet field ids, so that a
 * file is read right whatever its columns are called in it. Level 1 and dictionaries of at most 20,000 values take a third
 * less time than DuckDB's defaults, at the same size. DuckDB holds a row group until it is whole: twice as many rows in one would
 * take 20 MB more of each process that writes, and make the file no smaller.
 */
export function copyOptions(names: readonly ColumnName[]): string {
  const ids = names.map((name) => `${name}: ${columnOf(name).id}`).join(", ");
  return `FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 131072, DICTIONARY_SIZE_LIMIT 20000, PARQUET_VERSION v2, WRITE_BLOOM_FILTER false, FIELD_IDS {${ids}}`;
}
