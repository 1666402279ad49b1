import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { newPlace } from "./weir-process.ts";

const { folder, weir } = newPlace();
const data = ["--data", "demo"];

beforeAll(() => {
  weir(["demo", "--hours", "2", ...data]);
  writeFileSync(join(folder, "names.csv"), "cidr,name,role\n10.30.0.0/16,shop,\n10.30.0.14,till-1,load_balancer\n");
  weir(["names", "add", "names.csv", ...data]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Json {
  readonly rows: readonly Record<string, string | number | null>[];
  readonly table: string;
  readonly names: Record<string, string>;
  readonly range: { from: string; to: string };
  readonly coverage: { share: number; interfaces: { expected: number } };
  readonly step_s: number | null;
  readonly notes: readonly string[];
}
const query = (...args: readonly string[]): Json => {
  const { stdout, stderr } = weir(["query", "--json", ...data, ...args]);
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout) as Json;
};

it.each([
  ["--by", "service,verdict", "--measure", "bytes,packets,conversations,denied,records"],
  ["--by", "provider", "--measure", "bytes,attempted_bytes"],
  ["--step", "5m", "--measure", "bytes,conversations"],
  ["client.ip = 10.0.0.0/8", "--by", "client_ip,server_account_id", "--measure", "bytes,denied,records"],
  ["server.ip in 10.0.0.0/8 and not verdict = denied", "--by", "hour", "--measure", "bytes,conversations"],
  ["--measure", "p95,rate,bytes"],
])("%j has the same numbers in a rollup and in conversations", (...args) => {
  const rolled = query(...args, "-n", "100000");
  expect(rolled.table).toMatch(/^rollup/);
  // Who ran is counted among conversations only: asking for it too asks them for all.
  const measures = `${args[args.indexOf("--measure") + 1] ?? ""},active`;
  const exact = query(...args.map((word, at) => (args[at - 1] === "--measure" ? measures : word)), "-n", "100000");
  expect(exact.table).toBe("conversations");
  const without = exact.rows.map((row) =>
    Object.fromEntries(Object.entries(row).filter(([name]) => name !== "active")),
  );
  expect(rolled.rows.length).toBeGreaterThan(0);
  expect(sorted(rolled.rows)).toEqual(sorted(without));
});

function sorted(rows: Json["rows"]): string[] {
  return rows.map((row) => JSON.stringify(row)).sort();
}

it("knows names, in filters, groups and beside addresses", () => {
  const named = query("client_name = till-1", "--by", "client_ip,client_role");
  expect(named.rows).toEqual([expect.objectContaining({ client_ip: "10.30.0.14", client_role: "load_balancer" })]);
  expect(named.names).toEqual({ "10.30.0.14": "till-1" });
  expect(weir(["top", "client_ip = 10.30.0.14", ...data]).stdout).toContain("10.30.0.14 till-1");
  const groups = query("--by", "name", "--measure", "conversations", "-n", "500").rows.map(({ name }) => name);
  expect(groups).toEqual(expect.arrayContaining(["till-1", "nat", null]));
  expect(query("name ~ '^till-[0-9]'", "--by", "pair").rows.length).toBeGreaterThan(0);
});

it("draws series with every step, and says when they are too fine", () => {
  const series = query("--by", "provider", "--step", "30m");
  expect(series.step_s).toBe(1800);
  const times = new Set(series.rows.map(({ time }) => time));
  expect(series.rows).toHaveLength(times.size * new Set(series.rows.map(({ provider }) => provider)).size);
  expect(query("--step", "1m").notes[0]).toContain("finer than the longest window");
  expect(weir(["query", "--by", "service", "--step", "5m", ...data]).stdout).toMatch(/[▁▂▃▄▅▆▇█]{10}/);
});

it("writes rows for machines, with the coverage beside them", () => {
  const csv = weir(["query", "--by", "provider", "--measure", "bytes,clients", "--format", "csv", ...data]);
  expect(csv.stdout.split("\n")[0]).toBe("provider,bytes,clients,share");
  expect(csv.stderr).toContain("Coverage");
  const lines = weir(["query", "--by", "provider", "--format", "jsonl", ...data])
    .stdout.trim()
    .split("\n");
  for (const line of lines) expect(JSON.parse(line)).toHaveProperty("bytes");
});

it("exits with 4 when less is covered than was asked for", () => {
  const whole = ["--from", "2020-01-01", "--to", "2020-01-02", ...data];
  expect(weir(["query", ...whole]).status).toBe(0);
  const little = weir(["query", "--min-coverage", "0.5", ...whole]);
  expect([little.status, little.stderr]).toEqual([4, expect.stringContaining("--min-coverage asks for 50 %")]);
  expect(query().coverage.interfaces.expected).toBeGreaterThan(10);
  expect(weir(["query", "--min-coverage", "1%", ...data]).status).toBe(0);
});

it("opens only the hours in which an address was seen", () => {
  const found = weir(["query", "ip = 198.18.200.200", "--json", "--from", "-30d", ...data]);
  expect(JSON.parse(found.stdout)).toMatchObject({ presence_hours: 0, scanned_rows: 0, scanned_files: 0 });
});

it("asks by default for all that the newest windows hold, also behind the full hour", () => {
  const start = Date.UTC(2026, 2, 1, 10, 59, 30) / 1000;
  const lines = [60, 600, 1, 0].map(
    (seconds, at) =>
      `2 123456789012 eni-0a1b2c3d 10.0.0.${at} 10.0.1.1 ${40_000 + at} 443 6 10 60000 ${start} ${start + seconds} ACCEPT OK\n`,
  );
  writeFileSync(join(folder, "windows.log"), lines.join(""));
  weir(["ingest", "windows.log", "--data", "windows"]);
  const sums = (...args: readonly string[]): unknown => {
    const { stdout } = weir(["query", "--json", "--measure", "bytes,packets,records", ...args, "--data", "windows"]);
    const { rows, range } = JSON.parse(stdout) as Json;
    return { rows, to: args.includes("--to") ? "2026-03-01T11:10:00.000Z" : range.to };
  };
  const whole = sums("--from", "2026-02-01", "--to", "2026-04-01");
  expect(whole).toMatchObject({ rows: [{ bytes: 240_000, packets: 40, records: 4 }] });
  expect(sums()).toEqual(whole);
});
