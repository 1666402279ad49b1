import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parseAddress, parseCidr, type AddressBlock } from "#base/address.js";
import type { FilterNode } from "#model/filter.js";
import type { MeasureName } from "#model/measures.js";
import type { Query } from "#model/query.js";
import type { Row } from "../filter/evaluate.fake.ts";
import type { QueryAnswer } from "./answer-query.ts";
import { askWorld } from "./asked.fake.ts";
import { naiveAnswer } from "./naive.fake.ts";
import { conversation, names } from "./world-arbitrary.fake.ts";
import { HOUR, World, WORLD_HOURS, WORLD_START } from "./world.fake.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-folded-"));
let world: World;
beforeAll(async () => {
  world = await World.open(folder, names);
});
afterAll(() => {
  world.close();
  rmSync(folder, { recursive: true, force: true });
});

const RUNS = Number(process.env["WEIR_QUERY_RUNS"] ?? 10);
const whole = { from: WORLD_START, to: WORLD_START + WORLD_HOURS * HOUR };
const address = (text: string): Row[string] => parseAddress(text) ?? null;

/** Addresses that are never folded, and the sums of those that are: sometimes enough to rank, sometimes not. */
const rows = fc.array(
  fc
    .record({
      row: conversation,
      client: fc.constantFrom("10.0.0.1", "10.0.0.2", "10.1.2.3", "203.0.113.0", "203.0.113.9", "2001:db8::1"),
      server: fc.constantFrom("10.0.0.1", "192.168.1.1", "10.9.9.9", "198.51.100.1", "198.51.100.77"),
      bytes: fc.constantFrom(0n, 1n, 2n, 50n, 1000n),
    })
    .map(({ row, client, server, bytes }): Row => {
      const isPublic = !client.startsWith("10.");
      return {
        ...row,
        client_ip: address(client),
        server_ip: address(server),
        client_bytes: isPublic ? bytes / 10n : bytes,
        server_bytes: isPublic ? 0n : bytes * 3n,
      };
    }),
  { minLength: 5, maxLength: 40 },
);

const isIn = (field: string, text: string): FilterNode => ({
  kind: "in",
  field,
  values: [{ type: "addresses", block: parseCidr(text) as AddressBlock }],
  negated: false,
});
const isKnown: FilterNode = { kind: "known", field: "server_port", negated: false };
const outside: FilterNode = { kind: "not", part: isIn("client_ip", "203.0.113.0/24") };

const question: fc.Arbitrary<Query> = fc
  .record({
    by: fc.constantFrom(
      ["client_ip"],
      ["server_ip"],
      ["ip"],
      ["pair"],
      ["client_ip", "service"],
      ["server_ip", "hour"],
      ["client_account_id", "client_ip"],
    ),
    measures: fc.uniqueArray(
      fc.constantFrom<MeasureName>("bytes", "packets", "conversations", "denied", "client_bytes", "records"),
      { minLength: 1, maxLength: 3 },
    ),
    rate: fc.boolean(),
    limit: fc.integer({ min: 1, max: 4 }),
    filter: fc.constantFrom(undefined, isKnown, outside, isIn("ip", "10.0.0.0/8"), isIn("server_ip", "10.9.9.9/32")),
    range: fc.constantFrom(whole, {
      from: WORLD_START + HOUR / 2,
      to: WORLD_START + 3 * HOUR + HOUR / 4,
    }),
    more: fc.constantFrom({}, { compare: "previous" as const }, { step: 3_600_000 }),
  })
  .map(({ by, measures, rate, limit, filter, range, more }) => ({
    dataset: "conversations",
    by: "step" in more ? by.filter((word) => word !== "hour") : by,
    measures: rate ? [...measures, "rate"] : measures,
    limit,
    range: "compare" in more ? { from: range.from + HOUR, to: range.to } : range,
    ...more,
    ...(filter !== undefined && { filter }),
    timeZone: "UTC",
  }));

/** What an answer says, without where it is from. */
const said = ({ columns, rows: cells, more, totals }: QueryAnswer): unknown => ({
  columns: columns.map(({ name }) => name),
  cells,
  more,
  totals,
});

/** Sums of hours that have as many rows as conversations are not worth a proof. */
const withoutProof: World["segments"] = (table) => world.segments(table).map((segment) => ({ ...segment, rows: 1000 }));

it("takes who ranks first from sums of hours only where no folded address can change it", async () => {
  const seen = { proven: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(rows, fc.array(question, { minLength: 6, maxLength: 6 }), async (given, questions) => {
      await world.put(given);
      for (const query of questions) {
        world.ran.length = 0;
        const answer = await askWorld(world, query);
        const isAsked = world.ran.some(({ sql }) => sql.includes("is_folded"));
        if (isAsked) seen[answer.table === "rollup_hour" ? "proven" : "refused"]++;
        const exact = await askWorld(world, query, withoutProof);
        expect(said(answer)).toEqual(said(exact));
        if (isAsked) mustRankAsNaive(answer, query, given);
      }
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
  expect(Math.min(seen.proven, seen.refused)).toBeGreaterThan(0);
});

/** Of ranked groups: the largest sums that a naive evaluator finds, in its order. */
function mustRankAsNaive(answer: QueryAnswer, query: Query, given: readonly Row[]): void {
  if (query.step !== undefined || query.compare !== undefined) return;
  const naive = [...naiveAnswer(query, given, names).values()].map(([first = 0]) => first).sort((a, b) => b - a);
  const { keyCount } = answer;
  const shown = answer.rows.filter(([first]) => first !== "(others)").map((row) => Number(row[keyCount]));
  expect(shown).toEqual(naive.slice(0, query.limit));
  expect(answer.more).toBe(naive.length > shown.length);
}

it("asks conversations where a folded address could be worth as much as the last that is shown", async () => {
  const base: Row = {
    ...fc.sample(conversation, { numRuns: 1, seed: 1 })[0],
    time: WORLD_START,
    start_time: WORLD_START,
    end_time: WORLD_START + 1,
    starts: 1,
    class: "normal",
    verdict: "allowed",
    server_ip: address("10.9.9.9"),
  };
  const sent = (client: string, bytes: bigint): Row => ({
    ...base,
    client_ip: address(client),
    client_bytes: bytes,
    server_bytes: 0n,
  });
  const asked = async (...given: readonly Row[]): Promise<string> => {
    await world.put(given);
    const answer = await askWorld(world, {
      dataset: "conversations",
      by: ["client_ip"],
      measures: ["bytes"],
      limit: 2,
      range: whole,
      timeZone: "UTC",
    });
    return answer.table;
  };
  const own = [sent("10.0.0.1", 500n), sent("10.0.0.2", 100n)];
  expect(await asked(...own, sent("203.0.113.7", 99n))).toBe("rollup_hour");
  // Two addresses of one block: together they could be one that ranks.
  expect(await asked(...own, sent("203.0.113.7", 60n), sent("203.0.113.9", 40n))).toBe("conversations");
  expect(await asked(...own, sent("203.0.113.7", 60n), sent("198.51.100.9", 60n))).toBe("rollup_hour");
  // Fewer groups than are asked for: those that are folded would be shown.
  expect(await asked(sent("10.0.0.1", 500n), sent("203.0.113.7", 0n))).toBe("conversations");
});
