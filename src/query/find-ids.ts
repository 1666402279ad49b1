import type { AddressBlock, AddressWords } from "#base/address.js";
import type { Scope } from "#model/query.js";
import type { Segment } from "#model/segment.js";
import { Bindings } from "./bindings.ts";
import type { QueryEngine } from "./engine.ts";
import { textOf } from "./entity-sightings.ts";
import { observerScope } from "./observers.ts";

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

/** Which of some addresses were seen. */
export async function seenAddresses(
  engine: QueryEngine,
  segments: readonly Segment[],
  addresses: readonly AddressWords[],
): Promise<Set<string>> {
  if (segments.length === 0 || addresses.length === 0) return new Set();
  const bindings = new Bindings("seen_");
  const { rows } = await engine.run({
    sql: `SELECT DISTINCT address FROM known_addresses WHERE address IN (${addresses.map((each) => bindings.address(each)).join(", ")})`,
    parameters: bindings.values,
    blockTables: [],
    reads: [{ view: "known_addresses", table: "presence", segments }],
    readsNames: false,
  });
  return new Set(rows.map(([address]) => textOf(address)));
}
