import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { Random } from "../src/demo/random.ts";
import { testEnvironment } from "./clouds/aws-keys.ts";
import { FakeS3 } from "./clouds/fake-s3.ts";
import { FaultProxy } from "./clouds/fault-proxy.ts";
import { faults, type Fault } from "./clouds/faults.ts";
import { strayFiles } from "./lake-files.ts";
import { rowsOf } from "./lake-rows.ts";
import { childrenOf, gone, killHard, pause, startWeir, type Ended, type Running } from "./process-tree.ts";
import { SoakBucket } from "./soak-bucket.ts";

/** For a long soak: WEIR_TEST_SOAK_OBJECTS=20000 and, for another course of it, WEIR_TEST_SOAK_SEED=2. */
const OBJECTS = Number(process.env["WEIR_TEST_SOAK_OBJECTS"] ?? 2000);
const SEED = Number(process.env["WEIR_TEST_SOAK_SEED"] ?? 1);
const ROUNDS = Math.max(6, Math.round(OBJECTS / 400));
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Of the calls, how many fail. */
const RATE = 0.1;
/** Refused credentials end a look: they come more rarely than the others, or no look would get far. */
const kinds: readonly Fault[] = [
  ...Array(12)
    .fill(faults.filter((fault) => fault !== "rotated"))
    .flat(),
  "rotated",
];

const folder = mkdtempSync(join(tmpdir(), "weir-soak-"));
const random = new Random("soak kills", SEED);
let s3: FakeS3;
let proxy: FaultProxy;
let soak: SoakBucket;

beforeAll(async () => {
  for (const [name, value] of Object.entries(testEnvironment)) vi.stubEnv(name, value);
  s3 = await FakeS3.start();
  proxy = await FaultProxy.start(s3, { seed: SEED, rate: RATE, kinds, silentMs: 100, slowMs: 2, rotatedCalls: 2 });
  soak = new SoakBucket(s3, SEED);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await proxy.close();
  await s3.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A configuration with the bucket behind an address. */
function configOf(name: string, endpoint: string): string {
  const path = join(folder, `${name}.yaml`);
  writeFileSync(
    path,
    `sources:\n  - name: logs\n    url: s3://logs\n    region: eu-central-1\n    endpoint: ${endpoint}\n`,
  );
  return path;
}

function collect(lake: string, config: string): Running {
  return startWeir(["collect", "--json", "--data", lake, "--config", config, "--workers", "1"]);
}

/** Kills a collector after some more objects were fetched, at the latest when it ends. @returns whether it was still running */
async function killLater(running: Running, orphans: number[]): Promise<boolean> {
  const fetched = s3.log.count("GetObject") + random.between(1, 2 * Math.ceil(OBJECTS / ROUNDS));
  const isRunning = (): boolean => running.child.exitCode === null && running.child.signalCode === null;
  // The bucket is served by this process: looking without a pause would slow it down.
  while (isRunning() && s3.log.count("GetObject") < fetched) await pause(5);
  const caught = isRunning();
  orphans.push(...childrenOf(running.pid));
  killHard(running, random.chance(0.5) ? "tree" : "parent");
  await running.ended;
  return caught;
}

/** All rows of evidence, by the object that they come from. */
async function rowsByKey(lake: string): Promise<Map<string, string[]>> {
  const byKey = new Map<string, string[]>();
  for (const row of await rowsOf(lake, "position", (key) => `${key}|`)) {
    const key = row.split("|")[1] ?? "";
    const rows = byKey.get(key);
    if (rows === undefined) byKey.set(key, [row]);
    else rows.push(row);
  }
  return byKey;
}

/** Objects of which two lakes do not have the same rows; a message of all rows would be read by nobody. */
function differing(lake: ReadonlyMap<string, string[]>, wanted: ReadonlyMap<string, string[]>): object[] {
  return [...new Set([...lake.keys(), ...wanted.keys()])].flatMap((key) => {
    const [has, should] = [lake.get(key) ?? [], wanted.get(key) ?? []];
    return has.join("\n") === should.join("\n") ? [] : [{ key, rows: has.length, wanted: should.length }];
  });
}

/** What one look told of its source. */
function toldBy({ stdout }: Ended): { objects: { read: number; failed: number }; error: { code: string } | null } {
  return JSON.parse(stdout) as ReturnType<typeof toldBy>;
}

describe(`${OBJECTS} objects, a tenth of all calls failing, collectors killed ${ROUNDS} times`, () => {
  it("ends with the rows of a lake that nothing disturbed", async () => {
    const lake = join(folder, "disturbed");
    const config = configOf("disturbed", proxy.url);
    const orphans: number[] = [];
    let killed = 0;
    // Days of the past at first, and then what comes as time goes on: some of it later than it should.
    soak.fill(OBJECTS / 2, Date.now(), 4 * DAY_MS);
    for (let round = 0; round < ROUNDS; round++) {
      soak.fill(Math.floor(OBJECTS / 2 / ROUNDS), Date.now(), 10 * MINUTE_MS);
      // Every other round two collectors work side by side, and one of them is killed.
      const neighbour = round % 2 === 0 ? collect(lake, config) : undefined;
      if (await killLater(collect(lake, config), orphans)) killed++;
      if (neighbour !== undefined) expect((await neighbour.ended).code).toBeOneOf([0, 1, 3]);
    }
    expect(killed).toBeGreaterThan(ROUNDS / 3);

    // Two at once come to the end together, whatever fails.
    for (let look = 0; ; look++) {
      const ended = await Promise.all([collect(lake, config).ended, collect(lake, config).ended]);
      for (const { code, stderr } of ended) expect(code, stderr).toBeOneOf([0, 1, 3]);
      const told = ended.map(toldBy);
      if (told.every(({ objects, error }) => error === null && objects.read === 0 && objects.failed === 0)) break;
      expect(look, JSON.stringify(told)).toBeLessThan(20);
    }
    await gone(orphans);
    expect(proxy.harmed).toBeGreaterThan(OBJECTS * RATE * 0.8);
    expect(s3.log.of("Write")).toEqual([]);

    const undisturbed = join(folder, "undisturbed");
    const { code, stderr } = await collect(undisturbed, configOf("undisturbed", s3.url)).ended;
    expect(code, stderr).toBe(0);
    const rows = await rowsByKey(undisturbed);
    expect(differing(await rowsByKey(lake), rows)).toEqual([]);
    expect(rows.size).toBeGreaterThan(OBJECTS * 0.9);
    const check = await startWeir(["store", "check", "--grace", "0", "--data", lake]).ended;
    expect(check.code, check.stdout + check.stderr).toBe(0);
    expect(strayFiles(lake)).toEqual([]);
  }, 1_800_000);
});
