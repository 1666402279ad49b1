import type { SpawnSyncReturns } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Database } from "../src/catalog/database.ts";
import { logLines, newPlace } from "./weir-process.ts";

const { folder, lake, weir } = newPlace();
let first: SpawnSyncReturns<string>;

beforeAll(() => {
  first = weir(["ingest", "logs", "--json", "--workers", "1"]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the first ingest", () => {
  it("reports what became of every record", () => {
    expect(first.stderr).toBe(`lake: ${lake}\n`);
    expect(first.status).toBe(0);
    const report = JSON.parse(first.stdout) as { objects: object; records: object; flows_by_type: object };
    expect(report.objects).toEqual({ read: 1, unchanged: 0, grown: 0, skipped: 0, failed: 0 });
    expect(report.records).toEqual({
      total: 8,
      flows: 4,
      nodata: 1,
      skipdata: 1,
      control: 0,
      duplicate: 0,
      filtered: 0,
      malformed: 2,
    });
    expect(report.flows_by_type).toEqual({ aws_vpc: 4 });
  });
});

describe("top", () => {
  interface TopJson {
    readonly rows: readonly Record<string, unknown>[];
    readonly total: number;
    readonly range: { readonly from: string; readonly to: string };
    readonly coverage: object;
    readonly scanned_rows: number;
    readonly table: string;
  }
  const top = (...args: readonly string[]): TopJson => JSON.parse(weir(["top", "--json", ...args]).stdout) as TopJson;

  it("is the whole answer: rows, range, what was read, coverage", () => {
    const answer = top("--measure", "flows");
    expect(answer.rows).toEqual([
      { src_ip: "10.0.0.1", logged_bytes: 3000, packets: 20, flows: 2, denied: 0, share: 0.5 },
      expect.objectContaining({ src_ip: "10.0.0.2", flows: 1 }),
      { src_ip: "203.0.113.9", logged_bytes: 40, packets: 10, flows: 1, denied: 1, share: 0.25 },
    ]);
    expect(answer).toMatchObject({
      table: "flows",
      total: 4,
      scanned_rows: 4,
      coverage: { interfaces: { expected: 1, seen: 1, basis: "logs" }, windows: { nodata: 1, skipdata: 1 } },
    });
    expect(answer.range).toEqual({ from: "2026-03-02T12:01:00.000Z", to: "2026-03-03T12:01:00.000Z" });
  });

  it("counts both ends for ip, joins directions for pair, sums up the rest", () => {
    expect(top("--by", "ip", "--measure", "flows", "-n", "1").rows).toEqual([
      expect.objectContaining({ ip: "10.0.0.1", flows: 3 }),
    ]);
    expect(top("--by", "pair", "--measure", "flows").rows[0]).toMatchObject({
      ip_a: "10.0.0.1",
      ip_b: "10.0.1.1",
      flows: 1,
    });
    expect(top("--by", "port", "--measure", "flows", "-n", "1").rows).toEqual([
      expect.objectContaining({ dst_port: 443, flows: 2 }),
      expect.objectContaining({ dst_port: "(others)", flows: 2 }),
    ]);
  });

  it("filters", () => {
    expect(top("src_ip = 10.0.0.0/8 and dst_port != 22").rows).toEqual([
      expect.objectContaining({ src_ip: "10.0.0.1" }),
    ]);
    expect(top("--dataset", "flows", "action", "=", "denied").rows).toEqual([
      expect.objectContaining({ src_ip: "203.0.113.9" }),
    ]);
    expect(top("ip=10.0.1.1", "--measure", "flows").total).toBe(2);
    expect(top("--from", "2026-03-04", "--to", "2026-03-05")).toMatchObject({ rows: [], total: 0, scanned_rows: 0 });
  });

  it("is readable, with its range and coverage, without colour when it is no terminal", () => {
    const { stdout, status } = weir(["top", "--by", "src_ip,action"]);
    expect(status).toBe(0);
    expect(stdout).toContain("2026-03-02 12:01 to 2026-03-03 12:01 UTC");
    expect(stdout).toContain("in 1 window the cloud lost records");
    expect(stdout).not.toContain("\u001b");
    const csv = weir(["top", "--dataset", "flows", "--format", "csv"]);
    expect(csv.stdout.split("\n")[0]).toBe("src_ip,logged_bytes,packets,flows,denied,share");
    expect(csv.stderr).toContain("Coverage");
  });
});

describe("what could not be read", () => {
  it("is listed with its place, harmless for terminals", () => {
    const { stdout, status } = weir(["malformed"]);
    expect(status).toBe(0);
    expect(stdout).toContain(join(folder, "logs", "a.log"));
    expect(stdout).toContain("line 7  ");
    expect(stdout).toContain("10.0.1.\\x1b[31m");
    expect(stdout).not.toContain("\u001b");
    const rows = JSON.parse(weir(["malformed", "--json"]).stdout) as {
      reason: string;
      position: number;
      text: string;
    }[];
    expect(rows.map(({ position }) => position).sort((a, c) => a - c)).toEqual([7, 8]);
    const reason = rows[0]?.reason ?? "";
    expect(JSON.parse(weir(["malformed", "--json", "--reason", reason]).stdout)).toHaveLength(
      rows.filter((row) => row.reason === reason).length,
    );
    expect(JSON.parse(weir(["malformed", "--json", "--object", "nothing"]).stdout)).toEqual([]);
    expect(weir(["malformed", "--object", "nothing"]).stdout).toBe("No malformed record matches; the lake has 2.\n");
  });

  it("shows in status, whose records add up", () => {
    const { stdout } = weir(["status"]);
    for (const part of ["4 flows", "= the sum", "1 done", "aws_vpc"]) expect(stdout).toContain(part);
    const status = JSON.parse(weir(["status", "--json"]).stdout) as {
      records: Record<string, number>;
      objects: object;
      tables: object[];
    };
    const { total, ...kinds } = status.records;
    expect(Object.values(kinds).reduce((sum, count) => sum + count, 0)).toBe(total);
    expect(status.tables).toHaveLength(10);
  });
});

describe("export", () => {
  it("writes csv, jsonl, json and parquet, and replaces nothing unasked", () => {
    expect(weir(["export", "--format", "csv"]).stdout.split("\n")[0]).toMatch(/^time,end_time,provider/);
    for (const [name, first] of [
      ["f.csv", "src_ip,n"],
      ["f.jsonl", '{"src_ip":"10.0.0.1","n":2}'],
      ["f.json", "["],
    ] as const) {
      expect(
        weir(["export", "--sql", "SELECT src_ip, count(*) AS n FROM flows GROUP BY 1 ORDER BY 2 DESC, 1", "-o", name])
          .status,
      ).toBe(0);
      expect(readFileSync(join(folder, name), "utf8").split("\n")[0]).toBe(first);
      expect(weir(["export", "-o", name])).toMatchObject({
        status: 2,
        stderr: expect.stringContaining("--force") as string,
      });
    }
    expect(weir(["export", "-o", "f.parquet"]).status).toBe(0);
    expect(weir(["export", "-o", "f.parquet"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("--force") as string,
    });
    expect(weir(["export", "-o", "f.parquet", "--force", "--from", "2026-03-04"]).stderr).toContain(
      "0 rows to f.parquet",
    );
    expect(existsSync(join(folder, "f.parquet"))).toBe(true);
  });
});

describe("ingest", () => {
  it("reads each object once, prints a table, takes standard input", () => {
    expect(weir(["ingest", "logs"]).stdout).toContain("1 unchanged");
    const data = ["--data", "other"];
    const fromStdin = weir(["ingest", "-", ...data, "--workers", "1"], { input: `${logLines[0] ?? ""}\n` });
    expect(fromStdin.stdout).toMatch(/flows\s+1\n/);
    expect(fromStdin.status).toBe(0);
  });

  it("folds objects with one problem, and counts grown objects as read", () => {
    const mixed = join(folder, "mixed");
    mkdirSync(mixed);
    for (const name of ["x", "y", "z"]) writeFileSync(join(mixed, `${name}.txt`), `no flow log, says ${name}\n`);
    const log = join(mixed, "a.log");
    writeFileSync(log, `${logLines[0] ?? ""}\n`);
    const first = weir(["ingest", "mixed", "--data", "folded"]).stdout;
    expect(first).toMatch(/^Read 1 record in \d+ B of 1 object, /);
    expect(first).toContain("not-a-flow-log  3 objects\n");
    expect(first).toContain("x.txt");
    expect(first).toContain("y.txt");
    expect(first).not.toContain("z.txt");
    expect(first).toContain("1 more: --json");
    appendFileSync(log, `${logLines[1] ?? ""}\n`);
    const second = weir(["ingest", "mixed", "--data", "folded"]).stdout;
    expect(second).toMatch(/^Read 1 record in \d+ B of 1 object, /);
    expect(second).toContain("1 grown");
  });

  it("fails when nothing could be read", () => {
    const { status, stdout, stderr } = weir(["ingest", "no-such-folder", "--data", "third"]);
    expect(status).toBe(3);
    expect(stdout + stderr).toContain("no-such-folder");
  });
});

describe("store files", () => {
  it("lists the live files, and writes statements for other engines", () => {
    const files = JSON.parse(weir(["store", "files", "--json"]).stdout) as { path: string; rows: number }[];
    expect(files.reduce((sum, { rows }) => sum + rows, 0)).toBe(4);
    for (const { path } of files) expect(existsSync(path)).toBe(true);
    expect(weir(["store", "files", "--format", "duckdb"]).stdout).toContain("read_parquet([");
  });
});

describe("store expire", () => {
  it("leaves counts, and status says how many flows are in the lake now", () => {
    const data = ["--data", "expired"];
    writeFileSync(join(folder, "good.log"), `${logLines.slice(0, 4).join("\n")}\n`);
    weir(["ingest", "good.log", ...data, "--workers", "1"]);
    expect(weir(["status", ...data]).stdout).not.toContain("In the lake now");
    expect(weir(["store", "expire", "--older-than", "1h", ...data]).stdout).toContain("flows: 4 rows before");
    expect(weir(["status", ...data]).stdout).toContain("In the lake now: 0 flows of 4.");

    // A day later, and the file is still where it was.
    const counted = weir(["status", "--json", ...data]).stdout;
    writeFileSync(join(folder, "empty.log"), "");
    weir(["ingest", "empty.log", ...data, "--workers", "1"]);
    const db = new Database(join(folder, "expired", "catalog.db"), "write");
    db.exec("UPDATE objects SET read_at_ms = read_at_ms - 86400000");
    db.exec("UPDATE segments SET retired_at_ms = retired_at_ms - 86400000");
    weir(["store", "expire", "--older-than", "1h", ...data]);
    expect(db.all("SELECT key FROM objects")).toMatchObject([{ key: join(folder, "empty.log") }]);
    db.close();
    const again = JSON.parse(weir(["ingest", "good.log", ...data, "--json"]).stdout) as { objects: object };
    expect(again.objects).toMatchObject({ read: 0, unchanged: 1 });
    const records = (text: string): unknown => (JSON.parse(text) as { records: unknown }).records;
    expect(records(weir(["status", "--json", ...data]).stdout)).toEqual(records(counted));
  });
});

describe("demo", () => {
  it("makes a world, reads it, and says how to go on", () => {
    const { stdout, status } = weir(["demo", "--hours", "1", "--data", "demo"]);
    expect(status).toBe(0);
    for (const part of ["aws", "azure", "Top client_ip, server_ip, service", "Go on with"])
      expect(stdout).toContain(part);
    const again = weir(["demo", "--data", "demo"]);
    expect(again.status).toBe(0);
    expect(again.stderr).toContain("already");
    for (const part of [" unchanged", "Top client_ip, server_ip, service", "Go on with"])
      expect(again.stdout).toContain(part);
    const fresh = weir(["demo", "--data", "demo", "--fresh", "--hours", "1", "--seed", "0"]);
    expect([fresh.status, fresh.stdout.includes("unchanged")]).toEqual([0, false]);
    for (const args of [[], ["--fresh"]])
      expect(weir(["demo", "--data", lake, ...args])).toMatchObject({
        status: 2,
        stderr: expect.stringContaining("no whole demo world") as string,
      });
    expect(existsSync(join(lake, "catalog.db"))).toBe(true);
    expect(weir(["demo", "--write", "world", "--hours", "1"]).status).toBe(0);
    expect(existsSync(join(folder, "world"))).toBe(true);
    expect(weir(["demo", "--write", "world"]).status).toBe(2);
  });
});
