import type { DecoderState } from "../decoder.ts";
import { fieldName, isFlowLog } from "./aws-layout.ts";
import { awsTextFormat } from "./aws-text-format.ts";

/**
 * The state in which the text decoder reads the rows of AWS Parquet as lines, the first row as line 1; undefined when the
 * columns are not those of a flow log. AWS writes underscores in the names, `-` for absent texts and null for absent numbers.
 */
export function awsParquetState(columnNames: readonly string[]): DecoderState | undefined {
  const fields = columnNames.map((name) => fieldName(name.replaceAll(/\s/g, "_")));
  if (!isFlowLog(fields)) return undefined;
  return {
    decoder: awsTextFormat.name,
    position: 0,
    detail: { layout: fields.join(" "), origin: "header", prefixed: false },
  };
}

/**
 * Whether the columns are those of OCSF events with two ends, as Security Lake has them in Parquet: rows are read as JSON, each of
 * which tells what it is.
 */
export function isOcsfTable(columnNames: readonly string[]): boolean {
  return ["class_uid", "metadata", "src_endpoint", "dst_endpoint"].every((name) => columnNames.includes(name));
}
