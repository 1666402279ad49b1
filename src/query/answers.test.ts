import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { WeirError } from "#base/errors.js";
import type { Query } from "#model/query.js";
import type { QueryAnswer } from "./answer-query.ts";
import { askWorld, mustAgree, withFilter, word } from "./asked.fake.ts";
import { naiveAnswer } from "./naive.fake.ts";
import { conversation, filterNode, names, rollupFilter } from "./world-arbitrary.fake.ts";
import { HOUR, World, WORLD_HOURS, WORLD_START } from "./world.fake.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-query-"));
let world: World;
beforeAll(async () => {
  world = await World.open(folder, names);
});
afterAll(() => {
  world.close();
  rmSync(folder, { recursive: true, force: true });
});

const RUNS = Number(process.env["WEIR_QUERY_RUNS"] ?? 10);
/** Making a world takes longer than asking it, and a smaller one tells little more. */
const once = { endOnFailure: true } as const;
const ask = (query: Query): Promise<QueryAnswer> => askWorld(world, query);

const rows = fc.array(conversation, { minLength: 1, maxLength: 25 });

it("gives what a naive evaluator gives, from whatever table it chooses and from conversations", async () => {
  const tables = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(
      rows,
      fc.array(withFilter(rollupFilter), { minLength: 6, maxLength: 6 }),
      async (given, queries) => {
        await world.put(given);
        for (const query of queries) {
          const answer = await ask(query);
          tables.set(answer.table, (tables.get(answer.table) ?? 0) + 1);
          mustAgree(answer, naiveAnswer(query, given, names));
          // Who ran can only be counted among conversations: the same question of them alone.
          const counted = {
            ...query,
            measures: [...query.measures.filter((measure) => measure !== "active"), "active" as const],
          };
          const exact = await ask(counted);
          expect(exact.table).toBe("conversations");
          mustAgree(exact, naiveAnswer(counted, given, names));
        }
      },
    ),
    { numRuns: RUNS, ...once },
  );
  for (const table of ["rollup_minute", "conversations"]) expect(tables.get(table)).toBeGreaterThan(0);
});

it("filters as the naive evaluator does, on columns full of missing values", async () => {
  let asked = 0;
  await fc.assert(
    fc.asyncProperty(
      rows,
      fc.array(withFilter(filterNode), { minLength: 10, maxLength: 10 }),
      async (given, queries) => {
        await world.put(given);
        for (const query of queries) {
          mustAgree(await ask(query), naiveAnswer(query, given, names));
          asked++;
        }
      },
    ),
    { numRuns: RUNS, ...once },
  );
  expect(asked).toBeGreaterThan(0);
});

it("draws series step by step, whatever the zone, and fills what is empty", async () => {
  const step = fc.constantFrom(1, 5, 7, 15, 60, 90, 120, 1440).map((each) => each * 60_000);
  await fc.assert(
    fc.asyncProperty(
      rows,
      fc.array(
        fc.tuple(withFilter(rollupFilter), step).map(([query, each]) => ({
          ...query,
          by: query.by.filter((name) => !["hour", "day", "minute"].includes(name)),
          step: each,
        })),
        { minLength: 5, maxLength: 5 },
      ),
      async (given, queries) => {
        await world.put(given);
        for (const query of queries) {
          const answer = await ask(query);
          mustAgree(answer, naiveAnswer(query, given, names));
          const groups = new Set(
            answer.rows.map((row) =>
              row
                .slice(1, 1 + answer.keyCount)
                .map(word)
                .join("|"),
            ),
          );
          expect(answer.rows).toHaveLength(groups.size * new Set(answer.rows.map(([time]) => time)).size);
        }
      },
    ),
    { numRuns: RUNS, ...once },
  );
});

it("never answers what does not add from a rollup, unless it has the addresses themselves", async () => {
  let counting = 0;
  await fc.assert(
    fc.asyncProperty(
      rows,
      fc.array(withFilter(rollupFilter), { minLength: 20, maxLength: 20 }),
      async (given, queries) => {
        await world.put(given);
        for (const query of queries) {
          const { table } = await ask(query);
          const counted = query.measures.filter((measure) => ["active", "clients", "servers"].includes(measure));
          if (counted.length > 0) counting++;
          if (counted.length > 0) expect(table).not.toBe("rollup_minute");
          if (counted.includes("active")) expect(table).toBe("conversations");
        }
      },
    ),
    { numRuns: Math.ceil(RUNS / 4), ...once },
  );
  expect(counting).toBeGreaterThan(0);
});

it("binds every word of a question", async () => {
  const hostile = fc.constantFrom("'; DROP TABLE zzz; --", '"; SELECT zzz', "$zzz", "\\'zzz", "*/ OR zzz /*", "zzz");
  await world.put([]);
  await fc.assert(
    fc.asyncProperty(hostile, fc.boolean(), async (text, negated) => {
      world.ran.length = 0;
      const field = "client_observer";
      await ask({
        dataset: "conversations",
        range: { from: WORLD_START, to: WORLD_START + HOUR },
        by: ["client_name", "service"],
        measures: ["bytes"],
        timeZone: "UTC",
        filter: {
          kind: "or",
          parts: [
            { kind: "in", field, values: [{ type: "text", text }], negated },
            { kind: "like", field, pattern: text, negated },
            { kind: "match", field, pattern: "zzz", negated },
            { kind: "in", field: "name", values: [{ type: "text", text }], negated },
          ],
        },
      });
      for (const { sql } of world.ran) expect(sql).not.toContain("zzz");
    }),
    { numRuns: RUNS, ...once },
  );
});

it("sums up what the limit cuts off", async () => {
  await fc.assert(
    fc.asyncProperty(rows, fc.integer({ min: 1, max: 3 }), async (given, limit) => {
      await world.put(given);
      const query: Query = {
        dataset: "conversations",
        range: { from: WORLD_START, to: WORLD_START + WORLD_HOURS * HOUR },
        by: ["server_account_id"],
        measures: ["bytes", "conversations", "clients"],
        timeZone: "UTC",
        limit,
      };
      const answer = await ask(query);
      const sum = (at: number): bigint => answer.rows.reduce((all, row) => all + (row[at] as bigint), 0n);
      expect([sum(1), sum(2)]).toEqual([answer.totals.bytes, answer.totals.conversations]);
      if (answer.more) expect(answer.rows.at(-1)?.slice(0, 1)).toEqual(["(others)"]);
      // Different addresses do not add: of the others nothing is said.
      if (answer.more) expect(answer.rows.at(-1)?.[3]).toBeNull();
    }),
    { numRuns: RUNS, ...once },
  );
});

it("compares with the time before", async () => {
  await fc.assert(
    fc.asyncProperty(rows, fc.integer({ min: 1, max: 3 }), async (given, hours) => {
      await world.put(given);
      const now = { from: WORLD_START + hours * HOUR, to: WORLD_START + (hours + 1) * HOUR };
      const query: Query = {
        dataset: "conversations",
        range: now,
        by: ["client_account_id", "service"],
        measures: ["bytes", "clients", "rate"],
        timeZone: "UTC",
      };
      const answer = await ask({ ...query, compare: "previous" });
      mustAgree(answer, naiveAnswer(query, given, names));
      const before = naiveAnswer({ ...query, range: { from: now.from - HOUR, to: now.from } }, given, names);
      const place = (name: string): number => answer.columns.findIndex((column) => column.name === name);
      for (const row of answer.rows) {
        const expected = before.get(row.slice(0, 2).map(word).join(" | ")) ?? [0, 0, 0];
        const then = ["bytes_previous", "clients_previous", "rate_previous"].map((name) => Number(row[place(name)]));
        expect(then).toEqual(expected);
        const change = row[place("bytes_change")];
        if (expected[0] === 0) expect(change).toBeNull();
        else expect(change).toBeCloseTo((Number(row[2]) - (expected[0] ?? 0)) / (expected[0] ?? 0), 6);
      }
    }),
    { numRuns: RUNS, ...once },
  );
});

it("takes rates over the part of an hour or a day that is asked for, as those of steps", async () => {
  const minutes = fc.tuple(fc.integer({ min: -40, max: 100 }), fc.integer({ min: 1, max: 200 }));
  const cut = fc.constantFrom(["hour", 3_600_000] as const, ["day", 86_400_000] as const, ["minute", 60_000] as const);
  await fc.assert(
    fc.asyncProperty(rows, minutes, cut, async (given, [start, length], [name, step]) => {
      await world.put(given);
      const from = WORLD_START + start * 60_000_000;
      const query: Query = {
        dataset: "conversations",
        range: { from, to: from + length * 60_000_000 },
        by: [],
        measures: ["rate", "p95"],
        timeZone: "Europe/Berlin",
      };
      const grouped = await ask({ ...query, by: [name] });
      mustAgree(grouped, naiveAnswer({ ...query, by: [name] }, given, names));
      const series = await ask({ ...query, step });
      const rates = ({ rows: found }: QueryAnswer): unknown[] =>
        found.map(([, rate, p95]) => [rate, p95]).filter(([rate]) => Number(rate) > 0);
      const sorted = (all: unknown[]): string[] => all.map((each) => JSON.stringify(each)).sort();
      expect(sorted(rates(grouped))).toEqual(sorted(rates(series)));
    }),
    { numRuns: RUNS, ...once },
  );
});

it("says what cannot be asked", async () => {
  const base: Query = {
    dataset: "conversations",
    range: { from: 0, to: HOUR },
    by: [],
    measures: ["bytes"],
    timeZone: "UTC",
  };
  const wrong: Partial<Query>[] = [
    { by: ["client_ipp"] },
    { by: ["hour", "minute"] },
    { by: ["client_ip", "client_ip"] },
    { by: ["records"] },
    { by: ["hour"], step: 60_000 },
    { measures: [] },
    { measures: ["flows"] },
    { step: 1500 },
    { timeZone: "Nowhere/City" },
  ];
  for (const part of wrong) await expect(ask({ ...base, ...part })).rejects.toBeInstanceOf(WeirError);
});
