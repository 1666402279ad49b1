import { createHash } from "node:crypto";
import { IPV4_MAPPED, type AddressWords } from "#base/address.js";

/** A connection as Community ID looks at it; either end may come first. */
export interface Connection {
  readonly src: AddressWords;
  readonly dst: AddressWords;
  readonly srcPort: number | undefined;
  readonly dstPort: number | undefined;
  /** IANA number. */
  readonly protocol: number;
}

const SEED = 0;

/**
 * Community ID version 1 with seed 0: the same text for both directions of a connection and for every tool that knows it.
 * Without both ports it is made of addresses and protocol alone. For ICMP packet tools hash type and code, too, which flow logs
 * do not have: there theirs differ.
 * Specification: "Community ID Flow Hashing", version 1.
 */
export function communityId({ src, dst, srcPort, dstPort, protocol }: Connection): string {
  const ports = srcPort === undefined || dstPort === undefined ? undefined : ([srcPort, dstPort] as const);
  const isTurned = compare(src, dst) > 0 || (compare(src, dst) === 0 && ports !== undefined && ports[0] > ports[1]);
  const bytes = Buffer.alloc(2 + 32 + 2 + 4);
  let at = bytes.writeUInt16BE(SEED, 0);
  for (const words of isTurned ? [dst, src] : [src, dst]) at = writeAddress(bytes, at, words);
  at = bytes.writeUInt8(protocol, at);
  at = bytes.writeUInt8(0, at);
  for (const port of (isTurned ? ports?.toReversed() : ports) ?? []) at = bytes.writeUInt16BE(port, at);
  return `1:${createHash("sha1").update(bytes.subarray(0, at)).digest("base64")}`;
}

function isIPv4([a, b, c]: AddressWords): boolean {
  return a === 0 && b === 0 && c === IPV4_MAPPED;
}

/** Four bytes of an IPv4 address, sixteen of an IPv6 one. */
function writeAddress(bytes: Buffer, start: number, words: AddressWords): number {
  let at = start;
  for (const word of isIPv4(words) ? words.slice(3) : words) at = bytes.writeUInt32BE(word, at);
  return at;
}

/** The order of their bytes on the wire, where an IPv4 address is four bytes long. */
function compare(one: AddressWords, other: AddressWords): number {
  const [a, b] = [one, other].map((words) => (isIPv4(words) ? words.slice(3) : words)) as [number[], number[]];
  for (const [at, word] of a.entries()) {
    const against = b[at];
    if (against === undefined) return 1;
    if (word !== against) return word - against;
  }
  return a.length - b.length;
}
