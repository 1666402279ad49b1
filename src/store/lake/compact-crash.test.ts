import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ColumnBatch } from "#model/column-batch.js";
import type { Segment } from "#model/segment.js";
import { checkLake } from "./check.ts";
import { openEngine } from "./duckdb.ts";
import { openLake } from "./lake.ts";
import { segmentsSql } from "./read-segments.ts";
import { SegmentWriter } from "./segment-writer.ts";

/** Compaction runs in a process of the built product. */
const built = (file: string): string => JSON.stringify(pathToFileURL(resolve("dist/store/lake", file)).href);
const KILLS = 10;
/** So many that joining them makes them fewer, whatever is killed in between. */
const FILES = 120;
const ROWS = 400;
const HOUR = 3_600_000_000;
const START = 1_772_496_000_000_000;
const LATER_MS = START / 1000 + 30 * 86_400_000;

const folder = mkdtempSync(join(tmpdir(), "weir-compact-"));
/** Steps take some milliseconds each, and there are hundreds of them. */
const LONGEST_MS = 1000;
let before: unknown;
let fills = 0;
beforeAll(async () => {
  if (!existsSync("dist/store/lake/compact.js")) throw new Error("npm run build first");
  await fill();
  before = await contents();
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Adds files of a few hours each, in no order of time. */
async function fill(): Promise<void> {
  fills++;
  const lake = await openLake(folder);
  const engine = await openEngine(join(folder, "tmp", lake.writerId), { memoryMb: 200, threads: 1 });
  const writer = new SegmentWriter(engine, join(folder, "staging", lake.writerId), lake.writerId);
  const segments: Segment[] = [];
  for (let file = 0; file < FILES; file++) {
    const batch = new ColumnBatch("flows", ROWS);
    for (let row = 0; row < ROWS; row++) {
      batch.reserve(1);
      batch.setTime("time", batch.rows, START + (((file * 5) % 24) + (row % 3)) * HOUR + ((row * 7919) % 3600) * 1e6);
      batch.setNumber("object_id", batch.rows, 1 + (file % 5));
      batch.setNumber("position", batch.rows, file * ROWS + row);
      batch.setAddress("src_ip", batch.rows, [0, 0, 0xffff, row * 31 + file]);
      batch.rows++;
    }
    segments.push(await writer.write(batch));
  }
  await lake.commitGroup({ objects: [], segments });
  engine.close();
  lake.close();
}

/** Number of rows, and a sum over all their values. Every file is whole and listed, whatever happened before. */
async function contents(): Promise<unknown> {
  const lake = await openLake(folder);
  const engine = await openEngine(join(folder, "tmp", lake.writerId), { memoryMb: 200, threads: 1 });
  const source = segmentsSql("flows", lake.catalog.liveSegments("flows"), folder);
  const result = await engine.connection.runAndReadAll(`SELECT count(*), sum(hash(f)) FROM ${source} f`);
  engine.close();
  const { missing, damaged } = await checkLake(folder, lake.catalog, { nowMs: Date.now(), deep: true });
  const files = readdirSync(join(folder, "flows"), { recursive: true }).filter((name) =>
    String(name).endsWith(".parquet"),
  );
  const listed = lake.catalog.listedPaths();
  lake.close();
  expect([missing, damaged, files.filter((name) => !listed.has(`flows/${String(name)}`))]).toEqual([[], [], []]);
  return result.getRows()[0];
}

/** Compacts in a process of its own, which is killed after a while. @returns whether it came to its end before */
async function compact(killAfterMs: number): Promise<boolean> {
  const script = `import { compactLake } from ${built("compact.js")};
    import { openLake } from ${built("lake.js")};
    const lake = await openLake(${JSON.stringify(folder)});
    console.log("open");
    await compactLake(lake, { nowMs: ${LATER_MS}, targetRows: 3000 });
    lake.close();`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  await Promise.race([once(child.stdout, "data"), ended]);
  const timer = setTimeout(() => child.kill("SIGKILL"), killAfterMs);
  const [code, signal] = await ended;
  clearTimeout(timer);
  expect([0, "SIGKILL"]).toContain(signal ?? code);
  return code === 0;
}

it("loses and doubles nothing when it is killed at any instant", async () => {
  let killed = 0;
  while (killed < KILLS) {
    const isDone = await compact(Math.random() * LONGEST_MS);
    expect(await contents()).toEqual(before);
    if (!isDone) killed++;
    else {
      await fill();
      before = await contents();
    }
  }
  expect(await compact(60_000)).toBe(true);
  expect(await contents()).toEqual(before);
  const lake = await openLake(folder);
  expect(lake.catalog.liveSegments("flows").length).toBeLessThan(FILES * fills);
  lake.close();
});
