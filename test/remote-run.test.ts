import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WeirError } from "../src/base/errors.ts";
import { defaultCollectorConfig, RemoteRun, type CollectReport } from "../src/collect/index.ts";
import { openLake, type Lake } from "../src/store/index.ts";
import { flowLines } from "./aws-lines.ts";
import { rowsOf } from "./lake-rows.ts";
import { MemorySource } from "./memory-source.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-remote-"));
const entry = pathToFileURL("dist/collect/worker.js");
let lakes = 0;
let lake: Lake;

const logOf = (from: number, to: number): string => flowLines(from, to);

beforeAll(async () => {
  lake = await openLake(join(folder, "first"));
});
afterAll(() => {
  lake.close();
  rmSync(folder, { recursive: true, force: true });
});

async function freshLake(): Promise<Lake> {
  lake.close();
  lake = await openLake(join(folder, `lake-${++lakes}`));
  return lake;
}

async function collect(source: MemorySource, signal?: AbortSignal, isByHand = false): Promise<CollectReport> {
  const config = { collector: { ...defaultCollectorConfig, workers: 2 }, isByHand };
  return new RemoteRun(lake, source, config, entry).run(signal, () => undefined);
}

function manyObjects(count: number): MemorySource {
  const source = new MemorySource();
  for (let number = 0; number < count; number++)
    source.objects.set(`logs/${number}.log`, logOf(number * 5, number * 5 + 5));
  return source;
}

describe("a look through a place in a cloud", () => {
  it("reads each object once, settles its batches, and leaves nothing on disk", async () => {
    await freshLake();
    const source = manyObjects(230);
    const report = await collect(source);
    expect(report.objects).toMatchObject({ read: 230, unchanged: 0, failed: 0 });
    expect(report.records.flows).toBe(1150);
    expect(source.outcomes).toEqual(Array.from({ length: 5 }, () => ({ failed: [], open: [] })));
    const left = readdirSync(join(lake.dataDir, "tmp", lake.writerId), { recursive: true, withFileTypes: true });
    expect(left.filter((each) => each.isFile() && each.parentPath.includes("fetched-"))).toEqual([]);
    const again = await collect(source);
    expect(again.objects).toMatchObject({ read: 0, unchanged: 230 });
  });

  it("settles a batch only when all of it is in the lake", async () => {
    await freshLake();
    const source = manyObjects(120);
    const early: string[] = [];
    let settled = 0;
    source.onSettled = (keys) => {
      settled += keys.length;
      const done = new Set(lake.catalog.objects().flatMap(({ status, key }) => (status === "done" ? [key] : [])));
      early.push(...keys.filter((key) => !done.has(key)));
    };
    await collect(source);
    expect(settled).toBe(120);
    expect(early).toEqual([]);
  });

  it("reads what two sources of one place find once, also while it grows and both look at once", async () => {
    await freshLake();
    const [whole, part] = [new MemorySource("s3://memory/"), new MemorySource("s3://memory/logs/")];
    const keys = Array.from({ length: 120 }, (_, at) => at);
    const grow = (lines: number): void => {
      for (const source of [whole, part]) {
        source.isGrowing = true;
        for (const key of keys) source.objects.set(`logs/${key}.log`, logOf(key * 10, key * 10 + lines));
      }
    };
    const flows = async (): Promise<number> => (await rowsOf(lake.dataDir)).length;
    grow(3);
    await collect(part);
    grow(5);
    await Promise.all([collect(whole), collect(part)]);
    grow(6);
    await collect(whole);
    expect(await flows()).toBe(keys.length * 6);
    expect(lake.catalog.objects()).toHaveLength(keys.length);
  });

  it("tells objects that cannot be fetched, reads the others, and tries again later", async () => {
    await freshLake();
    const source = manyObjects(60);
    let isDenied = true;
    source.onFetch = (key) => {
      if (isDenied && key.endsWith("7.log"))
        throw new WeirError({ code: "object-denied", kind: "environment", message: "no permission: s3:GetObject" });
    };
    const report = await collect(source);
    expect(report.objects).toMatchObject({ read: 54, failed: 6 });
    expect(report.problems[0]).toMatchObject({ code: "object-denied", message: "no permission: s3:GetObject" });
    expect(source.outcomes.flatMap(({ failed }) => failed)).toHaveLength(6);
    isDenied = false;
    // Not at once: a source is not asked over and over for what it refused a moment ago.
    expect((await collect(source)).objects).toMatchObject({ read: 0, failed: 0 });
  });

  it("tries at once what failed when somebody asks by hand, each once, whether it is listed or not; not what is no flow log", async () => {
    await freshLake();
    const source = manyObjects(20);
    source.objects.set("logs/x.txt", "no flow log, and no line of one\n");
    const fetched: string[] = [];
    let isDenied = true;
    source.onFetch = (key) => {
      fetched.push(key);
      if (isDenied && /[37]\.log$/.test(key))
        throw new WeirError({ code: "object-denied", kind: "environment", message: "no permission: s3:GetObject" });
    };
    expect((await collect(source)).objects).toMatchObject({ read: 16, failed: 4, skipped: 1 });
    fetched.length = 0;
    expect((await collect(source, undefined, true)).objects).toMatchObject({ read: 0, failed: 4 });
    expect(fetched.sort()).toEqual(["logs/13.log", "logs/17.log", "logs/3.log", "logs/7.log"]);
    isDenied = false;
    // An old day is listed no more.
    source.isListing = false;
    expect((await collect(source, undefined, true)).objects).toMatchObject({ read: 4, failed: 0 });
    source.isListing = true;
    expect((await collect(source, undefined, true)).objects).toMatchObject({ read: 0, unchanged: 20, skipped: 0 });
  });

  it("ends when the source as a whole refuses; what was read is kept", async () => {
    await freshLake();
    const source = manyObjects(200);
    let fetched = 0;
    source.onFetch = () => {
      if (++fetched > 100)
        throw new WeirError({ code: "source-credentials", kind: "environment", message: "the token has expired" });
    };
    await expect(collect(source)).rejects.toMatchObject({ code: "source-credentials" });
    source.onFetch = () => undefined;
    const report = await collect(source);
    expect(report.objects.read + report.objects.unchanged).toBe(200);
    expect(await rowsOf(lake.dataDir, "position", (key) => key)).toHaveLength(1000);
  });

  it("ends when it is stopped, and goes on from there", async () => {
    await freshLake();
    const source = manyObjects(300);
    const ending = new AbortController();
    let fetched = 0;
    source.onFetch = () => {
      if (++fetched === 120) ending.abort();
    };
    const stopped = await collect(source, ending.signal);
    expect(stopped.stopped).toBe(true);
    expect(source.outcomes.length).toBeLessThan(6);
    source.onFetch = () => undefined;
    await collect(source);
    expect(await rowsOf(lake.dataDir, "position", (key) => key)).toHaveLength(1500);
  });

  it("names an object whose key cannot be kept, and reads the others", async () => {
    await freshLake();
    const source = manyObjects(8);
    source.objects.set("logs/a\u0000b.log", logOf(900, 905));
    const report = await collect(source);
    expect(report.objects).toMatchObject({ read: 8, failed: 1 });
    expect(report.problems).toMatchObject([{ object: "logs/a\uFFFDb.log", code: "bad-key" }]);
    expect(source.outcomes).toEqual([{ failed: [], open: [] }]);
  });

  it("ends when the lake cannot be written, and reads all of it when it can be", async () => {
    await freshLake();
    const source = manyObjects(4100);
    // No folder of a day can be made below a file.
    const flows = join(lake.dataDir, "flows");
    rmSync(flows, { recursive: true, force: true });
    writeFileSync(flows, "");
    await expect(collect(source)).rejects.toThrow(/ENOTDIR|EEXIST/);
    rmSync(flows);
    // The same writer, alive all the time: what it had claimed is not its own for ever.
    const report = await collect(source);
    expect(report.objects).toMatchObject({ read: 4100, failed: 0 });
  });

  it("takes what another process is reading for open", async () => {
    await freshLake();
    const source = manyObjects(10);
    const other = await openLake(lake.dataDir);
    const sourceId = other.catalog.ensureSource(source.kind, source.uri);
    other.claim(sourceId, [{ key: "logs/3.log", size: 1, modifiedMicros: 0 }]);
    await collect(source);
    expect(source.outcomes).toEqual([{ failed: [], open: ["logs/3.log"] }]);
    other.close();
    expect((await collect(source)).objects).toMatchObject({ read: 1, unchanged: 9 });
  });

  it("fetches of an object that grows only what is new, and all of one that was rewritten", async () => {
    await freshLake();
    const source = new MemorySource();
    source.isGrowing = true;
    let length = 0;
    const [whole, other] = [logOf(0, 900), logOf(5000, 5100)];
    const lines = whole.split("\n");
    for (const part of [10, 11, 300, 300, 899]) {
      const text = `${lines.slice(0, part).join("\n")}\n`;
      source.objects.set("growing.log", text);
      await collect(source);
      length = text.length;
    }
    expect(source.requests.bytes).toBe(length);
    expect(await rowsOf(lake.dataDir)).toHaveLength(899);
    source.objects.set("growing.log", other);
    await collect(source);
    expect(await rowsOf(lake.dataDir)).toHaveLength(100);
  });
});
