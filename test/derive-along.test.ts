import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { AlongDerivation } from "../src/app/derive-along.ts";
import { openLake, type Lake } from "../src/store/index.ts";
import { startWeir } from "./process-tree.ts";
import { main } from "./weir.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-along-"));
const dataDir = join(folder, "lake");
const START = Date.UTC(2026, 2, 3, 12) / 1000;
let lake: Lake;

async function read(name: string, host: string): Promise<void> {
  const file = join(folder, "logs", name);
  writeFileSync(
    file,
    `2 123456789012 eni-0a1b2c3d ${host} 10.0.1.1 43210 443 6 10 1000 ${START} ${START + 60} ACCEPT OK\n`,
  );
  await startWeir(["ingest", file, "--final", "--no-derive", "--data", dataDir], "", [main]).ended;
}

const dirty = (): number => lake.catalog.dirtyHours().length;

async function untilClean(): Promise<void> {
  for (let waited = 0; dirty() > 0 && waited < 20_000; waited += 50) await sleep(50);
}

beforeAll(async () => {
  mkdirSync(join(folder, "logs"));
  await read("a.log", "10.0.0.1");
  lake = await openLake(dataDir);
});
afterAll(() => {
  lake.close();
  rmSync(folder, { recursive: true, force: true });
});

it("derives what is committed while others go on to commit, and ends when it is told to", async () => {
  expect(dirty()).toBeGreaterThan(0);
  const along = new AlongDerivation(lake, 20);
  await untilClean();
  expect(dirty()).toBe(0);
  const first = lake.catalog.liveSegments("conversations");
  expect(first.reduce((sum, { rows }) => sum + rows, 0)).toBe(1);
  await read("b.log", "10.0.0.2");
  await untilClean();
  expect(lake.catalog.liveSegments("conversations").reduce((sum, { rows }) => sum + rows, 0)).toBe(2);
  await along.stop();
  await read("c.log", "10.0.0.3");
  await sleep(200);
  expect(dirty()).toBeGreaterThan(0);
}, 30_000);

it("tells of a failure when it is stopped", async () => {
  const broken = { catalog: { dirtyHours: () => [{ hour: 1 }] } } as unknown as Lake;
  const along = new AlongDerivation(broken, 1);
  await sleep(100);
  await expect(along.stop()).rejects.toThrow("is not a function");
});
