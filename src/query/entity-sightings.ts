import type { AddressBlock } from "#base/address.js";
import type { Cell } from "#model/answer.js";
import type { Segment } from "#model/segment.js";
import { inBlocksSql } from "./address-sets.ts";
import { Bindings } from "./bindings.ts";
import type { QueryEngine } from "./engine.ts";

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

/** A text or number of a row as text. */
export function textOf(cell: Cell | undefined): string {
  return typeof cell === "string" || typeof cell === "number" || typeof cell === "bigint" ? String(cell) : "";
}
