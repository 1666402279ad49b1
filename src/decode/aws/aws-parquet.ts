import type { DecoderState } from "../decoder.ts";
import { awsFields } from "./aws-fields.ts";
import { fieldName } from "./aws-layout.ts";
import { awsTextFormat } from "./aws-text-format.ts";

/** Fields of which a flow log has at least one, and other Parquet files none. */
const TELLING = ["srcaddr", "dstaddr", "pkt-srcaddr", "pkt-dstaddr", "interface-id", "tgw-id", "tgw-attachment-id"];

/**
 * The state in which the text decoder reads the rows of AWS Parquet as lines, the first row as line 1; undefined when the
 * columns are not those of a flow log. AWS writes underscores in the names, `-` for absent texts and null for absent numbers.
 */
export function awsParquetState(columnNames: readonly string[]): DecoderState | undefined {
  const fields = columnNames.map((name) => fieldName(name.replaceAll(/\s/g, "_")));
  const names = new Set(fields);
  const known = fields.filter((field) => awsFields.has(field)).length;
  if (known < 2 || known * 2 < fields.length || !TELLING.some((name) => names.has(name))) return undefined;
  return {
    decoder: awsTextFormat.name,
    position: 0,
    detail: { layout: fields.join(" "), origin: "header", prefixed: false },
  };
}
