import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { sqlName, sqlText } from "../src/store/lake/sql-literal.ts";
import { flowLine, flowLines, START } from "./aws-lines.ts";
import { strayFiles } from "./lake-files.ts";
import { startWeir } from "./process-tree.ts";
import { ingest, type IngestReport } from "./weir.ts";

const root = mkdtempSync(join(tmpdir(), "weir-names-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** What names may hold on a file system, and what a careless program takes for something else. */
const hostile = [
  "it's",
  'a "quoted" one',
  "[0-9]*?{a,b}",
  "line\nbreak",
  "'); DROP TABLE flows; --",
  "${srcaddr} $(reboot) `id`",
  "back\\slash",
  "semi;colon, comma",
  "~",
  "-",
  "--final",
  "s3:",
  "%00 %2F",
  "é😀\u202e\u001b[31m",
  " ",
  "COPY x TO 'y'",
  "ends.parquet",
];

async function json(lake: string, sql: string): Promise<unknown> {
  const { code, stdout, stderr } = await startWeir(["sql", "-", "--json", "--data", lake], sql).ended;
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

/** A Parquet flow log whose columns are called as it pleases. */
async function writeParquet(file: string, columns: Readonly<Record<string, string>>, rows: number): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const list = Object.entries(columns).map(([name, value]) => `${value} AS ${sqlName(name)}`);
  await connection.run(
    `COPY (SELECT ${list.join(", ")} FROM range(${rows}) t(i)) TO ${sqlText(file)} (FORMAT parquet)`,
  );
  connection.closeSync();
  instance.closeSync();
}

const parquetColumns = {
  version: "2",
  account_id: "'123456789012'",
  interface_id: "'eni-0a1b2c3d'",
  srcaddr: "'10.0.0.1'",
  dstaddr: "'10.0.1.1'",
  srcport: "i::INTEGER",
  dstport: "443",
  protocol: "6",
  packets: "1::BIGINT",
  bytes: "10::BIGINT",
  start: `${START}::BIGINT`,
  end: `${START + 60}::BIGINT`,
  action: "'ACCEPT'",
  log_status: "'OK'",
};

describe("names of files and folders", () => {
  it("are read, kept and given back as they are, whatever is in them", async () => {
    const logs = join(root, "logs");
    for (const [at, name] of hostile.entries()) {
      mkdirSync(join(logs, name), { recursive: true });
      writeFileSync(join(logs, name, `${name}.log`), flowLines(at * 10, at * 10 + 3));
      await writeParquet(join(logs, name, `${name}.parquet`), { ...parquetColumns, bytes: `${at + 1}::BIGINT` }, 2);
    }
    const lake = join(root, "plain");
    const report = ingest(lake, logs);
    expect(report.objects).toEqual({ read: hostile.length * 2, unchanged: 0, grown: 0, skipped: 0, failed: 0 });
    expect(report.records).toMatchObject({ total: hostile.length * 5, flows: hostile.length * 5 });
    const keys = (await json(
      lake,
      "SELECT key, count(*) AS n FROM flows JOIN objects USING (object_id) GROUP BY 1",
    )) as { key: string; n: number }[];
    expect(new Map(keys.map(({ key, n }) => [key, n]))).toEqual(
      new Map(
        hostile.flatMap(
          (name) =>
            [
              [join(logs, name, `${name}.log`), 3],
              [join(logs, name, `${name}.parquet`), 2],
            ] as const,
        ),
      ),
    );
    expect(ingest(lake, logs).objects).toMatchObject({ read: 0, unchanged: hostile.length * 2 });
  });

  const folders = [
    "it's [0-9]*?{a,b}",
    'line\nbreak "quoted" back\\slash',
    "'); DROP TABLE flows; --",
    "~",
    "s3:",
    "--final",
    "é😀\u202e\u001b[31m",
  ];
  it.each(folders)("serve for a data folder: %j", async (name) => {
    const lake = join(root, "lakes", `x${name}`, name);
    const log = join(root, "one.log");
    writeFileSync(log, flowLines(0, 4));
    await writeParquet(join(root, "one.parquet"), parquetColumns, 20_001);
    expect(ingest(lake, log, join(root, "one.parquet"), "--workers", "1").records).toMatchObject({ flows: 20_005 });
    // Rows are replaced, which reads and writes segments.
    writeFileSync(log, flowLines(4, 9));
    expect(ingest(lake, log).records.flows).toBe(5);
    expect(await json(lake, "SELECT count(*) AS n FROM flows")).toEqual([{ n: 20_006 }]);
    expect(strayFiles(lake)).toEqual([]);
    const { stdout } = await startWeir(["store", "files", "--format", "duckdb", "--data", lake]).ended;
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    const reader = await connection.runAndReadAll(`SELECT count(*) FROM (${stdout.trim().replace(/;$/, "")})`);
    expect(Number(reader.getRows()[0]?.[0])).toBe(20_006);
    connection.closeSync();
    instance.closeSync();
  });

  it("that are no valid UTF-8 are told, and do not keep the others from being read", async () => {
    const logs = join(root, "bytes");
    mkdirSync(logs);
    writeFileSync(join(logs, "good.log"), flowLines(0, 3));
    writeFileSync(
      Buffer.concat([Buffer.from(`${logs}/bad-`), Buffer.from([0xff, 0xfe]), Buffer.from(".log")]),
      flowLines(3, 5),
    );
    const { objects, records, problems } = ingest(join(root, "utf8"), logs);
    expect({ objects, flows: records.flows }).toEqual({
      objects: { read: 1, unchanged: 0, grown: 0, skipped: 0, failed: 1 },
      flows: 3,
    });
    expect(problems).toEqual([
      expect.objectContaining({ code: "unreadable", object: expect.stringContaining("bad-") as string }),
    ]);
  });

  it("that are links in circles, to nothing, to pipes and to files elsewhere", async () => {
    const logs = join(root, "links");
    mkdirSync(join(logs, "deep", "deeper"), { recursive: true });
    writeFileSync(join(logs, "deep", "a.log"), flowLines(0, 3));
    symlinkSync(logs, join(logs, "deep", "deeper", "up"));
    symlinkSync(join(logs, "loop"), join(logs, "loop"));
    symlinkSync(join(logs, "nowhere"), join(logs, "dangling"));
    symlinkSync(join(logs, "deep", "a.log"), join(logs, "again.log"));
    execFileSync("mkfifo", [join(logs, "pipe")]);
    const { objects, records, problems } = ingest(join(root, "linked"), logs);
    expect({ objects, flows: records.flows }).toEqual({
      objects: { read: 1, unchanged: 0, grown: 0, skipped: 0, failed: 2 },
      flows: 3,
    });
    expect(problems.map(({ object }) => object).sort()).toEqual([join(logs, "dangling"), join(logs, "loop")]);
  });
});

describe("names in logs", () => {
  it("of rules, fields and Parquet columns are data and nothing else", async () => {
    const logs = join(root, "fields");
    mkdirSync(logs);
    const lake = join(root, "fields-lake");
    const rules = [...hostile, "constructor", "__proto__", "toString", "a\u0000b", "', (SELECT 1)); --"];
    const records = rules.map((rule, at) => ({
      time: "2026-03-03T12:00:00Z",
      flowLogVersion: 4,
      macAddress: "00224871C205",
      category: "FlowLogFlowEvent",
      [`x${rule}`]: 1,
      [rule]: rule,
      flowRecords: {
        flows: [
          {
            aclID: rule,
            flowGroups: [
              { rule, flowTuples: [`${START * 1000},10.0.0.6,10.0.0.7,35370,${at + 1},6,O,E,NX,3,200,4,300`] },
            ],
          },
        ],
      },
    }));
    writeFileSync(
      join(logs, "azure.json"),
      JSON.stringify({ records }).replace('"__proto__":1', '"__proto__":{"x":1}'),
    );
    const columns = Object.fromEntries(
      rules.filter((rule) => !rule.includes("\u0000")).map((rule) => [`${rule}.`, `'${rule.replaceAll("'", "''")}'`]),
    );
    await writeParquet(join(logs, "aws.parquet"), { ...parquetColumns, ...columns }, 5);
    await writeParquet(join(logs, "large.parquet"), { ...parquetColumns, ...columns }, 20_002);
    const header = "version srcaddr dstaddr start end action log-status constructor __proto__ to'String";
    writeFileSync(
      join(logs, "aws.log"),
      `${header}\n2 10.0.0.1 10.0.0.2 ${START} ${START + 1} ACCEPT OK 'a' "b" --\n${flowLine(1)}\n`,
    );
    const report = ingest(lake, logs) as IngestReport & { unknown_fields: Record<string, unknown> };
    expect(report.problems.filter(({ code }) => code === "worker-crashed" || code === "unreadable-parquet")).toEqual(
      [],
    );
    expect(report.objects).toMatchObject({ failed: 0 });
    const { total, ...kinds } = report.records;
    expect(Object.values(kinds).reduce((sum, count) => sum + count, 0)).toBe(total);
    for (const [field, count] of Object.entries(report.unknown_fields))
      expect(count, field).toEqual(expect.any(Number));
    expect(Object.keys(report.unknown_fields)).toEqual(expect.arrayContaining(["constructor"]));
    const found = (await json(lake, "SELECT rule_name FROM flows WHERE provider = 'azure'")) as { rule_name: string }[];
    expect(new Set(found.map(({ rule_name }) => rule_name))).toEqual(new Set(rules));
  });
});

it("SQL literals hold any text and end where it ends", async () => {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const text = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.string({ unit: fc.constantFrom("'", '"', "\\", "-", ";", "\n", "$", "a", "/*", "*/", "E'", "?") }),
    fc.constantFrom(...hostile),
  );
  await fc.assert(
    fc.asyncProperty(text, text, async (value, name) => {
      const safe = name.replaceAll("\u0000", "") || "x";
      const reader = await connection.runAndReadAll(
        `SELECT ${sqlText(value.replaceAll("\u0000", ""))} AS ${sqlName(safe)}, 1 AS last`,
      );
      expect(reader.getRows()).toEqual([[value.replaceAll("\u0000", ""), 1]]);
      expect(reader.columnNames()[0]).toBe(safe);
    }),
    { numRuns: 300 },
  );
  expect(() => sqlText("a\u0000b")).toThrow(RangeError);
  expect(() => sqlName("a\u0000b")).toThrow(RangeError);
  connection.closeSync();
  instance.closeSync();
});
