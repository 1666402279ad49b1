import type { AddressWords } from "#base/address.js";
import type { Catalog, StoredName } from "#catalog/index.js";
import { idKey, type NameBook, type NamedBlock } from "#model/names.js";
import { compareAddresses, holds, parseBlock, type Block } from "./blocks.ts";
import { flattenBlocks, type BlockName, type NamedCidr } from "./flatten.ts";

/**
 * The names of a lake that are valid now. It stays the same while the catalog's `nameVersion()` does. An address that one interface
 * has, as inventories say, is called what the interface is called; what was given to the address itself holds before that.
 */
export function loadNameBook(catalog: Catalog, names: readonly StoredName[] = catalog.names()): NameBook {
  const cidrs = ofInterfaces(catalog, names);
  const ids = new Map<string, string>();
  for (const { kind, target, name, role, owner } of names) {
    const block = kind === "block" ? parseBlock(target) : undefined;
    if (block !== undefined) cidrs.push({ ...block, name, role, owner });
    else if (kind !== "block") ids.set(idKey(target), name);
  }
  // As they were written, too: who looks up without the one spelling finds most of them.
  for (const { kind, target } of names) if (kind !== "block") ids.set(target, ids.get(idKey(target)) as string);
  return { blocks: flattenBlocks(cidrs), ids };
}

/** Names of addresses that follow from those of their interfaces. */
function ofInterfaces(catalog: Catalog, names: readonly StoredName[]): NamedCidr[] {
  const named = new Map<string, BlockName>();
  for (const { kind, target, name, role, owner } of names) {
    if (kind !== "interface") continue;
    const before = named.get(idKey(target));
    named.set(idKey(target), { name, role: role ?? before?.role ?? null, owner: owner ?? before?.owner ?? null });
  }
  // Networks may use the same addresses: what two interfaces have is neither's.
  const owners = new Map<string, NamedCidr | null>();
  for (const { observerId, addresses, role } of catalog.interfaceFacts()) {
    const own = named.get(idKey(observerId));
    for (const address of addresses) {
      const key = address.join(" ");
      const isItsOwn = own !== undefined && !owners.has(key);
      owners.set(key, isItsOwn ? { first: address, last: address, prefix: 128, ...own, role: own.role ?? role } : null);
    }
  }
  return [...owners.values()].filter((each) => each !== null);
}

/** The first addresses of a book's blocks, four words each: a search among numbers side by side is ten times as fast. */
const firstWords = new WeakMap<NameBook, Uint32Array>();

function firstWordsOf(book: NameBook): Uint32Array {
  let words = firstWords.get(book);
  if (words === undefined) {
    words = new Uint32Array(book.blocks.length * 4);
    for (const [at, { first }] of book.blocks.entries()) words.set(first, at * 4);
    firstWords.set(book, words);
  }
  return words;
}

/** The name of an address; undefined when nobody gave it one. */
export function lookUp(book: NameBook, address: AddressWords): NamedBlock | undefined {
  const words = firstWordsOf(book);
  const [a, b, c, d] = address;
  let low = 0;
  let high = book.blocks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const at = middle * 4;
    const order =
      (words[at] ?? 0) - a || (words[at + 1] ?? 0) - b || (words[at + 2] ?? 0) - c || (words[at + 3] ?? 0) - d;
    if (order <= 0) low = middle + 1;
    else high = middle;
  }
  const found = book.blocks[low - 1];
  return found !== undefined && compareAddresses(address, found.last) <= 0 ? found : undefined;
}

/** All names that hold for a block of addresses, the one that wins first: the smaller block, then what is stronger. */
export function namesAround(names: readonly StoredName[], wanted: Block): StoredName[] {
  const found: { name: StoredName; prefix: number; strength: number }[] = [];
  for (const [strength, name] of names.entries()) {
    const block = name.kind === "block" ? parseBlock(name.target) : undefined;
    if (block !== undefined && holds(block, wanted)) found.push({ name, prefix: block.prefix, strength });
  }
  return found.toSorted((a, b) => b.prefix - a.prefix || b.strength - a.strength).map(({ name }) => name);
}

/** All names of an id, the one that wins first. */
export function namesOfId(names: readonly StoredName[], id: string): StoredName[] {
  const wanted = idKey(id);
  return names.filter(({ kind, target }) => kind !== "block" && idKey(target) === wanted).toReversed();
}

/** Blocks in address order, outer before inner, then ids by kind; of names for the same thing the one that holds is first. */
export function sortNames(names: readonly StoredName[]): StoredName[] {
  const keyed = names.map((name, strength) => {
    const block = name.kind === "block" ? parseBlock(name.target) : undefined;
    return { name, strength, block, key: block === undefined ? `${name.kind} ${idKey(name.target)}` : "" };
  });
  const compare = (a: (typeof keyed)[number], b: (typeof keyed)[number]): number => {
    if (a.block === undefined || b.block === undefined)
      return Number(a.block === undefined) - Number(b.block === undefined) || byText(a.key, b.key);
    return compareAddresses(a.block.first, b.block.first) || a.block.prefix - b.block.prefix;
  };
  return keyed.sort((a, b) => compare(a, b) || b.strength - a.strength).map(({ name }) => name);
}

function byText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
