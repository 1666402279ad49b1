import fc from "fast-check";
import { addressFromBigInt, addressToBigInt, type AddressBlock } from "#base/address.js";
import { datasetFields, type DatasetName, type Field } from "#model/datasets.js";
import type { FilterNode, FilterValue } from "#model/filter.js";
import { highestOf } from "./numbers.ts";
import { kindOf } from "./values.ts";

/** Texts that are hard to write and to read, beside ordinary ones. */
export const hostileTexts: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    "",
    "web-1",
    "eu-central-1",
    "client.ip",
    "server_port",
    "and",
    "NOT",
    "unknown",
    "443/tcp",
    "10.0.0.0/8",
  ),
  fc.constantFrom(
    '"',
    "'",
    "\\",
    '\\"',
    "a\\",
    "\\\\'",
    "a b",
    "a,b",
    "(a)",
    "a=b",
    "!=x",
    "~",
    "é",
    "\u00a0",
    "\n",
    "00:22:48:aa:bb:cc",
  ),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: "grapheme", maxLength: 8 }),
);

/** Values as the parser gives them: whole numbers as number where a double holds them. */
function wholeNumbers(highest: bigint): fc.Arbitrary<number | bigint> {
  const compact = (value: bigint): number | bigint => (value <= Number.MAX_SAFE_INTEGER ? Number(value) : value);
  return fc.oneof(fc.bigInt(0n, highest), fc.bigInt(0n, highest < 2000n ? highest : 2000n)).map(compact);
}

export function numbersOf({ type }: Field): fc.Arbitrary<number | bigint> {
  if (type === "float64") return fc.double({ min: 0, noNaN: true, noDefaultInfinity: true });
  return wholeNumbers(highestOf[type as keyof typeof highestOf]);
}

function ordered<T>(pair: readonly [T, T]): [T, T] {
  return pair[0] <= pair[1] ? [pair[0], pair[1]] : [pair[1], pair[0]];
}

const addressNumbers = fc.oneof(
  fc.bigInt(0n, 0xffff_ffffn).map((v4) => (0xffffn << 32n) | v4),
  fc.bigInt(0n, (1n << 128n) - 1n),
  fc.bigInt(0n, 300n).map((host) => (0xffffn << 32n) | (10n << 24n) | host),
);

const blocks: fc.Arbitrary<AddressBlock> = fc
  .oneof(
    addressNumbers.map((value) => [value, value] as const),
    fc.tuple(addressNumbers, fc.bigInt(0n, 32n)).map(([value, bits]) => {
      const first = (value >> bits) << bits;
      return [first, first | ((1n << bits) - 1n)] as const;
    }),
    fc.tuple(addressNumbers, addressNumbers).map(ordered),
  )
  .map(([first, last]) => ({ first: addressFromBigInt(first), last: addressFromBigInt(last) }));

const times = fc.oneof(
  fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1_000_000),
  fc.integer({ min: 0, max: 4_000_000_000_000_000 }),
);
const ports = fc.integer({ min: 0, max: 65_535 });

/** Values that a field can be held against. */
export function valuesOf(field: Field): fc.Arbitrary<FilterValue> {
  switch (kindOf(field)) {
    case "text":
      return (field.values === undefined ? hostileTexts : fc.constantFrom(...field.values)).map((text) => ({
        type: "text",
        text,
      }));
    case "address":
      return blocks.map((block) => ({ type: "addresses", block }));
    case "time":
      return times.map((micros) => ({ type: "time", micros }));
    case "service":
      return fc
        .tuple(fc.tuple(ports, ports).map(ordered), fc.integer({ min: 0, max: 255 }))
        .map(([[first, last], protocol]) => ({ type: "service", first, last, protocol }));
    case "number":
      return fc.oneof(
        numbersOf(field).map((number): FilterValue => ({ type: "number", number })),
        fc.tuple(numbersOf(field), numbersOf(field)).map((pair): FilterValue => {
          const [first, last] = ordered(pair);
          return { type: "range", first, last };
        }),
      );
  }
}

/** Regular expressions that RE2 and JavaScript read alike, so that evaluate.fake.ts can judge them. */
const patterns = fc.oneof(
  fc.constantFrom("^web-\\d+$", "(a|b)c", "eu.*1", "[\"']", "\\\\", "a b", "^$", "[a-f0-9]{2,4}"),
  hostileTexts.map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&")),
);

function testsOf(field: Field, others: readonly Field[]): fc.Arbitrary<FilterNode> {
  const { name } = field;
  const tests: fc.Arbitrary<FilterNode>[] = [
    fc
      .record({ values: fc.array(valuesOf(field), { minLength: 1, maxLength: 4 }), negated: fc.boolean() })
      .map(({ values, negated }) => ({ kind: "in", field: name, values, negated })),
    fc.boolean().map((negated) => ({ kind: "known", field: name, negated })),
  ];
  const kind = kindOf(field);
  if (kind === "text") {
    const pattern = fc.tuple(fc.boolean(), hostileTexts);
    tests.push(pattern.map(([negated, text]) => ({ kind: "like", field: name, pattern: text, negated })));
    tests.push(
      fc
        .tuple(fc.boolean(), patterns)
        .map(([negated, text]) => ({ kind: "match", field: name, pattern: text, negated })),
    );
  } else if (kind !== "service") {
    const one = valuesOf(field).filter((value) => value.type !== "range" && !isMany(value));
    tests.push(
      fc
        .tuple(fc.constantFrom("<", "<=", ">", ">="), one)
        .map(([operator, value]) => ({ kind: "compare", field: name, operator, value })),
    );
  }
  const partners = others.filter((other) => isPlain(other) && kindOf(other) === kind);
  if (isPlain(field) && partners.length > 0)
    tests.push(
      fc
        .tuple(
          fc.constantFrom(...(kind === "text" ? (["=", "!="] as const) : (["=", "!=", "<", "<=", ">", ">="] as const))),
          fc.constantFrom(...partners),
        )
        .map(([operator, right]) => ({ kind: "columns", left: name, operator, right: right.name })),
    );
  return fc.oneof(...tests);
}

function isMany(value: FilterValue): boolean {
  return value.type === "addresses" && addressToBigInt(value.block.first) !== addressToBigInt(value.block.last);
}

function isPlain({ columns, named, type }: Field): boolean {
  return columns.length === 1 && named === undefined && type !== "service";
}

/** Filters of a dataset, of every kind, over the given fields or all of them. */
export function filterNodes(
  dataset: DatasetName,
  fields: readonly Field[] = datasetFields(dataset),
): fc.Arbitrary<FilterNode> {
  const tests = fc.constantFrom(...fields).chain((field) => testsOf(field, fields));
  return fc.letrec<{ node: FilterNode }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 3, depthSize: "small" },
      tests,
      fc.record({
        kind: fc.constantFrom("and" as const, "or" as const),
        parts: fc.array(tie("node"), { minLength: 2, maxLength: 3 }),
      }),
      tie("node").map((part) => ({ kind: "not" as const, part })),
    ),
  })).node;
}
