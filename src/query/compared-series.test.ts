import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Query } from "#model/query.js";
import { askWorld, mustAgree, word } from "./asked.fake.ts";
import { naiveAnswer } from "./naive.fake.ts";
import { conversation, names } from "./world-arbitrary.fake.ts";
import { HOUR, World, WORLD_START } from "./world.fake.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-query-"));
let world: World;
beforeAll(async () => {
  world = await World.open(folder, names);
});
afterAll(() => {
  world.close();
  rmSync(folder, { recursive: true, force: true });
});

const MINUTE = 60_000_000;
const RUNS = Number(process.env["WEIR_QUERY_RUNS"] ?? 5);
const once = { endOnFailure: true } as const;
const rows = fc.array(conversation, { minLength: 1, maxLength: 25 });

it("draws the time before beside a series, step by step", async () => {
  const steps = fc.constantFrom(5, 20, 60);
  await fc.assert(
    fc.asyncProperty(rows, steps, fc.integer({ min: 1, max: 4 }), async (given, step, count) => {
      await world.put(given);
      const length = step * count * MINUTE;
      const now = { from: WORLD_START + 2 * HOUR, to: WORLD_START + 2 * HOUR + length };
      const query: Query = {
        dataset: "conversations",
        range: now,
        by: ["service"],
        measures: ["bytes", "conversations", "p95", "rate"],
        step: step * 60_000,
        timeZone: "UTC",
      };
      const answer = await askWorld(world, { ...query, compare: "previous" });
      mustAgree(answer, naiveAnswer(query, given, names));
      const before = naiveAnswer({ ...query, range: { from: now.from - length, to: now.from } }, given, names);
      const groups = new Set(answer.rows.map((row) => word(row[1] ?? null)));
      for (const row of answer.rows) {
        const then = new Date(Date.parse(row[0] as string) - length / 1000).toISOString();
        const isOthers = row[1] === "(others)";
        // The others are the groups that there were then and are not now.
        const gone = [...before].filter(
          ([key]) => key.endsWith(` @ ${then}`) && !groups.has(key.split(" @ ")[0] ?? ""),
        );
        const expected = isOthers
          ? [0, 1].map((at) => gone.reduce((sum, [, values]) => sum + (values[at] ?? 0), 0))
          : (before.get(`${word(row[1] ?? null)} @ ${then}`) ?? [0, 0, 0, 0]);
        for (const [at, value] of expected.entries())
          expect(Math.abs(Number(row[6 + at]) - value)).toBeLessThanOrEqual(value * 1e-9);
      }
    }),
    { numRuns: RUNS, ...once },
  );
});

it("draws everything of the time before, however its steps lie", async () => {
  const minutes = fc.integer({ min: 1, max: 150 });
  await fc.assert(
    fc.asyncProperty(rows, minutes, minutes, minutes, async (given, start, length, back) => {
      await world.put(given);
      const from = WORLD_START + start * MINUTE;
      const range = { from, to: from + length * MINUTE };
      const before = { from: from - back * MINUTE, to: from + (length - back) * MINUTE };
      const query: Query = {
        dataset: "conversations",
        range,
        by: ["client_ip"],
        measures: ["bytes", "conversations"],
        limit: 2,
        step: 20 * 60_000,
        timeZone: "America/New_York",
      };
      const answer = await askWorld(world, { ...query, compare: before });
      const { step: _, ...whole } = query;
      const then = await askWorld(world, { ...whole, by: [], range: before });
      const sum = (name: string): bigint => {
        const place = answer.columns.findIndex((column) => column.name === name);
        return answer.rows.reduce((all, row) => all + (row[place] as bigint), 0n);
      };
      // Without a group now there is nothing to compare.
      if (answer.rows.length === 0) return;
      expect([sum("bytes_previous"), sum("conversations_previous")]).toEqual(then.rows[0]);
      expect([sum("bytes"), sum("conversations")]).toEqual([answer.totals.bytes, answer.totals.conversations]);
    }),
    { numRuns: RUNS, ...once },
  );
});
