import type { ColumnName } from "./columns.ts";

/** How the values of a Parquet column become values of ours. */
export type ParquetRole =
  | "text"
  | "tag"
  | "uint8"
  | "uint16"
  | "uint64"
  | "seconds"
  | "src-address"
  | "dst-address"
  | "packet-src"
  | "packet-dst"
  | "src-port"
  | "dst-port"
  | "protocol"
  | "action"
  | "direction"
  | "status";

/** One column of a flow log that came as Parquet. */
export interface ParquetField {
  /** Its name in the file. */
  readonly source: string;
  /** Its name in the text form of the same log: a header of these names and the values as text say the same. */
  readonly field: string;
  readonly role: ParquetRole;
  readonly column?: ColumnName;
}

/**
 * How a Parquet flow log is read. Rows that are plainly right go from file to file by SQL; every other row is written as a
 * line of text and read by the text decoder, so that both forms of a log mean the same.
 */
export interface ParquetPlan {
  readonly fields: readonly ParquetField[];
  /** Whether rows may be read by SQL at all: not when the file has columns that only the text decoder can place. */
  readonly hasPlainRows: boolean;
  /** Texts that are the same in all rows. */
  readonly constants: Readonly<Partial<Record<ColumnName, string>>>;
}
