import type { ColumnName } from "#model/columns.js";
import { awsFields, gatewayDefaultFields, lossColumns, vpcDefaultFields, type FieldKind } from "./aws-fields.ts";

/** What the line reader does with a token. `read-lines.ts` has these numbers written out; from 12 on they are numbers. */
export const operations = {
  skip: 0,
  ext: 1,
  text: 2,
  tag: 3,
  "src-address": 4,
  "dst-address": 5,
  "packet-src": 6,
  "packet-dst": 7,
  direction: 8,
  action: 9,
  status: 10,
  logged: 11,
  uint8: 12,
  version: 13,
  protocol: 14,
  "src-port": 15,
  "dst-port": 16,
  uint64: 17,
  start: 18,
  end: 19,
} as const satisfies Record<FieldKind | "skip" | "ext" | "logged", number>;

/**
 * Where a layout comes from. `implied`: the line itself looks like a default format, by its version and number of tokens.
 */
export type LayoutOrigin = "header" | "configured" | "known" | "implied";

/** The order of fields in a line, compiled for the line reader. */
export interface AwsLayout {
  readonly origin: LayoutOrigin;
  /** Field names in order; the first is empty when lines begin with a time. */
  readonly names: readonly string[];
  /** Whether lines begin with the ISO 8601 time that an export from CloudWatch Logs puts there. */
  readonly isPrefixed: boolean;
  readonly operations: Uint8Array;
  /** Per token the column it goes to. */
  readonly columns: readonly (ColumnName | undefined)[];
  /** The columns that the layout fills. */
  readonly filled: ReadonlySet<ColumnName>;
  /** The version that every line must have; 0: any. */
  readonly version: number;
  readonly isGateway: boolean;
  /** A line has a field that no header's word can pass for; without one every line is looked at as a header first. */
  readonly isChecked: boolean;
}

const NAME = /^[a-z][a-z0-9]*([-_][a-z0-9]+)*$/;
/** More fields than any format can have: a guard. */
const FIELDS_LIMIT = 500;

/** A field name as AWS documents it: `${…}` stripped, underscores as hyphens. */
export function fieldName(token: string): string {
  const bare = token.startsWith("${") && token.endsWith("}") ? token.slice(2, -1) : token;
  return bare.replaceAll("_", "-");
}

/** The field names of a header line; undefined when the line is no header. */
export function readHeader(tokens: readonly string[]): string[] | undefined {
  if (tokens.length === 0 || tokens.length > FIELDS_LIMIT) return undefined;
  let isKnown = false;
  const names: string[] = [];
  for (const token of tokens) {
    const name = fieldName(token);
    if (!NAME.test(name)) return undefined;
    isKnown ||= awsFields.has(name);
    names.push(name);
  }
  return isKnown ? names : undefined;
}

export function splitTokens(line: string): string[] {
  return line.split(/[ \t\r\n]+/).filter((token) => token !== "");
}

/** The field names of a `LogFormat`, with or without `${}`; undefined when it names no field of AWS flow logs. */
export function readLogFormat(format: string): string[] | undefined {
  return readHeader(splitTokens(format));
}

/** A layout from names that a person or an earlier object gave: `${version} ${srcaddr} …`, or the same without `${}`. */
export function parseLayout(format: string, origin: LayoutOrigin, isPrefixed = false): AwsLayout | undefined {
  const names = readLogFormat(format);
  return names && compileLayout(names, origin, isPrefixed);
}

/** @param names from {@link readHeader} */
export function compileLayout(names: readonly string[], origin: LayoutOrigin, isPrefixed = false): AwsLayout {
  const codes: number[] = isPrefixed ? [operations.logged] : [];
  const columns: (ColumnName | undefined)[] = isPrefixed ? ["logged_time"] : [];
  const present = new Set<string>();
  const filled = new Set<ColumnName>(columns.filter((name) => name !== undefined));
  const hasField = new Set(names);
  for (const name of names) {
    const field = awsFields.get(name);
    // AWS took a format that names a field twice: the first counts.
    const code = present.has(name) ? operations.skip : operations[field?.kind ?? "ext"];
    let column = field?.column;
    if (name === "srcaddr" && hasField.has("pkt-srcaddr")) column = "src_hop_ip";
    if (name === "dstaddr" && hasField.has("pkt-dstaddr")) column = "dst_hop_ip";
    // Two fields of one meaning, as of mixed VPC and gateway formats: the second is kept in ext.
    if (column !== undefined && filled.has(column) && code !== operations.skip) column = undefined;
    const isExt =
      code === operations.ext || (column === undefined && code !== operations.skip && code !== operations.status);
    codes.push(isExt ? operations.ext : code);
    columns.push(isExt || code === operations.skip ? undefined : column);
    if (column !== undefined) filled.add(column);
    present.add(name);
  }
  const isText = (code: number): boolean =>
    code <= operations.tag || code === operations.action || code === operations.direction;
  return {
    origin,
    names: isPrefixed ? ["", ...names] : names,
    isPrefixed,
    operations: Uint8Array.from(codes),
    columns,
    filled,
    version: origin === "implied" ? (names.length === vpcDefaultFields.length ? 2 : 6) : 0,
    isGateway: names.some((name) => awsFields.get(name)?.gateway === true),
    isChecked: codes.some((code) => !isText(code)),
  };
}

/** The two formats that a line may have when nothing says what its fields are. */
export const impliedLayouts: readonly AwsLayout[] = [
  compileLayout(vpcDefaultFields, "implied"),
  compileLayout(gatewayDefaultFields, "implied"),
];

/** Whether rows of the layout count what a gateway lost. */
export function hasLosses(layout: AwsLayout): boolean {
  return lossColumns.some((name) => layout.filled.has(name));
}
