import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Query } from "#model/query.js";
import { askWorld, mustAgree, withFilter } from "./asked.fake.ts";
import { naiveAnswer } from "./naive.fake.ts";
import { conversation, names, rollupFilter } from "./world-arbitrary.fake.ts";
import { HOUR, World, WORLD_HOURS, WORLD_START } from "./world.fake.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-expired-"));
let world: World;
beforeAll(async () => {
  world = await World.open(folder, names);
});
afterAll(() => {
  world.close();
  rmSync(folder, { recursive: true, force: true });
});

const RUNS = Number(process.env["WEIR_QUERY_RUNS"] ?? 10);
const rows = fc.array(conversation, { minLength: 1, maxLength: 25 });
const whole = { from: WORLD_START, to: WORLD_START + WORLD_HOURS * HOUR };
const base: Query = { dataset: "conversations", range: whole, by: [], measures: ["bytes"], timeZone: "UTC" };

it("answers the same whichever tables beside conversations have expired", async () => {
  const tables = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      rows,
      fc.array(withFilter(rollupFilter), { minLength: 4, maxLength: 4 }),
      fc.uniqueArray(fc.constantFrom("rollup_minute" as const, "rollup_hour" as const, "presence" as const), {
        minLength: 1,
      }),
      fc.integer({ min: 1, max: WORLD_HOURS }),
      async (given, queries, expired, hours) => {
        await world.put(given);
        for (const table of expired) await world.expire(table, WORLD_START + hours * HOUR);
        for (const query of queries) {
          const answer = await askWorld(world, query);
          tables.add(answer.table);
          mustAgree(answer, naiveAnswer(query, given, names));
        }
      },
    ),
    { numRuns: RUNS, endOnFailure: true },
  );
  expect(tables.size).toBeGreaterThan(1);
});

it("says since when conversations are kept, where only they answer", async () => {
  const since = WORLD_START + 2 * HOUR;
  const kept = `Conversations are kept since ${new Date(since / 1000).toISOString().slice(0, 16)}Z`;
  const notesOf = async (part: Partial<Query>): Promise<string> =>
    (await askWorld(world, { ...base, ...part })).notes.join(" ");
  await world.put(fc.sample(conversation, { numRuns: 20, seed: 1 }));
  await world.expire("conversations", since);
  expect(await notesOf({ by: ["client_port"] })).toContain(kept);
  // The time that is compared with is asked of the same table.
  const newer = { from: since, to: whole.to };
  expect(await notesOf({ by: ["client_port"], range: newer })).toBe("");
  expect(await notesOf({ by: ["client_port"], range: newer, compare: "previous" })).toContain(kept);
  // Hours at the ends of a range are cut from conversations.
  const cut = { from: WORLD_START + HOUR / 2, to: whole.to };
  const hours = { by: ["client_ip"], filter: { kind: "known", field: "client_realm", negated: false } } as const;
  expect(await notesOf({ ...hours, range: cut })).toContain(kept);
  await world.expire("conversations", whole.to);
  expect(await notesOf({ by: ["client_port"] })).toContain("Conversations of this time have expired");
});
