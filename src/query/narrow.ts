import { addressToBigInt, type AddressBlock } from "#base/address.js";
import type { TimeRange } from "#model/answer.js";
import type { ColumnName } from "#model/columns.js";
import type { DatasetName } from "#model/datasets.js";
import type { FilterNode } from "#model/filter.js";
import type { NameBook } from "#model/names.js";
import type { Query } from "#model/query.js";
import type { Segment } from "#model/segment.js";
import type { TableName } from "#model/tables.js";
import { inBlocksSql } from "./address-sets.ts";
import { Bindings } from "./bindings.ts";
import { conjuncts } from "./choose-table.ts";
import type { QueryEngine } from "./engine.ts";
import { fieldOf } from "./filter-sql.ts";
import { namedBlocks } from "./named-fields.ts";
import { segmentsInRange } from "./segments.ts";
import { DAY, HOUR } from "./time-grid.ts";

/** What the hours of addresses are looked up in. */
export interface NarrowRequest {
  readonly engine: QueryEngine;
  readonly segments: (table: TableName) => readonly Segment[];
  readonly names: NameBook;
  /** Hours whose flows changed since they were derived: presence knows nothing of the change. */
  readonly staleHours: readonly number[];
}

/** A shorter time than this is read as it is. */
const LEAST_TIME = 6 * HOUR;
/** More addresses than this were there at any hour. */
const MOST_ADDRESSES = 1n << 16n;

/**
 * The hours in which all addresses that a question names were seen, so that only their files are opened; undefined where the
 * question names none, or so many that it would not help.
 */
export async function hoursOf(
  { dataset, filter, range }: Query,
  { engine, segments, names, staleHours }: NarrowRequest,
): Promise<number[] | undefined> {
  if (range.to - range.from < LEAST_TIME || dataset === "coverage" || dataset === "presence") return undefined;
  const named = conjuncts(filter)
    .map((part) => blocksOf(part, { dataset, names }))
    .filter((blocks) => blocks !== undefined);
  if (named.length === 0) return undefined;
  const days = { from: Math.floor(range.from / DAY) * DAY, to: range.to };
  const bindings = new Bindings("hours_");
  const view = "presence_hours";
  const time = `time >= ${bindings.time(days.from)} AND time < ${bindings.time(days.to)}`;
  // A row has a bit for each hour of its day, bit 0 from midnight.
  const seen = named.map(
    (blocks) =>
      `SELECT epoch_us(time) // ${DAY} * 24 + bit AS hour FROM (SELECT time, bit_or(hours_seen) AS mask FROM ${view} WHERE ${time} AND ${inBlocksSql("address", blocks, view, bindings)} GROUP BY time), range(24) bits(bit) WHERE (mask >> bit) & 1 = 1`,
  );
  const { rows } = await engine.run({
    sql: seen.join(" INTERSECT "),
    parameters: bindings.values,
    blockTables: bindings.blockTables,
    reads: [{ view, table: "presence", segments: segmentsInRange(segments("presence"), days) }],
    readsNames: false,
  });
  const found = new Set(rows.map(([hour]) => Number(hour)));
  const unknown = unknownHours(segments, range, dataset);
  if (dataset === "flows") for (const hour of neighbours(found, [...staleHours, ...unknown])) found.add(hour);
  else for (const hour of unknown) found.add(hour);
  return [...found].filter((hour) => hour * HOUR < range.to && (hour + 1) * HOUR > range.from).sort((a, b) => a - b);
}

/** The addresses that presence knows: a flow's hops are none of them. */
const ends: ReadonlySet<ColumnName> = new Set(["client_ip", "server_ip", "src_ip", "dst_ip"] as const);

/** The blocks that a condition holds an address to, when they are few. */
function blocksOf(
  part: FilterNode,
  { dataset, names }: Pick<Query, "dataset"> & { readonly names: NameBook },
): readonly AddressBlock[] | undefined {
  if (part.kind !== "in" || part.negated) return undefined;
  const { named, columns } = fieldOf(dataset, part.field);
  if (!columns.every((column) => ends.has(column))) return undefined;
  const blocks =
    named === undefined
      ? part.values.flatMap((value) => (value.type === "addresses" ? [value.block] : []))
      : namedBlocks(names, named, part);
  const addresses = blocks.reduce(
    (sum, { first, last }) => sum + addressToBigInt(last) - addressToBigInt(first) + 1n,
    0n,
  );
  return addresses <= MOST_ADDRESSES ? blocks : undefined;
}

/** A flow's own time may lie in the hour before or after the one that its bytes belong to. */
function* neighbours(found: ReadonlySet<number>, stale: readonly number[]): Generator<number> {
  for (const hour of [...found, ...stale]) yield* [hour - 1, hour, hour + 1];
}

/** Hours that have rows and of which presence has none: not derived yet, or past its own retention. */
function unknownHours(segments: NarrowRequest["segments"], range: TimeRange, dataset: DatasetName): number[] {
  const known = new Set(segments("presence").flatMap(({ hours }) => hours));
  const read: readonly TableName[] =
    dataset === "conversations" ? [dataset, "rollup_minute", "rollup_hour"] : [dataset];
  return read
    .flatMap((table) => segmentsInRange(segments(table), range))
    .flatMap(({ hours }) => hours.filter((hour) => !known.has(hour)));
}
