import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { expect, it } from "vitest";
import { addressFromBigInt, addressToBigInt, formatAddress, parseAddress, parseCidr } from "./address.ts";

it("agrees with ipaddr.js on every address", () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
      // ipaddr.js reads the deprecated IPv4-compatible form (RFC 4291 section 2.5.5.1) as IPv4-mapped; we keep it as written.
      fc.pre(!/^::\d+\./.test(text));
      const ours = parseAddress(text);
      expect(ours).toBeDefined();
      const parsed = ipaddr.parse(text);
      const bytes =
        parsed.kind() === "ipv4"
          ? [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, ...parsed.toByteArray()]
          : parsed.toByteArray();
      expect(addressToBigInt(ours!)).toBe(
        BigInt(`0x${bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("")}`),
      );
      expect(parseAddress(formatAddress(ours!))).toEqual(ours);
    }),
    { numRuns: 2000 },
  );
});

it("writes the canonical form of RFC 5952", () => {
  for (const [text, canonical] of [
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["2001:DB8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["::ffff:10.0.0.1", "10.0.0.1"],
    ["::", "::"],
    ["::1", "::1"],
    ["fe80::", "fe80::"],
  ] as const)
    expect(formatAddress(parseAddress(text)!)).toBe(canonical);
});

it("refuses what is no address", () => {
  for (const text of [
    "",
    "-",
    "1.2.3",
    "1.2.3.256",
    "1.2.3.4.5",
    ":::",
    "1::2::3",
    "12345::",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "::1.2.3",
    "1.2.3.4::",
    "g::",
  ])
    expect(parseAddress(text), text).toBeUndefined();
});

it("keeps all 128 bits through the number form", () => {
  fc.assert(
    fc.property(fc.bigInt(0n, (1n << 128n) - 1n), (value) => {
      expect(addressToBigInt(addressFromBigInt(value))).toBe(value);
    }),
  );
});

it("reads CIDR blocks and ignores host bits", () => {
  const block = parseCidr("10.1.2.3/8");
  expect([formatAddress(block!.first), formatAddress(block!.last)]).toEqual(["10.0.0.0", "10.255.255.255"]);
  expect(formatAddress(parseCidr("2001:db8::/33")!.last)).toBe("2001:db8:7fff:ffff:ffff:ffff:ffff:ffff");
  for (const text of ["10.0.0.0/33", "10.0.0.0/", "::/129", "10.0.0.0/8/8", "x/8"])
    expect(parseCidr(text)).toBeUndefined();
});
