import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Problem } from "../src/api/contract/index.ts";
import { childrenOf } from "./process-tree.ts";
import { startServer, type Server } from "./server.ts";
import { main } from "./weir.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-serve-export-"));
const lake = join(folder, "lake");
const day = { from: "2020-01-01", to: "2030-01-01" };
let server: Server;

const run = promisify(execFile);

/** Runs the command. It does not wait blindly, so that connections to the server are not forgotten meanwhile. */
async function weir(...args: string[]): Promise<string> {
  const options = { cwd: folder, encoding: "utf8", maxBuffer: 1 << 28 } as const;
  return (await run(process.execPath, [main, ...args, "--data", lake], options)).stdout;
}

async function download(query: Record<string, string>, signal?: AbortSignal): Promise<Response> {
  return fetch(`${server.url}/api/v1/export?${new URLSearchParams(query).toString()}`, signal && { signal });
}

async function problem(query: Record<string, string>): Promise<Problem> {
  const answer = await download(query);
  expect(answer.headers.get("content-type")).toContain("application/problem+json");
  return (await answer.json()) as Problem;
}

/** What exports leave behind: folders of temporary files, and processes beyond those that answer questions, which keep theirs. */
async function nothingIsLeft(processes: number): Promise<void> {
  const left = (): { tmp: string[]; processes: number } => {
    const living = childrenOf(server.process.pid ?? 0);
    const isKept = (name: string): boolean => living.some((pid) => name.startsWith(`${pid}-`));
    return { tmp: readdirSync(join(lake, "tmp")).filter((name) => !isKept(name)), processes: living.length };
  };
  await expect.poll(left, { timeout: 15_000 }).toEqual({ tmp: [], processes });
}

beforeAll(async () => {
  await weir("demo", "--hours", "1", "--write", "logs");
  await weir("ingest", join("logs", "s3"), join("logs", "azure"));
  await weir("store", "derive");
  server = await startServer(lake);
}, 120_000);

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe("a download", () => {
  it.each(["csv", "jsonl"])("of single rows is byte by byte what the command writes: %s", async (format) => {
    for (const [dataset, filter] of [
      ["conversations", "verdict = denied"],
      ["flows", "dst.port < 1024"],
    ] as const) {
      const answer = await download({ dataset, filter, format, order: "time", ...day });
      expect(answer.status).toBe(200);
      const text = await answer.text();
      const { from, to } = day;
      const args = ["--dataset", dataset, "--format", format, "--order", "time", "--from", from, "--to", to];
      expect(text).toBe(await weir("export", filter, ...args));
      expect(text.split("\n").length).toBeGreaterThan(20);
    }
  });

  it("of an answer is what the command prints, by a link or a posted question", async () => {
    const asked = ["--by", "client_ip,service", "--measure", "bytes,conversations", "--top", "7"];
    const { from, to } = day;
    const wanted = await weir("query", ...asked, "--from", from, "--to", to, "--format", "csv");
    const link = await download({
      by: "client_ip,service",
      measures: "bytes,conversations",
      limit: "7",
      format: "csv",
      ...day,
    });
    expect(await link.text()).toBe(wanted);
    const posted = await fetch(`${server.url}/api/v1/export`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        by: ["client_ip", "service"],
        measures: ["bytes", "conversations"],
        limit: 7,
        format: "csv",
        ...day,
      }),
    });
    expect(await posted.text()).toBe(wanted);
    expect(posted.headers.get("content-disposition")).toBe(
      'attachment; filename="weir-bytes-by-client_ip-service-20200101T0000Z-20300101T0000Z.csv"',
    );
  });

  it("as Parquet has the same rows, and its length is known", async () => {
    const by = { by: "service", measures: "bytes,conversations", others: "false" };
    const files: string[] = [];
    for (const query of [{ dataset: "flows" }, by]) {
      const answer = await download({ ...query, ...day, format: "parquet" });
      const bytes = Buffer.from(await answer.arrayBuffer());
      expect(answer.headers.get("content-length")).toBe(String(bytes.length));
      files.push(join(folder, `${files.length}.parquet`));
      writeFileSync(files.at(-1) ?? "", bytes);
    }
    const db = await (await DuckDBInstance.create(":memory:")).connect();
    const rowsOf = async (sql: string): Promise<unknown> => (await db.runAndReadAll(sql)).getRowObjectsJson();
    const [flows] = JSON.parse(await weir("sql", "SELECT count(*) AS rows FROM flows", "--json")) as [{ rows: number }];
    expect(await rowsOf(`SELECT count(*)::INT AS rows FROM '${files[0] ?? ""}'`)).toEqual([flows]);
    const [sums] = JSON.parse(
      await weir("sql", "SELECT sum(client_bytes + server_bytes)::VARCHAR AS bytes FROM conversations", "--json"),
    ) as [object];
    expect(await rowsOf(`SELECT sum(bytes)::BIGINT::VARCHAR AS bytes FROM '${files[1] ?? ""}'`)).toEqual([sums]);
    expect(await rowsOf(`SELECT DISTINCT typeof(bytes) AS type FROM '${files[1] ?? ""}'`)).not.toEqual([
      { type: "DOUBLE" },
    ]);
  });

  it("says what is wrong before it begins", async () => {
    expect(await problem({ format: "csv", filter: "fo = 1" })).toMatchObject({ status: 400, code: "bad-filter" });
    expect(await problem({ format: "csv", by: "clint_ip" })).toMatchObject({ status: 400, code: "unknown-column" });
    expect(await problem({ format: "csv", limit: "3" })).toMatchObject({ status: 400, code: "needs-groups" });
    expect(await problem({ format: "exe" })).toMatchObject({ status: 400, code: "bad-request" });
    expect(await problem({ format: "csv", dataset: "../../etc/passwd" })).toMatchObject({ code: "bad-request" });
  });

  it("leaves nothing behind, also when it is given up or only looked at", async () => {
    const before = childrenOf(server.process.pid ?? 0).length;
    await nothingIsLeft(before);
    for (const format of ["csv", "parquet"]) {
      const controller = new AbortController();
      const answer = await download({ dataset: "flows", format, ...day }, controller.signal);
      await answer.body?.getReader().read();
      controller.abort();
      await nothingIsLeft(before);
      // Before its first byte.
      const early = new AbortController();
      const asking = download({ dataset: "flows", format, ...day, order: "time" }, early.signal);
      setTimeout(() => early.abort(), 100);
      await expect(asking.then((late) => late.text())).rejects.toThrow(/abort/i);
      await nothingIsLeft(before);
    }
    const head = await fetch(`${server.url}/api/v1/export?dataset=flows&format=csv`, { method: "HEAD" });
    expect(head.status).toBe(200);
    await nothingIsLeft(before);
  });

  it("breaks off where it fails: what came is never taken for the whole", async () => {
    const before = childrenOf(server.process.pid ?? 0);
    const answer = await download({ dataset: "flows", format: "csv", all_columns: "true", ...day });
    const reader = answer.body?.getReader();
    await reader?.read();
    const exporters = childrenOf(server.process.pid ?? 0).filter((pid) => !before.includes(pid));
    expect(exporters).toHaveLength(1);
    for (const pid of exporters) process.kill(pid, "SIGKILL");
    const rest = async (): Promise<void> => {
      while ((await reader?.read())?.done === false);
    };
    await expect(rest()).rejects.toThrow(/terminated/);
    await nothingIsLeft(before.length);
  });
});
