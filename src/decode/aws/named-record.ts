import { asObject, asText, type JsonObject } from "../json/json-record.ts";
import { awsFields } from "./aws-fields.ts";
import { compileLayout, fieldName, isFieldName, isFlowLog, type AwsLayout } from "./aws-layout.ts";
import { ocsfFields } from "./ocsf-record.ts";

/**
 * A record whose fields are told by name: what a CloudWatch Logs transformer, Security Lake or another tool made of a line.
 * Written as a line again it is read by the decoder of lines, so that it means the same in every form.
 */
export interface NamedRecord {
  /** Names of fields as AWS documents them. */
  readonly names: readonly string[];
  /** A token for each; none has blanks in it. */
  readonly tokens: readonly string[];
  /** The JSON that it was. */
  readonly text: string;
}

/** What an event holds: a line, or a record whose fields are told by name. */
export type EventContent = string | NamedRecord;

/** Sets of names that are remembered: they are somebody's, as are their lengths. */
const MOST_LAYOUTS = 100;
const MOST_MEMBERS = 500;
const LONGEST_SHAPE = 10_000;

/** AWS's names without hyphens: `parseVPC` writes `srcAddr` and `logStatus`, others `log_status`. */
const knownNames: ReadonlyMap<string, string> = new Map(
  [...awsFields.keys()].map((name) => [name.replaceAll("-", ""), name]),
);

/**
 * The flow-log record that a JSON object is; undefined when it is none. It is the output of the `parseVPC` or the `parseToOCSF`
 * processor (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Transformation-BuiltIn.html), a row of Security
 * Lake's VPC flow logs, or any object whose members are mostly fields of flow logs.
 */
export function readNamedRecord(value: JsonObject, text = ""): NamedRecord | undefined {
  const members = ocsfFields(value) ?? value;
  const shape = shapeOf(members);
  if (shape === undefined) return undefined;
  const { keys, names } = shape;
  return { names, tokens: keys.map((key, at) => tokenOf(names[at] ?? "", members[key])), text };
}

/** Whether {@link readNamedRecord} reads it. */
export function isNamedRecord(value: JsonObject): boolean {
  return shapeOf(ocsfFields(value) ?? value) !== undefined;
}

/** Which members of an object are fields, and of which name. */
interface Shape {
  readonly keys: readonly string[];
  readonly names: readonly string[];
}

const shapes = new Map<string, Shape | undefined>();

/** Records of one origin have the same members: what these are is found out once. */
function shapeOf(value: JsonObject): Shape | undefined {
  const keys = Object.keys(value);
  const id = keys.join("\n");
  if (shapes.has(id)) return shapes.get(id);
  const byName = new Map<string, string>();
  for (const key of keys.slice(0, MOST_MEMBERS)) {
    const name = nameOf(key);
    if (isFieldName(name) && !byName.has(name)) byName.set(name, key);
  }
  const names = [...byName.keys()];
  const shape = isFlowLog(names) ? { keys: [...byName.values()], names } : undefined;
  if (shapes.size >= MOST_LAYOUTS) shapes.clear();
  if (id.length < LONGEST_SHAPE) shapes.set(id, shape);
  return shape;
}

/** What a line of JSON holds: the line in its `message`, or a record by names; undefined: nothing of a flow log. */
export function readJsonLine(text: string): string | NamedRecord | undefined {
  const value = parseObject(text);
  if (value === undefined) return undefined;
  const inner = asText(value.message)?.trim();
  if (inner === undefined) return readNamedRecord(asObject(value.message) ?? value, text);
  if (!inner.startsWith("{")) return inner;
  const nested = parseObject(inner);
  return nested === undefined ? undefined : readNamedRecord(nested, inner);
}

function nameOf(key: string): string {
  const bare = key.replaceAll(/[-_]/g, "").toLowerCase();
  return knownNames.get(bare) ?? fieldName(key.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, "-").toLowerCase());
}

/** A member as the line would have it; `-` for what no field can be. */
function tokenOf(name: string, member: unknown): string {
  if (typeof member === "number") return String(member);
  if (typeof member !== "string" || member === "" || member === "-") return "-";
  // In a line tags are percent-encoded, and the transformer decodes what it can.
  if (awsFields.get(name)?.kind === "tag") return encodeURIComponent(member.toWellFormed());
  return /\s/.test(member) ? member.replaceAll(/\s/g, (blank) => encodeURIComponent(blank)) : member;
}

function parseObject(text: string): JsonObject | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The layouts of records that tell their fields by name: of some, since the names are somebody's. */
export class NamedLayouts {
  readonly #layouts = new Map<string, AwsLayout>();

  of({ names }: NamedRecord): AwsLayout {
    const key = names.join(" ");
    const known = this.#layouts.get(key);
    if (known) return known;
    if (this.#layouts.size >= MOST_LAYOUTS) this.#layouts.clear();
    const layout = compileLayout(names, "header");
    this.#layouts.set(key, layout);
    return layout;
  }
}
