import * as fc from "fast-check";
import { expect, it } from "vitest";
import { recordKinds } from "#model/records.js";
import { readHeader, splitTokens } from "./aws-layout.ts";
import { decodeText, type DecodeOptions } from "./aws-rows.fake.ts";

/** What any input must give, however it is cut. */

const header =
  "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status";
const custom =
  "pkt-srcaddr srcaddr dstaddr pkt-dstaddr bytes flow-direction traffic-path instance-tag interface-id resource-id new-field end start log-status action";
const hostile = [
  "-",
  "0",
  "",
  "18446744073709551615",
  "99999999999999999999999",
  "é€\u0000",
  "__proto__",
  "NODATA",
  "#x",
  "{",
  "::ffff:1.2.3.4",
  "1.2.3.4.5",
  "%zz",
  "$",
  "\t",
  "\r",
  "\u000b",
  "2014-12-14T04:06:50.000Z",
  "srcaddr",
  "a".repeat(300),
];

const ip = fc.oneof({ weight: 3, arbitrary: fc.ipV4() }, fc.ipV6(), fc.constant("-"));
const number = (max: number): fc.Arbitrary<string> => fc.nat({ max }).map(String);
const time = fc.integer({ min: 1_200_000_000, max: 1_780_000_000 }).map(String);
const eni = fc.constantFrom("eni-1235b8ca123456789", "eni-4b118871", "eni-0050644426037aa0f", "-");
const action = fc.constantFrom("ACCEPT", "REJECT", "-", "OTHER");
const status = fc.constantFrom("OK", "OK", "OK", "NODATA", "SKIPDATA", "-");
const defaultLine = fc
  .tuple(
    fc.constantFrom("123456789010", "unknown"),
    eni,
    ip,
    ip,
    number(65_535),
    number(65_535),
    number(255),
    number(1e9),
    number(2e9),
    time,
    time,
    action,
    status,
  )
  .map((fields) => `2 ${fields.join(" ")}`);
const customLine = fc
  .tuple(
    ip,
    ip,
    ip,
    ip,
    number(1e9),
    fc.constantFrom("ingress", "egress", "-"),
    number(9),
    fc.constantFrom("-", "a%20b", "%E2%82"),
    eni,
    fc.constantFrom("-", "nat-1", "nat-2"),
    fc.constantFrom("-", "x", "yy"),
    time,
    time,
    status,
    action,
  )
  .map((fields) => fields.join(" "));
const line = fc.oneof(
  { weight: 6, arbitrary: defaultLine },
  { weight: 6, arbitrary: customLine },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      header,
      custom,
      "",
      "  ",
      "# comment",
      "garbage",
      '{"message":"x"}',
      '{"a":1}',
      "{",
      "...",
    ),
  },
);
const content = fc
  .tuple(
    fc.constantFrom(header, custom, ""),
    fc.array(line, { maxLength: 25 }),
    fc.constantFrom("\n", "\r\n"),
    fc.boolean(),
  )
  .map(([first, lines, eol, isTerminated]) => [first, ...lines].join(eol) + (isTerminated ? eol : ""));

/** Damage: bytes flipped, cut out, or put in. */
const damage = fc.array(
  fc.tuple(
    fc.nat(),
    fc.constantFrom("flip", "cut", "insert", "truncate"),
    fc.nat({ max: 255 }),
    fc.constantFrom(...hostile),
  ),
  { maxLength: 6 },
);

function damaged(text: string, wounds: readonly (readonly [number, string, number, string])[]): Uint8Array {
  let bytes = [...new TextEncoder().encode(text)];
  for (const [place, kind, byte, value] of wounds) {
    const at = bytes.length === 0 ? 0 : place % bytes.length;
    if (kind === "flip" && at < bytes.length) bytes[at] = byte;
    else if (kind === "cut") bytes.splice(at, byte);
    else if (kind === "truncate" && byte > 200) bytes = bytes.slice(0, at);
    else if (kind === "insert") bytes.splice(at, 0, ...new TextEncoder().encode(value));
  }
  return Uint8Array.from(bytes);
}

/** Lines that must be accounted for. */
function recordLines(bytes: Uint8Array): number {
  const lines = new TextDecoder().decode(bytes).split("\n");
  return lines
    .map((text) => text.trim())
    .filter((text) => text !== "" && !text.startsWith("#") && readHeader(splitTokens(text)) === undefined).length;
}

it("never throws, and accounts for every line", () => {
  fc.assert(
    fc.property(content, damage, (text, wounds) => {
      const bytes = damaged(text, wounds);
      const { report, flows, coverage, malformed, consumed } = decodeText(bytes);
      const { counts } = report;
      expect(consumed).toBe(bytes.length);
      expect(counts.total).toBe(recordKinds.reduce((sum, kind) => sum + counts[kind], 0));
      expect(counts.total).toBe(recordLines(bytes));
      expect([flows.length, coverage.length, malformed.length]).toEqual([
        counts.flows,
        counts.nodata + counts.skipdata,
        counts.malformed,
      ]);
      expect(Object.values(report.reasons).reduce((sum, count) => sum + count, 0)).toBe(counts.malformed);
    }),
    { numRuns: 1500 },
  );
});

it("gives the same rows however the bytes are cut and however small the batches are", () => {
  fc.assert(
    fc.property(
      content,
      damage,
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 5 }),
      (text, wounds, chunks) => {
        const bytes = damaged(text, wounds);
        const whole = decodeText(bytes, { rowLimit: 1000 });
        const cut = decodeText(bytes, { chunks, rowLimit: 8 });
        expect({ ...cut, consumed: 0 }).toEqual({ ...whole, consumed: 0 });
      },
    ),
    { numRuns: 500 },
  );
});

it("resumes at any line as if it had not stopped", () => {
  fc.assert(
    fc.property(content, fc.nat(), (text, place) => {
      const bytes = new TextEncoder().encode(text);
      const cut = bytes.length === 0 ? 0 : place % bytes.length;
      const first = decodeText(bytes.subarray(0, cut), { last: false });
      fc.pre(first.state !== undefined);
      const options: DecodeOptions = { state: first.state };
      const second = decodeText(bytes.subarray(first.consumed), options);
      const whole = decodeText(bytes);
      expect([...first.flows, ...second.flows]).toEqual(whole.flows);
      expect([...first.coverage, ...second.coverage]).toEqual(whole.coverage);
      expect([...first.malformed, ...second.malformed]).toEqual(whole.malformed);
      expect(second.state).toEqual(whole.state);
    }),
    { numRuns: 500 },
  );
});

it("reads back what it was given", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(
          fc.ipV4(),
          fc.ipV6(),
          fc.bigInt(0n, (1n << 64n) - 1n),
          fc.constantFrom(
            "vpc-a",
            "vpc-ab",
            "vpc-abcd",
            "vpd-abcd",
            "xpc-abcd",
            "vpc-12345678abcd",
            "vpc-02345678abcd",
          ),
        ),
        { maxLength: 60 },
      ),
      (rows) => {
        const lines = rows.map(([src, , bytes, vpc]) => `${vpc} ${bytes} ${src}`);
        const { flows } = decodeText(`vpc-id bytes srcaddr\n${lines.join("\n")}\n`);
        expect(flows.map((flow) => [flow.network_id, flow.src_bytes, flow.src_ip])).toEqual(
          rows.map(([src, , bytes, vpc]) => [vpc, bytes.toString(), src]),
        );
      },
    ),
    { numRuns: 300 },
  );
});
