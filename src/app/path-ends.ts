import type { AddressSpan, PathEnd } from "#analyse/index.js";
import { formatAddress, parseAddress, type AddressWords } from "#base/address.js";
import { WeirError } from "#base/errors.js";
import { nearestWord } from "#base/nearest.js";
import type { Catalog, InterfaceFact, StoredName } from "#catalog/index.js";
import { loadNameBook, lookUp, parseBlock } from "#inventory/index.js";
import { idKey, type NameBook } from "#model/names.js";

/** More stretches of addresses than this are no end of one question. */
const MOST_SPANS = 300;

/** What the catalog knows of addresses. */
export interface WhoIsWho {
  readonly names: readonly StoredName[];
  readonly book: NameBook;
  readonly facts: readonly InterfaceFact[];
}

/** The addresses that an id of an interface, instance, subnet, network or account was seen with. */
export type AddressesOfId = (ids: readonly string[]) => Promise<string[]>;

export function readWhoIsWho(catalog: Catalog): WhoIsWho {
  const names = catalog.names();
  return { names, book: loadNameBook(catalog, names), facts: catalog.interfaceFacts() };
}

/**
 * The addresses that a text stands for: an address, a block, a name, or the id of something that was seen.
 * @throws WeirError `unknown-end` with the nearest name, `unseen-end` of a name whose addresses are not seen, `too-many-addresses`
 */
export async function resolveEnd(
  asked: string,
  place: string,
  who: WhoIsWho,
  addressesOf: AddressesOfId,
): Promise<PathEnd> {
  const spans = await spansOf(asked, place, who, addressesOf);
  if (spans.length > MOST_SPANS)
    throw new WeirError({
      code: "too-many-addresses",
      kind: "usage",
      message: `“${asked}” stands for more than ${MOST_SPANS} addresses that do not follow one another`,
      place,
      next: "Name one of its addresses or a block: weir why 10.0.1.10 10.0.2.0/24:5432",
    });
  const interfaces = who.facts.flatMap(({ observerId, addresses }) =>
    addresses
      .filter((address) => spans.some((span) => isWithin(address, span)))
      .map((address) => ({ id: observerId, address: formatAddress(address) })),
  );
  return { asked, name: labelOf(asked, spans, interfaces, who), spans, interfaces };
}

async function spansOf(
  asked: string,
  place: string,
  { names, facts }: WhoIsWho,
  addressesOf: AddressesOfId,
): Promise<AddressSpan[]> {
  const block = parseBlock(asked);
  if (block !== undefined) return [{ first: block.first, last: block.last }];
  if (asked === "" || /^[\da-f.:]+\/\d+$/i.test(asked)) throw noBlock(asked, place);
  const wanted = asked.toLowerCase();
  const named = names.filter(({ name }) => name.toLowerCase() === wanted);
  const spans: AddressSpan[] = named.flatMap(({ kind, target }) =>
    kind === "block" ? (parseBlock(target) ?? []) : [],
  );
  const ids =
    named.length === 0
      ? [idKey(asked)]
      : named.filter(({ kind }) => kind !== "block").map(({ target }) => idKey(target));
  const known = new Set(ids);
  for (const { observerId, addresses } of facts)
    if (known.has(observerId)) spans.push(...addresses.map((address) => ({ first: address, last: address })));
  if (ids.length > 0) spans.push(...(await addressesOf(ids)).flatMap((text) => spanOf(text) ?? []));
  if (spans.length > 0) return merge(spans);
  throw unknownEnd(asked, place, named.length > 0, names);
}

function spanOf(text: string): AddressSpan | undefined {
  const address = parseAddress(text);
  return address === undefined ? undefined : { first: address, last: address };
}

function noBlock(asked: string, place: string): WeirError {
  return new WeirError({
    code: "unknown-end",
    kind: "usage",
    message:
      asked === ""
        ? "an end of the question is empty"
        : `“${asked}” is no block: an address, and behind the stroke at most 32 bits of IPv4 or 128 of IPv6`,
    place,
    next: "Write an address, a block, a name of `weir names list`, or an id: weir why 10.0.1.10 10.0.2.0/24:5432/tcp",
  });
}

function unknownEnd(asked: string, place: string, isNamed: boolean, names: readonly StoredName[]): WeirError {
  const near = nearestWord(asked, new Set(names.map(({ name }) => name)));
  return new WeirError({
    code: isNamed ? "unseen-end" : "unknown-end",
    kind: "usage",
    message: isNamed
      ? `“${asked}” has a name, and none of its addresses was seen in this time`
      : `“${asked}” is no address and no block, nobody has this name, and no log of this time has this id`,
    place,
    next: isNamed
      ? "Ask about a longer time with --from, or name its address: weir why 10.0.1.10 10.0.2.20:5432/tcp"
      : near !== undefined
        ? `Did you mean ${near}?`
        : "Write an address, a block, a name of `weir names list`, or an id: weir why 10.0.1.10 10.0.2.20:5432/tcp",
  });
}

/**
 * What a host sends to itself passes no interface.
 * @throws WeirError `same-end` when both ends are one address
 */
export function mustDiffer(client: PathEnd, server: PathEnd): void {
  const [one, other] = [client, server].map(({ spans }) => (spans.length === 1 ? spans[0] : undefined));
  if (one === undefined || other === undefined || compare(one.first, one.last) !== 0) return;
  if (compare(one.first, other.first) !== 0 || compare(one.last, other.last) !== 0) return;
  throw new WeirError({
    code: "same-end",
    kind: "usage",
    message: `both ends are ${formatAddress(one.first)}: what a host sends to itself passes no interface, and no flow log has it`,
    place: "FROM and TO",
    next: "Name two ends that differ.",
  });
}

/** Spans in address order, those that overlap or touch as one. */
function merge(spans: readonly AddressSpan[]): AddressSpan[] {
  const merged: AddressSpan[] = [];
  for (const span of [...spans].sort((a, b) => compare(a.first, b.first))) {
    const before = merged.at(-1);
    if (before !== undefined && compare(span.first, before.last) <= 0) {
      if (compare(span.last, before.last) > 0) merged[merged.length - 1] = { first: before.first, last: span.last };
    } else merged.push(span);
  }
  return merged;
}

function compare(one: AddressWords, other: AddressWords): number {
  return one[0] - other[0] || one[1] - other[1] || one[2] - other[2] || one[3] - other[3];
}

function isWithin(address: AddressWords, { first, last }: AddressSpan): boolean {
  return compare(address, first) >= 0 && compare(address, last) <= 0;
}

/** What people call it: the name of its address or its interface; of what was asked for by name, its address if it has one. */
function labelOf(
  asked: string,
  spans: readonly AddressSpan[],
  interfaces: PathEnd["interfaces"],
  { book }: WhoIsWho,
): string | null {
  const [span] = spans;
  if (span === undefined || spans.length > 1 || compare(span.first, span.last) !== 0) return null;
  const address = formatAddress(span.first);
  if (asked !== address) return address;
  const [own] = interfaces;
  return (own === undefined ? undefined : book.ids.get(own.id)) ?? lookUp(book, span.first)?.name ?? null;
}
