import type { AddressBlock } from "#base/address.js";
import type { Cell } from "#model/answer.js";
import type { Scope } from "#model/query.js";
import type { Segment } from "#model/segment.js";
import { inBlocksSql } from "./address-sets.ts";
import { Bindings } from "./bindings.ts";
import type { QueryEngine } from "./engine.ts";
import { observerScope } from "./observers.ts";

/** A day on which one of some addresses was seen. Microseconds. */
export interface SeenDay {
  /** As `2026-03-03`, in UTC. */
  readonly day: string;
  /** Bit 0 is the hour from midnight. */
  readonly hours: number;
  readonly first: number;
  readonly last: number;
  readonly bytes: bigint;
  /** The most peers that one of the addresses had in a part of the day. */
  readonly peers: bigint;
}

/** One of the addresses that were seen. Microseconds. */
export interface SeenAddress {
  readonly address: string;
  readonly realm: string;
  readonly first: number;
  readonly last: number;
}

export interface Sightings {
  /** The newest first. */
  readonly days: readonly SeenDay[];
  /** Those with the most traffic. */
  readonly addresses: readonly SeenAddress[];
}

const MOST_DAYS = 400;

/** On which days addresses were seen, over all segments that are given. */
export async function readSightings(
  engine: QueryEngine,
  segments: readonly Segment[],
  blocks: readonly AddressBlock[],
  mostAddresses: number,
): Promise<Sightings> {
  if (segments.length === 0 || blocks.length === 0) return { days: [], addresses: [] };
  const view = "seen_presence";
  const run = async (
    name: string,
    write: (where: string, bindings: Bindings) => string,
  ): Promise<(readonly Cell[])[]> => {
    const bindings = new Bindings(`${name}_`);
    const sql = write(inBlocksSql("address", blocks, view, bindings), bindings);
    const reads = [{ view, table: "presence" as const, segments }];
    const { values: parameters, blockTables } = bindings;
    return [...(await engine.run({ sql, parameters, blockTables, reads, readsNames: false })).rows];
  };
  const days = await run(
    "days",
    (where) =>
      `SELECT date_trunc('day', time)::DATE::VARCHAR AS day, bit_or(hours_seen), epoch_us(min(first_seen)), epoch_us(max(last_seen)), sum(bytes)::HUGEINT, max(peers)
       FROM ${view} WHERE ${where} GROUP BY day ORDER BY day DESC LIMIT ${MOST_DAYS}`,
  );
  const addresses = await run(
    "addresses",
    (where, bindings) =>
      `SELECT address, realm, epoch_us(min(first_seen)), epoch_us(max(last_seen)) FROM ${view} WHERE ${where} GROUP BY address, realm ORDER BY sum(bytes) DESC, address LIMIT ${bindings.integer(mostAddresses)}`,
  );
  return {
    days: days.map(([day, hours, first, last, bytes, peers]) => ({
      day: textOf(day),
      hours: Number(hours),
      first: Number(first),
      last: Number(last),
      bytes: BigInt(textOf(bytes) || 0),
      peers: BigInt(textOf(peers) || 0),
    })),
    addresses: addresses.map(([address, realm, first, last]) => ({
      address: textOf(address),
      realm: textOf(realm),
      first: Number(first),
      last: Number(last),
    })),
  };
}

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
  return rows.map((row) => {
    const text = (at: number): string | null => (typeof row[at] === "string" ? row[at] : null);
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
  });
}

/** An id that was seen, and which column of observers has it. */
export interface FoundId {
  readonly column: string;
  readonly id: string;
  readonly provider: string | null;
}

/** Ids that hold a text, those that begin with it first; nothing of the text becomes SQL. */
export async function findIds(
  engine: QueryEngine,
  segments: readonly Segment[],
  scope: Scope | undefined,
  text: string,
  most: number,
): Promise<FoundId[]> {
  if (segments.length === 0) return [];
  const bindings = new Bindings("ids_");
  const wanted = bindings.bind(text.toLowerCase());
  const where = observerScope(scope, bindings);
  const columns = ["observer_id", "instance_id", "subnet_id", "network_id", "account_id"] as const;
  const parts = columns.map(
    (column) =>
      `SELECT DISTINCT '${column}' AS kind, ${column} AS id, provider FROM known_ids WHERE ${[`contains(lower(${column}), ${wanted})`, ...where].join(" AND ")}`,
  );
  const { rows } = await engine.run({
    sql: `SELECT kind, id, any_value(provider) FROM (${parts.join(" UNION ALL ")}) GROUP BY kind, id
      ORDER BY starts_with(lower(id), ${wanted}) OR ends_with(lower(id), '/' || ${wanted}) DESC, length(id), id LIMIT ${bindings.integer(most)}`,
    parameters: bindings.values,
    blockTables: [],
    reads: [{ view: "known_ids", table: "observers", segments }],
    readsNames: false,
  });
  return rows.map(([column, id, provider]) => ({
    column: textOf(column),
    id: textOf(id),
    provider: typeof provider === "string" ? provider : null,
  }));
}

/** Addresses of a block whose text begins with a text, those with the most traffic first. */
export async function findAddresses(
  engine: QueryEngine,
  segments: readonly Segment[],
  block: AddressBlock,
  text: string,
  most: number,
): Promise<string[]> {
  if (segments.length === 0) return [];
  const bindings = new Bindings("addresses_");
  const { rows } = await engine.run({
    sql: `SELECT address FROM (SELECT address, sum(bytes) AS bytes FROM known_addresses WHERE address BETWEEN ${bindings.address(block.first)} AND ${bindings.address(block.last)} GROUP BY address)
      WHERE starts_with(ip_text(address), ${bindings.bind(text.toLowerCase())}) ORDER BY bytes DESC, address LIMIT ${bindings.integer(most)}`,
    parameters: bindings.values,
    blockTables: [],
    reads: [{ view: "known_addresses", table: "presence", segments }],
    readsNames: false,
  });
  return rows.map(([address]) => textOf(address));
}

function textOf(cell: Cell | undefined): string {
  return typeof cell === "string" || typeof cell === "number" || typeof cell === "bigint" ? String(cell) : "";
}
