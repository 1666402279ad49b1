import { WeirError } from "#base/errors.js";
import { nearestWord } from "#base/nearest.js";
import type { ColumnName } from "#model/columns.js";
import { datasetFields, datasetKnowing, findField, type DatasetName, type Field } from "#model/datasets.js";
import { protocolNumbers } from "#model/protocols.js";
import type { Dimension, Query } from "#model/query.js";
import { DAY, HOUR, MINUTE } from "./time-grid.ts";

/** One thing that an answer is grouped by: what tells groups apart, and what is shown of a group. */
export interface GroupKey {
  readonly name: string;
  readonly heading: string;
  /** Expressions over the columns read, or over those of one end. */
  readonly keys: readonly string[];
  /** What is shown, over the names of the keys in a grouped relation. */
  readonly show: (keys: readonly string[]) => string;
  readonly columns: readonly ColumnName[];
  /** Address columns whose names must be joined. */
  readonly named: readonly ColumnName[];
  /** Where either end counts: the expressions of both, in place of `keys`. */
  readonly ends?: readonly [string, string];
}

/** What an answer is grouped by, and the one cut of time among it. */
export interface Grouping {
  readonly keys: readonly GroupKey[];
  readonly time: { readonly name: string; readonly step: number } | undefined;
}

const timeWords: Readonly<Record<string, number>> = { minute: MINUTE, hour: HOUR, day: DAY };
/** The port that people mean when they group by it: the client's is chance. */
const servicePorts: Partial<Record<DatasetName, string>> = {
  conversations: "server_port",
  observations: "server_port",
  flows: "dst_port",
};

/** Reads what a query groups by. @throws WeirError when a word is none, or two cannot stand together */
export function groupingOf({ by, dataset }: Pick<Query, "by" | "dataset">): Grouping {
  const keys: GroupKey[] = [];
  let time: Grouping["time"];
  for (const word of by) {
    const name = word.trim().toLowerCase().replaceAll(/[.-]/g, "_");
    const step = Object.hasOwn(timeWords, name) ? timeWords[name] : undefined;
    if (step === undefined) keys.push(...keysOf(name, dataset));
    else if (time === undefined) time = { name, step };
    else throw twice(`${time.name} and ${name}`, "time");
  }
  for (const [at, { name }] of keys.entries())
    if (keys.findIndex((other) => other.name === name) !== at) throw twice(name, name);
  return { keys, time };
}

function twice(words: string, name: string): WeirError {
  return new WeirError({
    code: "repeated-column",
    kind: "usage",
    message: `--by names ${words === name ? `${name} twice` : `${words}, and both are ${name}`}`,
    place: "--by",
    next: "Leave out one of them.",
  });
}

function keysOf(name: Dimension, dataset: DatasetName): GroupKey[] {
  if (name === "pair") return pairKeys(dataset);
  const field = findDimension(name === "port" ? (servicePorts[dataset] ?? name) : name, dataset);
  return [keyOf(field)];
}

function keyOf(field: Field): GroupKey {
  const { name, heading, columns, named } = field;
  const base = { name, heading, columns, named: named === undefined ? [] : columns };
  const expressions = columns.map((column) => (named === undefined ? column : namedAlias(column, named)));
  const [first = "", second] = expressions;
  const show = ([key = ""]: readonly string[]): string => key;
  if (second !== undefined) return { ...base, keys: [], show, ends: [first, second] };
  if (field.type !== "service") return { ...base, keys: [first], show };
  const protocol = field.protocol ?? "protocol";
  return {
    ...base,
    columns: [...columns, protocol],
    keys: [first, protocol],
    show: ([port = "", number = ""]) => serviceText(port, number),
  };
}

/** The name under which a part of an address's name is read. */
export function namedAlias(column: ColumnName, part: "name" | "role" | "owner"): string {
  return `${column}_${part}`;
}

const protocolCases = Object.entries(protocolNumbers)
  .map(([name, number]) => `WHEN ${number} THEN '${name}'`)
  .join(" ");

/** `443/tcp`, as filters take it; a protocol without ports alone. */
function serviceText(port: string, protocol: string): string {
  const word = `CASE ${protocol} ${protocolCases} ELSE ${protocol}::VARCHAR END`;
  return `CASE WHEN ${port} IS NULL THEN ${word} ELSE ${port}::VARCHAR || '/' || ${word} END`;
}

/** The two ends, whoever sent: of flows, the smaller address first. */
function pairKeys(dataset: DatasetName): GroupKey[] {
  if (dataset !== "flows") return ["client_ip", "server_ip"].map((name) => keyOf(findDimension(name, dataset)));
  const show = ([key = ""]: readonly string[]): string => key;
  const columns = ["src_ip", "dst_ip"] as const;
  return [
    { name: "ip_a", heading: "Address", keys: ["least(src_ip, dst_ip)"], show, columns, named: [] },
    { name: "ip_b", heading: "Peer", keys: ["greatest(src_ip, dst_ip)"], show, columns, named: [] },
  ];
}

/** @throws WeirError `unknown-column` that says the nearest word, `not-groupable` */
function findDimension(word: string, dataset: DatasetName): Field {
  const field = findField(dataset, word);
  if (field?.groupable === true) return field;
  if (field !== undefined)
    throw new WeirError({
      code: "not-groupable",
      kind: "usage",
      message: `${dataset} cannot be grouped by ${field.name}`,
      place: "--by",
      next: "Use `weir sql` for it, or group by minute, hour, day or a text column.",
    });
  const words = [
    "pair",
    "minute",
    "hour",
    "day",
    ...datasetFields(dataset).flatMap(({ name, aliases }) => [name, ...aliases]),
  ];
  const near = nearestWord(word, words);
  const elsewhere = near === undefined ? datasetKnowing(word, dataset) : undefined;
  throw new WeirError({
    code: "unknown-column",
    kind: "usage",
    message: `${dataset} have no column “${word}”`,
    place: "--by",
    next: near === undefined ? elsewhereText(word, dataset, elsewhere) : `Did you mean ${near}?`,
  });
}

function elsewhereText(word: string, dataset: DatasetName, elsewhere: DatasetName | undefined): string {
  return elsewhere === undefined
    ? `\`weir sql "DESCRIBE ${dataset}"\` lists its columns.`
    : `${elsewhere} have: ask with --dataset ${elsewhere}, or leave out ${word}.`;
}

/** The SQL that shows the key of a cut of time. */
export function showTime({ name }: { readonly name: string }, key: string): string {
  return name === "day" ? `(DATE '1970-01-01' + (${key} // ${DAY})::INTEGER)::VARCHAR` : `make_timestamp(${key})`;
}
