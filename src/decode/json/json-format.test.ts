import * as fc from "fast-check";
import { expect, it } from "vitest";
import { nsgRecord, vnetRecord, wrapped } from "../azure/azure-records.fake.ts";
import { createJsonFormat } from "./json-format.ts";
import { decodeWhole, type Decoded } from "./decode-whole.fake.ts";
import { DecodeOutput } from "../decode-output.ts";

const tuple = (second: number): string => `${1_772_359_230_000 + second * 1000},10.1.0.4,10.1.0.5,1,2,6,O,C,NX,1,2,3,4`;
const one = vnetRecord([{ rule: "UserRule_a", tuples: [tuple(1), tuple(2)] }]);
const two = vnetRecord([
  { rule: "UserRule_b", tuples: [tuple(3)] },
  { rule: "UserRule_c]", tuples: [tuple(4), "bad"] },
]);
const three = nsgRecord(2, [
  { rule: "DefaultRule_DenyAllInBound", tuples: ["1772359230,10.1.0.4,198.51.100.7,1,2,T,I,D,B,,,,"] },
]);
const records = [one, two, three];
const gcp = {
  insertId: "a",
  logName: "projects/p/logs/compute.googleapis.com%2Fvpc_flows",
  jsonPayload: {
    connection: { src_ip: "10.0.0.1", dest_ip: "10.0.0.2" },
    reporter: "SRC",
    start_time: "2026-03-01T10:00:00Z",
  },
};

function decoded(content: string | Uint8Array, options = {}): Decoded {
  const result = decodeWhole(content, options);
  expect(result, "detected").toBeDefined();
  return result!;
}

const codes = ({ report }: Decoded): string[] => report.notes.map(({ code }) => code);

it.each([
  ["wrapper", wrapped(...records)],
  ["pretty wrapper", JSON.stringify({ records }, undefined, 2)],
  ["wrapper with other members", JSON.stringify({ next: { records: 1 }, entries: records, token: "a]}", more: [{}] })],
  ["events", JSON.stringify({ events: records })],
  ["array", JSON.stringify(records)],
  ["array of arrays", JSON.stringify([[one, two], [[three]]])],
  ["lines", records.map((record) => JSON.stringify(record)).join("\n")],
  ["lines with CRLF", records.map((record) => `${JSON.stringify(record)}\r\n`).join("")],
  ["side by side", records.map((record) => JSON.stringify(record)).join("")],
  ["nested", JSON.stringify({ records: [one, { records: [two, three] }] })],
  ["several wrappers", wrapped(one) + wrapped(two, three)],
  ["growing", wrapped(...records).slice(0, -2)],
  [
    "members in another order",
    JSON.stringify({ records: records.map((record) => Object.fromEntries(Object.entries(record).toReversed())) }),
  ],
])("reads every container: %s", (_, content) => {
  const { rows, report } = decoded(content);
  expect(report.counts).toMatchObject({ flows: 5, malformed: 1, total: 6 });
  expect(rows.map(({ position, sub_position }) => `${String(position)}.${String(sub_position)}`)).toEqual([
    "1.1",
    "1.2",
    "2.1",
    "2.2",
    "3.1",
  ]);
});

it.each([
  "{}",
  "[]",
  "null",
  "3",
  '"text"',
  '{"name":"x","version":"1.0.0"}',
  '[{"id":1},{"id":2}]',
  '{"Records":[{"eventSource":"aws:s3"}]}',
  "hello\n{}",
])("refuses what is no log: %s", (content) => expect(decodeWhole(content)).toBeUndefined());

it.each([
  ['{"records":[', 12],
  ['{"records":[]}', 12],
  [' {\n "records" : [ ] }', 17],
])("accepts a blob without records: %s", (content, done) => {
  const result = decoded(content);
  expect(result.report.counts.total).toBe(0);
  expect(result.done).toBe(done);
  expect(result.state).toMatchObject({ position: 0 });
});

it("follows a blob through its stages, and begins anew when it was rewritten", () => {
  const stages = [wrapped(), wrapped(one), wrapped(one, two), wrapped(one, two, three)];
  const rows = [];
  let state;
  let from = 0;
  for (const stage of stages) {
    const result = decoded(stage, { state, from });
    rows.push(...result.rows);
    expect(result.done).toBe(stage.length - 2);
    ({ state, done: from } = result);
    expect(state).toBeDefined();
  }
  expect(rows).toEqual(decoded(wrapped(...records)).rows);
  expect(decoded(wrapped(three)).rows).toHaveLength(1);
});

it("goes on from any state as if in one pass", () => {
  const contents = [
    wrapped(...records),
    JSON.stringify({ records }, undefined, 1),
    JSON.stringify([records, gcp]),
    [...records, gcp].map((record) => `${JSON.stringify(record)}\n`).join(""),
    JSON.stringify({ entries: [gcp, gcp], nextPageToken: "t" }) + wrapped(one),
  ];
  fc.assert(
    fc.property(fc.constantFrom(...contents), fc.integer({ min: 1, max: 4000 }), (content, cut) => {
      const whole = decoded(content);
      // A blob is only seen whole, record by record: the first part ends where a record ends.
      const first = decodeWhole(content.slice(0, Math.min(cut, content.length - 1)));
      if (first?.state === undefined) return;
      const second = decoded(content, { state: first.state, from: first.done });
      expect([...first.rows, ...second.rows]).toEqual(whole.rows);
    }),
    { numRuns: 400 },
  );
});

const mutation = fc.oneof(
  fc.record({ kind: fc.constant("cut" as const), at: fc.nat(5000) }),
  fc.record({ kind: fc.constant("flip" as const), at: fc.nat(5000), byte: fc.nat(255) }),
  fc.record({
    kind: fc.constant("insert" as const),
    at: fc.nat(5000),
    text: fc.oneof(
      fc.string(),
      fc.constantFrom(
        "\\",
        "\\_",
        '"',
        "]",
        "}",
        "{",
        "[",
        "\n{",
        '"records":[',
        "\n",
        '\\"',
        "\u0000",
        '{"flowTuples":["a"]}',
        "[[[[",
      ),
    ),
  }),
);
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

const encoder = new TextEncoder();

function mutate(content: string, mutations: readonly Mutation[]): Uint8Array {
  let bytes = encoder.encode(content);
  for (const change of mutations) {
    const at = change.at % (bytes.length + 1);
    if (change.kind === "cut") bytes = bytes.slice(0, at);
    else if (change.kind === "flip") bytes[at] = change.byte;
    else bytes = Uint8Array.from([...bytes.subarray(0, at), ...encoder.encode(change.text), ...bytes.subarray(at)]);
  }
  return bytes;
}

const document = fc.constantFrom(
  wrapped(...records),
  JSON.stringify({ records }, undefined, 2),
  [...records, gcp].map((record) => JSON.stringify(record)).join("\n"),
  JSON.stringify({ entries: [gcp, gcp], token: "x" }),
);

it("never throws, counts everything, and reads the same in any pieces", () => {
  const damages = fc.array(mutation, { maxLength: 4 });
  fc.assert(
    fc.property(
      document,
      damages,
      fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 5 }),
      (content, mutations, pieces) => {
        const bytes = mutate(content, mutations);
        const whole = decodeWhole(bytes);
        if (whole === undefined) return;
        const { total, ...kinds } = whole.report.counts;
        expect(Object.values(kinds).reduce((sum, count) => sum + count, 0)).toBe(total);
        expect(whole.rows).toHaveLength(kinds.flows);
        expect(whole.malformed).toHaveLength(kinds.malformed);
        const cut = decodeWhole(bytes, { pieces, rowLimit: 1 })!;
        expect(cut).toEqual(whole);
      },
    ),
    { numRuns: 1500 },
  );
});

it("reads any bytes behind a good record", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (tail) => {
      const bytes = Uint8Array.from([...encoder.encode(`${JSON.stringify(one)}\n`), ...tail]);
      expect(decoded(bytes).report.counts.flows).toBe(2);
    }),
  );
});

it("reads a documentation sample with stray backslashes and without its last brace", () => {
  const tuples = Array.from(
    { length: 11 },
    (_, index) => `15421104${10 + index},192.0.2.190,10.5.16.4,28746,443,U,I,D,B,,,,`,
  );
  const sample = nsgRecord(2, [
    { rule: "DefaultRule_DenyAllInBound", tuples: tuples.slice(0, 4) },
    { rule: "UserRule_x", tuples: tuples.slice(4) },
  ]);
  const text = JSON.stringify({ records: [sample] }, undefined, 4)
    .replaceAll("Rule_", "Rule\\_")
    .replace(/\}\s*$/, "");
  const result = decoded(text);
  expect(result.report.counts).toMatchObject({ flows: 11, malformed: 0 });
  expect(codes(result)).toEqual(["repaired-escape", "unclosed"]);
  expect(result.rows[0]).toMatchObject({ rule_name: "DefaultRule_DenyAllInBound" });
  // Also when the braces of the record itself are gone, and with a backslash in the tuples.
  const worse = decoded(text.replace(/\}\s*\]\s*$/, "").replaceAll(",443,", "\\,443,"));
  expect(worse.report.counts.flows).toBe(11);
  expect(codes(worse)).toContain("unclosed");
  expect(worse.state).toBeUndefined();
});

it("reads needless but valid escapes", () => {
  const text = wrapped(one)
    .replaceAll("flowTuples", "flow\\u0054uples")
    .replaceAll("10.1.0.4", "10.1\\u002e0.4")
    .replaceAll("/", "\\/");
  const { rows, report } = decoded(text);
  expect(rows).toEqual(decoded(wrapped(one)).rows);
  expect(report.notes).toEqual([]);
});

it("saves the complete tuples of a record that is cut off", () => {
  const text = wrapped(one, two);
  const at = text.indexOf(tuple(4)) + 30;
  const result = decoded(text.slice(0, at));
  expect(result.report.counts).toMatchObject({ flows: 3, malformed: 1 });
  expect(result.malformed).toMatchObject([
    { reason: "truncated-record", position: 2, text: `"${tuple(4).slice(0, 30)}` },
  ]);
  expect(codes(result)).toEqual(["truncated"]);
  expect(result.state).toBeUndefined();
  // A log entry is a fact as a whole: a cut one is none.
  const entry = decoded(`${JSON.stringify(gcp)}\n${JSON.stringify(gcp).slice(0, -30)}`);
  expect(entry.report.counts).toMatchObject({ flows: 1, malformed: 1 });
});

it("finds the next record behind garbage and behind cut lines", () => {
  const line = JSON.stringify(gcp);
  const { report } = decoded(
    [line, "garbage, more", line.slice(0, 90), line, '{"a":tru}', line, '{"unknown":1}', line].join("\n"),
  );
  expect(report.counts).toMatchObject({ flows: 4, malformed: 4 });
  expect(report.reasons).toEqual({ "not-json": 2, "truncated-record": 1, "unknown-record": 1 });
});

it("skips records that are too large or too deep", () => {
  const big = JSON.stringify({ ...gcp, fill: "x".repeat(5000) });
  const deep = `{"a":${"[".repeat(70)}${"]".repeat(70)}}`;
  const content = encoder.encode([JSON.stringify(gcp), big, deep, JSON.stringify(gcp)].join("\n"));
  for (const size of [content.length, 100]) {
    const output = new DecodeOutput(100);
    const context = { key: "", objectId: 1, arrivedMicros: Date.UTC(2027, 0) * 1000, modifiedMicros: 0 };
    output.beginObject(context);
    const seen: number[] = [];
    const decoder = createJsonFormat(
      [{ name: "all", matches: () => true, create: () => ({ decode: ({ position }) => seen.push(position) }) }],
      1000,
    ).create(context, output);
    let done = 0;
    let kept = 0;
    for (let end = 0; end < content.length;) {
      end = Math.min(content.length, end + size);
      done = decoder.decode(content, done, end, end === content.length);
      kept = Math.max(kept, end - done);
    }
    expect(output.report.reasons).toEqual({ "record-too-large": 1, "record-too-deep": 1 });
    expect(seen).toEqual([1, 4]);
    expect(kept).toBeLessThan(size + 1100);
  }
});

it("is known by its keys where the head ends in the middle of a long text", () => {
  const format = createJsonFormat([
    { name: "data", matches: ({ data }) => typeof data === "string", create: () => ({ decode: () => undefined }) },
  ]);
  const context = { key: "", objectId: 1, arrivedMicros: 0, modifiedMicros: 0 };
  const detects = (text: string): boolean => format.detects(encoder.encode(text), context);
  expect(detects(`{"data":"${"A".repeat(65_000)}`)).toBe(true);
  expect(detects(`{"tada":"${"A".repeat(65_000)}`)).toBe(false);
  expect(detects(`{"da`)).toBe(false);
});
