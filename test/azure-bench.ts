import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ContainerClient } from "@azure/storage-blob";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { defaultCollectorConfig, RemoteRun, type CollectReport } from "../src/collect/index.ts";
import { openAzure } from "../src/source/azure/azure-source.ts";
import type { RemoteSettings, RemoteSource } from "../src/source/index.ts";
import { openLake, type Lake } from "../src/store/index.ts";
import { blobName, flowRecord, testFlowLog } from "./clouds/azure-flow-log.ts";
import { azuriteAccount, startAzurite, type Azurite } from "./clouds/azurite.ts";
import { FaultProxy, type CallHead } from "./clouds/fault-proxy.ts";
import { GrowingBlob } from "./clouds/growing-blob.ts";
import type { Told } from "./clouds/http-service.ts";
import { rowsOf } from "./lake-rows.ts";

export const MAC = "000D3A359573";
export const MINUTE = 60_000;
/** The hour that blobs are of. */
export const HOUR = Date.UTC(2026, 2, 3, 12);

/** A container on a real server, looked at through a proxy, and a lake to read it into: fresh ones for each test. */
export class AzureBench {
  readonly folder = mkdtempSync(join(tmpdir(), "weir-azure-"));
  cloud!: Azurite;
  proxy!: FaultProxy;
  container!: ContainerClient;
  lake!: Lake;
  source!: RemoteSource;
  /** What time it is for the source. */
  now = HOUR;
  /** What was asked for through the proxy. */
  calls: string[] = [];
  /** Answers in the place of the server. */
  refuse: ((call: CallHead) => Told | undefined) | undefined;
  #number = 0;

  get containerName(): string {
    return `flows-${this.#number}`;
  }

  async start(): Promise<void> {
    this.cloud = await startAzurite();
    this.proxy = await FaultProxy.start({ url: new URL(this.cloud.blobUrl).origin });
    this.proxy.intercept = (call) => {
      this.calls.push(`${call.method} ${decodeURIComponent(call.url ?? "")}`);
      return this.refuse?.(call);
    };
  }

  async fresh(): Promise<void> {
    this.#close();
    this.#number++;
    this.container = await this.cloud.createContainer(this.containerName);
    this.lake = await openLake(join(this.folder, `lake-${this.#number}`));
    this.now = HOUR + 10 * MINUTE;
    this.refuse = undefined;
    this.source = await this.open();
    this.calls = [];
  }

  async stop(): Promise<void> {
    this.#close();
    await this.proxy.close();
    await this.cloud.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async open(more: Partial<RemoteSettings> = {}): Promise<RemoteSource> {
    const url = `azblob://${azuriteAccount.name}/${this.containerName}`;
    const settings = { url, endpoint: `${this.proxy.url}/${azuriteAccount.name}`, secret: "env:KEY", ...more };
    return openAzure(settings, { KEY: azuriteAccount.key }, { now: () => this.now });
  }

  /** Looks half a minute later than the last time. */
  async collect(
    window?: { fromMs: number; toMs: number },
    how: { readonly isByHand?: boolean } = {},
  ): Promise<CollectReport> {
    this.now += MINUTE / 2;
    const config = {
      collector: { ...defaultCollectorConfig, workers: 1 },
      ...how,
      ...(window !== undefined && { window }),
    };
    const workerEntry = pathToFileURL("dist/collect/worker.js");
    return new RemoteRun(this.lake, this.source, config, workerEntry).run(undefined, () => undefined);
  }

  /** The source ports of all flows in the lake, in order: each of a test's tuples has its own. */
  async ports(): Promise<number[]> {
    const rows = await rowsOf(this.lake.dataDir);
    return rows
      .filter((row) => row.startsWith("flows|"))
      .map((row) => Number(/\|(2\d{4})\|443\|/.exec(row)?.[1]))
      .sort((a, b) => a - b);
  }

  /** A blob with so many minutes in it. */
  async grown(minutes: number, name = nameOf("HUB", HOUR, MAC)): Promise<GrowingBlob> {
    const blob = new GrowingBlob(this.container, name);
    await blob.create();
    for (let minute = 1; minute <= minutes; minute++) await blob.append(record(minute));
    return blob;
  }

  /** How many listings were asked for by now. */
  get lists(): number {
    return this.calls.filter((call) => call.includes("comp=list")).length;
  }

  #close(): void {
    this.lake?.close();
    this.source?.close();
  }
}

/** The name of a blob: of a VNet flow log, an hour and an interface. */
export function nameOf(flowLog: string, hourMs: number, mac: string): string {
  return blobName({ ...testFlowLog, name: flowLog }, mac, hourMs);
}

/** A record with one tuple, whose source port is 20,000 and the minute. */
export function record(minute: number, mac = MAC): object {
  return flowRecord(testFlowLog, mac, HOUR + minute * MINUTE, [
    `${HOUR + minute * MINUTE - 30_000},10.0.0.4,198.51.100.7,${20_000 + minute},443,6,O,E,NX,3,200,4,300`,
  ]);
}

/** The ports of the first so many minutes. */
export const upTo = (minutes: number): number[] => Array.from({ length: minutes }, (_, index) => 20_001 + index);

/** A bench for the tests of a file. */
export function useAzure(): AzureBench {
  const bench = new AzureBench();
  beforeAll(() => bench.start());
  beforeEach(() => bench.fresh());
  afterAll(() => bench.stop());
  return bench;
}
