import { createRequire } from "node:module";
import type * as Api from "@duckdb/node-api";

// The package is CommonJS of 170 files: loaded by `import` Node.js parses each of them for its exports, which takes 200 ms
// more than `require` does. Every process pays that once, `weir top` before it can answer.
const api = createRequire(import.meta.url)("@duckdb/node-api") as typeof Api;

export const {
  BIGINT,
  DOUBLE,
  DuckDBDataChunk,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBInstance,
  DuckDBListValue,
  DuckDBTableFunction,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTypeId,
  DuckDBUUIDValue,
  ENUM,
  TIMESTAMP,
  UBIGINT,
  UINTEGER,
  USMALLINT,
  UTINYINT,
  UUID,
  VARCHAR,
} = api;

// A class and an enum are types, too.
export type DuckDBInstance = Api.DuckDBInstance;
export type DuckDBTypeId = Api.DuckDBTypeId;

export type {
  DuckDBConnection,
  DuckDBPreparedStatement,
  DuckDBResult,
  DuckDBType,
  DuckDBValue,
} from "@duckdb/node-api";
