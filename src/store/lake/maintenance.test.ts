import { copyFileSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, expect, it } from "vitest";
import { claimed, done } from "../../catalog/objects.fake.ts";
import { ColumnBatch } from "#model/column-batch.js";
import type { Segment } from "#model/segment.js";
import type { TableName } from "#model/tables.js";
import { checkLake } from "./check.ts";
import { compactLake } from "./compact.ts";
import { openEngine, type Engine } from "./duckdb.ts";
import { expireLake } from "./expire.ts";
import { openLake, type Lake } from "./lake.ts";
import { publishSegments } from "./publish.ts";
import { segmentsSql } from "./read-segments.ts";
import { recover } from "./recovery.ts";
import { SegmentWriter } from "./segment-writer.ts";

const HOUR = 3_600_000_000;
const DAY = 24 * HOUR;
const START = 1_772_496_000_000_000; // 2026-03-03
const LATER_MS = (START + 30 * DAY) / 1000;

let folder: string;
let lake: Lake;
let engine: Engine;
let writer: SegmentWriter;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "weir-maintain-"));
  lake = await openLake(folder);
  engine = await openEngine(join(folder, "tmp", lake.writerId), { memoryMb: 200, threads: 1 });
  writer = new SegmentWriter(engine, join(folder, "staging", lake.writerId), lake.writerId);
});
afterEach(() => {
  engine.close();
  lake.close();
  rmSync(folder, { recursive: true });
});

interface Flow {
  readonly time: number;
  readonly object: number;
  readonly rule: string | null;
  readonly port: number | null;
}

async function write(flows: readonly Flow[], table: TableName = "flows"): Promise<Segment> {
  const batch = new ColumnBatch(table, 8);
  for (const { time, object, rule, port } of flows) {
    batch.reserve(1);
    batch.setTime("time", batch.rows, time);
    batch.setNumber("object_id", batch.rows, object);
    if (table === "flows") batch.setAddress("src_ip", batch.rows, [0, 0, 0xffff, object * 7 + batch.rows]);
    if (table === "flows" && rule !== null) batch.setText("rule_name", batch.rows, rule);
    if (table === "flows" && port !== null) batch.setNumber("dst_port", batch.rows, port);
    batch.rows++;
  }
  return writer.write(batch);
}

/** Writes each list of flows as a segment of its own, and commits them together. */
async function add(...groups: (readonly Flow[])[]): Promise<void> {
  const segments: Segment[] = [];
  for (const flows of groups) segments.push(await write(flows));
  await lake.commitGroup({ objects: [], segments });
}

const flow = (time: number, object = 1): Flow => ({ time, object, rule: null, port: null });
const live = () => lake.catalog.liveSegments("flows");
async function rows(): Promise<unknown[]> {
  const source = segmentsSql("flows", live(), folder);
  const reader = await engine.connection.runAndReadAll(`SELECT r::VARCHAR AS t FROM ${source} r ORDER BY t`);
  return reader.getRows().map(([row]) => row);
}
async function sound(): Promise<boolean> {
  const { missing, damaged, unlisted } = await checkLake(folder, lake.catalog, { nowMs: LATER_MS, deep: true });
  const listed = lake.catalog.listedPaths();
  return missing.length + damaged.length + unlisted.filter(({ path }) => !listed.has(path)).length === 0;
}

const someFlow = fc.record({
  time: fc.oneof(
    fc.integer({ min: START, max: START + 3 * DAY }),
    fc.constantFrom(START, START + HOUR, START + HOUR - 1, START + DAY),
  ),
  object: fc.integer({ min: 1, max: 4 }),
  rule: fc.option(fc.constantFrom("web", "db", "it's")),
  port: fc.option(fc.nat({ max: 65_535 })),
});

it("keeps every row while it joins files, and leaves no more to do", async () => {
  const groups = fc.array(fc.array(someFlow, { minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(groups, fc.constantFrom(5, 20, 1000), async (batches, targetRows) => {
      lake.catalog.replace(
        live().map(({ id }) => id),
        [],
      );
      await add(...batches);
      const before = await rows();
      await compactLake(lake, { nowMs: LATER_MS, targetRows });
      expect(await rows()).toEqual(before);
      const segments = live();
      const total = before.length;
      const days = new Set(batches.flat().map(({ time }) => Math.floor(time / DAY))).size;
      const most = targetRows < 1000 ? batches.length : Math.min(batches.length, days);
      expect(segments.length).toBeLessThanOrEqual(most);
      expect(segments.reduce((sum, segment) => sum + segment.rows, 0)).toBe(total);
      expect(
        segments.every(({ objects, rows: count }) => Object.values(objects).reduce((a, b) => a + b, 0) === count),
      ).toBe(true);
      const again = await compactLake(lake, { nowMs: LATER_MS, targetRows });
      expect(again.rows).toBe(0);
    }),
    { numRuns: 12 },
  );
  expect(await sound()).toBe(true);
});

it("writes hours that are over in order of time, and leaves open ones alone", async () => {
  const at = (hour: number, ...minutes: number[]) => minutes.map((minute) => flow(START + hour * HOUR + minute * 60e6));
  await add(at(0, 50, 10), at(0, 30), [...at(0, 5), ...at(1, 1)], at(1, 40), at(3, 1), at(3, 2));
  await compactLake(lake, { nowMs: (START + 5 * HOUR) / 1000 });
  const segments = live();
  expect(segments.map(({ rows: count, hours }) => [count, hours.length])).toEqual([
    [4, 1],
    [2, 1],
    [1, 1],
    [1, 1],
  ]);
  const times = await engine.connection.runAndReadAll(
    `SELECT epoch_us(time) FROM ${segmentsSql("flows", segments.slice(0, 1), folder)}`,
  );
  expect(times.getRows().map(([time]) => (Number(time) - START) / 60e6)).toEqual([5, 10, 30, 50]);
  expect(lake.catalog.dirtyHours().every(({ changed }) => changed === 1)).toBe(true);
});

it("splits an hour with many rows into files of the target's size", async () => {
  await add(
    ...Array.from({ length: 5 }, (_, part) => Array.from({ length: 1000 }, (_, at) => flow(START + part + at * 3e6))),
  );
  await compactLake(lake, { nowMs: LATER_MS, targetRows: 1200 });
  const sizes = live().map((segment) => segment.rows);
  expect(sizes.reduce((a, b) => a + b)).toBe(5000);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(1300);
  expect(sizes.length).toBeLessThanOrEqual(8);
});

it("throws its work away when another was faster", async () => {
  await add([flow(START)], [flow(START + 1)]);
  const replace = lake.catalog.replace.bind(lake.catalog);
  let isFirst = true;
  lake.catalog.replace = (retire, segments) => {
    if (isFirst) {
      isFirst = false;
      replace([retire[0]!], []);
    }
    return replace(retire, segments);
  };
  await compactLake(lake, { nowMs: LATER_MS });
  expect(live()).toHaveLength(1);
  expect(await rows()).toHaveLength(1);
  expect(await sound()).toBe(true);
});

it("deletes what is too old, to the hour, and says before what it would delete", async () => {
  await add(
    [flow(START)],
    [flow(START + HOUR), flow(START + 2 * HOUR), flow(START + 5 * HOUR)],
    [flow(START + 9 * HOUR)],
  );
  const before = { flows: START + 2.5 * HOUR };
  const expected = { table: "flows", before: START + 2 * HOUR, rows: 2, files: 1, rewritten: 1 };
  expect(await expireLake(lake, { before, dryRun: true })).toEqual([expected]);
  expect(await rows()).toHaveLength(5);
  expect(await expireLake(lake, { before })).toEqual([expected]);
  expect(live().map(({ minTime }) => minTime - START)).toEqual([2 * HOUR, 9 * HOUR]);
  expect(await expireLake(lake, { before })).toEqual([{ ...expected, rows: 0, files: 0, rewritten: 0 }]);
  expect(await sound()).toBe(true);
});

it("replaces the rows of an object and nobody else's in one commit", async () => {
  await add([flow(START, 1), flow(START + 1, 2)], [flow(START, 2), flow(START + 5, 2)], [flow(START, 3)]);
  const { removeObjectRows } = await import("./remove-objects.ts");
  const rewrite = await removeObjectRows(lake, [2]);
  expect(await rows()).toHaveLength(5);
  const fresh = await write([flow(START + 9, 2)]);
  publishSegments(folder, lake.writerId, [fresh]);
  lake.catalog.commit({
    writer: lake.writerId,
    objects: [],
    segments: [...rewrite.add, fresh],
    retire: rewrite.retire,
  });
  const objects = live().map((segment) => segment.objects);
  expect(objects).toHaveLength(3);
  expect(objects).toEqual(expect.arrayContaining([{ 1: 1 }, { 3: 1 }, { 2: 1 }]));
  expect(await sound()).toBe(true);
});

it("commits a rewritten object although compaction replaces its files meanwhile", async () => {
  const source = lake.catalog.ensureSource("files", "file:");
  const read = async (size: number, replaces: boolean, flows: readonly Flow[]) => {
    const [claim] = claimed(lake.claim(source, [{ key: "a", size, modifiedMicros: START }]));
    if (claim === undefined) throw new Error("not given");
    expect(claim).toMatchObject({ objectId: 1, hasRows: replaces });
    const segments = [await write(flows)];
    return lake.commitGroup({ objects: [done(claim, flows.length, { replaces })], segments });
  };
  await read(100, false, [flow(START, 1), flow(START + 1, 1)]);
  await add([flow(START + 2, 2)], [flow(START + 3, 2)]);
  const commit = lake.catalog.commit.bind(lake.catalog);
  const compacted: number[] = [];
  lake.catalog.commit = (request) => {
    const [one, ...others] = live();
    // What the first try has read is replaced under its hands.
    if (compacted.push(1) === 1)
      lake.catalog.replace(
        [one!.id],
        [{ ...one!, objects: { ...one!.objects }, id: `${one!.id}x`, path: `${one!.path}x` }],
      );
    copyFileSync(join(folder, one!.path), join(folder, `${one!.path}x`));
    expect(others).toHaveLength(2);
    return commit(request);
  };
  expect(await read(50, true, [flow(START + 9, 1)])).toBe("committed");
  expect(compacted).toHaveLength(2);
  expect(live().map((segment) => segment.objects)).toEqual([{ 2: 1 }, { 2: 1 }, { 1: 1 }]);
  expect(lake.catalog.objectTotals().records).toMatchObject({ total: 1, flows: 1 });
});

it("finds missing, damaged and unlisted files", async () => {
  await add([flow(START)], [flow(START + DAY)], [flow(START + 2 * DAY)]);
  const paths = live().map(({ path }) => path);
  rmSync(join(folder, paths[0]!));
  truncateSync(join(folder, paths[1]!), 20);
  writeFileSync(join(folder, "flows/2026-03-05/wdead0000aaaaaaaa-00000000-0000-4000-8000-000000000001.parquet"), "");
  const check = await checkLake(folder, lake.catalog, { nowMs: Date.now() });
  expect(check).toMatchObject({ files: 3, rows: 3, missing: [paths[0]], damaged: [{ path: paths[1] }] });
  expect(check.unlisted).toEqual([
    { path: "flows/2026-03-05/wdead0000aaaaaaaa-00000000-0000-4000-8000-000000000001.parquet", deleted: false },
  ]);
  const later = await checkLake(folder, lake.catalog, { nowMs: Date.now() + 3_600_000 });
  expect(later.unlisted.map(({ deleted }) => deleted)).toEqual([true]);
  recover(folder, lake.catalog);
  expect(readdirSync(join(folder, "flows/2026-03-05"))).toHaveLength(1);
});
