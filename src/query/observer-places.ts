import type { AddressBlock } from "#base/address.js";
import type { Cell } from "#model/answer.js";
import type { Scope } from "#model/query.js";
import type { Segment } from "#model/segment.js";
import { inBlocksSql } from "./address-sets.ts";
import { Bindings } from "./bindings.ts";
import type { QueryEngine } from "./engine.ts";
import { textOf } from "./entity-sightings.ts";
import { observerScope } from "./observers.ts";
import { segmentsOfHours } from "./segments.ts";

/** What interfaces are found by: an id of theirs or of what they are in, or an address of theirs. */
export type ObserverKey =
  | { readonly column: "observer_id" | "instance_id" | "subnet_id" | "network_id" | "account_id"; readonly id: string }
  | { readonly column: "own_addresses"; readonly block: AddressBlock };

/** Where an interface was, from when to when. Microseconds. */
export interface ObserverPlace {
  readonly observer: string;
  readonly provider: string | null;
  readonly account: string | null;
  readonly region: string | null;
  readonly network: string | null;
  readonly subnet: string | null;
  readonly az: string | null;
  readonly instance: string | null;
  readonly addresses: readonly string[];
  readonly first: number;
  readonly last: number;
  /** Hours since 1970 in which it wrote. */
  readonly hours: readonly number[];
}

const placeColumns = ["provider", "account_id", "region", "network_id", "subnet_id", "az_id", "instance_id"] as const;
const HOUR_MICROS = 3_600_000_000;

/** Interfaces and where they were, over all segments that are given. */
export async function readObserverPlaces(
  engine: QueryEngine,
  segments: readonly Segment[],
  scope: Scope | undefined,
  key: ObserverKey,
): Promise<ObserverPlace[]> {
  if (segments.length === 0) return [];
  const bindings = new Bindings("places_");
  const addresses = `from_json(own_addresses, '["UUID"]')`;
  const wanted =
    key.column === "own_addresses"
      ? `len(list_filter(${addresses}, lambda a: a BETWEEN ${bindings.address(key.block.first)} AND ${bindings.address(key.block.last)})) > 0`
      : `lower(${key.column}) = ${bindings.bind(key.id.toLowerCase())}`;
  const where = ["records > 0", wanted, ...observerScope(scope, bindings)].join(" AND ");
  const { rows } = await engine.run({
    sql: `SELECT observer_id, ${placeColumns.join(", ")}, list_distinct(flatten(list(${addresses}))), epoch_us(min(first_seen)), epoch_us(max(last_seen)), list(DISTINCT epoch_us(time) // ${HOUR_MICROS})
      FROM observer_places WHERE ${where} GROUP BY observer_id, ${placeColumns.join(", ")} ORDER BY observer_id`,
    parameters: bindings.values,
    blockTables: bindings.blockTables,
    reads: [{ view: "observer_places", table: "observers", segments }],
    readsNames: false,
  });
  return rows.map(placeOf);
}

/** More hours than this are not looked into: the newest ones tell. */
const MOST_HOURS = 200;

/**
 * Where conversations say that an address is: interfaces do not list an address that they were seldom seen with.
 * @param hours since 1970, in which it was seen
 */
export async function readEndPlaces(
  engine: QueryEngine,
  segments: readonly Segment[],
  block: AddressBlock,
  hours: readonly number[],
): Promise<ObserverPlace[]> {
  const newest = new Set(hours.toSorted((a, b) => b - a).slice(0, MOST_HOURS));
  const read = segmentsOfHours(segments, newest);
  if (read.length === 0) return [];
  const view = "end_conversations";
  const bindings = new Bindings("ends_");
  const ends = ["client", "server"].map((end) => {
    const columns = ["observer", ...placeColumns].map((column) => `${end}_${column} AS ${column}`);
    return `SELECT ${columns.join(", ")}, start_time, end_time, time FROM ${view} WHERE ${inBlocksSql(`${end}_ip`, [block], view, bindings)} AND ${end}_observer IS NOT NULL`;
  });
  const { rows } = await engine.run({
    sql: `SELECT observer, ${placeColumns.join(", ")}, [], epoch_us(min(start_time)), epoch_us(max(end_time)), list(DISTINCT epoch_us(time) // ${HOUR_MICROS})
      FROM (${ends.join(" UNION ALL ")}) GROUP BY observer, ${placeColumns.join(", ")} ORDER BY observer`,
    parameters: bindings.values,
    blockTables: bindings.blockTables,
    reads: [{ view, table: "conversations", segments: read }],
    readsNames: false,
  });
  return rows.map(placeOf);
}

function placeOf(row: readonly Cell[]): ObserverPlace {
  const text = (at: number): string | null => {
    const cell = row[at];
    return typeof cell === "string" ? cell : null;
  };
  const list = (cell: Cell | undefined): readonly Cell[] => (Array.isArray(cell) ? (cell as readonly Cell[]) : []);
  return {
    observer: text(0) ?? "",
    provider: text(1),
    account: text(2),
    region: text(3),
    network: text(4),
    subnet: text(5),
    az: text(6),
    instance: text(7),
    addresses: list(row[8]).map(textOf),
    first: Number(row[9]),
    last: Number(row[10]),
    hours: list(row[11]).map(Number),
  };
}
