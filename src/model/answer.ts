import type { ColumnDefinition } from "./column-definition.ts";

/** One value of an answer as plain data. Whole numbers of 64 bits and more are bigint; times are RFC 3339 text in UTC. */
export type Cell = null | boolean | number | bigint | string | readonly Cell[] | { readonly [key: string]: Cell };

/** How a column's values are shown: what is aligned right, what takes human units. */
export type CellKind = "number" | "time" | "address" | "boolean" | "text" | "nested";

export interface AnswerColumn {
  readonly name: string;
  /** The type's name in SQL. */
  readonly type: string;
  readonly kind: CellKind;
  readonly unit?: ColumnDefinition["unit"];
  readonly heading?: string;
}

/** Rows that come in blocks, so that an answer of any length needs little memory. */
export interface RowStream {
  readonly columns: readonly AnswerColumn[];
  blocks(): AsyncIterable<readonly (readonly Cell[])[]>;
}

/** A stretch of time, microseconds since 1970, the end not included. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** What is known about what was not seen. `gaps`: "unknown" until delivery is watched. */
export interface AnswerCoverage {
  /** Windows in which the cloud says that nothing passed. */
  readonly nodata: number;
  /** Windows in which the cloud says that it lost records. */
  readonly skipdata: number;
  readonly gaps: "unknown";
}

export interface Answer {
  readonly columns: readonly AnswerColumn[];
  readonly rows: readonly (readonly Cell[])[];
  /** The table that was read. */
  readonly table: string;
  readonly scannedRows: number;
  readonly scannedBytes: number;
  readonly elapsedMs: number;
  readonly range: TimeRange;
  readonly coverage: AnswerCoverage;
}
