import { formatAddress } from "#base/address.js";
import type { InterfaceFact } from "#catalog/index.js";
import { lookUp, parseBlock } from "#inventory/index.js";
import { idKey, type NameBook } from "#model/names.js";
import type { ObserverPlace, Sightings } from "#query/index.js";

/** What an entity belongs to or holds, from when to when it was so. Microseconds; null where no log says when. */
export interface IdentityPart {
  readonly kind: string;
  readonly id: string;
  readonly name: string | null;
  readonly from: number | null;
  readonly to: number | null;
}

/** A day on which it was seen. */
export interface EntityDay {
  readonly day: string;
  readonly hours: readonly number[];
  readonly bytes: bigint;
  readonly peers: bigint | null;
}

interface IdentityRequest {
  readonly kind: string;
  readonly id: string;
  readonly places: readonly ObserverPlace[];
  readonly sightings: Sightings;
  readonly facts: readonly InterfaceFact[];
  readonly book: NameBook;
}

/** Parts of one kind that are told; the others are counted. */
const MOST_OF_KIND = 100;

/** From the outside inwards. */
const partOrder = ["provider", "account", "region", "network", "subnet", "az", "instance", "interface", "address"];

/** Where it was and what it holds, by the records of interfaces; what only inventories know stands there without a time. */
export function identityOf(request: IdentityRequest): {
  parts: IdentityPart[];
  counts: Record<string, number>;
} {
  const { kind, id, places, sightings, facts, book } = request;
  const found = new Map<string, IdentityPart>();
  const add = (partKind: string, partId: string | null, from: number | null, to: number | null): void => {
    if (partId === null || partId === "" || (partKind === kind && partId.toLowerCase() === id.toLowerCase())) return;
    const key = `${partKind} ${partId}`;
    const known = found.get(key);
    found.set(key, {
      kind: partKind,
      id: partId,
      name: known?.name ?? partName(partKind, partId, book),
      from: earliest(known?.from ?? null, from),
      to: latest(known?.to ?? null, to),
    });
  };
  for (const place of places) {
    const { first, last } = place;
    add("provider", place.provider, first, last);
    add("account", place.account, first, last);
    add("region", place.region, first, last);
    add("network", place.network, first, last);
    add("subnet", place.subnet, first, last);
    add("az", place.az, first, last);
    add("instance", place.instance, first, last);
    add("interface", place.observer, first, last);
    if (kind !== "address" && kind !== "block")
      for (const address of place.addresses) add("address", address, null, null);
  }
  if (kind === "block")
    for (const { address, first, last } of sightings.addresses) add("address", address, first, last);
  for (const { observerId, addresses } of facts) {
    const own = addresses.map(formatAddress);
    if (kind === "address" && own.includes(id)) add("interface", observerId, null, null);
    if (kind === "interface" && idKey(id) === observerId)
      for (const address of own) add("address", address, null, null);
  }
  const counts: Record<string, number> = {};
  const parts = [...found.values()].sort(
    (a, b) => partOrder.indexOf(a.kind) - partOrder.indexOf(b.kind) || (b.to ?? 0) - (a.to ?? 0),
  );
  for (const part of parts) counts[part.kind] = (counts[part.kind] ?? 0) + 1;
  const told = new Map<string, number>();
  return {
    parts: parts.filter((part) => {
      const nth = (told.get(part.kind) ?? 0) + 1;
      told.set(part.kind, nth);
      return nth <= MOST_OF_KIND;
    }),
    counts,
  };
}

function partName(kind: string, id: string, book: NameBook): string | null {
  if (kind !== "address") return book.ids.get(idKey(id)) ?? null;
  const block = parseBlock(id);
  return block === undefined ? null : (lookUp(book, block.first)?.name ?? null);
}

function earliest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

function latest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

const MOST_DAYS = 400;

/**
 * Days on which it was seen, the newest first. Of what has interfaces the hours are those in which they wrote; bytes are those of
 * its addresses.
 */
export function daysOf(
  places: readonly ObserverPlace[] | undefined,
  { days }: Sightings,
  isOneAddress: boolean,
): EntityDay[] {
  if (places === undefined)
    return days.map(({ day, hours, bytes, peers }) => ({
      day,
      hours: Array.from({ length: 24 }, (_, hour) => hour).filter((hour) => ((hours >> hour) & 1) === 1),
      bytes,
      peers: isOneAddress ? peers : null,
    }));
  const bytes = new Map(days.map((each) => [each.day, each.bytes]));
  const hoursByDay = new Map<string, Set<number>>();
  for (const hour of places.flatMap((place) => place.hours)) {
    const day = new Date(hour * 3_600_000).toISOString().slice(0, 10);
    hoursByDay.set(day, (hoursByDay.get(day) ?? new Set()).add(hour % 24));
  }
  return [...hoursByDay]
    .sort(([a], [b]) => (a < b ? 1 : -1))
    .slice(0, MOST_DAYS)
    .map(([day, hours]) => ({
      day,
      hours: [...hours].sort((a, b) => a - b),
      bytes: bytes.get(day) ?? 0n,
      peers: null,
    }));
}
