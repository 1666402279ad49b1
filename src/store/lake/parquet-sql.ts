import type { ColumnName } from "#model/columns.js";
import type { ParquetField, ParquetPlan, ParquetRole } from "#model/parquet-plan.js";
import { sqlName, sqlText } from "./sql-literal.ts";

/** Times that a record may have, microseconds. */
export interface TimeBounds {
  readonly earliest: number;
  readonly latest: number;
}

/** Above this a number of seconds is one of milliseconds; only the text decoder reads those. */
const LAST_SECOND = 2_147_483_647;
const MICROS = 1_000_000;
/** Types that may hold half a packet. */
export const FLOATS = "'DOUBLE', 'FLOAT'";
/** TCP, UDP, DCCP, SCTP, UDP-Lite. */
const WITH_PORTS = "6, 17, 33, 132, 136";

const name = (field: ParquetField): string => sqlName(field.source);
const text = (field: ParquetField): string => `nullif(${name(field)}::VARCHAR, '-')`;

type Roles = ReadonlyMap<ParquetRole, ParquetField>;

function byRole(fields: readonly ParquetField[]): Roles {
  return new Map(fields.map((field) => [field.role, field]));
}

/**
 * Whether a row is plainly right: all values there are in range, the packet's addresses those of the interface, an action and
 * a direction that is known, status OK. In doubt it is not: the text decoder then decides.
 */
export function isPlainSql(fields: readonly ParquetField[], bounds: TimeBounds): string {
  const roles = byRole(fields);
  const conditions = fields.flatMap((field) => {
    const condition = fieldCondition(field, bounds);
    return condition === undefined ? [] : [condition];
  });
  for (const [side, packet] of [
    ["src-address", "packet-src"],
    ["dst-address", "packet-dst"],
  ] as const) {
    const field = roles.get(side);
    const other = roles.get(packet);
    if (field === undefined) conditions.push(other === undefined ? "true" : "false");
    else conditions.push(`a_${side.slice(0, 3)} IS NOT NULL`);
    if (other !== undefined) conditions.push(`a_pkt_${side.slice(0, 3)} = a_${side.slice(0, 3)}`);
  }
  if (!roles.has("seconds") || !fields.some(({ column }) => column === "time")) conditions.push("false");
  return `coalesce(${conditions.map((condition) => `(${condition})`).join(" AND ")}, false)`;
}

function range(field: ParquetField, most: string): string {
  return `(${name(field)} IS NULL OR (typeof(${name(field)}) NOT IN (${FLOATS}) AND ${name(field)} BETWEEN 0 AND ${most}))`;
}

function fieldCondition(field: ParquetField, { earliest, latest }: TimeBounds): string | undefined {
  const value = name(field);
  switch (field.role) {
    case "uint8":
    case "protocol":
      return range(field, "255");
    case "uint16":
    case "src-port":
    case "dst-port":
      return range(field, "65535");
    case "uint64":
      return range(field, "18446744073709551615");
    case "seconds": {
      const inRange = `${value} BETWEEN ${Math.ceil(earliest / MICROS)} AND ${Math.min(LAST_SECOND, Math.floor(latest / MICROS))}`;
      // A missing time is looked for elsewhere, by the text decoder.
      return field.column === "time" ? `${value} IS NOT NULL AND ${inRange}` : `${value} IS NULL OR ${inRange}`;
    }
    case "status":
      return `${value} IS NULL OR ${value} IN ('OK', '-')`;
    case "action":
      return `${value} IN ('ACCEPT', 'REJECT')`;
    case "direction":
      return `${value} IS NULL OR ${value} IN ('ingress', 'egress', '-')`;
    case "tag":
      return `${value} IS NULL OR NOT contains(${value}, '%')`;
    case "text":
      // A record without an interface has another observer, which the text decoder looks for.
      if (field.column === "observer_id") return `${value} <> '-' AND NOT regexp_matches(${value}, '^$|[[:space:]]')`;
      return `${value} IS NULL OR NOT regexp_matches(${value}::VARCHAR, '^$|[[:space:]]')`;
    case "src-address":
    case "dst-address":
    case "packet-src":
    case "packet-dst":
      return undefined;
  }
}

/** The expressions that fill our columns for a plain row. */
export function outputsSql(plan: ParquetPlan, objectId: number): Map<ColumnName, string> {
  const outputs = new Map<ColumnName, string>();
  const roles = byRole(plan.fields);
  for (const [column, value] of Object.entries(plan.constants) as [ColumnName, string][])
    outputs.set(column, sqlText(value));
  outputs.set("object_id", String(objectId));
  // Line 1 of an object is its first record: Parquet has no header.
  outputs.set("position", "row + 1");
  for (const field of plan.fields) if (field.column !== undefined) fillColumn(outputs, field, field.column, roles);
  const direction = roles.get("direction");
  if (direction !== undefined)
    outputs.set("observation_point", `CASE ${name(direction)} WHEN 'egress' THEN 'src' WHEN 'ingress' THEN 'dst' END`);
  const action = roles.get("action");
  outputs.set(
    "action",
    action === undefined ? "'observed'" : `CASE ${name(action)} WHEN 'ACCEPT' THEN 'allow' ELSE 'deny' END`,
  );
  return outputs;
}

function fillColumn(outputs: Map<ColumnName, string>, field: ParquetField, column: ColumnName, roles: Roles): void {
  const value = name(field);
  const protocol = roles.get("protocol");
  switch (field.role) {
    case "text":
    case "tag":
    case "action":
    case "direction":
      outputs.set(column, text(field));
      break;
    case "seconds":
      outputs.set(column, `make_timestamp(${value}::BIGINT * ${MICROS})`);
      break;
    case "src-port":
    case "dst-port":
      outputs.set(column, portSql(value, protocol, roles));
      break;
    case "src-address":
      outputs.set(column, "a_src");
      break;
    case "dst-address":
      outputs.set(column, "a_dst");
      break;
    case "packet-src":
    case "packet-dst":
    case "status":
      break;
    case "uint8":
    case "uint16":
    case "uint64":
    case "protocol":
      outputs.set(column, value);
      break;
  }
}

/** Protocols without ports have none, whatever is written; without a protocol 0 and 0 mean none. */
function portSql(value: string, protocol: ParquetField | undefined, roles: Roles): string {
  const ports = (["src-port", "dst-port"] as const)
    .flatMap((role) => roles.get(role) ?? [])
    .map((field) => `coalesce(${name(field)}, 0) = 0`);
  const none = `(${ports.join(" AND ")})`;
  if (protocol === undefined) return `CASE WHEN NOT ${none} THEN ${value} END`;
  return `CASE WHEN ${name(protocol)} IN (${WITH_PORTS}) OR (${name(protocol)} IS NULL AND NOT ${none}) THEN ${value} END`;
}
