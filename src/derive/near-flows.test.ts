import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { columnOf } from "#model/columns.js";
import type { Segment } from "#model/segment.js";
import { openEngine } from "#store/engine.js";
import type { Engine } from "#store/index.js";
import { HALO, HOUR } from "./limits.ts";
import { gatherLimits, NearFlows } from "./near-flows.ts";
import type { SqlRunner } from "./sql-runner.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-near-"));
const FIRST = 500_000;
const HOURS = 6;
const limits = { ...gatherLimits, leastRows: 100, mostHours: 4 };
const read: string[] = [];
let engine: Engine;
let sql: SqlRunner;

beforeAll(async () => {
  engine = await openEngine(folder, { memoryMb: 200, threads: 1 });
  const { connection } = engine;
  sql = {
    run: async (text) => {
      read.push(text);
      await connection.run(text);
    },
    rows: async (text) => (await connection.runAndReadAll(text)).getRows(),
  };
});
afterAll(() => {
  engine.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A file with a row of each twenty seconds of all hours. */
async function scattered(id: string): Promise<Segment> {
  const file = join(folder, `${id}.parquet`);
  await sql.run(
    `COPY (SELECT make_timestamp((${FIRST * HOUR} + i * 20000000)::BIGINT) AS time, '${id}' AS observer_id, i::UBIGINT AS src_bytes FROM range(${HOURS * 180}) r(i) ORDER BY hash(i)) TO '${file}' (FORMAT parquet, FIELD_IDS {${(["time", "observer_id", "src_bytes"] as const).map((name) => `${name}: ${columnOf(name).id}`).join(", ")}})`,
  );
  return {
    id,
    table: "flows",
    path: `${id}.parquet`,
    rows: HOURS * 180,
    bytes: 1,
    minTime: FIRST * HOUR,
    maxTime: (FIRST + HOURS) * HOUR - 1,
    hours: Array.from({ length: HOURS }, (_, at) => FIRST + at),
    columns: [],
    minAddress: null,
    maxAddress: null,
    objects: {},
  };
}

/** Rows of an hour and its halo. */
async function rowsOf(relation: string, hour: number): Promise<string[]> {
  const found = await sql.rows(
    `SELECT time::VARCHAR || observer_id || src_bytes::VARCHAR FROM ${relation} WHERE time >= make_timestamp(${hour * HOUR - HALO}::BIGINT) AND time < make_timestamp(${(hour + 1) * HOUR + HALO}::BIGINT) ORDER BY 1`,
  );
  return found.map(([row]) => String(row));
}

it("gathers the flows of a stretch of hours once, and gives each hour what its files have", async () => {
  const live = [await scattered("a"), await scattered("b")];
  const near = new NearFlows({ sql, dataDir: folder, live: () => live }, join(folder, "near"), limits);
  const direct = new NearFlows({ sql, dataDir: folder, live: () => live }, join(folder, "none"));
  read.length = 0;
  for (let hour = FIRST; hour < FIRST + HOURS; hour++) {
    const open = Array.from({ length: FIRST + HOURS - hour - 1 }, (_, at) => hour + 1 + at);
    const relation = await near.flowsOf(hour, live, open);
    const expected = await rowsOf(await direct.flowsOf(hour, live, open), hour);
    expect(expected.length).toBeGreaterThan(2 * 180);
    expect(await rowsOf(relation, hour)).toEqual(expected);
    // The two hours that are left are too few to gather.
    expect(relation.includes("near-flows")).toBe(hour < FIRST + 4);
  }
  expect(read).toHaveLength(1);
  near.close();
  expect(existsSync(join(folder, "near", "near-flows.parquet"))).toBe(false);
});

it("reads files as they are when it cannot gather", async () => {
  const live = [await scattered("a")];
  const failing: SqlRunner = { ...sql, run: async () => Promise.reject(new Error("no room")) };
  const near = new NearFlows({ sql: failing, dataDir: folder, live: () => live }, join(folder, "failed"), limits);
  const open = [1, 2, 3, 4, 5].map((at) => FIRST + at);
  const relation = await near.flowsOf(FIRST, live, open);
  expect(await rowsOf(relation, FIRST)).toHaveLength(180 + 45);
});

it("reads what came after it had gathered", async () => {
  const live = [await scattered("a")];
  const near = new NearFlows({ sql, dataDir: folder, live: () => live }, join(folder, "late"), limits);
  const open = [1, 2, 3, 4, 5].map((at) => FIRST + at);
  await near.flowsOf(FIRST, live, open);
  live.push(await scattered("c"));
  const later = await near.flowsOf(FIRST + 1, live, open.slice(1));
  expect((await rowsOf(later, FIRST + 1)).some((row) => row.includes("c"))).toBe(true);
});
