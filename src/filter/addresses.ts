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

/** What a text on an address field is: a block, or what is wrong with it. */
export type AddressReading =
  | { readonly block: AddressBlock }
  | { readonly fault: string; readonly suggestion?: string };

/** Reads `10.0.0.1`, `10.0.0.0/8`, `10.0.0.1-10.0.0.9`, and the same of IPv6. */
export function readAddresses(text: string): AddressReading {
  const block = parseCidr(text);
  if (block !== undefined) return { block };
  const dash = text.indexOf("-");
  if (dash > 0) {
    const ends = [text.slice(0, dash), text.slice(dash + 1)] as const;
    const [first, last] = [parseAddress(ends[0]), parseAddress(ends[1])];
    if (first !== undefined && last !== undefined) return rangeOf(first, last, ends);
  }
  const short = blockMeant(text);
  return { fault: "is no address, block or range of addresses", ...(short !== undefined && { suggestion: short }) };
}

function rangeOf(first: AddressWords, last: AddressWords, [from, to]: readonly [string, string]): AddressReading {
  if (from.includes(":") !== to.includes(":"))
    return { fault: "begins in one family of addresses and ends in the other" };
  if (addressToBigInt(first) > addressToBigInt(last))
    return { fault: "is a range that runs backwards", suggestion: `${to}-${from}` };
  return { block: { first, last } };
}

const mappedFirst = addressToBigInt([0, 0, IPV4_MAPPED, 0]);
const mappedLast = addressToBigInt([0, 0, IPV4_MAPPED, 0xffff_ffff]);

/** A block as one family has it: IPv4 addresses stand among the numbers of IPv6, and `::/0` does not mean them. */
export function withoutMapped({ first, last }: AddressBlock): readonly AddressBlock[] {
  const [low, high] = [addressToBigInt(first), addressToBigInt(last)];
  if (low >= mappedFirst || high <= mappedLast) return [{ first, last }];
  return [
    { first, last: addressFromBigInt(mappedFirst - 1n) },
    { first: addressFromBigInt(mappedLast + 1n), last },
  ];
}

/** The block that an unfinished text means: `10/8`, `10.1.` and `10.1.*` are how some tools write one. */
export function blockMeant(text: string): string | undefined {
  const [, digits, prefix] = /^(\d{1,3}(?:\.\d{1,3}){0,3})\.?(?:\*(?:\.\*)*|\/(\d{1,2}))?$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const parts = digits.split(".");
  if (parts.length === 4 && prefix === undefined) return undefined;
  const whole = [...parts, "0", "0", "0", "0"].slice(0, 4).join(".");
  const block = `${whole}/${prefix ?? parts.length * 8}`;
  return parseCidr(block) === undefined ? undefined : block;
}

/** A block as it is written in a filter: one address, a CIDR block, or a range. Read again it is the same block. */
export function blockText({ first, last }: AddressBlock): string {
  const isV4 = isMapped(first) && isMapped(last);
  const text = (words: AddressWords): string =>
    isMapped(words) && !isV4 ? `::ffff:${formatAddress(words)}` : formatAddress(words);
  const [low, high] = [addressToBigInt(first), addressToBigInt(last)];
  if (low === high) return text(first);
  const size = high - low + 1n;
  const isBlock = size > 0n && (size & (size - 1n)) === 0n && low % size === 0n;
  if (!isBlock) return `${text(first)}-${text(last)}`;
  return `${text(first)}/${(isV4 ? 32 : 128) - (size.toString(2).length - 1)}`;
}

function isMapped([a, b, c]: AddressWords): boolean {
  return a === 0 && b === 0 && c === IPV4_MAPPED;
}
