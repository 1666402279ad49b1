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

/** Whether a name could be that of a field, known or not. */
export function isFieldName(name: string): boolean {
  return NAME.test(name);
}

/** Fields of which a flow log has at least one, and other tables none. */
const TELLING = ["srcaddr", "dstaddr", "pkt-srcaddr", "pkt-dstaddr", "interface-id", "tgw-id", "tgw-attachment-id"];

/** Whether fields with these names, of a table or of an object, are those of a flow log. */
export function isFlowLog(names: readonly string[]): boolean {
  const known = names.filter((name) => awsFields.has(name)).length;
  return known >= 2 && known * 2 >= names.length && TELLING.some((name) => names.includes(name));
}

/** Field names that are everyday words too: alone they make no header. */
const everyday = new Set(["version", "protocol", "packets", "bytes", "start", "end", "action", "type", "region"]);
/** So many known names side by side are no prose. */
const SURELY_FIELDS = 4;

/**
 * The field names of a header line; undefined when the line is no header: most of its words must be fields that AWS documents, and
 * it must have either four of them or one whose values no word can pass for. What words a log holds, they become no format.
 */
export function readHeader(tokens: readonly string[]): string[] | undefined {
  const names = readNames(tokens);
  if (names === undefined) return undefined;
  const known = names.filter((name) => awsFields.has(name));
  if (known.length * 2 <= names.length) return undefined;
  if (new Set(known).size >= SURELY_FIELDS) return names;
  return known.some((name) => !everyday.has(name)) && known.some(isChecked) ? names : undefined;
}

function isChecked(name: string): boolean {
  return !isTextual(operations[awsFields.get(name)?.kind ?? "ext"]);
}

/** Words that could be names of fields, at least one of them known. */
function readNames(tokens: readonly string[]): string[] | undefined {
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
  return readNames(splitTokens(format));
}

/** A layout from names that a person or an earlier object gave: `${version} ${srcaddr} …`, or the same without `${}`. */
export function parseLayout(format: string, origin: LayoutOrigin, isPrefixed = false): AwsLayout | undefined {
  const names = readLogFormat(format);
  return names && compileLayout(names, origin, isPrefixed);
}

/** @param names of fields, known or not */
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
  return {
    origin,
    names: isPrefixed ? ["", ...names] : names,
    isPrefixed,
    operations: Uint8Array.from(codes),
    columns,
    filled,
    version: origin === "implied" ? (names.length === vpcDefaultFields.length ? 2 : 6) : 0,
    isGateway: names.some((name) => awsFields.get(name)?.gateway === true),
    isChecked: codes.some((code) => !isTextual(code)),
  };
}

/** Whether a token may be any word. */
function isTextual(code: number): boolean {
  return code <= operations.tag || code === operations.action || code === operations.direction;
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
