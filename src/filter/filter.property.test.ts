import fc from "fast-check";
import { expect, it } from "vitest";
import { WeirError } from "#base/errors.js";
import { datasetFields, datasetNames, type DatasetName } from "#model/datasets.js";
import type { FilterNode } from "#model/filter.js";
import { filterNodes } from "./filter-node.fake.ts";
import { fieldText } from "./fields.ts";
import { formatFilter, lintFilter, parseFilter, parseMeasureCondition } from "./index.ts";

const datasets = fc.constantFrom(...datasetNames);
const filters: fc.Arbitrary<readonly [DatasetName, FilterNode]> = datasets.chain((dataset) =>
  filterNodes(dataset).map((node) => [dataset, node] as const),
);

it("reads what it writes", () => {
  fc.assert(
    fc.property(filters, ([dataset, node]) => {
      const text = formatFilter(node);
      fc.pre(text.length <= 10_000);
      expect(parseFilter(text, dataset), text).toEqual(node);
    }),
    { numRuns: 1500 },
  );
});

const soup = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ..."client.ip server.port verdict src.ip time rule bytes service name = != < <= > >= ~ !~ in not like is known unknown and or ( ) , \" ' 10.0.0.0/8 443/tcp 1-1024 10MB -2h 2026-03-03 é ! & | \\ \n".split(
          " ",
        ),
      ),
      fc.string({ maxLength: 6 }),
    ),
    { maxLength: 25 },
  )
  .chain((parts) => fc.constantFrom(" ", "").map((between) => parts.join(between)));
const mutated = filters.chain(([, node]) =>
  fc.tuple(fc.nat(), fc.nat(4), fc.string({ maxLength: 3 })).map(([place, cut, inserted]) => {
    const text = formatFilter(node);
    const at = place % (text.length + 1);
    return text.slice(0, at) + inserted + text.slice(at + cut);
  }),
);
const texts = fc.oneof(soup, mutated, fc.string(), fc.string({ unit: "binary" }));

it("says of every text that it is a filter, or where it is not", () => {
  fc.assert(
    fc.property(texts, datasets, (text, dataset) => {
      const diagnostics = lintFilter(text, dataset, { nowMs: 0 });
      for (const { from, to, message } of diagnostics) {
        expect(from).toBeGreaterThanOrEqual(0);
        expect(from).toBeLessThanOrEqual(to);
        expect(to).toBeLessThanOrEqual(text.length);
        expect(message).not.toBe("");
      }
      const thrown = thrownBy(() => expect(parseFilter(text, dataset, { nowMs: 0 })).toBeDefined());
      expect(thrown?.message).toBe(diagnostics[0]?.message);
    }),
    { numRuns: 3000 },
  );
});

it("throws nothing but its own errors for conditions on measures", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        texts,
        soup.map((text) => `bytes ${text}`),
      ),
      datasets,
      (text, dataset) => {
        const thrown = thrownBy(() => parseMeasureCondition(text, dataset));
        expect(thrown?.message).not.toBe("");
      },
    ),
    { numRuns: 1000 },
  );
});

function thrownBy(act: () => unknown): WeirError | undefined {
  try {
    act();
  } catch (error) {
    if (!(error instanceof WeirError)) throw error;
    expect(error).toMatchObject({ code: "bad-filter", kind: "usage" });
    const [line = "", carets = ""] = error.place?.split("\n") ?? [];
    expect(carets).toMatch(/^ *\^+$/);
    expect(carets.length).toBeLessThanOrEqual(line.length + 1);
    return error;
  }
  return undefined;
}

it("reads names and keywords in any case, and . _ - as the same", () => {
  const spellings = datasets.chain((dataset) =>
    fc.constantFrom(...datasetFields(dataset)).chain((field) =>
      fc.tuple(
        fc.constant(dataset),
        fc.constant(field.name),
        fc.infiniteStream(fc.nat(5)).map((stream) => {
          const choices = stream[Symbol.iterator]();
          const next = (): number => choices.next().value as number;
          return Array.from(field.name, (char) =>
            char === "_" ? "._-"[next() % 3] : next() % 2 === 0 ? char.toUpperCase() : char,
          ).join("");
        }),
      ),
    ),
  );
  fc.assert(
    fc.property(spellings, ([dataset, name, spelled]) => {
      expect(parseFilter(`NoT ${spelled} iS KNown`, dataset)).toEqual({
        kind: "not",
        part: { kind: "known", field: name, negated: false },
      });
    }),
  );
});

it("writes names the way it suggests them", () => {
  expect(["client_ip", "server_bytes", "src_hop_ip", "start_time", "client_counted_at"].map(fieldText)).toEqual([
    "client.ip",
    "server.bytes",
    "src.hop_ip",
    "start_time",
    "client.counted_at",
  ]);
});

it("is quick to say no to hostile texts", () => {
  const hostile = ["(", "not ", '"', "= ", ", ", "((a=1 ", "a=1)", "a in (", "a=1 and ", "\\", "é "];
  for (const piece of hostile) {
    const text = piece.repeat(Math.floor(10_000 / piece.length));
    const began = performance.now();
    expect(lintFilter(text, "conversations").length).toBeGreaterThan(0);
    expect(performance.now() - began, piece).toBeLessThan(3000);
  }
});
