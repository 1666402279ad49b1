import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { objectKey } from "../src/source/s3/memory-lister.fake.ts";
import { flowLines } from "./aws-lines.ts";
import { testEnvironment } from "./clouds/aws-keys.ts";
import type { FakeS3 } from "./clouds/fake-s3.ts";
import { FakeSqs } from "./clouds/fake-sqs.ts";
import { FaultProxy } from "./clouds/fault-proxy.ts";
import { atEnd } from "./clouds/opened.ts";
import type { Bucket } from "./clouds/s3-buckets.ts";
import { startS3 } from "./clouds/s3-client.ts";
import { s3Event } from "./clouds/s3-notifications.ts";
import { strayFiles } from "./lake-files.ts";
import { rowsOf } from "./lake-rows.ts";
import { killHard, pause, startWeir, type Ended } from "./process-tree.ts";
import { ingest, type IngestReport } from "./weir.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-collect-s3-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeAll(() => {
  for (const [name, value] of Object.entries(testEnvironment)) vi.stubEnv(name, value);
});
let lakes = 0;

/** A lake whose one source is the bucket `logs` of a server. */
function lakeOf(server: { readonly url: string }, more: readonly string[] = []): string {
  const lake = join(folder, `lake-${++lakes}`);
  mkdirSync(lake);
  const lines = ["sources:", "  - name: production", "    url: s3://logs", `    endpoint: ${server.url}`];
  writeFileSync(join(lake, "weir.yaml"), [...lines, ...more.map((line) => `    ${line}`)].join("\n"));
  return lake;
}

async function collect(lake: string): Promise<Ended & { report: IngestReport }> {
  const ended = await startWeir(["collect", "--json", "--data", lake, "--workers", "2"]).ended;
  return { ...ended, report: JSON.parse(ended.stdout) as IngestReport };
}

/** Objects of some flow logs over two days, ten records each. */
function fill(bucket: Bucket, from: number, to: number): void {
  for (let number = from; number < to; number++) {
    const log = {
      account: `12345678901${number % 3}`,
      region: number % 2 === 0 ? "eu-central-1" : "us-east-1",
      flowLog: `fl-0${number % 5}`,
    };
    const key = objectKey(log, Date.now() - number * 120_000, String(number).padStart(8, "0"));
    bucket.put(key, gzipSync(flowLines(number * 10, number * 10 + 10)));
  }
}

async function filled(objects: number): Promise<{ s3: FakeS3; bucket: Bucket }> {
  const s3 = await startS3();
  const bucket = s3.createBucket("logs");
  fill(bucket, 0, objects);
  bucket.put("AWSLogs/123456789010/CloudTrail/eu-central-1/2026/01/01/x.json.gz", "no flow log");
  return { s3, bucket };
}

function keysOf({ keys, size }: Bucket): string[] {
  return Array.from({ length: size }, (_, at) => keys.at(at) ?? "");
}

/** What is in a lake, told so that lakes of one bucket and lakes of one folder are the same. */
async function rows(lake: string): Promise<string[]> {
  return rowsOf(lake, "position", (key) => key.slice(key.lastIndexOf("/") + 1));
}

async function undisturbed(bucket: Bucket): Promise<string[]> {
  const logs = join(folder, `logs-${++lakes}`);
  mkdirSync(logs);
  for (const key of keysOf(bucket)) {
    if (!key.endsWith(".log.gz")) continue;
    const object = bucket.find(key);
    if (object !== undefined)
      writeFileSync(join(logs, key.slice(key.lastIndexOf("/") + 1)), object.read(0, object.size) as Uint8Array);
  }
  const lake = join(folder, `undisturbed-${lakes}`);
  ingest(lake, logs);
  return rows(lake);
}

describe("weir collect from a bucket", () => {
  it("reads each object once, and later what is new", async () => {
    const { s3, bucket } = await filled(300);
    const lake = lakeOf(s3);
    const first = await collect(lake);
    expect(first.code, first.stderr).toBe(0);
    expect(first.report.objects).toMatchObject({ read: 300, skipped: 0, failed: 0 });
    expect(first.report.records.flows).toBe(3000);
    const gets = s3.log.count("GetObject");
    expect((await collect(lake)).report.objects).toMatchObject({ read: 0, failed: 0 });
    expect(s3.log.count("GetObject")).toBe(gets);
    fill(bucket, 300, 310);
    bucket.put(
      objectKey({ account: "123456789019", region: "eu-west-1", flowLog: "fl-09" }, Date.now()),
      flowLines(9000, 9001),
    );
    expect((await collect(lake)).report.objects).toMatchObject({ failed: 0 });
    expect((await rows(lake)).length).toBeGreaterThanOrEqual(3001);
    expect(s3.log.count("Write")).toBe(0);
    expect(s3.log.calls.filter(({ subject }) => subject.includes("CloudTrail"))).toEqual([]);
  });

  it("names archived objects, and does not ask for them again; what is damaged has failed, and is read when it is mended", async () => {
    const { s3, bucket } = await filled(5);
    const log = { account: "123456789010", region: "eu-central-1", flowLog: "fl-0a" };
    const archived = objectKey(log, Date.now());
    bucket.put(archived, flowLines(900, 901), { storageClass: "DEEP_ARCHIVE" });
    const lake = lakeOf(s3);
    const damaged = objectKey({ ...log, flowLog: "fl-0b" }, Date.now());
    bucket.put(damaged, Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xee, 0xee, 0xee]));
    bucket.put(`AWSLogs/${log.account}/Config/x.json`, "not ours");
    const { code, report } = await collect(lake);
    expect(code).toBe(1);
    expect(report.objects).toMatchObject({ read: 5, skipped: 1, failed: 1 });
    expect(report.problems).toContainEqual(expect.objectContaining({ code: "archived" }));
    expect(report.problems).toContainEqual(expect.objectContaining({ code: "corrupt-gzip", object: damaged }));
    bucket.put(damaged, flowLines(910, 911));
    expect((await collect(lake)).report.objects).toMatchObject({ read: 1, skipped: 0, failed: 0 });
    expect(s3.log.calls.filter(({ subject }) => subject.includes(archived))).toEqual([]);
  });

  it("gives the same lake when it is killed again and again while calls fail", async () => {
    const { s3, bucket } = await filled(400);
    const proxy = await FaultProxy.start(s3, {
      seed: 3,
      rate: 0.1,
      kinds: ["reset-body", "cut-body", "reset", "lost", "busy", "broken", "slow-body"],
      slowMs: 2,
    });
    atEnd(() => proxy.close());
    const lake = lakeOf(proxy);
    for (const ms of [700, 1100, 1600, 2200]) {
      const running = startWeir(["collect", "--json", "--data", lake, "--workers", "2"]);
      await pause(ms);
      killHard(running, "tree");
      await running.ended;
    }
    const { stdout } = await startWeir(["sources", "--format", "json", "--data", lake]).ended;
    expect(["stopped", "ok"]).toContain((JSON.parse(stdout) as { sources: { state: string }[] }).sources[0]?.state);
    proxy.rate = 0.02;
    const last = await collect(lake);
    expect(last.code, last.stderr).toBe(0);
    proxy.rate = 0;
    await collect(lake);
    expect(await rows(lake)).toEqual(await undisturbed(bucket));
    expect(strayFiles(lake)).toEqual([]);
  });

  it("gives the same lake by two at once, and by notifications that come twice and in disorder", async () => {
    const { s3, bucket } = await filled(200);
    const sqs = await FakeSqs.start({ keys: s3.keys });
    atEnd(() => sqs.close());
    const queue = sqs.createQueue("news", { duplicates: 0.3, shuffled: true });
    const lake = lakeOf(s3, [`queue: ${sqs.urlOf(queue)}`]);
    for (const key of keysOf(bucket))
      queue.send(
        s3Event({
          bucket: "logs",
          key,
          size: bucket.find(key)?.size ?? 0,
          etag: (bucket.find(key)?.etag ?? "").replaceAll('"', ""),
        }),
      );
    const ends = await Promise.all([collect(lake), collect(lake)]);
    expect(ends.map(({ code }) => code)).toEqual([0, 0]);
    await collect(lake);
    expect(await rows(lake)).toEqual(await undisturbed(bucket));
  });
});
