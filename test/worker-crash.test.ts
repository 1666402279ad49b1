import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Collector, defaultCollectorConfig, type CollectReport, type ObjectTask } from "../src/collect/index.ts";
import { openLake } from "../src/store/index.ts";
import { flowLines } from "./aws-lines.ts";
import { stagedFiles, strayFiles } from "./lake-files.ts";
import { rowsOf } from "./lake-rows.ts";
import { childrenOf, pause, startWeir, until } from "./process-tree.ts";
import { ingest, type IngestReport } from "./weir.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-worker-"));
const logs = join(folder, "logs");
const rows = (lake: string): Promise<string[]> => rowsOf(lake, "position", (key) => basename(key));
let undisturbed: string[];
let wanted: IngestReport;

beforeAll(async () => {
  mkdirSync(logs);
  for (let number = 0; number < 400; number++)
    writeFileSync(join(logs, `${number}.log`), flowLines(number * 5, number * 5 + 5));
  for (let number = 0; number < 4; number++)
    writeFileSync(join(logs, `long-${number}.log`), flowLines(50_000 + number * 9000, 59_000 + number * 9000));
  const lake = join(folder, "undisturbed");
  wanted = ingest(lake, logs, "--workers", "2", "--no-derive");
  undisturbed = await rows(lake);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("SIGKILL for a worker", () => {
  it.each(["soon", "later", "staged"] as const)(
    "costs its batch: it is read again, and the result is the same (%s)",
    async (moment) => {
      const lake = join(folder, `killed-${moment}`);
      const running = startWeir(["ingest", "--json", "--data", lake, logs, "--workers", "2", "--no-derive"]);
      await until(running, () => childrenOf(running.pid).length === 2);
      const workers = childrenOf(running.pid);
      if (moment === "soon") await pause(60);
      else await until(running, () => stagedFiles(lake).length > 0 || (moment === "later" && workers.some(isReading)));
      let killed = 0;
      for (const pid of workers) {
        try {
          process.kill(pid, "SIGKILL");
          killed++;
        } catch {
          // It had ended.
        }
      }
      expect(killed).toBeGreaterThan(0);
      const { code, stdout, stderr } = await running.ended;
      expect(code, stderr).toBe(0);
      const { objects, records, problems } = JSON.parse(stdout) as IngestReport;
      expect({ objects, records, problems }).toEqual({
        objects: wanted.objects,
        records: wanted.records,
        problems: [],
      });
      expect(await rows(lake)).toEqual(undisturbed);
      expect(strayFiles(lake)).toEqual([]);
    },
  );
});

/** Whether a worker has one of the logs open, or has read some of them: what it has read is then more than its own code. */
function isReading(pid: number): boolean {
  try {
    return Number(/^rchar: (\d+)/.exec(readFileSync(`/proc/${pid}/io`, "utf8"))?.[1]) > readBytes(pid);
  } catch {
    return false;
  }
}

const firstRead = new Map<number, number>();

/** Bytes that a process had read when it opened the catalog. */
function readBytes(pid: number): number {
  const links = readdirSync(`/proc/${pid}/fd`).map((descriptor) => readlinkSync(`/proc/${pid}/fd/${descriptor}`));
  if (!links.some((link) => link.endsWith("catalog.db"))) return Number.POSITIVE_INFINITY;
  const now = Number(/^rchar: (\d+)/.exec(readFileSync(`/proc/${pid}/io`, "utf8"))?.[1]);
  if (!firstRead.has(pid)) firstRead.set(pid, now + 200_000);
  return firstRead.get(pid) ?? 0;
}

describe("a worker that dies over an object", () => {
  /** Collects files with another worker than the product's. */
  async function collect(lakeDir: string, worker: string, paths: readonly string[]): Promise<CollectReport> {
    const lake = await openLake(lakeDir);
    try {
      const candidates = paths.map((key) => ({ key, size: statSync(key).size, modifiedMicros: 1 }));
      const tasks = lake
        .claim(lake.catalog.ensureSource("files", "file:"), candidates)
        .flatMap((decision): ObjectTask[] =>
          decision.outcome === "claimed" ? [{ claim: decision.claim, path: decision.claim.candidate.key }] : [],
        );
      const workerEntry = pathToFileURL(join(import.meta.dirname, "workers", worker));
      return await new Collector(
        { ...defaultCollectorConfig, workers: 2 },
        { catalog: lake.catalog, lake, workerEntry },
      ).run(tasks, () => undefined);
    } finally {
      lake.close();
    }
  }

  const write = (name: string, number: number): string => {
    const path = join(folder, `${name}.log`);
    writeFileSync(path, flowLines(number * 10, number * 10 + 10));
    return path;
  };

  it("is told of as worker-crashed, and all others are read", async () => {
    const lake = join(folder, "deadly");
    const paths = Array.from({ length: 12 }, (_, number) =>
      write(number === 7 ? "deadly" : number === 3 ? "moody" : `fine-${number}`, number),
    );
    const report = await collect(lake, "moody-worker.mjs", paths);
    expect(report.objects).toMatchObject({ read: 11, failed: 1 });
    expect(report.problems).toEqual([
      { object: paths[7], code: "worker-crashed", message: expect.stringContaining("SIGKILL") as string },
    ]);
    expect(report.records).toMatchObject({ total: 110, flows: 110 });
    expect((await rows(lake)).length).toBe(110);
    // The product's own worker is not killed by it: failed is not for ever.
    expect(ingest(lake, paths[7] ?? "").records.flows).toBe(10);
  });

  it("ends the run with what the worker said when it never starts", async () => {
    const run = collect(join(folder, "never"), "no-worker.mjs", [write("one", 100)]);
    await expect(run).rejects.toMatchObject({
      code: "worker-start",
      kind: "environment",
      message: expect.stringContaining("cannot find the engine") as string,
    });
  });
});
