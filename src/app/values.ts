import { formatAddress, parseCidr, type AddressBlock } from "#base/address.js";
import { findField, type DatasetName, type Field } from "#model/datasets.js";
import type { FilterNode } from "#model/filter.js";
import type { NameBook } from "#model/names.js";
import type { Scope } from "#model/query.js";
import { openLakeFiles } from "./lake-files.ts";
import { askQuery } from "./questions.ts";

/** Which values are wanted. */
export interface ValuesRequest {
  readonly dataset: DatasetName;
  /** A field by its name or an alias. */
  readonly field: string;
  /** What was typed of it; empty: the values with the most traffic. */
  readonly typed: string;
  readonly nowMs: number;
  readonly scope?: Scope;
  readonly signal?: AbortSignal;
}

/** A value, and what people call it. */
export interface FoundValue {
  readonly value: string;
  readonly name: string | null;
}

const DAY_MICROS = 86_400_000_000;
const MOST_VALUES = 500;
const MOST_NAMED = 50;
/** How far back they are looked for: rows that stand for hours are few, records of logs are many. */
const DAYS: Readonly<Record<DatasetName, number>> = {
  conversations: 7,
  presence: 7,
  observations: 1,
  flows: 1,
  coverage: 1,
};

/** Whether a field's values are worth offering: of counts and times every one is its own. */
export function hasValues({ groupable, type }: Field): boolean {
  return groupable && type !== "timestamp" && type !== "float64";
}

/**
 * Values of a field in the newest days of the data that go with what was typed, those with the most traffic first; of an address
 * also those whose name holds it. Empty for what is no field, or has no values to offer.
 */
export async function listValues(dataDir: string, request: ValuesRequest): Promise<FoundValue[]> {
  const { dataset, typed, nowMs, scope, signal } = request;
  const field = findField(dataset, request.field);
  if (field === undefined || !hasValues(field)) return [];
  using lake = openLakeFiles(dataDir);
  const newest = lake.newestFlow();
  if (newest === null) return [];
  const end = newest + 1;
  const time = (micros: number): string => new Date(Math.ceil(micros / 1000)).toISOString();
  const filter = narrowing(field, typed);
  const answer = await askQuery(dataDir, {
    dataset,
    by: [field.name],
    from: time(end - DAYS[dataset] * DAY_MICROS),
    to: time(end),
    limit: MOST_VALUES,
    nowMs,
    ...(filter !== undefined && { filter }),
    ...(scope !== undefined && { scope }),
    ...(signal !== undefined && { signal }),
  });
  const wanted = typed.toLowerCase();
  const found = answer.rows
    .map(([value]) => (typeof value === "string" || typeof value === "number" ? String(value) : ""))
    .filter((value) => value !== "" && value.toLowerCase().includes(wanted))
    .map((value) => ({ value, name: answer.names[value] ?? null }));
  const named = field.type === "address" && wanted !== "" ? namedAddresses(lake.names(), wanted) : [];
  return [...new Map([...found, ...named].map((each) => [each.value, each])).values()].slice(0, MOST_VALUES);
}

/** What the engine can leave out, where that is more than it costs: all of a text, the whole groups of an address. */
function narrowing({ name, type }: Field, typed: string): FilterNode | undefined {
  if (typed === "") return undefined;
  if (type === "text") {
    // A character of patterns stands for itself: the filter takes any in its place, and what is found is compared again.
    return { kind: "like", field: name, pattern: `*${typed.replaceAll("*", "?")}*`, negated: false };
  }
  const block = type === "address" ? blockTyped(typed) : undefined;
  if (block === undefined) return undefined;
  return { kind: "in", field: name, values: [{ type: "addresses", block }], negated: false };
}

/** The addresses that begin with what was typed, by whole groups: `10.1.2` is 10.1.0.0/16, `fd00:1:` is fd00:1::/32. */
function blockTyped(typed: string): AddressBlock | undefined {
  const four = /^((?:\d{1,3}\.){1,3})\d{0,3}$/.exec(typed)?.[1];
  if (four !== undefined) {
    const groups = four.split(".").slice(0, -1);
    return parseCidr(`${[...groups, "0", "0", "0"].slice(0, 4).join(".")}/${groups.length * 8}`);
  }
  const six = /^((?:[\da-f]{1,4}:){1,7})[\da-f]{0,4}$/i.exec(typed)?.[1];
  if (six === undefined) return undefined;
  const groups = six.split(":").slice(0, -1);
  return parseCidr(`${groups.join(":")}::/${groups.length * 16}`);
}

/** Single addresses whose name holds a word. */
function namedAddresses({ blocks }: NameBook, wanted: string): FoundValue[] {
  return blocks
    .filter(
      ({ first, last, name }) => name.toLowerCase().includes(wanted) && first.every((word, at) => word === last[at]),
    )
    .slice(0, MOST_NAMED)
    .map(({ first, name }) => ({ value: formatAddress(first), name }));
}
