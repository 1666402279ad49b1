/**
 * Internet addresses as 128-bit numbers in network byte order, IPv4 as `::ffff:a.b.c.d` (RFC 4291 section 2.5.5.2).
 * Four unsigned 32-bit words, most significant first.
 */
export type AddressWords = readonly [number, number, number, number];

/** The word before the IPv4 part of a mapped address. */
export const IPV4_MAPPED = 0xffff;

/** Reads the text form of an IPv4 or IPv6 address; undefined when it is neither. Leading zeros in IPv4 are decimal. */
export function parseAddress(text: string): AddressWords | undefined {
  if (text.includes(":")) return parseIPv6(text);
  const v4 = parseIPv4(text);
  return v4 === undefined ? undefined : [0, 0, IPV4_MAPPED, v4];
}

function parseIPv4(text: string): number | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return undefined;
  let value = 0;
  for (const part of text.split(".")) {
    const octet = Number(part);
    if (octet > 255) return undefined;
    value = value * 256 + octet;
  }
  return value;
}

function parseIPv6(text: string): AddressWords | undefined {
  if (text.length > 45 || !/^[0-9a-fA-F:.]+$/.test(text)) return undefined;
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0] ?? "", halves.length === 1);
  const tail = parseGroups(halves[1] ?? "", true);
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => 0), ...tail];
  const word = (at: number): number => (((groups[at] ?? 0) << 16) | (groups[at + 1] ?? 0)) >>> 0;
  return [word(0), word(2), word(4), word(6)];
}

/** The 16-bit groups of one side of `::`; a dotted quad may stand last. */
function parseGroups(text: string, mayEndInIPv4: boolean): number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    if (part.includes(".")) {
      const v4 = mayEndInIPv4 && index === parts.length - 1 ? parseIPv4(part) : undefined;
      if (v4 === undefined) return undefined;
      groups.push(v4 >>> 16, v4 & 0xffff);
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return undefined;
      groups.push(Number.parseInt(part, 16));
    }
  }
  return groups.length > 8 ? undefined : groups;
}

/** The canonical text (RFC 5952); IPv4-mapped addresses as dotted quads. */
export function formatAddress([a, b, c, d]: AddressWords): string {
  if (a === 0 && b === 0 && c === IPV4_MAPPED) return `${d >>> 24}.${(d >>> 16) & 255}.${(d >>> 8) & 255}.${d & 255}`;
  const groups = [a, b, c, d].flatMap((word) => [word >>> 16, word & 0xffff]);
  const { start, length } = longestZeroRun(groups);
  const hex = (part: number[]): string => part.map((group) => group.toString(16)).join(":");
  if (length < 2) return hex(groups);
  return `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (let at = 0; at <= groups.length; at++) {
    if (groups[at] === 0) continue;
    if (at - start > best.length) best = { start, length: at - start };
    start = at + 1;
  }
  return best;
}

/** An address as one number, for ordering and for engines that take 128-bit integers. */
export function addressToBigInt([a, b, c, d]: AddressWords): bigint {
  return (BigInt(a) << 96n) | (BigInt(b) << 64n) | (BigInt(c) << 32n) | BigInt(d);
}

/** The inverse of {@link addressToBigInt}; only the low 128 bits count. */
export function addressFromBigInt(value: bigint): AddressWords {
  const word = (shift: bigint): number => Number((value >> shift) & 0xffff_ffffn);
  return [word(96n), word(64n), word(32n), word(0n)];
}

/** A block of addresses, first and last included. */
export interface AddressBlock {
  readonly first: AddressWords;
  readonly last: AddressWords;
}

/** Reads `10.0.0.0/8`, `2001:db8::/32` or a single address; host bits are ignored. Undefined when it is none of these. */
export function parseCidr(text: string): AddressBlock | undefined {
  const [base = "", prefix, ...rest] = text.split("/");
  const words = parseAddress(base);
  if (words === undefined || rest.length > 0) return undefined;
  if (prefix === undefined) return { first: words, last: words };
  const widest = base.includes(":") ? 128 : 32;
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > widest) return undefined;
  const hostBits = BigInt(widest - Number(prefix));
  const first = (addressToBigInt(words) >> hostBits) << hostBits;
  return { first: addressFromBigInt(first), last: addressFromBigInt(first | ((1n << hostBits) - 1n)) };
}
