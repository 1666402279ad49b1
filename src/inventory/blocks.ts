import {
  addressFromBigInt,
  addressToBigInt,
  formatAddress,
  IPV4_MAPPED,
  parseAddress,
  parseCidr,
  type AddressBlock,
  type AddressWords,
} from "#base/address.js";

/** A block of addresses with the length of its prefix among 128 bits: the longer, the smaller the block. */
export interface Block extends AddressBlock {
  readonly prefix: number;
}

const V4_BITS = 96;

/** Reads `10.0.0.0/8`, `2001:db8::/32` or a single address; undefined when it is none of these. */
export function parseBlock(text: string): Block | undefined {
  const slash = text.indexOf("/");
  if (slash === -1) {
    const address = parseAddress(text);
    return address === undefined ? undefined : { first: address, last: address, prefix: 128 };
  }
  const block = parseCidr(text);
  return block && { ...block, prefix: Number(text.slice(slash + 1)) + (text.includes(":") ? 0 : V4_BITS) };
}

/** The one text of a block: an address alone has no prefix, host bits are 0. */
export function blockText({ first, prefix }: Block): string {
  if (prefix === 128) return formatAddress(first);
  return `${formatAddress(first)}/${isIPv4(first) && prefix >= V4_BITS ? prefix - V4_BITS : prefix}`;
}

function isIPv4([a, b, c]: AddressWords): boolean {
  return a === 0 && b === 0 && c === IPV4_MAPPED;
}

/** Less than, equal to or greater than 0, in address order. */
export function compareAddresses(one: AddressWords, other: AddressWords): number {
  return one[0] - other[0] || one[1] - other[1] || one[2] - other[2] || one[3] - other[3];
}

/** Whether `outer` holds all of `inner`. An IPv6 block holds no IPv4 address, whatever the numbers say. */
export function holds(outer: Block, inner: Block): boolean {
  if (outer.prefix < V4_BITS && inner.prefix >= V4_BITS && isIPv4(inner.first)) return false;
  return compareAddresses(outer.first, inner.first) <= 0 && compareAddresses(inner.last, outer.last) <= 0;
}

/** All IPv4 addresses. */
export const ALL_IPV4: Block = {
  first: [0, 0, IPV4_MAPPED, 0],
  last: [0, 0, IPV4_MAPPED, 0xffff_ffff],
  prefix: V4_BITS,
};

/** The address after this one; undefined after the very last. */
export function nextAddress([a, b, c, d]: AddressWords): AddressWords | undefined {
  if (d !== 0xffff_ffff) return [a, b, c, d + 1];
  if (c !== 0xffff_ffff) return [a, b, c + 1, 0];
  if (b !== 0xffff_ffff) return [a, b + 1, 0, 0];
  return a === 0xffff_ffff ? undefined : [a + 1, 0, 0, 0];
}

/** The address before this one. The first one has none: do not ask. */
export function previousAddress([a, b, c, d]: AddressWords): AddressWords {
  const last = 0xffff_ffff;
  if (d !== 0) return [a, b, c, d - 1];
  if (c !== 0) return [a, b, c - 1, last];
  if (b !== 0) return [a, b - 1, last, last];
  return [a - 1, last, last, last];
}

/** The addresses of a block, none when there are more than `most`. */
export function addressesOf({ first, last }: Block, most: number): AddressWords[] {
  const count = addressToBigInt(last) - addressToBigInt(first) + 1n;
  if (count > BigInt(most)) return [];
  return Array.from({ length: Number(count) }, (_, at) => addressFromBigInt(addressToBigInt(first) + BigInt(at)));
}
