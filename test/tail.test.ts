import { spawn } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tailLake, type Arrival } from "../src/app/index.ts";
import { startWeir } from "./process-tree.ts";
import { main, newPlace } from "./weir-process.ts";

/** `weir tail`: every state of a conversation once, while logs arrive. */
const START = Date.UTC(2026, 2, 3, 12) / 1000;
const { folder, lake, weir } = newPlace();

function line(host: string, port: number, minute: number, bytes: number, action = "ACCEPT"): string {
  const start = START + minute * 60;
  return `2 123456789012 eni-0a1b2c3d ${host} 10.0.1.1 ${port} 443 6 10 ${bytes} ${start} ${start + 59} ${action} OK`;
}

async function arrive(name: string, lines: readonly string[]): Promise<void> {
  const file = join(folder, "logs", name);
  writeFileSync(file, `${lines.join("\n")}\n`);
  await run("ingest", file, "--final");
}

async function run(...args: string[]): Promise<void> {
  await startWeir([...args, "--data", lake], "", [main]).ended;
}

beforeAll(async () => {
  rmSync(join(folder, "logs", "a.log"));
  await arrive("a.log", [line("10.0.0.1", 40_001, 0, 1000), line("10.0.0.2", 40_002, 1, 1000, "REJECT")]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const short = ({ isNew, client_ip, client_bytes, time }: Arrival): string =>
  `${isNew ? "new" : "update"} ${String(client_ip)} ${String(client_bytes)} ${String(time).slice(11, 13)}h`;

describe("following", () => {
  it("tells what is new and what grew, in its order, and no state twice", async () => {
    const ended = new AbortController();
    const told: string[] = [];
    const following = (async () => {
      const request = { once: false, nowMs: Date.now(), signal: ended.signal, pollMs: 30 };
      for await (const { rows } of tailLake(lake, request)) told.push(...rows.map(short));
    })();
    const until = async (count: number): Promise<void> => {
      for (let waited = 0; told.length < count && waited < 15_000; waited += 30)
        await new Promise((done) => setTimeout(done, 30));
    };
    await new Promise((done) => setTimeout(done, 200));
    await arrive("b.log", [line("10.0.0.3", 40_003, 3, 700), line("10.0.0.1", 40_001, 2, 500)]);
    await until(2);
    expect(told).toEqual(["update 10.0.0.1 1500 12h", "new 10.0.0.3 700 12h"]);
    // Read once more, and derived anew: the same states.
    await run("ingest", join(folder, "logs"), "--final", "--reread");
    await run("store", "derive", "--rebuild");
    await run("store", "compact");
    await arrive("c.log", [line("10.0.0.1", 40_001, 62, 100)]);
    await until(3);
    expect(told.slice(2)).toEqual(["update 10.0.0.1 100 13h"]);
    ended.abort();
    await following;
  }, 60_000);
});

describe("the command", () => {
  it("tells once what is there, as a filter wants it", () => {
    const { status, stdout } = weir([
      "tail",
      "verdict = denied",
      "--once",
      "--since",
      "2026-03-03",
      "--format",
      "jsonl",
    ]);
    expect(status).toBe(0);
    const rows = stdout
      .trim()
      .split("\n")
      .map((text) => JSON.parse(text) as Record<string, unknown>);
    expect(rows).toMatchObject([{ event: "new", client_ip: "10.0.0.2", verdict: "denied", decided_at: "server" }]);
    expect(Object.keys(rows[0] ?? {})).toContain("client_name");
  });

  it("prints columns that stand under each other", () => {
    const lines = weir(["tail", "--once", "--since", "2026-03-03"]).stdout.trimEnd().split("\n");
    const at = (lines[0] ?? "").indexOf("Verdict");
    expect(lines.length).toBeGreaterThan(3);
    for (const text of lines.slice(1)) expect(text.slice(at)).toMatch(/^(allowed|denied) /);
  });

  it("ends after --count, and points at a mistake in the filter", () => {
    expect(
      weir(["tail", "--since", "2026-03-03", "-n", "2", "--format", "jsonl"]).stdout.trim().split("\n"),
    ).toHaveLength(2);
    const { status, stderr } = weir(["tail", "verdikt = denied", "--once"]);
    expect([status, stderr]).toEqual([2, expect.stringContaining("verdict")]);
  });

  it("ends with 0 on Ctrl-C", async () => {
    const child = spawn(process.execPath, [main, "tail", "--data", lake], { stdio: ["ignore", "pipe", "pipe"] });
    await new Promise((done) => child.stdout.once("data", done));
    child.kill("SIGINT");
    expect(await new Promise((done) => child.once("exit", done))).toBe(0);
  });
});
