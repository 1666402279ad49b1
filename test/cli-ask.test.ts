import { spawn } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { main, newPlace } from "./weir-process.ts";

const { folder, lake, weir } = newPlace();

beforeAll(() => {
  weir(["ingest", "logs", "--json", "--workers", "1"]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("help", () => {
  it("groups the commands, and each has an example", () => {
    const { stdout, status } = weir(["--help"]);
    expect(status).toBe(0);
    for (const part of [
      "Ask:",
      "Feed:",
      "Run:",
      "top",
      "query",
      "sql",
      "ingest",
      "status",
      "malformed",
      "store",
      "export",
      "demo",
    ])
      expect(stdout).toContain(part);
    for (const command of ["top", "query", "sql", "ingest", "status", "malformed", "store", "export", "demo"])
      expect(weir([command, "--help"]).stdout).toContain("Examples:");
  });

  it("is printed for commands of commands, too", () => {
    expect(weir(["help", "store", "compact"]).stdout).toBe(weir(["store", "compact", "--help"]).stdout);
    expect(weir(["help", "top"]).stdout).toContain("Usage: weir top");
    expect(weir(["help", "store", "comapct"]).stderr).toContain("Did you mean compact?");
    expect(weir(["sql", "--help"]).stdout).toMatch(/default:\s+1m/);
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
    [["top", "--dataset", "flows", "--by", "scr_ip"], "Did you mean src_ip?"],
    [["top", "--dataset", "flows", "--by", "src_ip,src_ip"], "twice"],
    [["top", "--dataset", "flows", "--by", "position"], "cannot be grouped"],
    [["top", "--measure", "deneid"], "Did you mean denied?"],
    [["top", "--dataset", "flows", "dst_prt = 443"], "Did you mean dst.port?"],
    [["top", "--dataset", "flows", "src_ip = x"], "src_ip"],
    [["query", "--dataset", "flows", "action = maybe"], "allow"],
    [["query", "server.port = 443 and"], "  at  "],
    [["query", "--step", "soon"], "Write auto, 5m, 1h or 1d"],
    [["query", "--by", "hour", "--step", "1h"], "Leave out one of them"],
    [["query", "--by", "hour,day"], "both are time"],
    [["query", "--dataset", "conversations", "--measure", "logged_bytes"], "--dataset flows"],
    [["query", "--tz", "Mars/Olympus"], "no time zone"],
    [["query", "--min-coverage", "2"], "0.9 or 90%"],
    [["query", "--order", "bytes:up"], "bytes:asc"],
    [["top", "--from", "yesterday"], "no time"],
    [["top", "--from", "2026-03-04", "--to", "2026-03-03"], "ends before it begins"],
    [["top", "--limit", "0"], "1 or more"],
    [["sql", "SELEC 1"], "SELEC"],
    [["sql", "SELECT 1; SELECT 2"], "only one statement"],
    [["sql", "COPY flows TO 'x.csv'"], "read-only"],
    [["sql", "SELECT * FROM flows WHERE src_ip = '10.0.0.1'"], "ip('10.0.0.1')"],
    [["sql", "SELECT * FROM flws"], "tables are flows"],
    [["sql", "SELECT * FROM flows WHERE src_ip LIKE '10.1.%'"], "in_cidr(src_ip, '10.1.0.0/16')"],
    [["sql", "SELECT * FROM flows WHERE contains(src_ip, '10')"], "ip_text(column)"],
    [["sql", "SELECT vpc FROM flows"], "network_id"],
    [["sql", "SELECT f.nsg FROM flows f"], "acl_id"],
    [["sql", "SELECT 1", "--timeout", "30"], "90s"],
    [["store", "expire", "--older-than", "14"], "7d"],
    [["malformed", "--reason", "bad-dstadr"], "Did you mean bad-dstaddr?"],
    [["top", "--color", "purple"], "auto, always, never"],
    [["export", "--dataset", "flow"], "Did you mean flows?"],
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
    expect(weir(["sql", "-", "--format", "csv"], { input }).stdout).toBe(
      "dst_port,action\n443,allow\n443,allow\n22,allow\n23,deny\n",
    );
    expect(weir(["sql", "-"], { input }).stdout.split("\n").slice(0, 2)).toEqual([
      "dst_port  action",
      "     443  allow",
    ]);
  });

  it("leaves out columns without a value in a table of many columns, and says how many", () => {
    const { stdout, stderr } = weir(["sql", "SELECT * FROM flows LIMIT 1"]);
    expect(stdout).toContain("src_ip");
    expect(stdout).not.toContain("rule_name");
    expect(stderr).toMatch(/\d+ columns without a value left out/);
    expect(weir(["sql", "SELECT * FROM flows LIMIT 1", "--format", "csv"]).stdout).toContain("rule_name");
    expect(weir(["sql", "SELECT src_ip, rule_name FROM flows LIMIT 1"]).stdout).toContain("rule_name");
  });

  it("joins rows with their object", () => {
    expect(json("SELECT DISTINCT o.key, o.status FROM flows JOIN objects o USING (object_id)")).toEqual([
      { key: join(folder, "logs", "a.log"), status: "done" },
    ]);
  });

  it("ends quietly when its reader goes", async () => {
    const child = spawn(process.execPath, [main, "sql", "SELECT * FROM range(900000)", "--format", "csv"], {
      env: { ...process.env, WEIR_DATA: lake },
    });
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    child.stdout.once("data", () => child.stdout.destroy());
    const code = await new Promise((done) => child.once("exit", done));
    expect(code).toBe(0);
    expect(errors).toBe(`lake: ${lake}\n`);
  });

  it("stops at its limits", () => {
    const late = weir([
      "sql",
      "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE (a.range + b.range) % 7 = 9",
      "--timeout",
      "500ms",
    ]);
    expect([late.status, late.stderr]).toEqual([3, expect.stringContaining("--timeout")]);
    const long = weir(["sql", "SELECT * FROM range(100)", "--max-rows", "10", "--format", "csv"]);
    expect([long.status, long.stderr]).toEqual([3, expect.stringContaining("more than 10 rows")]);
  });
});

describe("colour", () => {
  it("is as --color says, else as NO_COLOR and FORCE_COLOR say", () => {
    const isColored = (args: readonly string[], env: NodeJS.ProcessEnv): boolean =>
      weir(["top", ...args], { env: { NO_COLOR: "", FORCE_COLOR: "", ...env } }).stdout.includes("\u001b");
    expect(isColored([], {})).toBe(false);
    expect(isColored(["--color", "always"], { NO_COLOR: "1" })).toBe(true);
    expect(isColored([], { FORCE_COLOR: "1" })).toBe(true);
    expect(isColored(["--color", "never"], { FORCE_COLOR: "1" })).toBe(false);
    expect(isColored([], { FORCE_COLOR: "1", NO_COLOR: "1" })).toBe(false);
    expect(weir(["--color", "always", "--help"]).stdout).toContain("\u001b");
  });
});

describe("the lake in use", () => {
  it("is --data, else WEIR_DATA, else ./weir-data, else the user's folder", () => {
    const cwd = join(folder, "elsewhere");
    mkdirSync(cwd);
    const named = (args: readonly string[], env: NodeJS.ProcessEnv): string =>
      weir(["status", ...args], { cwd, env }).stderr;
    expect(named(["--data", "x"], {})).toContain(`${join(cwd, "x")} (--data)`);
    expect(named([], { WEIR_DATA: "y" })).toContain(`${join(cwd, "y")} (WEIR_DATA)`);
    expect(named([], { WEIR_DATA: "", XDG_DATA_HOME: "/home/me/data" })).toContain("/home/me/data/weir (the default)");
    mkdirSync(join(cwd, "weir-data"));
    expect(named([], { WEIR_DATA: "" })).toContain(`${join(cwd, "weir-data")} (./weir-data)`);
  });
});
