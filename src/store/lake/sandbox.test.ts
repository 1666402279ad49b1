import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { formatAddress, parseAddress, parseCidr } from "#base/address.js";
import { WeirError } from "#base/errors.js";
import type { ObjectRow } from "#catalog/index.js";
import type { Cell } from "#model/answer.js";
import { ColumnBatch } from "#model/column-batch.js";
import { noRecords } from "#model/records.js";
import type { Segment } from "#model/segment.js";
import { tableNames } from "#model/tables.js";
import { openEngine } from "./duckdb.ts";
import { makeFolders } from "./lake-folders.ts";
import { publishSegments } from "./publish.ts";
import type { LakeFiles, Sandbox } from "./sandbox.ts";
import { openSandbox } from "./sandbox-host.ts";
import { SegmentWriter } from "./segment-writer.ts";

const dataDir = mkdtempSync(join(tmpdir(), "weir-sandbox-"));
const allowed = join(dataDir, "..", `weir-export-${process.pid}.parquet`);
const TIME = Date.UTC(2026, 2, 3) * 1000;
let sandbox: Sandbox;
let segment: Segment;

const object: ObjectRow = {
  objectId: 1,
  source: "file:",
  key: "/logs/a.log",
  status: "done",
  size: 10,
  sha256: "ab",
  readAtMs: 1_772_496_000_000,
  decoder: "aws",
  code: null,
  message: null,
  counts: { ...noRecords(), total: 3, flows: 3 },
};

async function writeFlows(): Promise<Segment> {
  makeFolders(dataDir);
  const batch = new ColumnBatch("flows", 8);
  for (const [row, source] of ["10.0.0.1", "10.0.0.2", "2001:db8::1"].entries()) {
    batch.setTime("time", row, TIME + row * 1_000_500);
    batch.setAddress("src_ip", row, parseAddress(source) ?? [0, 0, 0, 0]);
    batch.setAddress("dst_ip", row, [0, 0, 0xffff, 0x0a00_0063]);
    batch.setUint64("src_bytes", row, row === 0 ? 18_446_744_073_709_551_615n : 7n);
    batch.setNumber("object_id", row, 1);
    batch.setNumber("position", row, row + 1);
    batch.rows++;
  }
  const engine = await openEngine(join(dataDir, "tmp"), { memoryMb: 200, threads: 1 });
  try {
    const written = await new SegmentWriter(engine, join(dataDir, "staging", "w"), "w").write(batch);
    publishSegments(dataDir, "w", [written]);
    return written;
  } finally {
    engine.close();
  }
}

function files(segments: readonly Segment[]): LakeFiles {
  return { segments: (table) => (table === "flows" ? segments : []), objects: () => [object] };
}

beforeAll(async () => {
  segment = await writeFlows();
  sandbox = await openSandbox(dataDir, files([segment]), { memoryMb: 500, threads: 2 }, allowed);
});

afterAll(() => {
  sandbox.close();
  rmSync(dataDir, { recursive: true, force: true });
  rmSync(allowed, { force: true });
});

async function rowsOf(sql: string, limits = { timeoutMs: 20_000, maxRows: 1000 }, reader = sandbox): Promise<Cell[][]> {
  const rows: Cell[][] = [];
  for await (const block of (await reader.query(sql, limits)).blocks()) rows.push(...block.map((row) => [...row]));
  return rows;
}

async function codeOf(sql: string, limits?: { timeoutMs: number; maxRows: number }): Promise<string> {
  const error: unknown = await rowsOf(sql, limits).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof WeirError ? error.code : String(error);
}

it("prints addresses wherever they stand, and whole numbers with all digits", async () => {
  expect(await rowsOf("SELECT src_ip, src_bytes FROM flows ORDER BY position")).toEqual([
    ["10.0.0.1", 18_446_744_073_709_551_615n],
    ["10.0.0.2", 7n],
    ["2001:db8::1", 7n],
  ]);
  const nested =
    "SELECT [src_ip], {'a': src_ip, 'b': [dst_ip]}, MAP {src_ip: dst_ip}, list(time) FROM flows WHERE position = 3 GROUP BY ALL";
  expect(await rowsOf(nested)).toEqual([
    [
      ["2001:db8::1"],
      { a: "2001:db8::1", b: ["10.0.0.99"] },
      { "2001:db8::1": "10.0.0.99" },
      ["2026-03-03T00:00:02.001Z"],
    ],
  ]);
});

it("gives missing columns as null and missing tables as empty", async () => {
  expect(await rowsOf("SELECT rule_name, dst_bytes FROM flows LIMIT 1")).toEqual([[null, null]]);
  expect(await rowsOf("SELECT * FROM coverage")).toEqual([]);
  expect(await rowsOf("SELECT key, flows, read_at FROM objects")).toEqual([
    ["/logs/a.log", 3n, "2026-03-03T00:00:00Z"],
  ]);
  expect(await rowsOf("SELECT table_name, rows FROM segments")).toEqual([["flows", 3n]]);
  expect((await rowsOf("SHOW TABLES")).flat()).toEqual([...tableNames, "objects", "segments"].sort());
});

it("folds ip() and in_cidr() into the scan's filters", async () => {
  const plan = async (where: string): Promise<string> =>
    JSON.stringify((await rowsOf(`EXPLAIN SELECT position FROM flows WHERE ${where}`))[0]).replaceAll(/\\n|[\s│]/g, "");
  expect(await plan("src_ip = ip('10.0.0.1')")).toMatch(
    /READ_PARQUET.*Filters:.*src_ip='00000000-0000-0000-0000-ffff0a000001'/,
  );
  expect(await plan("in_cidr(src_ip, '10.0.0.0/8')")).toMatch(
    /Filters:.*src_ip>='00000000-0000-0000-0000-ffff0a000000'.*src_ip<='00000000-0000-0000-0000-ffff0affffff'/,
  );
  expect(await rowsOf("SELECT position FROM flows WHERE in_cidr(src_ip, '2001:db8::/32')")).toEqual([[3]]);
});

it("reads and prints addresses as our own code does", async () => {
  const texts = [
    "10.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "1::",
    "2001:db8:0:0:1:0:0:1",
    "::ffff:10.0.0.1",
    "1:2:3:4:5:6:7:8",
    "2001:DB8::A",
    "64:ff9b::192.0.2.1",
  ];
  const values = texts.map((text) => `('${text}')`).join(", ");
  const expected = texts.map((text) => formatAddress(parseAddress(text) ?? [0, 0, 0, 0]));
  expect(
    (await rowsOf(`SELECT ip(t), ip_text(ip(t)) FROM (VALUES ${values}) AS v(t)`)).map(([value, text]) => [
      value,
      text,
    ]),
  ).toEqual(expected.map((text) => [text, text]));
  for (const block of ["10.1.2.3/13", "0.0.0.0/0", "10.0.0.1/32", "2001:db8::/33", "::/0", "1.2.3.4"]) {
    const ours = parseCidr(block);
    expect(await rowsOf(`SELECT __first('${block}'), __last('${block}')`)).toEqual([
      [formatAddress(ours?.first ?? [0, 0, 0, 0]), formatAddress(ours?.last ?? [0, 0, 0, 0])],
    ]);
  }
  for (const text of [
    "x",
    "1.2.3",
    "1.2.3.256",
    "1::2::3",
    ":::",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "::1.2.3",
    "g::",
    "",
  ])
    expect(await codeOf(`SELECT ip('${text}')`)).toBe("not-an-address");
  for (const text of ["10.0.0.0/33", "::/129", "10.0.0.0/", "x/8", "10.0.0.0/-1"])
    expect(await codeOf(`SELECT __first('${text}')`)).toBe("not-a-block");
});

it("answers a comparison of an address with text with the way to write it", async () => {
  const asked = rowsOf("SELECT * FROM flows WHERE src_ip = '10.0.0.1'");
  await expect(asked).rejects.toMatchObject({
    code: "address-as-text",
    kind: "usage",
    next: "Write ip('10.0.0.1'), as in: src_ip = ip('10.0.0.1').",
  });
});

it.each([
  ["COPY flows TO '/tmp/stolen.csv'", "sql-read-only"],
  ["EXPLAIN ANALYZE COPY flows TO '/tmp/stolen.csv'", "sql-read-only"],
  ["/* */ explain analyze copy flows to '/tmp/stolen.csv'", "sql-read-only"],
  ["INSERT INTO objects VALUES (1)", "sql-read-only"],
  ["CREATE TABLE t (a INT)", "sql-read-only"],
  ["DROP VIEW flows", "sql-read-only"],
  ["ATTACH '/tmp/other.db'", "sql-read-only"],
  ["SET threads = 1", "sql-read-only"],
  ["SET lock_configuration = false", "sql-read-only"],
  ["PRAGMA enable_profiling", "sql-read-only"],
  ["CALL enable_logging()", "sql-read-only"],
  ["INSTALL httpfs", "sql-read-only"],
  ["LOAD httpfs", "sql-read-only"],
  ["EXPORT DATABASE '/tmp/x'", "sql-read-only"],
  ["CHECKPOINT", "sql-read-only"],
  ["PREPARE p AS SELECT 1", "sql-read-only"],
  ["SELECT 1; SELECT 2", "sql-one-statement"],
  ["SELECT 1; DROP VIEW flows", "sql-one-statement"],
  ["SELECT * FROM read_csv('/etc/passwd')", "sql-not-allowed"],
  ["SELECT * FROM read_text('/etc/passwd')", "sql-not-allowed"],
  ["SELECT (SELECT max(content) FROM read_blob('/etc/passwd'))", "sql-not-allowed"],
  ["WITH a AS (SELECT * FROM glob('/*')) SELECT * FROM a", "sql-not-allowed"],
  ["SELECT * FROM enable_profiling(save_location = '/tmp/x.txt')", "sql-not-allowed"],
  ["SELECT * FROM system.main.enable_logging()", "sql-not-allowed"],
  ["FROM query('SELECT 1')", "sql-not-allowed"],
  ["FROM query_table('flows')", "sql-not-allowed"],
  ["FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))", "sql-not-allowed"],
  ["SELECT * FROM '/etc/passwd'", "unknown-table"],
  ["SELECT * FROM '/tmp/other.parquet'", "sql-not-allowed"],
  ["SELECT getenv('HOME')", "sql-mistake"],
  ["SELECT $1", "sql-mistake"],
  ["", "sql-mistake"],
  ["-- nothing", "sql-mistake"],
  ["SELEC 1", "sql-mistake"],
  ["SELECT * FROM flws", "unknown-table"],
  ["SELECT '\0'", "sql-mistake"],
])("refuses %j with %s", async (sql, code) => {
  expect(await codeOf(sql)).toBe(code);
});

it("cannot write into the table folders either", async () => {
  const target = join(dataDir, segment.path);
  const size = statSync(target).size;
  expect(await codeOf(`EXPLAIN ANALYZE COPY (SELECT 1) TO '${target}'`)).toBe("sql-read-only");
  expect(await codeOf(`SELECT * FROM enable_profiling(save_location = '${target}')`)).toBe("sql-not-allowed");
  expect(statSync(target).size).toBe(size);
});

it("stops queries that do not end, and answers that do not end", async () => {
  const endless = "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE (a.range + b.range) % 7 = 9";
  expect(await codeOf(endless, { timeoutMs: 300, maxRows: 10 })).toBe("query-timeout");
  expect(await codeOf("SELECT * FROM range(100000000000)", { timeoutMs: 20_000, maxRows: 5000 })).toBe("too-many-rows");
  expect(await rowsOf("SELECT 1")).toEqual([[1]]);
});

it("says which file is gone, so that the caller can plan again", async () => {
  const gone = { ...segment, path: "flows/2026-03-03/gone.parquet" };
  await using other = await openSandbox(dataDir, files([gone]), { memoryMb: 200, threads: 1 });
  await expect(rowsOf("SELECT * FROM flows", undefined, other)).rejects.toMatchObject({ code: "segment-missing" });
});

it("exports addresses as text to the one file it may write", async () => {
  const limits = { timeoutMs: 20_000, maxRows: 10 };
  const select =
    "SELECT src_ip, [dst_ip] AS list, {'a': src_ip} AS s, MAP {'k': [dst_ip]} AS m FROM flows -- all of them";
  expect(await sandbox.copyTo(allowed, select, limits)).toBe(3);
  await expect(sandbox.copyTo(`${allowed}.other`, "SELECT 1", limits)).rejects.toMatchObject({
    code: "sql-not-allowed",
  });
  await expect(sandbox.copyTo(allowed, "EXPLAIN SELECT 1", limits)).rejects.toMatchObject({ code: "sql-mistake" });
  const engine = await openEngine(join(dataDir, "tmp"), { memoryMb: 200, threads: 1 });
  try {
    const read = await engine.connection.runAndReadAll(`SELECT src_ip, list, s, m FROM '${allowed}' LIMIT 1`);
    expect(read.getRowsJson()).toEqual([
      ["10.0.0.1", ["10.0.0.99"], { a: "10.0.0.1" }, [{ key: "k", value: ["10.0.0.99"] }]],
    ]);
  } finally {
    engine.close();
  }
});

it("spills although it may touch no file, and clears up behind itself", async () => {
  const before = readdirSync(join(dataDir, "tmp"));
  const small = await openSandbox(dataDir, files([segment]), { memoryMb: 60, threads: 1 });
  const sorted = await rowsOf(
    "SELECT count(*) FROM (SELECT range, hash(range) AS h FROM range(4000000) ORDER BY h)",
    undefined,
    small,
  );
  expect(sorted).toEqual([[4_000_000n]]);
  small.close();
  expect(readdirSync(join(dataDir, "tmp"))).toEqual(before);
});

it("keeps to its folder when the catalog lies above it", async () => {
  writeFileSync(join(dataDir, "catalog.csv"), "a\n1\n");
  expect(existsSync(join(dataDir, "catalog.csv"))).toBe(true);
  expect(await codeOf(`SELECT * FROM '${join(dataDir, "flows", "..", "catalog.csv")}'`)).toBe("sql-not-allowed");
});
