import * as fc from "fast-check";
import { expect, it } from "vitest";
import { decodeWhole } from "../json/decode-whole.fake.ts";
import { nsgRecord, vnetRecord, wrapped } from "./azure-records.fake.ts";

const digits = (largest: number): fc.Arbitrary<string> =>
  fc.oneof(fc.nat(largest).map(String), fc.constantFrom("", "0", "00", "007", "65535", "65536"));
const seldom = <T>(usual: fc.Arbitrary<T>, unusual: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 12, arbitrary: usual }, { weight: 1, arbitrary: unusual });
const odd = fc.oneof(
  fc.string({ maxLength: 4 }),
  fc.constantFrom("", " 1", "1 ", "-1", "1e3", "99999999999999999999999", "d", "b"),
);
const time = seldom(
  fc
    .oneof(
      fc.integer({ min: 1_200_000_000, max: 1_790_000_000 }),
      fc.integer({ min: 1_200_000_000_000, max: 1_790_000_000_000 }),
    )
    .map(String),
  odd,
);
const address = seldom(
  fc.oneof(fc.ipV4(), fc.ipV4(), fc.ipV6(), fc.constantFrom("1.2.3", "1.2.3.256", "01.002.3.4", "1.2.3.4.5", "1..2.3")),
  odd,
);
const port = seldom(digits(65_535), odd);
const counter = seldom(fc.oneof(fc.nat(2_000_000_000).map(String), fc.bigInt(0n, 1n << 65n).map(String)), odd);

const tupleOf = (...fields: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.tuple(...fields), fc.constantFrom(0, 0, 0, 0, 0, 0, 1, 4, 5))
    .map(([values, cut]) => values.slice(0, values.length - cut).join(","));
const start = [time, address, address, port, port] as const;
const counters = fc.constantFrom("0", "", "12");
const vnet = fc.oneof(
  tupleOf(
    ...start,
    seldom(digits(255), odd),
    seldom(fc.constantFrom("I", "O"), odd),
    seldom(fc.constantFrom("C", "E"), odd),
    seldom(fc.constantFrom("NX", "X", "NX_HW_NOT_SUPPORTED"), odd),
    counter,
    counter,
    counter,
    counter,
  ),
  tupleOf(
    ...start,
    fc.constant("6"),
    fc.constantFrom("I", "O"),
    seldom(fc.constantFrom("B", "D"), odd),
    fc.constantFrom("NX", ""),
    counters,
    counters,
    counters,
    counters,
  ),
);
const nsg = fc.oneof(
  tupleOf(
    ...start,
    seldom(fc.constantFrom("T", "U"), odd),
    fc.constantFrom("I", "O"),
    seldom(fc.constantFrom("A", "D"), odd),
    seldom(fc.constantFrom("B", "C", "E"), odd),
    counter,
    counter,
    counter,
    counter,
  ),
  tupleOf(...start, fc.constantFrom("T", "U"), fc.constantFrom("I", "O"), fc.constantFrom("A", "D")),
);

/** A blank in front sends a tuple the careful way and changes nothing else. */
const carefully = (tuple: string): string => ` ${tuple}`;

it.each([
  ["vnet", vnet, (tuples: string[], rule: string) => vnetRecord([{ acl: rule, rule, tuples }])],
  ["nsg 1", nsg, (tuples: string[], rule: string) => nsgRecord(1, [{ rule, tuples }])],
  ["nsg 2", nsg, (tuples: string[], rule: string) => nsgRecord(2, [{ rule, tuples }])],
] as const)("the fast way and the careful way read the same: %s", (_, tuple, record) => {
  const rules = fc.constantFrom("unspecified", "UserRule_a", "DefaultRule_b");
  fc.assert(
    fc.property(fc.array(tuple, { minLength: 1, maxLength: 40 }), rules, (tuples, rule) => {
      const fast = decodeWhole(wrapped(record(tuples, rule)))!;
      const careful = decodeWhole(wrapped(record(tuples.map(carefully), rule)))!;
      expect(fast.rows).toEqual(careful.rows);
      expect(fast.report.counts).toEqual(careful.report.counts);
      expect(fast.report.reasons).toEqual(careful.report.reasons);
      expect(fast.report.counts.total).toBe(tuples.length);
    }),
    { numRuns: 300 },
  );
});
