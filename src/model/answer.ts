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
  readonly unit?: NonNullable<ColumnDefinition["unit"]> | "bytes/s";
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

/** How much of what is allowed, or of what is denied, the flow logs write: all of them, some, none. */
export type CoverageOfKind = "full" | "partial" | "none";

/** A stretch in which records are missing: the flow log was silent, or the cloud says that it lost records (skipdata). */
export interface CoverageGap extends TimeRange {
  readonly flowLog: string | null;
  readonly observer?: string;
  readonly cause: "silent" | "skipdata";
}

/** What is known about what was not seen. */
export interface AnswerCoverage {
  /** Of the time in the range that known interfaces lived, the part without gaps; null when no interface is known. */
  readonly share: number | null;
  /** An interface is expected while it lives, from its first record to its last. */
  readonly interfaces: { readonly expected: number; readonly seen: number; readonly basis: "logs" };
  /** `told`: by how flow logs are set up, or by the ways of their cloud; `records`: inferred from what some of them wrote. */
  readonly kinds: {
    readonly allowed: CoverageOfKind;
    readonly denied: CoverageOfKind;
    readonly basis: "told" | "records";
  };
  /** Seconds between the newest record and the end of the range, or now where that is earlier; null without records. */
  readonly lagS: number | null;
  /** The longest ones first, no more than a hundred. */
  readonly gaps: readonly CoverageGap[];
  readonly moreGaps: number;
  /** Windows in which the cloud says that nothing passed, and in which it says that it lost records. */
  readonly windows: { readonly nodata: number; readonly skipdata: number };
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
