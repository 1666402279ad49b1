import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { DuckDBInstance } from "@duckdb/node-api";
import { Ajv } from "ajv";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { networkActivitySchema } from "../src/export/ocsf-schema.fake.ts";
import { main } from "./weir.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-export-"));
const lake = join(folder, "lake");
const validate = new Ajv({ strictTypes: false, strictRequired: false }).compile(networkActivitySchema);

function weir(...args: string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [main, ...args, "--data", lake], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
}

/** What this test looks at of an event. */
interface Event {
  readonly time: number;
  readonly traffic?: Readonly<Record<string, number>>;
  readonly src_endpoint: { readonly ip: string; readonly port?: number };
  readonly dst_endpoint: { readonly ip: string; readonly port?: number };
  readonly connection_info: { readonly community_uid: string; readonly protocol_num: number };
  readonly metadata: { readonly uid: string };
}

function lines(...args: string[]): Event[] {
  const run = weir("export", ...args);
  expect(run.stderr).toContain(" rows in ");
  return run.stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Event);
}

function one(sql: string): Record<string, number> {
  return (JSON.parse(weir("sql", sql, "--json").stdout) as Record<string, number>[])[0] ?? {};
}

beforeAll(() => {
  // The logs alone: the demo's own names would hide those below.
  for (const args of [
    ["demo", "--hours", "1", "--write", "logs"],
    ["ingest", join("logs", "s3"), join("logs", "azure")],
    ["store", "derive"],
  ]) {
    const run = weir(...args);
    expect(run.status, run.stderr).toBe(0);
  }
  // More blocks than a filter compares one by one.
  const scanners = Array.from({ length: 20 }, (_, at) => `10.20.0.${2 * at + 1},scanner-${at},scanner`);
  writeFileSync(join(folder, "names.csv"), ["cidr,name,role", "10.20.30.0/24,data,", ...scanners, ""].join("\n"));
  const names = weir("names", "add", "names.csv");
  expect(names.status, names.stderr).toBe(0);
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("events for other systems", () => {
  it.each(["flows", "conversations"])("writes %s as OCSF, each event valid and none lost", (dataset) => {
    const events = lines("--dataset", dataset, "--format", "ocsf");
    expect(events.filter((event) => !validate(event))).toEqual([]);
    const sent = dataset === "flows" ? ["src_bytes", "dst_bytes"] : ["client_bytes", "server_bytes"];
    const { n, out, back } = one(
      `SELECT count(*) AS n, sum(${sent[0]})::BIGINT AS out, sum(${sent[1]})::BIGINT AS back FROM ${dataset}`,
    );
    const sum = (name: string): number => events.reduce((total, { traffic }) => total + (traffic?.[name] ?? 0), 0);
    expect([events.length, sum("bytes_out"), sum("bytes_in")]).toEqual([n, out, back]);
    expect(new Set(events.map((event) => event.metadata.uid)).size).toBe(n);
  });

  it("gives both directions of a connection one community id", () => {
    const seen = new Map<string, Set<string>>();
    const ids = new Set<string>();
    for (const { src_endpoint: src, dst_endpoint: dst, connection_info: info } of lines("--format", "ocsf")) {
      const { community_uid: id, protocol_num: protocol } = info;
      const ends = [src, dst].map(({ ip, port = "" }) => `${ip}:${port}`);
      const key = [...ends.sort(), protocol].join(" ");
      seen.set(key, (seen.get(key) ?? new Set()).add(id));
      ids.add(id);
    }
    expect([...seen].filter(([, of]) => of.size > 1)).toEqual([]);
    expect(ids.size).toBe(seen.size);
  });

  it("writes ECS", () => {
    const events = lines("--dataset", "conversations", "--format", "ecs");
    expect(events).toHaveLength(one("SELECT count(*) AS n FROM conversations")["n"] ?? -1);
    expect(events[0]).toMatchObject({ event: { kind: "event", dataset: "weir.conversations" } });
  });
});

describe("a filter", () => {
  it.each([
    [
      "conversations",
      "service = 22/tcp and verdict = denied",
      "server_port = 22 AND protocol = 6 AND verdict = 'denied'",
    ],
    ["conversations", "ip in 10.20.0.0/16", "in_cidr(client_ip, '10.20.0.0/16') OR in_cidr(server_ip, '10.20.0.0/16')"],
    ["conversations", "rule_name != x and client.observer is unknown", "client_observer IS NULL"],
    ["conversations", "server.name ~ ^data", "in_cidr(server_ip, '10.20.30.0/24')"],
    ["conversations", "server.role = scanner", "server_ip IN (SELECT ip('10.20.0.' || n) FROM range(1, 40, 2) r(n))"],
    ["flows", "dst.port = 443 and not dst.name = data", "dst_port = 443 AND NOT in_cidr(dst_ip, '10.20.30.0/24')"],
    ["coverage", "status = nodata", "status = 'nodata'"],
  ])("keeps of %s what %s says", (dataset, filter, where) => {
    const { n } = one(`SELECT count(*) AS n FROM ${dataset} WHERE ${where}`);
    expect(n).toBeGreaterThan(0);
    expect(lines(filter, "--dataset", dataset, "--format", "jsonl")).toHaveLength(n ?? -1);
  });

  it("is bound in Parquet, too", () => {
    const { n } = one("SELECT count(*) AS n FROM flows WHERE in_cidr(src_ip, '10.20.30.0/24') AND action = 'allow'");
    const run = weir("export", "src.name = data and action = allow", "-o", "named.parquet");
    expect(run.stderr).toContain(`${n?.toLocaleString("en-US")} rows to named.parquet`);
  });
});

describe("order", () => {
  it("is the same before and after the files changed, and by time", () => {
    const names = ["flows", "conversations", "observations", "coverage", "rollup_hour"];
    const write = (name: string): string => weir("export", "--dataset", name, "--order", "time").stdout;
    const before = names.map(write);
    expect(weir("store", "derive", "--rebuild").status).toBe(0);
    expect(weir("store", "compact").status).toBe(0);
    expect(names.map(write)).toEqual(before);
    const times = lines("--format", "ocsf", "--dataset", "conversations", "--order", "time").map(({ time }) => time);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });
});

describe("Parquet", () => {
  it("holds addresses as text, of the dataset and the range asked for", async () => {
    const status = JSON.parse(weir("status", "--json").stdout) as { derivation: { newest_hour: string } };
    const hour = status.derivation.newest_hour;
    const within = new Date(Date.parse(hour) + 1000).toISOString();
    const run = weir("export", "--dataset", "conversations", "--from", within, "-o", "c.parquet");
    expect(run.stderr).not.toContain("stand for stretches of time");
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    const reader = await connection.runAndReadAll(
      `SELECT count(*)::INT, min(time)::VARCHAR, any_value(typeof(client_ip)), bool_and(client_ip LIKE '%.%.%.%' OR client_ip LIKE '%:%') FROM '${join(folder, "c.parquet")}'`,
    );
    connection.closeSync();
    instance.closeSync();
    const { n } = one(
      `SELECT count(*) AS n FROM conversations WHERE time >= '${hour}' AND (end_time > '${within}' OR start_time >= '${within}')`,
    );
    expect(reader.getRows()).toEqual([[n, hour.slice(0, 19).replace("T", " "), "VARCHAR", true]]);
  });
});

describe("wrong use", () => {
  it.each([
    [["--dataset", "conversation"], "Did you mean conversations?"],
    [["--dataset", "presence", "--format", "ocsf"], "Choose --dataset flows or conversations"],
    [["--sql", "SELECT 1", "--format", "ecs"], "a query has no rows that are network events"],
    [["verdct = denied", "--dataset", "conversations"], "Did you mean verdict?"],
    [["client.ip = 10.0.0.1"], "--dataset conversations"],
    [["time is known", "--dataset", "objects"], "objects takes no filter"],
    [["action = deny", "--sql", "SELECT 1"], "a filter cannot change a query"],
    [["--sql", "SELECT 1", "--from", "-2h"], "--from cannot change a query"],
    [["--dataset", "objects", "--from", "-2h"], "no time to choose by"],
    [["--from", "2026-03-04", "--to", "2026-03-03"], "ends before it begins"],
    [["--format", "parquet"], "cannot go to standard output"],
    [["-o", "no/such/folder.csv"], "the folder does not exist"],
  ])("%j says what, and writes nothing", (args, words) => {
    const { status, stderr, stdout } = weir("export", ...args);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(words);
    expect(existsSync(join(folder, "no"))).toBe(false);
  });

  it("leaves a file that is there alone", () => {
    expect(weir("export", "--dataset", "coverage", "-o", "kept.csv").status).toBe(0);
    const before = readFileSync(join(folder, "kept.csv"), "utf8");
    expect(weir("export", "-o", "kept.csv")).toMatchObject({ status: 2, stderr: expect.stringContaining("--force") });
    expect(readFileSync(join(folder, "kept.csv"), "utf8")).toBe(before);
  });
});
