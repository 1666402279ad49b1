import type { TableName } from "./tables.ts";

/** One Parquet file of the lake, as the catalog plans with it. Times are microseconds since 1970. */
export interface Segment {
  readonly id: string;
  readonly table: TableName;
  /** Relative to the data folder, `/` between parts: `flows/2026-03-03/<id>.parquet`. */
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
  readonly minTime: number;
  readonly maxTime: number;
  /** Hours since 1970 that have rows, ascending. */
  readonly hours: readonly number[];
  /** Field ids of the columns in the file, ascending: a column with no value in it is not there. */
  readonly columns: readonly number[];
  /** Smallest and largest of src_ip and dst_ip, as 32 hexadecimal digits; null without addresses. */
  readonly minAddress: string | null;
  readonly maxAddress: string | null;
  /** Rows of each object in it: object id → rows. */
  readonly objects: Readonly<Record<number, number>>;
}
