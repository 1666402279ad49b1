/** How a column is kept. `address`: 128 bits; `timestamp`: microseconds since 1970, UTC; `json`: an object as text. */
export type ColumnType =
  | "timestamp"
  | "text"
  | "address"
  | "uint8"
  | "uint16"
  | "uint32"
  | "uint64"
  | "float64"
  | "json";

export interface ColumnDefinition {
  /** Stable number, never reused: the Parquet field id. */
  readonly id: number;
  readonly type: ColumnType;
  readonly heading: string;
  readonly description: string;
  readonly unit?: "bytes" | "packets" | "ms" | "ratio";
  /** The closed set of values of a text column, where there is one. */
  readonly values?: readonly string[];
  /** Whether `--by` takes it. */
  readonly groupable?: boolean;
  /** Other names that filters and `--by` take. */
  readonly aliases?: readonly string[];
}
