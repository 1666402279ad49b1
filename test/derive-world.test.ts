import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { derivedRowsOf } from "./lake-rows.ts";
import { startWeir } from "./process-tree.ts";
import { ingest, main } from "./weir.ts";

/** A world of two clouds through the whole product, compared with what really happened in it. */
const folder = mkdtempSync(join(tmpdir(), "weir-world-"));
const logs = join(folder, "logs");
const lake = join(folder, "lake");

async function weir(...args: string[]): Promise<{ code: number | null; stdout: string }> {
  const { code, stdout, stderr } = await startWeir(args, "", [main]).ended;
  if (code !== 0 && code !== 1) throw new Error(stderr);
  return { code, stdout };
}

beforeAll(async () => {
  await weir("demo", "--write", logs, "--hours", "3", "--seed", "7");
  ingest(lake, join(logs, "s3"), join(logs, "azure"), "--final");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Truth {
  readonly client_ip: string;
  readonly client_port: number | null;
  readonly server_ip: string;
  readonly server_port: number | null;
  readonly protocol: number;
  readonly counted_client_bytes: number;
  readonly counted_server_bytes: number;
  readonly client_verdict: string | null;
  readonly server_verdict: string | null;
  readonly denied_at: string | null;
  readonly translated: boolean;
  readonly logged: readonly string[];
}

interface Ours {
  readonly key: string;
  readonly starts: string;
  readonly client_bytes: string;
  readonly server_bytes: string;
  readonly client_verdict: string | null;
  readonly server_verdict: string | null;
}

const ICMP = 1;

describe("conversations of a world", () => {
  it("are those that happened: each once, the right way round, with its bytes and verdicts", async () => {
    const { stdout } = await weir(
      "sql",
      `SELECT ip_text(client_ip) || ' ' || coalesce(client_port, 0) || ' ' || ip_text(server_ip) || ' ' || coalesce(server_port, 0) || ' ' || protocol AS key,
        sum(starts)::VARCHAR AS starts, sum(client_bytes)::VARCHAR AS client_bytes, sum(server_bytes)::VARCHAR AS server_bytes, max(client_verdict) AS client_verdict, max(server_verdict) AS server_verdict
       FROM conversations GROUP BY key`,
      "--json",
      "--data",
      lake,
    );
    const ours = new Map((JSON.parse(stdout) as Ours[]).map((row) => [row.key, row]));
    const truth = readFileSync(join(logs, "truth-conversations.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Truth)
      // Without ports, all ICMP of two addresses is one conversation, and who began it is not told.
      .filter(({ logged, protocol }) => logged.length > 0 && protocol !== ICMP);
    const keys = group(truth);
    const wrong: string[] = [];
    let starts = 0;
    for (const [key, all] of keys) {
      const found = ours.get(key);
      const [first] = all;
      if (found === undefined || first === undefined) {
        wrong.push(`${key} is missing`);
        continue;
      }
      if (Number(found.starts) === all.length) starts++;
      const sum = (name: "counted_client_bytes" | "counted_server_bytes"): number =>
        first.translated ? 0 : all.reduce((bytes, each) => bytes + each[name], 0);
      if (
        Number(found.client_bytes) !== sum("counted_client_bytes") ||
        Number(found.server_bytes) !== sum("counted_server_bytes")
      )
        wrong.push(`${key} has ${found.client_bytes} and ${found.server_bytes} bytes`);
      if (
        first.denied_at !== "return" &&
        (found.client_verdict !== first.client_verdict || found.server_verdict !== first.server_verdict)
      )
        wrong.push(`${key} is ${found.client_verdict} and ${found.server_verdict}`);
    }
    expect(wrong).toEqual([]);
    expect(keys.size).toBeGreaterThan(5000);
    // A port that is used again within one window cannot be told from one connection.
    expect(starts / keys.size).toBeGreaterThan(0.999);
    const known = new Set(keys.keys());
    expect([...ours.keys()].filter((key) => !known.has(key) && !key.endsWith(` ${ICMP}`))).toEqual([]);
  });

  it("are the same whatever comes first, in one go or in many, and when derived again", async () => {
    const expected = await derivedRowsOf(lake);
    const late = join(folder, "late");
    const objects = filesBelow(logs).filter((path) => path.includes("/s3/") || path.includes("/azure/"));
    const third = Math.ceil(objects.length / 3);
    // Last things first, and every tenth object latest of all.
    const order = objects.toReversed().filter((_, at) => at % 10 !== 0);
    ingest(late, ...order.slice(0, third), "--final");
    ingest(late, ...order.slice(third), "--final", "--no-derive");
    ingest(late, ...objects, "--final");
    expect(await derivedRowsOf(late)).toEqual(expected);
    await weir("store", "derive", "--rebuild", "--data", late);
    expect(await derivedRowsOf(late)).toEqual(expected);
    const { code } = await weir("store", "check", "--deep", "--data", late);
    expect(code).toBe(0);
  });

  it("survive SIGKILL while they are derived", async () => {
    const expected = await derivedRowsOf(lake);
    for (const ms of [400, 700, 1000, 1400]) {
      const running = startWeir(["store", "derive", "--rebuild", "--data", lake], "", [main]);
      await new Promise((resolve) => setTimeout(resolve, ms));
      running.child.kill("SIGKILL");
      await running.ended;
    }
    await weir("store", "derive", "--data", lake);
    expect(await derivedRowsOf(lake)).toEqual(expected);
    const { code, stdout } = await weir("store", "check", "--grace", "0", "--data", lake);
    expect(code, stdout).toBe(0);
  });
});

function group(truth: readonly Truth[]): Map<string, Truth[]> {
  const keys = new Map<string, Truth[]>();
  for (const each of truth) {
    const key = `${each.client_ip} ${each.client_port ?? 0} ${each.server_ip} ${each.server_port ?? 0} ${each.protocol}`;
    const all = keys.get(key) ?? [];
    keys.set(key, all);
    all.push(each);
  }
  return keys;
}

function filesBelow(path: string): string[] {
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(path, entry.name)) : [join(path, entry.name)],
  );
}
