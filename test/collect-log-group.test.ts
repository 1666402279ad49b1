import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { atEnd } from "./clouds/opened.ts";
import { startAws } from "./clouds/fake-aws.ts";
import type { LogGroup } from "./clouds/log-group.ts";
import { rowsOf } from "./lake-rows.ts";
import { gone, killHard, pause, startWeir } from "./process-tree.ts";

const MINUTE = 60_000;
const KILLS = 6;
const folder = mkdtempSync(join(tmpdir(), "weir-log-group-"));

beforeAll(() => vi.unstubAllEnvs());
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** A lake whose one source is the log groups of a pattern. */
function lakeOf(name: string, pattern: string): string {
  const dataDir = join(folder, name);
  mkdirSync(dataDir);
  writeFileSync(
    join(dataDir, "weir.yaml"),
    `sources:\n  - name: groups\n    url: cloudwatch://eu-central-1/${pattern}\n`,
  );
  return dataDir;
}

/** Runs `weir collect`. @param killAfterMs SIGKILL for all of it after that long */
async function collect(
  dataDir: string,
  killAfterMs?: number,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const running = startWeir(["collect", "--json", "--data", dataDir]);
  if (killAfterMs !== undefined) {
    await pause(killAfterMs);
    killHard(running, "tree");
  }
  const ended = await running.ended;
  await gone([running.pid]);
  return ended;
}

/** Puts events in that are unlike each other, so that a row that stands twice is seen. */
class Writer {
  count = 0;

  put(group: LogGroup, minuteMs: number, count: number, ingestionTime?: number): void {
    for (let at = 0; at < count; at++) {
      const number = ++this.count;
      const start = minuteMs / 1000 + (number % 60);
      const eni = `eni-0123456789abcdef${number % 4}`;
      const message = `2 123456789012 ${eni} 10.0.0.1 10.0.0.2 40000 443 6 ${number} ${number * 60} ${start} ${start + 59} ACCEPT OK`;
      group.put(`${eni}-all`, start * 1000, message, ingestionTime);
    }
  }
}

/** How many flows the lake has, all unlike. */
async function flowsOf(dataDir: string): Promise<number> {
  const rows = (await rowsOf(dataDir)).filter((row) => row.startsWith("flows|"));
  expect(new Set(rows).size).toBe(rows.length);
  return rows.length;
}

describe("log groups of CloudWatch", () => {
  it("has every event once, whatever comes late, is throttled, and however often collecting is killed", async () => {
    const aws = await startAws({ logs: { emptyPages: 1, callsPerSecond: 6 } });
    atEnd(() => aws.close());
    for (const [name, value] of Object.entries(aws.environment)) vi.stubEnv(name, value);
    const now = Math.floor(Date.now() / MINUTE) * MINUTE;
    const groups = ["/vpc/one", "/vpc/two"].map((name) => aws.logs.createLogGroup(name));
    const writer = new Writer();
    for (const group of groups)
      for (let back = 170; back > 0; back -= 5)
        writer.put(group, now - back * MINUTE, 150, Math.min(now, now - (back - 6) * MINUTE));
    const dataDir = lakeOf("killed", "/vpc/*");
    for (let kill = 0; kill < KILLS; kill++) {
      await collect(dataDir, 1500 + kill * 700);
      // Late, into minutes that may be in the lake already.
      for (const group of groups) writer.put(group, now - (3 + 4 * kill) * MINUTE, 20);
    }
    expect(await collect(dataDir)).toMatchObject({ code: 0 });
    expect(await flowsOf(dataDir)).toBe(writer.count);
    for (const group of groups) writer.put(group, now - 2 * MINUTE, 20);
    expect(await collect(dataDir)).toMatchObject({ code: 0 });
    expect(await flowsOf(dataDir)).toBe(writer.count);
    expect(aws.logs.log.of("FilterLogEvents").some(({ code }) => code === "ThrottlingException")).toBe(true);
  });
});
