import fc from "fast-check";
import { expect, it } from "vitest";
import { addressFromBigInt, addressToBigInt, formatAddress, parseAddress, type AddressWords } from "#base/address.js";
import { blockText, compareAddresses, holds, parseBlock } from "./blocks.ts";
import { flattenBlocks, type NamedCidr } from "./flatten.ts";
import { lookUp } from "./name-book.ts";

const cidr = (text: string, name: string, role: NamedCidr["role"] = null, owner: string | null = null): NamedCidr => ({
  ...parseBlock(text)!,
  name,
  role,
  owner,
});
const shown = (names: readonly NamedCidr[]): string[] =>
  flattenBlocks(names).map(({ first, last, name }) => `${formatAddress(first)}-${formatAddress(last)} ${name}`);

/** Blocks from a few bits, so that they nest, touch and are the same often; all prefixes from everything to one address. */
const blocks = fc.array(
  fc.record({
    isIPv6: fc.boolean(),
    bits: fc.bigInt(0n, 255n),
    top: fc.boolean(),
    prefix: fc.oneof(fc.constant(0), fc.nat(128)),
  }),
  { maxLength: 40 },
);

function textOf({
  isIPv6,
  bits,
  top,
  prefix,
}: {
  isIPv6: boolean;
  bits: bigint;
  top: boolean;
  prefix: number;
}): string {
  const width = isIPv6 ? 128 : 32;
  // High bits vary, or low bits: large blocks next to one another, or single addresses.
  const value = top ? bits << BigInt(width - 8) : (bits % 8n) + (1n << BigInt(width - 1));
  const address = formatAddress(addressFromBigInt(isIPv6 ? value : (0xffffn << 32n) | value));
  // An IPv6 number that is an IPv4 address in disguise is written as one.
  return `${address}/${Math.min(prefix, address.includes(":") ? 128 : 32)}`;
}

function naive(names: readonly NamedCidr[], address: AddressWords): string | undefined {
  let best: NamedCidr | undefined;
  const one = { first: address, last: address, prefix: 128 };
  for (const name of names) if (holds(name, one) && (best === undefined || name.prefix >= best.prefix)) best = name;
  return best?.name;
}

it("agrees with trying every block for every address", () => {
  fc.assert(
    fc.property(blocks, fc.array(fc.bigInt(0n, (1n << 128n) - 1n), { maxLength: 5 }), (drawn, others) => {
      const names = drawn.map((each, at) => cidr(textOf(each), `n${at}`));
      const flat = flattenBlocks(names);
      for (const [at, { first, last }] of flat.entries()) {
        expect(compareAddresses(first, last)).toBeLessThanOrEqual(0);
        if (at > 0) expect(compareAddresses(flat[at - 1]!.last, first)).toBeLessThan(0);
      }
      const borders = [...names, parseBlock("0.0.0.0/0")!].flatMap(({ first, last }) =>
        [first, last].flatMap((address) => [-1n, 0n, 1n].map((step) => addressToBigInt(address) + step)),
      );
      const book = { blocks: flat, ids: new Map() };
      for (const number of [...borders, ...others]) {
        if (number < 0n || number >> 128n !== 0n) continue;
        const address = addressFromBigInt(number);
        expect(lookUp(book, address)?.name, formatAddress(address)).toBe(naive(names, address));
      }
    }),
    { numRuns: 500 },
  );
});

it("gives the smaller block its place in the larger one", () => {
  expect(shown([cidr("10.0.0.0/24", "net"), cidr("10.0.0.7", "host"), cidr("10.0.0.0/25", "half")])).toEqual([
    "10.0.0.0-10.0.0.6 half",
    "10.0.0.7-10.0.0.7 host",
    "10.0.0.8-10.0.0.127 half",
    "10.0.0.128-10.0.0.255 net",
  ]);
  expect(shown([cidr("255.255.255.255", "last"), cidr("0.0.0.0/0", "all")])).toEqual([
    "0.0.0.0-255.255.255.254 all",
    "255.255.255.255-255.255.255.255 last",
  ]);
});

it("does not name IPv4 addresses by a block of IPv6", () => {
  const book = { blocks: flattenBlocks([cidr("::/0", "all of IPv6"), cidr("10.0.0.1", "host")]), ids: new Map() };
  const name = (text: string) => lookUp(book, parseAddress(text)!)?.name;
  expect(["9.9.9.9", "10.0.0.1", "2001:db8::1", "::1"].map(name)).toEqual([
    undefined,
    "host",
    "all of IPv6",
    "all of IPv6",
  ]);
});

it("takes role and owner from the weaker name of the same block, not of one around it", () => {
  const names = [
    cidr("10.0.0.0/8", "corp", "firewall", "netops"),
    cidr("10.0.0.5", "eni", "nat", "cloud"),
    cidr("10.0.0.5", "egress"),
    cidr("10.0.0.6", "plain"),
  ];
  expect(flattenBlocks(names).filter(({ first, last }) => compareAddresses(first, last) === 0)).toEqual([
    expect.objectContaining({ name: "egress", role: "nat", owner: "cloud" }),
    expect.objectContaining({ name: "plain", role: null, owner: null }),
  ]);
});

it("is fast for a hundred thousand blocks", () => {
  const names = Array.from({ length: 100_000 }, (_, at) =>
    cidr(`10.${(at >> 8) & 255}.${at & 255}.${(at >> 16) * 64}/26`, "n"),
  );
  const started = performance.now();
  const book = { blocks: flattenBlocks([...names, cidr("10.0.0.0/8", "corp")]), ids: new Map() };
  for (let at = 0; at < 100_000; at++) lookUp(book, [0, 0, 0xffff, 0x0a00_0000 + at * 97]);
  // A tenth of this on a quiet machine.
  expect(performance.now() - started).toBeLessThan(5000);
});

it("writes a block in one way", () => {
  for (const [text, one] of [
    ["10.1.2.3/8", "10.0.0.0/8"],
    ["10.1.2.3/32", "10.1.2.3"],
    ["::ffff:10.0.0.0/104", "10.0.0.0/8"],
    ["2001:DB8::1/32", "2001:db8::/32"],
    ["::/0", "::/0"],
    ["0.0.0.0/0", "0.0.0.0/0"],
  ] as const)
    expect(blockText(parseBlock(text)!)).toBe(one);
});
