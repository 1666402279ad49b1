import type { ColumnName } from "#model/columns.js";
import { awsFields, type FieldKind } from "./aws-fields.ts";
import { fieldName } from "./aws-layout.ts";

/**
 * What makes a value of the catalogue from one of AWS's Parquet. In every kind of text the literal `-` is null; AWS writes
 * numbers that are absent as null.
 *
 * | conversion | Parquet type | value |
 * | --- | --- | --- |
 * | text-dash-null | STRING; `encryption-status` may be INT_32 | as text |
 * | tag | STRING | as text, percent-decoded (UTF-8); what cannot be decoded stays as it is |
 * | uint | INT_32, INT_64, or a float with a whole number in it | the number |
 * | address | STRING | IPv4 or IPv6 text to 128 bits |
 * | seconds-to-timestamp | INT_64 | seconds since 1970; above 2^31 - 1: milliseconds |
 * | action | STRING | as it is to `action_raw`; ACCEPT allow, REJECT deny, anything else observed, to `action` |
 * | status | STRING | OK and null: a flow; NODATA and SKIPDATA: a row of `coverage` |
 */
export type ParquetConversion =
  | "text-dash-null"
  | "tag"
  | "uint"
  | "address"
  | "seconds-to-timestamp"
  | "action"
  | "status";

export interface AwsParquetColumn {
  /** Name in the file, with underscores. Files with hyphens have been seen: compare {@link parquetFieldName}. */
  readonly name: string;
  /** Column of the catalogue; absent for log_status, which decides the table. */
  readonly column?: ColumnName;
  readonly conversion: ParquetConversion;
  /** Only Transit Gateway logs have it: a file with such a column is of log type aws_tgw, any other of aws_vpc. */
  readonly gateway: boolean;
}

const conversions: Readonly<Record<FieldKind, ParquetConversion>> = {
  text: "text-dash-null",
  tag: "tag",
  version: "uint",
  uint8: "uint",
  uint64: "uint",
  protocol: "uint",
  "src-port": "uint",
  "dst-port": "uint",
  "src-address": "address",
  "dst-address": "address",
  "packet-src": "address",
  "packet-dst": "address",
  start: "seconds-to-timestamp",
  end: "seconds-to-timestamp",
  action: "action",
  status: "status",
  direction: "text-dash-null",
};

/**
 * AWS's Parquet columns. Rules over several columns are those of text: with `pkt_srcaddr` in a row, `srcaddr` is the hop
 * address, kept where it differs (likewise dstaddr); ports are null for protocols without them; `time` falls back to `end`.
 */
export const awsParquetColumns: readonly AwsParquetColumn[] = [...awsFields].map(
  ([field, { kind, column, gateway }]) => ({
    name: field.replaceAll("-", "_"),
    ...(column !== undefined && { column }),
    conversion: conversions[kind],
    gateway: gateway === true,
  }),
);

const byName = new Set(awsParquetColumns.map(({ name }) => name));

/** The name as {@link awsParquetColumns} has it, whether the file writes hyphens or underscores. */
export function parquetFieldName(name: string): string {
  return fieldName(name).replaceAll("-", "_");
}

/** Whether a Parquet file with these columns is a flow log of AWS: it names an address or an interface, and little else. */
export function detectsAwsParquet(columnNames: readonly string[]): boolean {
  const names = new Set(columnNames.map(parquetFieldName));
  const known = [...names].filter((name) => byName.has(name)).length;
  const isTelling = ["srcaddr", "dstaddr", "pkt_srcaddr", "pkt_dstaddr", "interface_id", "tgw_id", "tgw_attachment_id"];
  return known >= 2 && known * 2 >= names.size && isTelling.some((name) => names.has(name));
}
