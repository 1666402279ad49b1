import { spawn, spawnSync, type SpawnSyncReturns } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const main = resolve("dist/cli/main.js");
const folder = mkdtempSync(join(tmpdir(), "weir-cli-"));
const lake = join(folder, "lake");

interface Options {
  readonly input?: string;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

function weir(args: readonly string[], { input = "", cwd = folder, env = {} }: Options = {}): SpawnSyncReturns<string> {
  const { WEIR_DATA: _data, XDG_DATA_HOME: _home, ...inherited } = process.env;
  return spawnSync(process.execPath, [main, ...args], { input, cwd, encoding: "utf8", env: { ...inherited, WEIR_DATA: lake, ...env } });
}

/** Lines of AWS version 2: three accepted, one rejected, one NODATA, one SKIPDATA, and two that are no records. */
const START = Date.UTC(2026, 2, 3, 12) / 1000;
const flow = (source: string, target: string, port: number, bytes: string, action: string): string =>
  `2 123456789012 eni-0a1b2c3d ${source} ${target} 43210 ${port} 6 10 ${bytes} ${START} ${START + 60} ${action} OK`;
const lines = [
  flow("10.0.0.1", "10.0.1.1", 443, "1000", "ACCEPT"),
  flow("10.0.0.1", "10.0.1.2", 443, "2000", "ACCEPT"),
  flow("10.0.0.2", "10.0.1.1", 22, "9007199254740993", "ACCEPT"),
  flow("203.0.113.9", "10.0.0.1", 23, "40", "REJECT"),
  `2 123456789012 eni-0a1b2c3d - - - - - - - ${START} ${START + 60} - NODATA`,
  `2 123456789012 eni-0a1b2c3d - - - - - - - ${START} ${START + 60} - SKIPDATA`,
  flow("10.0.0.1", "10.0.1.\u001b[31m", 443, "1", "ACCEPT"),
  flow("10.0.0.1", "10.0.1.1", 99_999, "1", "ACCEPT"),
];

beforeAll(() => {
  mkdirSync(join(folder, "logs"));
  writeFileSync(join(folder, "logs", "a.log"), `${lines.join("\n")}\n`);
  const first = weir(["ingest", "logs", "--json", "--workers", "1"]);
  expect(first.stderr).toBe(`lake: ${lake}\n`);
  expect(first.status).toBe(0);
  const report = JSON.parse(first.stdout) as { objects: object; records: object; flows_by_type: object };
  expect(report.objects).toEqual({ read: 1, unchanged: 0, grown: 0, skipped: 0, failed: 0 });
  expect(report.records).toEqual({ total: 8, flows: 4, nodata: 1, skipdata: 1, control: 0, duplicate: 0, filtered: 0, malformed: 2 });
  expect(report.flows_by_type).toEqual({ aws_vpc: 4 });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("help", () => {
  it("groups the commands, and each has an example", () => {
    const { stdout, status } = weir(["--help"]);
    expect(status).toBe(0);
    for (const part of ["Ask:", "Feed:", "Run:", "top", "sql", "ingest", "status", "malformed", "store", "export", "demo"]) expect(stdout).toContain(part);
    for (const command of ["top", "sql", "ingest", "status", "malformed", "store", "export", "demo"]) expect(weir([command, "--help"]).stdout).toContain("Examples:");
  });

  it("is printed when no command is given, and the version on request", () => {
    expect(weir([]).stdout).toContain("Usage: weir");
    expect(weir(["--version"]).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe("wrong use", () => {
  it.each([
    [["topp"], "Did you mean top?"],
    [["top", "--bye", "x"], "Did you mean --by?"],
    [["top", "--by", "scr_ip"], "Did you mean src_ip?"],
    [["top", "--by", "src_ip,src_ip"], "twice"],
    [["top", "--by", "position"], "cannot be grouped"],
    [["top", "--measure", "deneid"], "Did you mean denied?"],
    [["top", "--where", "dst_prt=443"], "Did you mean dst_port?"],
    [["top", "--where", "src_ip=x"], "neither an address nor a block"],
    [["top", "--where", "action=maybe"], "allow, deny, drop, observed"],
    [["top", "--from", "yesterday"], "no time"],
    [["top", "--from", "2026-03-04", "--to", "2026-03-03"], "ends before it begins"],
    [["top", "--limit", "0"], "1 or more"],
    [["sql", "SELEC 1"], "SELEC"],
    [["sql", "SELECT 1; SELECT 2"], "only one statement"],
    [["sql", "COPY flows TO 'x.csv'"], "read-only"],
    [["sql", "SELECT * FROM flows WHERE src_ip = '10.0.0.1'"], "ip('10.0.0.1')"],
    [["sql", "SELECT * FROM flws"], "tables are flows"],
    [["export", "--table", "flow"], "Did you mean flows?"],
    [["export", "-o", "flows.xlsx"], "--format"],
    [["store", "files", "--table", "flow"], "Did you mean flows?"],
    [["ingest"], "missing required argument"],
  ])("%j says what, and what to do", (args, words) => {
    const { status, stderr, stdout } = weir(args);
    expect(status).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain("weir: ");
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  });

  it("says that there is no lake, where, and how to make one", () => {
    const { status, stderr } = weir(["status", "--data", "nowhere"]);
    expect(status).toBe(3);
    expect(stderr).toContain(join(folder, "nowhere"));
    expect(stderr).toContain("weir ingest PATH");
  });
});

describe("sql", () => {
  const json = (sql: string): unknown => JSON.parse(weir(["sql", sql, "--json"]).stdout);

  it("answers as an array of objects", () => {
    expect(json("SELECT src_ip, count(*) AS n FROM flows GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 2")).toEqual([
      { src_ip: "10.0.0.1", n: 2 },
      { src_ip: "10.0.0.2", n: 1 },
    ]);
    expect(json("SELECT * FROM flows WHERE false")).toEqual([]);
    expect(json("SELECT status, count(*) AS n FROM coverage GROUP BY ALL ORDER BY 1")).toEqual([
      { status: "nodata", n: 1 },
      { status: "skipdata", n: 1 },
    ]);
    expect(json("SELECT time FROM flows LIMIT 1")).toEqual([{ time: "2026-03-03T12:00:00Z" }]);
  });

  it("writes whole numbers with all digits, as numbers whatever their size", () => {
    const { stdout } = weir(["sql", "SELECT src_bytes FROM flows ORDER BY 1", "--format", "jsonl"]);
    expect(stdout).toBe('{"src_bytes":40}\n{"src_bytes":1000}\n{"src_bytes":2000}\n{"src_bytes":9007199254740993}\n');
  });

  it("reads the query from standard input, and prints tables and CSV", () => {
    const input = "SELECT dst_port, action FROM flows ORDER BY position";
    expect(weir(["sql", "-", "--format", "csv"], { input }).stdout).toBe("dst_port,action\n443,allow\n443,allow\n22,allow\n23,deny\n");
    expect(weir(["sql", "-"], { input }).stdout.split("\n").slice(0, 2)).toEqual(["dst_port  action", "     443  allow"]);
  });

  it("joins rows with their object", () => {
    expect(json("SELECT DISTINCT o.key, o.status FROM flows JOIN objects o USING (object_id)")).toEqual([{ key: join(folder, "logs", "a.log"), status: "done" }]);
  });

  it("ends quietly when its reader goes", async () => {
    const child = spawn(process.execPath, [main, "sql", "SELECT * FROM range(900000)", "--format", "csv"], { env: { ...process.env, WEIR_DATA: lake } });
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    child.stdout.once("data", () => child.stdout.destroy());
    const code = await new Promise((done) => child.once("exit", done));
    expect(code).toBe(0);
    expect(errors).toBe(`lake: ${lake}\n`);
  });

  it("stops at its limits", () => {
    const late = weir(["sql", "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE (a.range + b.range) % 7 = 9", "--timeout", "500ms"]);
    expect([late.status, late.stderr]).toEqual([3, expect.stringContaining("--timeout")]);
    const long = weir(["sql", "SELECT * FROM range(100)", "--max-rows", "10", "--format", "csv"]);
    expect([long.status, long.stderr]).toEqual([3, expect.stringContaining("more than 10 rows")]);
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
    expect(answer).toMatchObject({ table: "flows", total: 4, scanned_rows: 4, coverage: { nodata: 1, skipdata: 1, gaps: "unknown" } });
    expect(answer.range).toEqual({ from: "2026-03-02T12:00:00.000Z", to: "2026-03-03T12:00:00.000Z" });
  });

  it("counts both ends for ip, joins directions for pair, sums up the rest", () => {
    expect(top("--by", "ip", "--measure", "flows", "-n", "1").rows).toEqual([expect.objectContaining({ ip: "10.0.0.1", flows: 3 })]);
    expect(top("--by", "pair", "--measure", "flows").rows[0]).toMatchObject({ ip_a: "10.0.0.1", ip_b: "10.0.1.1", flows: 1 });
    expect(top("--by", "port", "--measure", "flows", "-n", "1").rows).toEqual([expect.objectContaining({ dst_port: 443, flows: 2 }), expect.objectContaining({ dst_port: "(others)", flows: 2 })]);
  });

  it("filters", () => {
    expect(top("--where", "src_ip=10.0.0.0/8", "--where", "dst_port!=22").rows).toEqual([expect.objectContaining({ src_ip: "10.0.0.1" })]);
    expect(top("--where", "action=denied").rows).toEqual([expect.objectContaining({ src_ip: "203.0.113.9" })]);
    expect(top("--where", "ip=10.0.1.1", "--measure", "flows").total).toBe(2);
    expect(top("--from", "2026-03-04", "--to", "2026-03-05")).toMatchObject({ rows: [], total: 0, scanned_rows: 0 });
  });

  it("is readable, with its range and coverage, without colour when it is no terminal", () => {
    const { stdout, status } = weir(["top", "--by", "src_ip,action"]);
    expect(status).toBe(0);
    expect(stdout).toContain("2026-03-02 12:00 to 2026-03-03 12:00 UTC");
    expect(stdout).toContain("in 1 windows the cloud lost records");
    expect(stdout).not.toContain("\u001b");
    const csv = weir(["top", "--format", "csv"]);
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
    const rows = JSON.parse(weir(["malformed", "--json"]).stdout) as { reason: string; position: number; text: string }[];
    expect(rows.map(({ position }) => position).sort()).toEqual([7, 8]);
    const [{ reason = "" } = {}] = rows;
    expect(JSON.parse(weir(["malformed", "--json", "--reason", reason]).stdout)).toHaveLength(rows.filter((row) => row.reason === reason).length);
    expect(JSON.parse(weir(["malformed", "--json", "--object", "nothing"]).stdout)).toEqual([]);
  });

  it("shows in status, whose records add up", () => {
    const { stdout } = weir(["status"]);
    for (const part of ["4 flows", "= the sum", "1 done", "aws_vpc"]) expect(stdout).toContain(part);
    const status = JSON.parse(weir(["status", "--json"]).stdout) as { records: Record<string, number>; objects: object; tables: object[] };
    const { total, ...kinds } = status.records;
    expect(Object.values(kinds).reduce((sum, count) => sum + count, 0)).toBe(total);
    expect(status.tables).toHaveLength(3);
  });
});

describe("export", () => {
  it("writes csv, jsonl, json and parquet, and replaces nothing unasked", () => {
    expect(weir(["export", "--format", "csv"]).stdout.split("\n")[0]).toMatch(/^time,end_time,provider/);
    for (const [name, first] of [["f.csv", "src_ip,n"], ["f.jsonl", '{"src_ip":"10.0.0.1","n":2}'], ["f.json", "["]] as const) {
      expect(weir(["export", "--sql", "SELECT src_ip, count(*) AS n FROM flows GROUP BY 1 ORDER BY 2 DESC, 1", "-o", name]).status).toBe(0);
      expect(readFileSync(join(folder, name), "utf8").split("\n")[0]).toBe(first);
      expect(weir(["export", "-o", name])).toMatchObject({ status: 2, stderr: expect.stringContaining("--force") as string });
    }
    expect(weir(["export", "-o", "f.parquet"]).status).toBe(0);
    expect(weir(["export", "-o", "f.parquet"])).toMatchObject({ status: 2, stderr: expect.stringContaining("--force") as string });
    expect(weir(["export", "-o", "f.parquet", "--force", "--from", "2026-03-04"]).stderr).toContain("0 rows to f.parquet");
    expect(existsSync(join(folder, "f.parquet"))).toBe(true);
  });
});

describe("the lake in use", () => {
  it("is --data, else WEIR_DATA, else ./weir-data, else the user's folder", () => {
    const cwd = join(folder, "elsewhere");
    mkdirSync(cwd);
    const named = (args: readonly string[], env: NodeJS.ProcessEnv): string => weir(["status", ...args], { cwd, env }).stderr;
    expect(named(["--data", "x"], {})).toContain(`${join(cwd, "x")} (--data)`);
    expect(named([], { WEIR_DATA: "y" })).toContain(`${join(cwd, "y")} (WEIR_DATA)`);
    expect(named([], { WEIR_DATA: "", XDG_DATA_HOME: "/home/me/data" })).toContain("/home/me/data/weir (the default)");
    mkdirSync(join(cwd, "weir-data"));
    expect(named([], { WEIR_DATA: "" })).toContain(`${join(cwd, "weir-data")} (./weir-data)`);
  });
});

describe("ingest", () => {
  it("reads each object once, prints a table, takes standard input", () => {
    expect(weir(["ingest", "logs"]).stdout).toContain("1 unchanged");
    const data = ["--data", "other"];
    const fromStdin = weir(["ingest", "-", ...data, "--workers", "1"], { input: `${lines[0] ?? ""}\n` });
    expect(fromStdin.stdout).toMatch(/flows\s+1\n/);
    expect(fromStdin.status).toBe(0);
  });

  it("fails when nothing could be read", () => {
    const { status, stdout } = weir(["ingest", "no-such-folder", "--data", "third"]);
    expect(status).toBe(3);
    expect(stdout).toContain("no-such-folder");
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

describe("demo", () => {
  it("makes a world, reads it, and says how to go on", () => {
    const { stdout, status } = weir(["demo", "--hours", "1", "--data", "demo"]);
    expect(status).toBe(0);
    for (const part of ["aws", "azure", "Top provider, src_ip", "Go on with"]) expect(stdout).toContain(part);
    expect(weir(["demo", "--data", "demo"])).toMatchObject({ status: 2, stderr: expect.stringContaining("already") as string });
    expect(weir(["demo", "--write", "world", "--hours", "1"]).status).toBe(0);
    expect(existsSync(join(folder, "world"))).toBe(true);
    expect(weir(["demo", "--write", "world"]).status).toBe(2);
  });
});
