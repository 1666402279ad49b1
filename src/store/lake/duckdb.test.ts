import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openEngine } from "./duckdb.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "weir-engine-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const ROWS = 2_000_000;

it("gives right sums from instances that spill side by side", async () => {
  let spilledBytes = 0;
  const sum = async (seed: number) => {
    const engine = await openEngine(folder, { memoryMb: 60, threads: 1 });
    const source = `SELECT i, hash(i + ${seed}) % 1000003 AS k, repeat('x', 20) || i AS pad FROM range(${ROWS}) t(i)`;
    await engine.connection.run(`CREATE TABLE sorted AS SELECT * FROM (${source}) ORDER BY k, i`);
    const spilled = await engine.connection.runAndReadAll("SELECT sum(size) FROM duckdb_temporary_files()");
    spilledBytes += Number(spilled.getRows()[0]?.[0]);
    const found = await engine.connection.runAndReadAll(
      `SELECT count(*), sum(i), sum(k), bit_xor(hash(pad)), (SELECT bit_xor(hash(pad)) FROM (${source})), (SELECT sum(k) FROM (${source})) FROM sorted`,
    );
    engine.close();
    return found.getRows()[0] ?? [];
  };
  for (const [count, sumOfI, sumOfK, pads, padsWanted, kWanted] of await Promise.all([sum(1), sum(1), sum(2)])) {
    expect([Number(count), Number(sumOfI)]).toEqual([ROWS, (ROWS * (ROWS - 1)) / 2]);
    expect([sumOfK, pads]).toEqual([kWanted, padsWanted]);
  }
  expect(spilledBytes).toBeGreaterThan(100e6);
  expect(readdirSync(folder)).toEqual([]);
});

it("says where it cannot spill", async () => {
  const file = join(folder, "a-file");
  writeFileSync(file, "");
  const opened = openEngine(file, { memoryMb: 60, threads: 1 });
  await expect(opened).rejects.toMatchObject({ code: "no-temp-folder", kind: "environment" });
  rmSync(file);
});
