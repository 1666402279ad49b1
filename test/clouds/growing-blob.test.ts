import { BlobServiceClient, type ContainerClient } from "@azure/storage-blob";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeWhole } from "../../src/decode/json/decode-whole.fake.ts";
import { blobName, containerOf, flowRecord, testFlowLog, type AzureFlowLog } from "./azure-flow-log.ts";
import { AzureNics } from "./azure-nics.ts";
import { connectionStringOf, sharedKey, startAzurite, azuriteAccount, type Azurite } from "./azurite.ts";
import { blobCreated, queueMessage } from "./event-grid.ts";
import { FaultProxy } from "./fault-proxy.ts";
import { GrowingBlob, putFolderStub } from "./growing-blob.ts";
import { atEnd } from "./opened.ts";
import { errorOf } from "./sdk-errors.ts";

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.close());

let containers = 0;
const newContainer = (): Promise<ContainerClient> => azurite.createContainer(`container-${containers++}`);
const textOf = async (blob: GrowingBlob): Promise<string> => (await blob.client.downloadToBuffer()).toString();
const record = (text: string): object => flowRecord(testFlowLog, "000D3A000001", Date.UTC(2026, 2, 1, 10, 1), [text]);

async function blockList(blob: GrowingBlob): Promise<readonly { name: string; size: number }[]> {
  const { committedBlocks = [] } = await blob.client.getBlockList("committed");
  return committedBlocks;
}

describe("a growing blob", () => {
  it("has its first and last block always, new ones before the last, and is JSON at every moment", async () => {
    const blob = new GrowingBlob(await newContainer(), "x/PT1H.json");
    await blob.create();
    expect(await textOf(blob)).toBe('{"records":[]}');
    const written: object[] = [];
    for (const tuples of ["a", "b", "c"]) {
      await blob.append(record(tuples), record(`${tuples}2`));
      written.push(record(tuples), record(`${tuples}2`));
      expect(JSON.parse(await textOf(blob))).toEqual({ records: written });
    }
    const blocks = await blockList(blob);
    expect([blocks[0], blocks.at(-1)]).toMatchObject([
      { name: "QTAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAw", size: 12 },
      { name: "WjAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAw", size: 2 },
    ]);
    expect(blocks.slice(1, -1).map(({ name }) => Buffer.from(name, "base64").toString())).toEqual(
      Array(3).fill(expect.stringMatching(/^D[0-9a-f]{32}$/)),
    );
    expect(blocks.reduce((sum, { size }) => sum + size, 0)).toBe(blob.size);
  });

  it("is rewritten, becomes shorter, goes away and comes back", async () => {
    const blob = new GrowingBlob(await newContainer(), "x/PT1H.json", { ids: "random" });
    for (const text of ["a", "b", "c"]) await blob.append(record(text));
    const before = await blockList(blob);
    await blob.rewrite([[record("d")], [record("e"), record("f")]]);
    expect(JSON.parse(await textOf(blob))).toEqual({ records: [record("d"), record("e"), record("f")] });
    const names = new Set(before.map(({ name }) => name));
    expect((await blockList(blob)).slice(1, -1).some(({ name }) => names.has(name))).toBe(false);
    await blob.truncate(1);
    expect(JSON.parse(await textOf(blob))).toEqual({ records: [record("d")] });
    await blob.delete();
    expect((await errorOf(blob.client.getProperties())).status).toBe(404);
    await blob.append(record("g"));
    expect(JSON.parse(await textOf(blob))).toEqual({ records: [record("g")] });
  });
});

describe("interfaces", () => {
  const nsg: AzureFlowLog = { ...testFlowLog, kind: "nsg", name: "web-nsg" };

  it.each([
    [
      "vnet",
      testFlowLog,
      /^flowLogResourceID=\/0A1B2C3D-[^/]+_NETWORKWATCHERRG\/NETWORKWATCHER_WESTEUROPE_WEB-APPS-FLOWLOG\/y=2026\/m=03\/d=01\/h=1[01]\/m=00\/macAddress=000D3A00000\d\/PT1H.json$/,
    ],
    [
      "vnet, ARM form",
      { ...testFlowLog, form: "arm" } as const,
      /^flowLogResourceID=\/SUBSCRIPTIONS\/.*\/FLOWLOGS\/WEB-APPS-FLOWLOG\/y=2026/,
    ],
    ["nsg", nsg, /^resourceId=\/SUBSCRIPTIONS\/.*\/NETWORKSECURITYGROUPS\/WEB-NSG\/y=2026/],
  ])("write blobs hour after hour that are read as they were written: %s", async (_, flowLog, name) => {
    const nics = new AzureNics(await newContainer(), {
      nics: 3,
      flowLog,
      startMs: Date.UTC(2026, 2, 1, 10, 50),
      busy: 10,
    });
    for (let minute = 0; minute < 12; minute++) expect(await nics.minute()).toHaveLength(3);
    // Records of the minutes from 10:59 on are written in the next hour.
    expect(nics.blobs).toHaveLength(6);
    for (const blob of nics.blobs) {
      expect(blob.name).toMatch(name);
      const decoded = decodeWhole(await textOf(blob));
      expect(decoded?.rows.length).toBe(nics.tuples.get(blob.name)?.length);
      expect(decoded?.malformed).toEqual([]);
    }
    expect(nics.bytesWritten).toBe(nics.blobs.reduce((sum, { size }) => sum + size, 0));
  });

  it("count from the beginning when another flow log takes over", async () => {
    const nics = new AzureNics(await newContainer(), {
      nics: 1,
      flowLog: testFlowLog,
      startMs: Date.UTC(2026, 2, 1, 10),
      busy: 20,
    });
    await nics.minute();
    await nics.minute();
    const other = { ...testFlowLog, name: "other", guid: "99999999-2222-4333-8444-555555555555" };
    nics.replaceFlowLog(other);
    await nics.minute();
    const tuples = nics.tuples.get(blobName(other, nics.macOf(0), Date.UTC(2026, 2, 1, 10))) ?? [];
    const ended = tuples.filter((tuple) => tuple.includes(",E,NX,"));
    expect(ended.length).toBeGreaterThan(5);
    // Each end is followed by a beginning in the same millisecond.
    for (const end of ended) {
      const [ms, ...ends] = end.split(",").slice(0, 6);
      expect(tuples.filter((tuple) => tuple.startsWith(`${ms},${ends.join(",")},O,B,`))).toHaveLength(1);
    }
  });
});

it("tells events as Event Grid puts them into a queue", async () => {
  const queue = azurite.queues.getQueueClient("events");
  await queue.create();
  const event = { container: containerOf(testFlowLog), blob: "x/PT1H.json", contentLength: 99, etag: '"0x1"' };
  for (const schema of ["event-grid", "cloud-events"] as const)
    await queue.sendMessage(queueMessage(blobCreated(event, schema)));
  const { receivedMessageItems } = await queue.receiveMessages({ numberOfMessages: 2 });
  const events = receivedMessageItems.map(
    ({ messageText }) => JSON.parse(Buffer.from(messageText, "base64").toString()) as object,
  );
  const subject = "/blobServices/default/containers/insights-logs-flowlogflowevent/blobs/x/PT1H.json";
  expect(events).toMatchObject([
    { eventType: "Microsoft.Storage.BlobCreated", subject, data: { contentLength: 99, eTag: '"0x1"' } },
    { type: "Microsoft.Storage.BlobCreated", subject, specversion: "1.0" },
  ]);
});

it("holds through a proxy that has calls fail", async () => {
  const container = await newContainer();
  await putFolderStub(container, "folder");
  const proxy = await FaultProxy.start(azurite.blobs);
  atEnd(() => proxy.close());
  const url = `${proxy.url}/${azuriteAccount.name}`;
  const once = { retryOptions: { maxTries: 1 } };
  const blob = BlobServiceClient.fromConnectionString(connectionStringOf(url), once)
    .getContainerClient(container.containerName)
    .getBlobClient("folder");
  expect((await blob.getProperties()).metadata).toEqual({ hdi_isfolder: "true" });
  proxy.plan.force("busy", "rotated", "lost");
  expect(await errorOf(blob.getProperties())).toMatchObject({ status: expect.toBeOneOf([429, 503]) });
  expect(await errorOf(blob.getProperties())).toMatchObject({ status: 403 });
  expect((await errorOf(blob.getProperties())).status).toBeUndefined();
  expect(proxy.log.counts()).toEqual({ HEAD: 2 });
  expect(new BlobServiceClient(url, sharedKey(), once).accountName).toBe(azuriteAccount.name);
});
