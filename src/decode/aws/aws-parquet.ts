import type { ParquetField, ParquetPlan, ParquetRole } from "#model/parquet-plan.js";
import type { ObjectContext } from "../decoder.ts";
import { awsFields, type FieldKind } from "./aws-fields.ts";
import { readKey } from "./aws-key.ts";
import { fieldName } from "./aws-layout.ts";

const roles: Readonly<Record<FieldKind, ParquetRole>> = {
  text: "text",
  tag: "tag",
  version: "uint8",
  uint8: "uint8",
  uint64: "uint64",
  protocol: "protocol",
  "src-port": "src-port",
  "dst-port": "dst-port",
  "src-address": "src-address",
  "dst-address": "dst-address",
  "packet-src": "packet-src",
  "packet-dst": "packet-dst",
  start: "seconds",
  end: "seconds",
  action: "action",
  status: "status",
  direction: "direction",
};

/** Fields of which a flow log has at least one, and other Parquet files none. */
const TELLING = ["srcaddr", "dstaddr", "pkt-srcaddr", "pkt-dstaddr", "interface-id", "tgw-id", "tgw-attachment-id"];

/**
 * How a flow log of AWS that was delivered as Parquet is read; undefined when the columns are not those of one. AWS writes
 * underscores in the names, `-` for absent texts and null for absent numbers.
 */
export function awsParquetPlan(columnNames: readonly string[], context: ObjectContext): ParquetPlan | undefined {
  const fields = columnNames.map(toField);
  const names = new Set(fields.map(({ field }) => field));
  const known = fields.filter(({ field }) => awsFields.has(field));
  if (known.length < 2 || known.length * 2 < fields.length || !TELLING.some((name) => names.has(name)))
    return undefined;
  const isGateway = known.some(({ field }) => awsFields.get(field)?.gateway === true);
  const { flowLogId, accountId, region } = readKey(context.key);
  return {
    fields,
    // Fields of ours alone, each once, and no losses to add up.
    hasPlainRows: known.length === fields.length && names.size === fields.length && !isGateway,
    constants: {
      provider: "aws",
      log_type: isGateway ? "aws_tgw" : "aws_vpc",
      bytes_kind: "ip",
      counter_quality: "exact",
      ...(flowLogId !== undefined && { flow_log_id: flowLogId }),
      ...(accountId !== undefined && { log_account_id: accountId }),
      ...(region !== undefined && !names.has("region") && { region }),
      ...(names.has("interface-id") && { observer_type: "interface" }),
    },
  };
}

function toField(source: string): ParquetField {
  const field = fieldName(source);
  const known = awsFields.get(field);
  if (known === undefined) return { source, field, role: "text" };
  return { source, field, role: roles[known.kind], ...(known.column !== undefined && { column: known.column }) };
}
