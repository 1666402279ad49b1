import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ContainerClient } from "@azure/storage-blob";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WeirError } from "../src/base/errors.ts";
import { defaultCollectorConfig, RemoteRun } from "../src/collect/index.ts";
import { openAzure } from "../src/source/azure/azure-source.ts";
import type { RemoteSource } from "../src/source/index.ts";
import { openLake, type Lake } from "../src/store/index.ts";
import { blobName, flowRecord, testFlowLog } from "./clouds/azure-flow-log.ts";
import { azuriteAccount, startAzurite, type Azurite } from "./clouds/azurite.ts";
import { FaultProxy } from "./clouds/fault-proxy.ts";
import { faults } from "./clouds/faults.ts";
import { GrowingBlob } from "./clouds/growing-blob.ts";
import { rowsOf } from "./lake-rows.ts";

/** The full size of an hour is 200: WEIR_TEST_NICS=200. */
const NICS = Number(process.env["WEIR_TEST_NICS"] ?? 12);
/** All sixty minutes are read at full size; the half of them without it. */
const MINUTES = process.env["WEIR_TEST_NICS"] === undefined ? 30 : 60;
const FLOW_LOGS = Math.max(1, Math.round(NICS / 50));
const CONTAINER = "insights-logs-flowlogflowevent";
const HOUR = Date.UTC(2026, 2, 3, 12);
const folder = mkdtempSync(join(tmpdir(), "weir-azure-hour-"));
const workerEntry = pathToFileURL("dist/collect/worker.js");

let cloud: Azurite;
beforeAll(async () => {
  cloud = await startAzurite();
});
afterAll(async () => {
  await cloud.close();
  rmSync(folder, { recursive: true, force: true });
});

const flowLogOf = (nic: number) => ({ ...testFlowLog, name: `hub${nic % FLOW_LOGS}` });
const macOf = (nic: number): string => `0022487B${nic.toString(16).toUpperCase().padStart(4, "0")}`;

function nicsOf(container: ContainerClient): GrowingBlob[] {
  return Array.from(
    { length: NICS },
    (_, nic) => new GrowingBlob(container, blobName(flowLogOf(nic), macOf(nic), HOUR)),
  );
}

/** What a NIC's minute was: a few tuples, each of them unlike any other. */
function minuteOf(nic: number, minute: number): object {
  const end = HOUR + minute * 60_000;
  const tuples = Array.from({ length: 8 }, (_, index) => {
    const number = minute * 8 + index;
    return `${end - 50_000 + index * 1000},10.${nic >> 8}.${nic & 255}.4,198.51.100.${number % 250},${20_000 + number},443,6,O,E,NX,${number + 1},${(number + 1) * 600},${number},${number * 1400}`;
  });
  return flowRecord(flowLogOf(nic), macOf(nic), end + 4000, tuples);
}

/** A look; what a source cannot do now it does in the next one. */
async function collect(lake: Lake, source: RemoteSource): Promise<WeirError | undefined> {
  const config = { collector: { ...defaultCollectorConfig, workers: 1 } };
  try {
    await new RemoteRun(lake, source, config, workerEntry).run(undefined, () => undefined);
    return undefined;
  } catch (error) {
    if (error instanceof WeirError && error.code.startsWith("source-")) return error;
    throw error;
  }
}

describe(`${MINUTES} minutes of ${NICS} growing blobs, read every 30 s while a tenth of all calls fails`, () => {
  it("has each tuple once, and fetches each byte once", async () => {
    const container = await cloud.createContainer(CONTAINER);
    const blobs = nicsOf(container);
    const proxy = await FaultProxy.start(
      { url: new URL(cloud.blobUrl).origin },
      { rate: 0.1, silentMs: 50, kinds: faults.filter((kind) => kind !== "rotated") },
    );
    let now = HOUR;
    const open = (server: string) =>
      openAzure(
        {
          url: `azblob://${azuriteAccount.name}/${CONTAINER}`,
          endpoint: `${server}/${azuriteAccount.name}`,
          secret: "env:KEY",
        },
        { KEY: azuriteAccount.key },
        { now: () => now },
      );
    const source = await open(proxy.url);
    const lake = await openLake(join(folder, "grown"));
    for (let minute = 1; minute <= MINUTES; minute++) {
      now = HOUR + minute * 60_000 + 5000;
      // Credentials that are refused for a while end a look; the next one goes on.
      if (minute % 10 === 0) proxy.plan.force("rotated");
      for (let at = 0; at < NICS; at += 20)
        await Promise.all(blobs.slice(at, at + 20).map((blob, index) => blob.append(minuteOf(at + index, minute))));
      await collect(lake, source);
      now += 30_000;
      await collect(lake, source);
    }
    now = HOUR + 80 * 60_000;
    for (let tries = 0; (await collect(lake, source)) !== undefined; tries++) expect(tries).toBeLessThan(30);
    lake.close();
    source.close();
    await proxy.close();
    const written = blobs.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0);
    const { requests } = source;
    if (process.env["WEIR_TEST_NICS"] !== undefined)
      console.log({ ...requests, written, ratio: requests.bytes / written });
    expect(proxy.harmed).toBeGreaterThan(MINUTES);
    expect(requests.retries).toBeGreaterThan(20);
    expect(requests.bytes / written).toBeLessThanOrEqual(1.1);
    // A look lists a flow log once or twice, whatever it has NICs.
    expect(requests.lists).toBeLessThan((2 * MINUTES + 1) * 2 * FLOW_LOGS * 1.3 + 60);

    const fresh = await openLake(join(folder, "fresh"));
    const again = await open(new URL(cloud.blobUrl).origin);
    expect(await collect(fresh, again)).toBeUndefined();
    again.close();
    fresh.close();
    const rows = await rowsOf(join(folder, "grown"), "position", (key) => key);
    expect(rows).toHaveLength(NICS * MINUTES * 8);
    expect(rows).toEqual(await rowsOf(join(folder, "fresh"), "position", (key) => key));
  }, 3_600_000);
});
