import type { DecodeOutput } from "../decode-output.ts";
import type { ObjectContext } from "../decoder.ts";
import { awsFields, type FieldKind } from "./aws-fields.ts";
import type { KeyFacts } from "./aws-key.ts";
import { impliedLayouts, parseLayout, type AwsLayout } from "./aws-layout.ts";

/** The layouts that lines of an object may have. */
export interface CandidateLayouts {
  /** The one in force at the beginning, if one is known. */
  readonly first: AwsLayout | undefined;
  /** All, the likeliest first. */
  readonly all: readonly AwsLayout[];
  /**
   * Numbers of fields that several of them have, as where two flow logs write to one log group: whatever a line is read as, it is
   * asked first which of them it fits best.
   */
  readonly contested: ReadonlySet<number>;
}

/** Of configuration, of earlier objects of the flow log, of the source; and the default formats. */
export function candidateLayouts(context: ObjectContext, facts: KeyFacts, output: DecodeOutput): CandidateLayouts {
  const first = layoutOf(context, facts, output);
  const hinted = (context.hints?.layouts ?? []).map((format) => parseLayout(format, "known"));
  const told = [first, ...hinted].filter((layout) => layout !== undefined);
  const distinct = [...new Map(told.map((layout) => [layout.names.join(" "), layout])).values()].slice(0, MOST_LAYOUTS);
  const lengths = distinct.map(({ names }) => names.length);
  return {
    first,
    all: [...distinct, ...impliedLayouts],
    contested: new Set(lengths.filter((length, at) => lengths.indexOf(length) !== at)),
  };
}

/** Flow logs on one group: a guard. */
const MOST_LAYOUTS = 50;

function layoutOf(context: ObjectContext, facts: KeyFacts, output: DecodeOutput): AwsLayout | undefined {
  if (context.logFormat !== undefined) {
    const configured = parseLayout(context.logFormat, "configured");
    const shown = context.logFormat.slice(0, 200);
    if (configured) return configured;
    output.addNote(
      "log-format-unusable",
      `The log format '${shown}' names no field of AWS flow logs, so it is not used.`,
    );
  }
  const known = facts.flowLogId === undefined ? undefined : context.knownFormats?.[facts.flowLogId];
  return known === undefined ? undefined : parseLayout(known, "known");
}

/** The layouts of a number of fields, the best fitting first; of equal ones in the order given. */
export function byFit(layouts: Iterable<AwsLayout>, fields: readonly string[]): AwsLayout[] {
  return [...layouts]
    .filter(({ names }) => names.length === fields.length)
    .map((layout) => ({ layout, misfits: misfitsOf(layout.names, fields) }))
    .sort((a, b) => a.misfits - b.misfits)
    .map(({ layout }) => layout);
}

const address = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:.]*)$/i;
const account = /^(?:\d{12}|unknown)$/;
const zone = /^[a-z]{2,}\d*-[a-z]*\d*az\d+$/;
const byKind: Readonly<Partial<Record<FieldKind, RegExp>>> = {
  version: /^\d{1,2}$/,
  uint8: /^\d{1,3}$/,
  uint64: /^\d+$/,
  protocol: /^\d{1,3}$/,
  "src-port": /^\d{1,5}$/,
  "dst-port": /^\d{1,5}$/,
  "src-address": address,
  "dst-address": address,
  "packet-src": address,
  "packet-dst": address,
  start: /^\d{9,13}$/,
  end: /^\d{9,13}$/,
  action: /^(?:ACCEPT|REJECT)$/,
  status: /^(?:OK|NODATA|SKIPDATA)$/,
  direction: /^(?:ingress|egress)$/,
};
const byName: Readonly<Record<string, RegExp>> = {
  "account-id": account,
  "tgw-src-vpc-account-id": account,
  "tgw-dst-vpc-account-id": account,
  type: /^(?:IPv4|IPv6|EFA)$/,
  region: /^[a-z]{2,}(?:-[a-z]+)+-\d+$/,
  "az-id": zone,
  "next-hop-az-id": zone,
  "instance-id": /^i-/,
  "reject-reason": /^[A-Z]{2,}$/,
  "ecs-cluster-arn": /^arn:/,
  "ecs-task-arn": /^arn:/,
};

/** How many values a line has that are none of their fields, `-` being one of any. */
function misfitsOf(names: readonly string[], fields: readonly string[]): number {
  const value = (name: string): number => Number(fields[names.indexOf(name)] ?? Number.NaN);
  let misfits = names.filter(
    (name, at) => fields[at] !== "-" && patternOf(name)?.test(fields[at] ?? "") === false,
  ).length;
  // Where two numbers could stand in either place: a packet has at least one byte, and nothing ends before it begins.
  if (value("packets") > value("bytes")) misfits++;
  if (value("start") > value("end")) misfits++;
  return misfits;
}

function patternOf(name: string): RegExp | undefined {
  const named = byName[name];
  if (named !== undefined) return named;
  const kind = awsFields.get(name)?.kind;
  if (kind !== undefined && kind !== "text") return byKind[kind];
  if (/(?:^|-)interface-id$|-eni$/.test(name)) return /^eni-/;
  if (name.endsWith("vpc-id")) return /^vpc-/;
  if (name.endsWith("subnet-id")) return /^subnet-/;
  if (name.endsWith("attachment-id")) return /^tgw-attach-/;
  return name === "tgw-id" ? /^tgw-/ : undefined;
}
