import duckdb from "@duckdb/node-bindings";
import { DuckDBTableFunction, ENUM, VARCHAR, type DuckDBConnection, type DuckDBType } from "./duckdb-api.ts";
import { wordsPerRow, type ColumnBatch, type ColumnData } from "#model/column-batch.js";
import type { ColumnName } from "#model/columns.js";
import { duckTypes } from "./column-types.ts";

/** DuckDB's vector size: rows per chunk. */
const CHUNK_ROWS = 2048;
/** Text columns with more values than this are written as they are: an ENUM of so many costs more than it saves. */
const ENUM_VALUES = 60_000;

/** A column ready to be copied chunk by chunk. */
interface ScanColumn {
  readonly name: ColumnName;
  readonly type: DuckDBType;
  /** Copies rows `[from, from + rows)` into a vector. */
  fill(vector: duckdb.Vector, from: number, rows: number): void;
}

/**
 * Lets a connection read batches as the table function `batch()`. A batch's arrays are copied whole into DuckDB's vectors,
 * and text columns become ENUMs whose codes are ours, so that nothing is converted value by value and no table is filled.
 */
export class BatchScan {
  #columns: readonly ScanColumn[] = [];
  #rows = 0;
  #next = 0;

  constructor(connection: DuckDBConnection) {
    connection.registerTableFunction(
      DuckDBTableFunction.create({
        name: "batch",
        bindFunction: (bind) => {
          for (const { name, type } of this.#columns) bind.addResultColumn(name, type);
        },
        initFunction: () => {
          this.#next = 0;
        },
        mainFunction: (_info, output) => {
          const rows = Math.min(CHUNK_ROWS, this.#rows - this.#next);
          output.rowCount = rows;
          for (const [index, column] of this.#columns.entries())
            if (rows > 0) column.fill(duckdb.data_chunk_get_vector(output.chunk, index), this.#next, rows);
          this.#next += rows;
        },
      }),
    );
  }

  /** What `batch()` gives from now on: the columns of `batch` that have a value. @returns their names */
  show(batch: ColumnBatch): ColumnName[] {
    const columns = batch.columns().filter((column) => hasValue(column, batch.rows));
    this.#columns = columns.map((column) => scanColumn(column, batch.rows));
    this.#rows = batch.rows;
    return columns.map(({ name }) => name);
  }
}

function hasValue({ valid }: ColumnData, rows: number): boolean {
  for (let byte = 0; byte < rows >> 3; byte++) if (valid[byte] !== 0) return true;
  return (rows & 7) !== 0 && ((valid[rows >> 3] as number) & ((1 << (rows & 7)) - 1)) !== 0;
}

function isDense({ valid }: ColumnData, rows: number): boolean {
  for (let byte = 0; byte < rows >> 3; byte++) if (valid[byte] !== 255) return false;
  const rest = (1 << (rows & 7)) - 1;
  return rest === 0 || ((valid[rows >> 3] as number) & rest) === rest;
}

function scanColumn(column: ColumnData, rows: number): ScanColumn {
  const copyNulls = isDense(column, rows) ? undefined : validityCopier(column.valid);
  if (column.type === "text" || column.type === "json") return textColumn(column, rows, copyNulls);
  const { name, type, data } = column;
  const bytes = data.BYTES_PER_ELEMENT * wordsPerRow(type);
  return { name, type: duckTypes[type], fill: arrayCopier(data, bytes, copyNulls) };
}

type CopyNulls = (vector: duckdb.Vector, from: number, rows: number) => void;

function validityCopier(valid: Uint8Array): CopyNulls {
  const buffer = valid.buffer as ArrayBuffer;
  return (vector, from, rows) => {
    duckdb.vector_ensure_validity_writable(vector);
    duckdb.copy_data_to_vector_validity(vector, 0, buffer, from >> 3, (rows + 7) >> 3);
  };
}

function arrayCopier(data: ArrayBufferView, bytesPerRow: number, copyNulls: CopyNulls | undefined): ScanColumn["fill"] {
  const buffer = data.buffer as ArrayBuffer;
  return (vector, from, rows) => {
    duckdb.copy_data_to_vector(vector, 0, buffer, from * bytesPerRow, rows * bytesPerRow);
    copyNulls?.(vector, from, rows);
  };
}

function textColumn(column: ColumnData, rows: number, copyNulls: CopyNulls | undefined): ScanColumn {
  const { name, dictionary, data, valid } = column;
  const values = Array.from({ length: dictionary.size }, (_, code) => dictionary.textAt(code));
  // Different bytes that are not UTF-8 read as the same text; an ENUM wants each value once. It also ends at a NUL.
  const distinct = new Map<string, number>();
  const codes = values.map((value) => distinct.get(value) ?? (distinct.set(value, distinct.size), distinct.size - 1));
  const asEnum = values.length <= ENUM_VALUES && !values.some((value) => value.includes("\0"));
  if (!asEnum) {
    const fill: ScanColumn["fill"] = (vector, from, count) => {
      for (let row = 0; row < count; row++) {
        const at = from + row;
        const isSet = ((valid[at >> 3] as number) & (1 << (at & 7))) !== 0;
        duckdb.vector_assign_string_element(vector, row, isSet ? (values[data[at] as number] as string) : "");
      }
      copyNulls?.(vector, from, count);
    };
    return { name, type: VARCHAR, fill };
  }
  const narrow =
    distinct.size <= 0xff
      ? new Uint8Array(rows)
      : distinct.size <= 0xffff
        ? new Uint16Array(rows)
        : new Uint32Array(rows);
  // One value: all codes are 0 already.
  if (distinct.size > 1 && distinct.size === values.length) narrow.set(data.subarray(0, rows));
  else if (distinct.size > 1) for (let row = 0; row < rows; row++) narrow[row] = codes[data[row] as number] ?? 0;
  const type = ENUM([...distinct.keys()]);
  return { name, type, fill: arrayCopier(narrow, narrow.BYTES_PER_ELEMENT, copyNulls) };
}
