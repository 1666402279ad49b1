import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parseFilter } from "#filter/index.js";
import type { Query } from "#model/query.js";
import { askWorld } from "./asked.fake.ts";
import { HOUR, World, WORLD_HOURS, WORLD_START } from "./world.fake.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-narrow-"));
let world: World;
beforeAll(async () => {
  world = await World.open(folder, { blocks: [], ids: new Map() });
});
afterAll(() => {
  world.close();
  rmSync(folder, { recursive: true, force: true });
});

it.each(["src_hop_ip = 10.9.9.9", "dst_hop_ip in 10.9.9.8/31", "src_ip = 10.0.0.1"])(
  "finds flows by %s over days, though presence knows the ends of conversations only",
  async (filter) => {
    await world.put([]);
    await world.insert("presence", [{ time: WORLD_START, realm: "default", address: "10.0.0.1", hours_seen: 1 }]);
    await world.insert("flows", [
      {
        time: WORLD_START + HOUR / 2,
        src_ip: "10.0.0.1",
        dst_ip: "192.0.2.1",
        src_hop_ip: "10.9.9.9",
        dst_hop_ip: "10.9.9.9",
        src_bytes: 7,
      },
    ]);
    const query: Query = {
      dataset: "flows",
      range: { from: WORLD_START - 6 * HOUR, to: WORLD_START + WORLD_HOURS * HOUR },
      by: [],
      measures: ["flows"],
      timeZone: "UTC",
      filter: parseFilter(filter, "flows"),
    };
    expect((await askWorld(world, query)).rows).toEqual([[1n]]);
  },
);
