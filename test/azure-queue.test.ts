import { QueueClient } from "@azure/storage-queue";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { blobCreated, queueMessage, type BlobEvent, type EventSchema } from "./clouds/event-grid.ts";
import type { GrowingBlob } from "./clouds/growing-blob.ts";
import { MapMemory } from "../src/source/s3/memory-lister.fake.ts";
import { HOUR, MAC, MINUTE, nameOf, record, upTo, useAzure } from "./azure-bench.ts";

const bench = useAzure();
let queue: QueueClient;
let sequencer = 0;

beforeEach(async () => {
  queue = bench.cloud.queues.getQueueClient(bench.containerName);
  await queue.create();
  bench.source.close();
  bench.source = await bench.open({ queue: queue.url });
  // Listing has found what there is; from now on messages tell.
  await bench.collect();
  bench.calls = [];
});

/** Event Grid's message about a blob. */
function message(
  blob: string,
  contentLength: number,
  etag: string,
  more: Partial<BlobEvent> = {},
  schema?: EventSchema,
): string {
  // Of different lengths, as they are seen.
  const text = (++sequencer).toString(16).padStart(sequencer % 2 === 0 ? 32 : 24, "0");
  const facts = { container: bench.containerName, blob, contentLength, etag, sequencer: text };
  return queueMessage(blobCreated({ ...facts, ...more }, schema));
}

/** Tells of a blob as it is now. */
async function tell({ name, size, etag }: GrowingBlob, schema?: EventSchema): Promise<string> {
  const text = message(name, size, etag, {}, schema);
  await queue.sendMessage(text);
  return text;
}

const factsOf = ({ name, size, etag }: GrowingBlob) => ({
  container: bench.containerName,
  blob: name,
  contentLength: size,
  etag,
});
const left = async (): Promise<number> => (await queue.getProperties()).approximateMessagesCount ?? 0;

describe("messages of a queue", () => {
  it("of one blob are put together: doubled, in any order, in both schemas; one reading, and all are deleted", async () => {
    const blob = await bench.grown(0);
    const texts: string[] = [];
    for (let minute = 1; minute <= 12; minute++) {
      await blob.append(record(minute));
      texts.push(await tell(blob, minute % 3 === 0 ? "cloud-events" : "event-grid"));
    }
    for (const text of texts.toReversed()) await queue.sendMessage(text);
    const report = await bench.collect();
    expect(report).toMatchObject({ objects: { read: 1, failed: 0 }, records: { flows: 12 } });
    // Asked for what it is, its blocks and its bytes.
    expect(bench.calls.filter((call) => call.includes(MAC))).toHaveLength(3);
    expect(await left()).toBe(0);
    // Late ones tell nothing new, and cost nothing.
    bench.calls = [];
    for (const text of texts) await queue.sendMessage(text);
    await blob.append(record(13));
    await tell(blob);
    expect((await bench.collect()).records.flows).toBe(1);
    expect(bench.calls.filter((call) => call.includes(MAC))).toHaveLength(3);
    expect(bench.lists).toBe(0);
    expect(await left()).toBe(0);
    expect(await bench.ports()).toEqual(upTo(13));
  });

  it("of a look that failed are not kept hidden for as long as the process lives", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    try {
      bench.source.close();
      bench.source = await bench.open({ queue: queue.url });
      const hidden = vi.spyOn(QueueClient.prototype, "updateMessage");
      await tell(await bench.grown(1));
      // Nobody tells the source that a batch is settled.
      const look = async (): Promise<number> => {
        let batches = 0;
        const request = { memory: new MapMemory(), signal: new AbortController().signal };
        for await (const { objects } of bench.source.look(request)) batches += objects.length > 0 ? 1 : 0;
        return batches;
      };
      expect(await look()).toBeGreaterThan(0);
      await look();
      await vi.advanceTimersByTimeAsync(600_000);
      expect(hidden).not.toHaveBeenCalled();
    } finally {
      vi.useRealTimers();
      vi.restoreAllMocks();
    }
  });

  it("that are older than what a process before has read do no harm", async () => {
    const blob = await bench.grown(1);
    const early = await tell(blob);
    await blob.append(record(2));
    await tell(blob);
    await bench.collect();
    bench.source.close();
    bench.source = await bench.open({ queue: queue.url });
    await queue.sendMessage(early);
    expect((await bench.collect()).objects).toMatchObject({ read: 0, grown: 0, unchanged: 1 });
    expect(await left()).toBe(0);
    expect(await bench.ports()).toEqual(upTo(2));
  });

  it("name blobs by the data lake's address as well, and of vanished ones it is told", async () => {
    const blob = await bench.grown(1);
    const url = `https://devstoreaccount1.dfs.core.windows.net/${bench.containerName}/${encodeURI(blob.name)}`;
    const { subject: _subject, ...event } = blobCreated({ ...factsOf(blob), url, api: "FlushWithClose" }) as Record<
      string,
      unknown
    >;
    await queue.sendMessage(queueMessage(event));
    await queue.sendMessage(message(nameOf("HUB", HOUR, "000D3A000009"), 500, "0x1"));
    const report = await bench.collect();
    expect(report).toMatchObject({ objects: { read: 1, skipped: 1, failed: 0 } });
    expect(report.problems).toMatchObject([{ code: "deleted-at-source" }]);
    expect(await left()).toBe(0);
  });

  it("that cannot be read, or are somebody else's, hold nothing up; after ten times they are told and deleted", async () => {
    const blob = await bench.grown(1);
    await queue.sendMessage("%%% no event");
    await queue.sendMessage(message(blob.name, 1, "0x1", { container: "another" }));
    await tell(blob);
    expect((await bench.collect()).records.flows).toBe(1);
    expect(await left()).toBe(2);
    // Hidden for ten minutes each time; here they are shown again at once.
    await queue.clearMessages();
    await queue.sendMessage("%%% no event");
    for (let times = 0; times < 10; times++) {
      const { receivedMessageItems } = await queue.receiveMessages({ visibilityTimeout: 1 });
      expect(receivedMessageItems).toHaveLength(1);
      const [message] = receivedMessageItems;
      if (message !== undefined)
        await queue.updateMessage(message.messageId, message.popReceipt, message.messageText, 0);
    }
    const report = await bench.collect();
    expect(report.problems).toMatchObject([{ code: "queue-message" }]);
    expect(await left()).toBe(0);
  });

  it("are kept when what they are about was not read, and are not forgotten to be news", async () => {
    const blob = await bench.grown(1);
    await tell(blob);
    bench.refuse = (call) =>
      /comp=blocklist/.test(call.url ?? "")
        ? { status: 403, headers: { "x-ms-error-code": "AuthorizationFailure" } }
        : undefined;
    await expect(bench.collect()).rejects.toMatchObject({ code: "source-credentials" });
    expect(await left()).toBe(1);
    bench.refuse = undefined;
    expect((await bench.collect()).records.flows).toBe(1);
  });

  it("that cannot be asked for are told, and what the container has is read all the same", async () => {
    await queue.delete();
    try {
      await bench.grown(1);
      await expect(bench.collect()).rejects.toMatchObject({ code: "source-queue" });
      expect(await bench.ports()).toEqual([20_001]);
    } finally {
      await queue.create();
    }
  });

  it("that got lost are made up for by listing, four times an hour", async () => {
    const blob = await bench.grown(1);
    await bench.collect();
    bench.now += 60 * MINUTE;
    bench.calls = [];
    await bench.collect();
    expect(await bench.ports()).toEqual([20_001]);
    await blob.append(record(2));
    for (let look = 0; look < 10; look++) await bench.collect();
    expect(await bench.ports()).toEqual([20_001]);
    bench.now += 15 * MINUTE;
    await bench.collect();
    expect(await bench.ports()).toEqual(upTo(2));
  });
});
