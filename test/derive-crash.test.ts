import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeDemoWorld } from "../src/demo/index.ts";
import { stagedFiles, unlistedFiles } from "./lake-files.ts";
import { derivedRowsOf } from "./lake-rows.ts";
import { killHard, pause, startWeir, until, type Running } from "./process-tree.ts";
import { ingest } from "./weir.ts";

/** SIGKILL while conversations are made, their files are joined, and old flows are deleted. */
const folder = mkdtempSync(join(tmpdir(), "weir-derive-crash-"));
const [logs, made, scattered] = ["logs", "made", "scattered"].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
const KILLS = 6;
const HOURS = 2;
/** The end of the world, an hour and a half after the border up to which flows are deleted. */
const endMs = Date.parse("2026-03-03T13:30:00Z");
const border = Date.parse("2026-03-03T12:00:00Z");

let expected: readonly string[] = [];
let runMs = 0;

beforeAll(async () => {
  await writeDemoWorld(logs, { seed: 5, hours: HOURS, scale: 0.1, endMs });
  ingest(made, join(logs, "s3"), join(logs, "azure"), "--final");
  expected = await derivedRowsOf(made);
  expect(expected.length).toBeGreaterThan(1000);
  const startedMs = performance.now();
  await completes(made, "store", "derive", "--rebuild");
  runMs = performance.now() - startedMs;
  // Many small files of derived tables: something to join.
  const objects = ["s3", "azure"].flatMap((cloud) =>
    readdirSync(join(logs, cloud), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  for (let part = 0; part < 3; part++)
    ingest(scattered, ...objects.filter((_, at) => at % 3 === part), "--final", ...(part === 1 ? ["--no-derive"] : []));
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = (lake: string, ...args: string[]): Running => startWeir([...args, "--data", lake]);
async function completes(lake: string, ...args: string[]): Promise<void> {
  const { code, stdout, stderr } = await start(lake, ...args).ended;
  expect(code, stdout + stderr).toBe(0);
}
const expire = (): string[] => [
  "store",
  "expire",
  "--older-than",
  `${Math.floor((Date.now() - border) / 1000) - 1}s`,
  "--table",
  "flows",
];

/** @returns whether it was still running when it was killed */
async function killedAt(
  lake: string,
  args: readonly string[],
  moment: (running: Running) => Promise<unknown>,
): Promise<boolean> {
  const running = start(lake, ...args);
  await moment(running);
  killHard(running, "tree");
  return (await running.ended).signal === "SIGKILL";
}
const moments = (lake: string): ((running: Running) => Promise<unknown>)[] => [
  async (running) => until(running, () => stagedFiles(lake).length > 0),
  async (running) => until(running, () => unlistedFiles(lake).length > 0),
  async () => pause(runMs * 0.2),
  async () => pause(runMs * 0.4),
];

describe("SIGKILL", () => {
  it(`at ${KILLS} instants of a derivation: the next one completes to the same rows`, async () => {
    let interrupted = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const wait = (runMs * (kill + 0.5)) / KILLS;
      if (await killedAt(made, ["store", "derive", "--rebuild"], async () => pause(wait))) interrupted++;
      // Killed again before it is done: what the first one left must not be taken for made.
      if (kill % 3 === 0) await killedAt(made, ["store", "derive"], async () => pause(wait));
      await completes(made, "store", "derive");
      expect(await derivedRowsOf(made)).toEqual(expected);
    }
    expect(interrupted).toBeGreaterThan(KILLS / 2);
    for (const moment of moments(made).slice(0, 2)) await killedAt(made, ["store", "derive", "--rebuild"], moment);
    await completes(made, "store", "derive");
    expect(await derivedRowsOf(made)).toEqual(expected);
    await completes(made, "store", "check", "--grace", "0");
  }, 600_000);

  it("during compaction of derived tables: no row is lost or doubled", async () => {
    expect(await derivedRowsOf(scattered)).toEqual(expected);
    let interrupted = 0;
    for (const moment of moments(scattered)) {
      if (await killedAt(scattered, ["store", "compact"], moment)) interrupted++;
      expect(await derivedRowsOf(scattered)).toEqual(expected);
      await completes(scattered, "store", "check", "--grace", "0");
    }
    expect(interrupted).toBeGreaterThan(0);
    await completes(scattered, "store", "compact");
    await completes(scattered, "store", "derive", "--rebuild");
    expect(await derivedRowsOf(scattered)).toEqual(expected);
  }, 300_000);

  it("while flows are deleted: what was made of them stands, whether they are gone or not", async () => {
    for (let at = 0; at < 4; at++) {
      const lake = join(folder, `expired-${at}`);
      const moment = moments(lake)[at] ?? (async () => pause(0));
      cpSync(made, lake, { recursive: true });
      await killedAt(lake, expire(), moment);
      await completes(lake, "store", "derive", "--rebuild");
      expect(await derivedRowsOf(lake)).toEqual(expected);
      await completes(lake, ...expire());
      await completes(lake, "store", "derive", "--rebuild");
      expect(await derivedRowsOf(lake)).toEqual(expected);
      await completes(lake, "store", "check", "--grace", "0");
    }
  }, 300_000);
});
