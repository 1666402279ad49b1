import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { deriveLake } from "../src/derive/index.ts";
import type * as engineModule from "../src/store/engine.ts";
import { openLake } from "../src/store/index.ts";
import { flowLines } from "./aws-lines.ts";
import { strayFiles } from "./lake-files.ts";
import { derivedRowsOf } from "./lake-rows.ts";
import { ingest } from "./weir.ts";

/** Statements that fail as DuckDB fails when memory is short: the first ones that match, so many times. */
const short = vi.hoisted(() => ({ statement: /^$/, times: 0, limits: [] as string[] }));
vi.mock("#store/engine.js", async (original) => {
  const actual = await original<typeof engineModule>();
  return {
    ...actual,
    openEngine: async (...args: Parameters<typeof actual.openEngine>) => {
      const engine = await actual.openEngine(...args);
      const run = engine.connection.run.bind(engine.connection);
      engine.connection.run = async (...call) => {
        const [, limit] = /^SET memory_limit = '(\d+)MB'/.exec(call[0]) ?? [];
        if (limit !== undefined) short.limits.push(limit);
        if (short.times > 0 && short.statement.test(call[0])) {
          short.times--;
          throw new Error("Out of Memory Error: failed to pin block of size 256.0 KiB (285.9 MiB/286.1 MiB used)");
        }
        return run(...call);
      };
      return engine;
    },
  };
});

const folder = mkdtempSync(join(tmpdir(), "weir-derive-memory-"));
const raw = join(folder, "raw");
let expected: readonly string[] = [];
beforeAll(async () => {
  const logs = join(folder, "logs");
  mkdirSync(logs);
  writeFileSync(join(logs, "a.log"), flowLines(0, 600));
  writeFileSync(join(logs, "b.log"), flowLines(3500, 4200));
  ingest(raw, logs, "--final", "--no-derive");
  const undisturbed = join(folder, "undisturbed");
  cpSync(raw, undisturbed, { recursive: true });
  await derive(undisturbed);
  expected = await derivedRowsOf(undisturbed);
  expect(expected.length).toBeGreaterThan(1000);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function derive(dataDir: string): Promise<void> {
  const lake = await openLake(dataDir);
  try {
    await deriveLake(lake);
  } finally {
    lake.close();
  }
}

function lakeOf(name: string, statement: RegExp, times: number): string {
  const lake = join(folder, name);
  cpSync(raw, lake, { recursive: true });
  Object.assign(short, { statement, times, limits: [] });
  return lake;
}

describe("an hour that memory is short for", () => {
  it.each([
    ["before it has rows", /TEMP TABLE conv /],
    ["when some of its rows are there", /^INSERT INTO out_rollup_hour/],
  ])("%s is derived again with more, and has each row once", async (name, statement) => {
    const lake = lakeOf(name, statement, 2);
    await derive(lake);
    expect(short.times).toBe(0);
    expect(short.limits).toEqual(expect.arrayContaining(["300", "600", "1200"]));
    expect(await derivedRowsOf(lake)).toEqual(expected);
    expect(strayFiles(lake)).toEqual([]);
  });

  it("however often, is named, and what was committed stands", async () => {
    const lake = lakeOf("never", /TEMP TABLE conv /, 1000);
    await expect(derive(lake)).rejects.toMatchObject({
      code: "derivation-out-of-memory",
      place: expect.stringContaining("2026-03-03T"),
      next: expect.stringContaining("weir store"),
    });
    Object.assign(short, { times: 0 });
    await derive(lake);
    expect(await derivedRowsOf(lake)).toEqual(expected);
  });
});
