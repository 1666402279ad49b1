import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { flowLines } from "./aws-lines.ts";
import { strayFiles } from "./lake-files.ts";
import { rowsOf } from "./lake-rows.ts";
import { childrenOf, killHard, pause, startWeir, type Ended } from "./process-tree.ts";
import { ingest, type IngestReport } from "./weir.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-together-"));
const logs = join(folder, "logs");
const rows = (lake: string): Promise<string[]> => rowsOf(lake, "position", (key) => relative(logs, key));
/** Objects have this many flows each, so that half a commit would show. */
const FLOWS = 40;
const OBJECTS = 300;
let undisturbed: string[];

beforeAll(async () => {
  for (const part of ["a", "b", "c"]) {
    mkdirSync(join(logs, part), { recursive: true });
    for (let number = 0; number < OBJECTS / 3; number++) {
      const from = FLOWS * (part.charCodeAt(0) * OBJECTS + number);
      writeFileSync(join(logs, part, `${number}.log`), flowLines(from, from + FLOWS));
    }
  }
  ingest(join(folder, "alone"), logs, "--workers", "2");
  undisturbed = await rows(join(folder, "alone"));
  expect(undisturbed.length).toBe(FLOWS * OBJECTS);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const report = ({ code, stdout, stderr }: Ended): IngestReport => {
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as IngestReport;
};

describe("two at once", () => {
  it("on overlapping folders bring what one brings, and a reader sees whole commits all the while", async () => {
    const lake = join(folder, "both");
    // There is a lake to ask from the first moment on.
    ingest(lake, join(logs, "a", "0.log"));
    const runs = [
      [join(logs, "a"), join(logs, "b")],
      [join(logs, "b"), join(logs, "c"), join(logs, "a")],
      [join(logs, "c")],
    ].map((paths) => startWeir(["ingest", "--json", "--workers", "1", "--data", lake, ...paths]));
    const seen: number[] = [];
    const reader = (async () => {
      const sql = `SELECT (SELECT count(*) FROM (SELECT object_id FROM flows GROUP BY 1 HAVING count(*) <> ${FLOWS} OR count(DISTINCT position) <> ${FLOWS})) AS odd, (SELECT count(*) FROM flows) AS n, (SELECT sum(rows) FROM segments WHERE table_name = 'flows') AS listed`;
      while (runs.some(({ child }) => child.exitCode === null)) {
        const { code, stdout, stderr } = await startWeir(["sql", sql, "--json", "--data", lake]).ended;
        expect(code, stderr).toBe(0);
        const [{ odd, n, listed }] = JSON.parse(stdout) as [{ odd: number; n: number; listed: number }];
        expect({ odd, listed }).toEqual({ odd: 0, listed: n });
        seen.push(n);
      }
    })();
    const all = Promise.all(runs.map(({ ended }) => ended));
    const [ends] = await Promise.all([all, reader]);
    const reports = ends.map(report);
    expect(reports.reduce((sum, { objects }) => sum + objects.read, 0)).toBe(OBJECTS - 1);
    expect(reports.reduce((sum, { records }) => sum + records.total, 0)).toBe(FLOWS * (OBJECTS - 1));
    expect(reports.flatMap(({ problems }) => problems)).toEqual([]);
    expect(await rows(lake)).toEqual(undisturbed);
    expect(strayFiles(lake)).toEqual([]);
    // The reader was there in time, and what it saw only grew.
    expect(seen.length).toBeGreaterThan(1);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  it("with one of them killed: the other takes its objects over and ends with all rows", async () => {
    const lake = join(folder, "survivor");
    const victim = startWeir(["ingest", "--json", "--workers", "1", "--data", lake, logs]);
    while (childrenOf(victim.pid).length === 0) await pause(2);
    const survivor = startWeir(["ingest", "--json", "--workers", "1", "--data", lake, logs]);
    while (childrenOf(survivor.pid).length === 0 && survivor.child.exitCode === null) {
      await pause(10);
      // It waits for the objects of the other.
      if (survivor.child.exitCode === null) await pause(150);
      killHard(victim, "tree");
    }
    report(await survivor.ended);
    await victim.ended;
    expect(await rows(lake)).toEqual(undisturbed);
  });
});

describe("Ctrl-C", () => {
  it.each([["SIGINT"], ["SIGTERM"]] as const)(
    "(%s) ends with 130 and what was read, and the next run completes",
    async (signal) => {
      for (const afterMs of [60, 250, 450]) {
        const lake = join(folder, `${signal}-${afterMs}`);
        const running = startWeir(["ingest", "--json", "--workers", "2", "--data", lake, logs]);
        await pause(afterMs);
        // As a terminal does: everybody in the group gets it.
        const told = running.child.exitCode === null && process.kill(-running.pid, signal);
        const ended = await running.ended;
        if (told && ended.code !== null && ended.stdout !== "") {
          const { stopped, records } = JSON.parse(ended.stdout) as IngestReport & { stopped: boolean };
          expect(ended.code).toBe(stopped ? 130 : 0);
          const { total, ...kinds } = records;
          expect(Object.values(kinds).reduce((sum, count) => sum + count, 0)).toBe(total);
          expect(strayFiles(lake)).toEqual([]);
          expect((await rows(lake)).length).toBe(total);
        }
        ingest(lake, logs, "--workers", "2");
        expect(await rows(lake)).toEqual(undisturbed);
      }
    },
  );

  it("ends a run that waits for standard input", async () => {
    const lake = join(folder, "waiting");
    const running = startWeir(["ingest", "-", "--json", "--data", lake], null);
    running.child.stdin?.write(flowLines(0, 3));
    await pause(700);
    running.child.kill("SIGINT");
    const { code, stdout } = await running.ended;
    expect(code).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ stopped: true, records: { total: 0 } });
    expect(strayFiles(lake)).toEqual([]);
  });
});
