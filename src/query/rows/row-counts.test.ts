import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { HOUR, World, WORLD_START } from "../world.fake.ts";
import { countRows } from "./row-counts.ts";
import type { RowDataset } from "./row-source.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-row-counts-"));
const names = { blocks: [], ids: new Map<string, string>() };
const MOST = 2n ** 64n - 1n;
let world: World;
beforeAll(async () => {
  world = await World.open(folder, names);
});
afterAll(() => {
  world.close();
  rmSync(folder, { recursive: true, force: true });
});

it.each<[RowDataset, readonly [string, string]]>([
  ["conversations", ["client_bytes", "server_bytes"]],
  ["flows", ["src_bytes", "dst_bytes"]],
])("counts %s whose counters are as large as they can be", async (dataset, [one, other]) => {
  await world.put([]);
  const row = {
    time: WORLD_START,
    start_time: WORLD_START,
    end_time: WORLD_START,
    class: "normal",
    [one]: MOST,
    [other]: MOST,
  };
  await world.insert(dataset, [row, row]);
  const lake = {
    segments: (table: Parameters<World["segments"]>[0]) => world.segments(table),
    names,
    hours: undefined,
  };
  const range = { from: WORLD_START, to: WORLD_START + HOUR };
  const { cells, total } = await countRows({ dataset, range, fold: [] }, lake, world);
  expect(total).toBe(2);
  expect(cells.map(({ bytes }) => bytes)).toEqual([4n * MOST]);
});
