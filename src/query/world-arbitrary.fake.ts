import fc from "fast-check";
import { parseAddress, parseCidr, type AddressBlock, type AddressWords } from "#base/address.js";
import { columnOf, type ColumnName } from "#model/columns.js";
import { datasetFields, type Field } from "#model/datasets.js";
import type { FilterNode, FilterValue } from "#model/filter.js";
import type { NameBook } from "#model/names.js";
import { tables } from "#model/tables.js";
import type { Row } from "../filter/evaluate.fake.ts";
import { HOUR, WORLD_HOURS, WORLD_START } from "./world.fake.ts";

const address = (text: string): AddressWords => parseAddress(text) as AddressWords;
const addresses = [
  "10.0.0.1",
  "10.0.0.2",
  "10.1.2.3",
  "192.168.1.1",
  "203.0.113.7",
  "203.0.113.9",
  "198.51.100.1",
  "2001:db8::1",
  "fd00::7",
].map(address);
const block = (text: string): AddressBlock => parseCidr(text) as AddressBlock;
const blocks = [
  ...["10.0.0.0/8", "10.0.0.0/24", "203.0.113.0/24", "203.0.113.8/29", "::/0", "fd00::/8", "192.0.2.0/24"].map(block),
  ...addresses.map((words) => ({ first: words, last: words })),
];
/** Words that would do harm if they became SQL or a pattern. */
const words = [
  "prod",
  "Prod",
  "test",
  "a*b",
  "50%",
  "x_y",
  "O'Brien",
  "'; DROP TABLE x; --",
  "$1",
  "back\\slash",
  "Ünï",
];

/** Names of some addresses, one block inside another made disjoint. */
export const names: NameBook = {
  blocks: [
    { ...block("10.0.0.1/32"), name: "web-1", role: null, owner: "prod" },
    { ...block("10.1.0.0/16"), name: "Lab", role: "nat", owner: null },
    { ...block("203.0.113.0/24"), name: "partner", role: "proxy", owner: "O'Brien" },
  ],
  ids: new Map(),
};

function valueOf(name: ColumnName): fc.Arbitrary<Row[string]> {
  const { type, values } = columnOf(name);
  if (type === "address") return fc.constantFrom(...addresses);
  if (type === "text") return fc.constantFrom(...(values ?? words));
  if (name === "protocol") return fc.constantFrom(6, 17, 1, 200);
  if (name.endsWith("port")) return fc.constantFrom(22, 443, 50_000, 65_535);
  return type === "uint64"
    ? fc.constantFrom(0n, 1n, 59n, 1000n, 123_456_789n, 2n ** 53n + 1n)
    : fc.constantFrom(0, 1, 2, 18, 255);
}

const never: ReadonlySet<string> = new Set([
  "time",
  "client_ip",
  "server_ip",
  "protocol",
  "class",
  "verdict",
  "starts",
  "records",
  "conversation_id",
]);
const counted = /^(client|server)_(bytes|packets)$|^attempted_bytes$/;

/** One row of conversations, full of missing values. */
export const conversation: fc.Arbitrary<Row> = fc
  .record({
    hour: fc.integer({ min: 0, max: WORLD_HOURS - 1 }),
    at: fc.integer({ min: 0, max: 3_599_999_999 }),
    length: fc.oneof(
      fc.constant(0),
      fc.integer({ min: 1, max: 90_000_000 }),
      fc.integer({ min: 1, max: 3_600_000_000 }),
    ),
    isNew: fc.boolean(),
    values: fc.record(
      Object.fromEntries(
        tables.conversations.map((name) => [
          name,
          never.has(name) || counted.test(name) ? valueOf(name) : fc.option(valueOf(name), { freq: 2, nil: null }),
        ]),
      ) as Record<ColumnName, fc.Arbitrary<Row[string]>>,
    ),
  })
  .map(({ hour, at, length, isNew, values }) => {
    const time = WORLD_START + hour * HOUR;
    const start = time + at;
    return {
      ...values,
      conversation_id: values.conversation_id ?? 1n,
      time,
      start_time: start,
      end_time: Math.min(start + length, time + HOUR),
      chain_start: isNew ? start : time - 60_000_000,
      starts: isNew ? 1 : 0,
      records: 3n,
      client_realm: "default",
      server_realm: "default",
    };
  });

const fields = datasetFields("conversations").filter(({ name }) => !/_realm$|^realm$/.test(name));
const plain = fields.filter(
  ({ columns, named, type }) => columns.length === 1 && named === undefined && type !== "service",
);

function valueFor({ type, columns, values, named }: Field): fc.Arbitrary<FilterValue> {
  const first = columns[0] as ColumnName;
  if (type === "service")
    return fc.record({
      type: fc.constant("service" as const),
      first: fc.constantFrom(0, 443),
      last: fc.constantFrom(443, 60_000),
      protocol: fc.constantFrom(6, 17),
    });
  if (named !== undefined || type === "text")
    return fc
      .constantFrom(...(named === undefined ? (values ?? words) : ["WEB-1", "lab", "nat", "prod", "O'Brien"]))
      .map((text) => ({ type: "text", text }));
  if (type === "address") return fc.constantFrom(...blocks).map((each) => ({ type: "addresses", block: each }));
  if (type === "timestamp")
    return fc.integer({ min: 0, max: 8 }).map((half) => ({ type: "time", micros: WORLD_START + (half * HOUR) / 2 }));
  const number = valueOf(first) as fc.Arbitrary<number | bigint>;
  return fc.oneof(
    number.map((each): FilterValue => ({ type: "number", number: each })),
    fc
      .tuple(number, number)
      .map(([a, b]): FilterValue => ({ type: "range", first: a < b ? a : b, last: a < b ? b : a })),
  );
}

const patterns = ["*", "pro?", "*o*", "a*b", "50%", "?_?", "o'*", "*\\*", "'; DROP*", "Ü*"];
const expressions = ["^p", "o.r", "[0-9]+%", "a\\*b", "^$", "b$", "web|lab", "'"];

function leafOf(field: Field): fc.Arbitrary<FilterNode> {
  const { name } = field;
  const negated = fc.boolean();
  const value = valueFor(field);
  const kinds: fc.Arbitrary<FilterNode>[] = [
    fc.record({
      kind: fc.constant("in" as const),
      field: fc.constant(name),
      values: fc.array(value, { minLength: 1, maxLength: 4 }),
      negated,
    }),
    fc.record({ kind: fc.constant("known" as const), field: fc.constant(name), negated }),
  ];
  if (field.type === "text") {
    kinds.push(
      fc.record({
        kind: fc.constant("like" as const),
        field: fc.constant(name),
        pattern: fc.constantFrom(...patterns),
        negated,
      }),
      fc.record({
        kind: fc.constant("match" as const),
        field: fc.constant(name),
        pattern: fc.constantFrom(...expressions),
        negated,
      }),
    );
  } else if (field.type !== "service" && field.type !== "json") {
    const single = value.filter(({ type }) => type !== "range");
    const operator = fc.constantFrom("<" as const, "<=" as const, ">" as const, ">=" as const);
    kinds.push(
      fc.record({
        kind: fc.constant("compare" as const),
        field: fc.constant(name),
        operator,
        value:
          field.type === "address"
            ? fc
                .constantFrom(...addresses)
                .map((words): FilterValue => ({ type: "addresses", block: { first: words, last: words } }))
            : single,
      }),
    );
  }
  return fc.oneof(...kinds);
}

const columnsNode: fc.Arbitrary<FilterNode> = fc.constantFrom(...plain).chain((left) => {
  const others = plain.filter(({ type }) => type === left.type);
  const operators = left.type === "text" ? (["=", "!="] as const) : (["=", "!=", "<", "<=", ">", ">="] as const);
  return fc.record({
    kind: fc.constant("columns" as const),
    left: fc.constant(left.name),
    operator: fc.constantFrom(...operators),
    right: fc.constantFrom(...others).map(({ name }) => name),
  });
});

const leaf = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...fields).chain(leafOf) },
  { weight: 1, arbitrary: columnsNode },
);

/** Any filter of conversations. */
export const filterNode: fc.Arbitrary<FilterNode> = fc.letrec<{ node: FilterNode }>((tie) => ({
  node: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    fc.record({
      kind: fc.constantFrom("and" as const, "or" as const),
      parts: fc.array(tie("node"), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant("not" as const), part: tie("node") }),
  ),
})).node;

/** Filters on what rollups have, so that they are planned. */
export const rollupFilter: fc.Arbitrary<FilterNode> = fc
  .constantFrom(
    ...fields.filter(
      ({ columns, named }) =>
        named === undefined &&
        columns.every(
          (name) => tables.rollup_hour.includes(name) && name !== "time" && !/bytes|packets|starts|records/.test(name),
        ),
    ),
  )
  .chain(leafOf);

/** Words to group by. */
export const groupings: readonly string[] = [
  ...fields.filter(({ groupable }) => groupable).map(({ name }) => name),
  "pair",
  "hour",
  "day",
  "minute",
];
