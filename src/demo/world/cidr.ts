import { parseAddress, parseCidr, type AddressBlock, type AddressWords } from "#base/address.js";

const blocks = new Map<string, AddressBlock>();
const addresses = new Map<string, AddressWords>();

/** Whether an address lies in a CIDR block. The world's rules ask the same few of both again and again, so they are kept. */
export function isInside(ip: string, cidr: string): boolean {
  if (ip.includes(":") !== cidr.includes(":")) return false;
  const block = remembered(blocks, cidr, parseCidr);
  const words = remembered(addresses, ip, parseAddress);
  return isAtLeast(words, block.first) && isAtLeast(block.last, words);
}

function remembered<Value>(known: Map<string, Value>, text: string, read: (text: string) => Value | undefined): Value {
  let value = known.get(text);
  if (value === undefined) {
    value = read(text);
    if (value === undefined) throw new RangeError(`${text} is no address.`);
    known.set(text, value);
  }
  return value;
}

function isAtLeast(a: AddressWords, b: AddressWords): boolean {
  for (const [at, word] of a.entries()) {
    const other = b[at] ?? 0;
    if (word !== other) return word > other;
  }
  return true;
}
