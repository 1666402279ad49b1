import * as fc from "fast-check";
import { expect, it } from "vitest";
import { addressFromBigInt, parseAddress, type AddressWords } from "#base/address.js";
import { communityId, type Connection } from "./community-id.ts";

function address(text: string): AddressWords {
  const words = parseAddress(text);
  if (words === undefined) throw new Error(`${text} is no address`);
  return words;
}

function idOf(src: string, srcPort: number | undefined, dst: string, dstPort: number | undefined, protocol: number) {
  return communityId({ src: address(src), dst: address(dst), srcPort, dstPort, protocol });
}

// Values of the specification's own baseline, and one that other tools print for a firewall's log.
const known: readonly (readonly [string, ...Parameters<typeof idOf>])[] = [
  ["1:Wa+aonxAQZ59AWtNdQD0CH6FnsM=", "10.87.40.76", 5601, "67.43.156.13", 33_478, 6],
  ["1:LQU9qZlK+B5F3KDmev6m5PMibrg=", "128.232.110.120", 34_855, "66.35.250.204", 80, 6],
  ["1:d/FP5EW3wiY1vCndhwleRRKHowQ=", "192.168.1.52", 54_585, "8.8.8.8", 53, 17],
];

it.each(known)("%s is what other tools print for %s:%d → %s:%d/%d", (expected, ...connection) => {
  expect(idOf(...connection)).toBe(expected);
});

it("takes 16 bytes of an IPv6 address, and no ports where there are none", () => {
  // Worked out by another implementation of the specification.
  expect(idOf("2001:db8::1", 40_000, "2001:db8::2", 443, 6)).toBe("1:RYG3Msb11GthNt1OYXJouPzmrvA=");
  expect(idOf("10.0.0.1", undefined, "10.0.0.2", undefined, 47)).toBe("1:+KlEHDT0vJgzs/eNmzHq0aSpRYw=");
  expect(idOf("2001:db8::9", undefined, "2001:db8::2", undefined, 58)).toBe("1:Oos8LMGqQFbJCEWzAXMEKk9vXis=");
  expect(idOf("2001:db8::1", 40_000, "2001:db8::2", 443, 6)).toBe(idOf("2001:db8::2", 443, "2001:db8::1", 40_000, 6));
  expect(idOf("2001:db8::1", 40_000, "2001:db8::2", 443, 6)).not.toBe(idOf("0.0.0.1", 40_000, "0.0.0.2", 443, 6));
  expect(idOf("10.0.0.1", undefined, "10.0.0.2", undefined, 47)).toBe(
    idOf("10.0.0.2", undefined, "10.0.0.1", undefined, 47),
  );
  expect(idOf("10.0.0.1", undefined, "10.0.0.2", undefined, 6)).not.toBe(idOf("10.0.0.1", 0, "10.0.0.2", 0, 6));
});

const words = fc
  .oneof(
    fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }),
    fc.bigInt({ min: 0xffff_0000_0000n, max: 0xffff_ffff_ffffn }),
    fc.constantFrom(0n, 1n, 0xffff_0000_0001n),
  )
  .map(addressFromBigInt);
const port = fc.option(fc.nat({ max: 65_535 }), { nil: undefined });

it("is the same for both directions, whatever the connection", () => {
  fc.assert(
    fc.property(words, words, port, port, fc.nat({ max: 255 }), (src, dst, srcPort, dstPort, protocol) => {
      const there: Connection = { src, dst, srcPort, dstPort, protocol };
      const back: Connection = { src: dst, dst: src, srcPort: dstPort, dstPort: srcPort, protocol };
      expect(communityId(back)).toBe(communityId(there));
      expect(communityId(there)).toMatch(/^1:[0-9A-Za-z+/]{27}=$/);
    }),
  );
});
