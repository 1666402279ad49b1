import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ContainerClient } from "@azure/storage-blob";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { defaultCollectorConfig, RemoteRun, type CollectReport } from "../src/collect/index.ts";
import { openAzure } from "../src/source/azure/azure-source.ts";
import type { RemoteSettings, RemoteSource } from "../src/source/index.ts";
import { openLake, type Lake } from "../src/store/index.ts";
import {
  account,
  accountKey,
  GrowingBlob,
  startAzureCloud,
  vnetBlobName,
  vnetRecord,
  type AzureCloud,
} from "./azure-cloud.ts";
import { FaultProxy, type CallHead } from "./clouds/fault-proxy.ts";
import { rowsOf } from "./lake-rows.ts";

const MAC = "000D3A359573";
const HOUR = Date.UTC(2026, 2, 3, 12);
const MINUTE = 60_000;
const folder = mkdtempSync(join(tmpdir(), "weir-azure-source-"));
const workerEntry = pathToFileURL("dist/collect/worker.js");

let cloud: AzureCloud;
let proxy: FaultProxy;
let container: ContainerClient;
let lake: Lake;
let source: RemoteSource;
let now = HOUR;
let number = 0;
/** What was asked for through the proxy. */
let calls: string[] = [];
/** Called before a request is passed on. */
let before: ((call: CallHead) => Promise<void> | undefined) | undefined;

beforeAll(async () => {
  cloud = await startAzureCloud();
  proxy = await FaultProxy.start({ url: cloud.blobUrl });
  proxy.intercept = (call) => {
    calls.push(`${call.method} ${decodeURIComponent(call.url ?? "")}`);
    return refuse?.(call);
  };
});
afterAll(async () => {
  await proxy.close();
  await cloud.close();
  rmSync(folder, { recursive: true, force: true });
});
let refuse:
  | ((call: CallHead) => { status: number; headers?: Record<string, string>; body?: string } | undefined)
  | undefined;

beforeEach(async () => {
  container = cloud.blobs.getContainerClient(`flows-${++number}`);
  await container.create();
  lake?.close();
  lake = await openLake(join(folder, `lake-${number}`));
  source?.close();
  now = HOUR + 10 * MINUTE;
  refuse = undefined;
  source = await open();
  calls = [];
});

async function open(more: Partial<RemoteSettings> = {}): Promise<RemoteSource> {
  const settings = {
    url: `azblob://${account}/flows-${number}`,
    endpoint: `${proxy.url}/${account}`,
    secret: "env:KEY",
    ...more,
  };
  return openAzure(settings, { KEY: accountKey }, { now: () => now });
}

async function collect(window?: { fromMs: number; toMs: number }): Promise<CollectReport> {
  now += 30_000;
  const config = { collector: { ...defaultCollectorConfig, workers: 1 }, ...(window !== undefined && { window }) };
  return new RemoteRun(lake, source, config, workerEntry).run(undefined, () => undefined);
}

/** The destination ports of all flows in the lake, in order: each test's tuples have their own. */
async function ports(): Promise<number[]> {
  const rows = await rowsOf(lake.dataDir);
  return rows
    .filter((row) => row.startsWith("flows|"))
    .map((row) => Number(/\|(2\d{4})\|443\|/.exec(row)?.[1]))
    .sort((a, b) => a - b);
}

const record = (minute: number, mac = MAC): string =>
  vnetRecord(HOUR + minute * MINUTE, mac, [
    `${HOUR + minute * MINUTE - 30_000},10.0.0.4,198.51.100.7,${20_000 + minute},443,6,O,E,NX,3,200,4,300`,
  ]);
const upTo = (minutes: number): number[] => Array.from({ length: minutes }, (_, index) => 20_001 + index);

async function grown(minutes: number, name = vnetBlobName("HUB", HOUR, MAC)): Promise<GrowingBlob> {
  const blob = new GrowingBlob(container, name);
  await blob.add();
  for (let minute = 1; minute <= minutes; minute++) await blob.add(record(minute));
  return blob;
}

describe("a growing blob", () => {
  it("is read on from its last block, from 14 bytes up", async () => {
    const blob = await grown(0);
    expect((await collect()).objects).toMatchObject({ read: 1, failed: 0 });
    for (let minute = 1; minute <= 3; minute++) {
      const length = blob.text.length;
      await blob.add(record(minute));
      const bytes = source.requests.bytes;
      expect(await collect()).toMatchObject({ objects: { read: 0, grown: 1 }, records: { total: 1, flows: 1 } });
      // The new block, with the two bytes that close the document.
      expect(source.requests.bytes - bytes).toBe(blob.text.length - length + 2);
    }
    expect(await ports()).toEqual(upTo(3));
    const gets = source.requests.gets;
    expect((await collect()).objects).toMatchObject({ unchanged: 1, grown: 0 });
    expect(source.requests.gets).toBe(gets);
  });

  it("is read whole when it was rewritten, shorter or longer, and takes its own place", async () => {
    const blob = await grown(3);
    await collect();
    await blob.rewrite(record(11));
    expect((await collect()).records.flows).toBe(1);
    expect(await ports()).toEqual([20_011]);
    await blob.rewrite(...[21, 22, 23, 24].map((minute) => record(minute)));
    await blob.add(record(25));
    expect((await collect()).records.flows).toBe(5);
    expect(await ports()).toEqual([20_021, 20_022, 20_023, 20_024, 20_025]);
  });

  it("with other blocks that are as long is read anew", async () => {
    const blob = await grown(2);
    await collect();
    await blob.rewrite(record(31));
    await blob.add(record(32));
    expect((await collect()).objects).toMatchObject({ read: 1, grown: 0 });
    expect(await ports()).toEqual([20_031, 20_032]);
  });

  it("that grows between its block list and its bytes is asked again, and each tuple is there once", async () => {
    const blob = await grown(2);
    let adding: Promise<void> | undefined;
    refuse = (call) => {
      if (call.method !== "GET" || /comp=/.test(call.url ?? "") || adding !== undefined) return undefined;
      adding = blob.add(record(3));
      return { status: 412, headers: { "x-ms-error-code": "ConditionNotMet" } };
    };
    await collect();
    await adding;
    await collect();
    expect(await ports()).toEqual(upTo(3));
  });

  it("that a tool wrote whole is compared byte by byte", async () => {
    const blob = container.getBlockBlobClient(vnetBlobName("HUB", HOUR, MAC));
    const text = (minutes: number): string =>
      `{\r\n  "records": [\r\n${upTo(minutes)
        .map((_, index) => record(index + 1))
        .join(",\r\n")}\r\n  ]\r\n}`;
    for (const minutes of [2, 5]) {
      await blob.upload(text(minutes), text(minutes).length);
      await collect();
      expect(await ports()).toEqual(upTo(minutes));
    }
    expect((await collect()).objects.unchanged).toBe(1);
  });

  it("with random block ids and spaces around its records is read on or anew, each tuple once", async () => {
    const blob = container.getBlockBlobClient(vnetBlobName("HUB", HOUR, MAC));
    const ids: string[] = [];
    const stage = async (text: string): Promise<string> => {
      const id = Buffer.from(`${ids.length}-${"x".repeat(30)}`.slice(0, 32)).toString("base64");
      await blob.stageBlock(id, text, text.length);
      ids.push(id);
      return id;
    };
    const head = await stage('{\r\n  "records": [\r\n\r');
    const tail = await stage("\r\n  ]\r\n}\r");
    const middle: string[] = [];
    for (let minute = 1; minute <= 4; minute++) {
      middle.push(await stage(`${minute === 1 ? "" : ","}\r\n${record(minute)}\r\n`));
      await blob.commitBlockList([head, ...middle, tail]);
      await collect();
      expect(await ports()).toEqual(upTo(minute));
    }
  });

  it("comes in pieces that are fetched side by side", async () => {
    const blob = new GrowingBlob(container, vnetBlobName("HUB", HOUR, MAC));
    const tuples = Array.from(
      { length: 40_000 },
      (_, index) => `${HOUR + index},10.0.0.4,198.51.${index >> 8}.${index & 255},20001,443,6,O,E,NX,3,200,4,300`,
    );
    await blob.add(...Array.from({ length: 10 }, () => vnetRecord(HOUR + MINUTE, MAC, tuples)));
    expect(blob.text.length).toBeGreaterThan(20 * 1024 * 1024);
    proxy.plan.force("reset-body");
    const report = await collect();
    expect(report.records.flows).toBe(400_000);
    expect(calls.filter((call) => /^GET .*PT1H\.json$/.test(call)).length).toBeGreaterThanOrEqual(2);
  });
});

describe("what is no blob to read", () => {
  it("is left out: folders, empty blobs, snapshots; archived and vanished ones are told, and not asked for again", async () => {
    const blob = await grown(1);
    await container.getBlobClient(blob.name).createSnapshot();
    await container
      .getBlockBlobClient("flowLogResourceID=/A_B/C/y=2026")
      .upload("", 0, { metadata: { hdi_isfolder: "true" } });
    await container.getBlockBlobClient(vnetBlobName("HUB", HOUR, "000000000001")).upload("", 0);
    const cold = await grown(1, vnetBlobName("HUB", HOUR, "000000000002"));
    await container.getBlobClient(cold.name).setAccessTier("Archive");
    const gone = await grown(2, vnetBlobName("HUB", HOUR, "000000000003"));
    refuse = (call) => {
      if (!/000000000003.*comp=blocklist/.test(decodeURIComponent(call.url ?? ""))) return undefined;
      return { status: 404, headers: { "x-ms-error-code": "BlobNotFound" } };
    };
    const report = await collect();
    expect(report.objects).toMatchObject({ read: 1, skipped: 2, failed: 0 });
    expect(
      report.problems.map(({ object, code }) => ({ object, code })).sort((a, b) => a.object.localeCompare(b.object)),
    ).toEqual([
      { object: cold.name, code: "archived" },
      { object: gone.name, code: "deleted-at-source" },
    ]);
    expect(calls.filter((call) => call.includes("000000000002"))).toEqual([]);
    expect(await ports()).toEqual([20_001]);
  });

  it("under names of no layout does no harm", async () => {
    await grown(1);
    await container.getBlockBlobClient("notes/read me.txt").upload("not a flow log", 14);
    await container.getBlockBlobClient(`${vnetBlobName("HUB", HOUR, MAC)}.bak`).upload("{}", 2);
    await container
      .getBlockBlobClient(`elsewhere/${"é=&%20+ "}.json`)
      .upload(`{"records":[${record(2)}]}`, record(2).length + 14);
    const report = await collect();
    expect(report.objects).toMatchObject({ read: 2, failed: 0 });
    expect(await ports()).toEqual(upTo(2));
  });
});
