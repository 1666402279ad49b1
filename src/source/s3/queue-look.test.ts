import { describe, expect, it, vi } from "vitest";
import { FakeSqs } from "../../../test/clouds/fake-sqs.ts";
import { atEnd } from "../../../test/clouds/opened.ts";
import { eventBridgeEvent, s3Event, s3TestEvent, snsEnvelope } from "../../../test/clouds/s3-notifications.ts";
import { openRemote } from "../open-remote.ts";
import { MapMemory, nothingOpen, objectKey } from "./memory-lister.fake.ts";
import { env, fetched, log, lookAt, never, oneObject, openBucket } from "./opened-bucket.fake.ts";

describe("notifications", () => {
  async function notified(options: Parameters<FakeSqs["createQueue"]>[1] = {}, now = Date.now) {
    const { s3, bucket, key } = await oneObject("text");
    const sqs = await FakeSqs.start({ keys: s3.keys, now });
    atEnd(() => sqs.close());
    const dead = sqs.createQueue("dead");
    const queue = sqs.createQueue("news", { redrive: { to: dead, maxReceiveCount: 2 }, ...options });
    const source = await openBucket(s3, { queue: sqs.urlOf(queue) });
    const memory = new MapMemory();
    // From now on the listing is not due.
    await lookAt(source, memory);
    return { s3, bucket, key, sqs, queue, dead, source, memory };
  }

  it("name objects in all their forms, and are deleted when these are in the lake", async () => {
    const { s3, bucket, queue, source, memory } = await notified();
    const keys = Array.from({ length: 40 }, (_, at) =>
      objectKey({ ...log, isHive: at % 2 === 0 }, Date.now() + at * 300_000),
    );
    for (const [at, key] of keys.entries()) {
      const { etag, size } = bucket.put(key, `body ${at}`);
      const facts = { bucket: "logs", key, size, etag: etag.replaceAll('"', "") };
      queue.send([s3Event(facts), snsEnvelope(s3Event(facts)), eventBridgeEvent(facts)][at % 3]!);
    }
    queue.send(s3TestEvent("logs"), s3Event({ bucket: "logs", key: "AWSLogs/123456789012/CloudTrail/x.json.gz" }));
    const before = s3.log.count("ListObjectsV2");
    const found = await lookAt(source, memory);
    expect(found.map(({ key }) => key).toSorted()).toEqual(keys.toSorted());
    for (const object of found) expect((await fetched(source, object)).bytes.toString()).toMatch(/^body /);
    expect(s3.log.count("ListObjectsV2")).toBe(before);
    expect(queue.depth).toMatchObject({ visible: 0, hidden: 0 });
  });

  it("stay where their objects are open", async () => {
    const { bucket, queue, source, memory } = await notified();
    const key = objectKey(log, Date.now() + 300_000);
    bucket.put(key, "text");
    queue.send(s3Event({ bucket: "logs", key, size: 4 }));
    await lookAt(source, memory, { failed: [], open: [key] });
    expect(queue.depth).toMatchObject({ hidden: 1 });
  });

  it("stay hidden for as long as their objects are read, and no longer", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    atEnd(async () => void vi.useRealTimers());
    let laterMs = 0;
    const { bucket, sqs, queue, source, memory } = await notified({}, () => Date.now() + laterMs);
    const key = objectKey(log, Date.now() + 300_000);
    bucket.put(key, "text");
    queue.send(s3Event({ bucket: "logs", key, size: 4 }));
    const extended = (): number => sqs.log.count("ChangeMessageVisibilityBatch");
    for await (const { settled } of source.look({ memory, signal: never })) {
      for (let round = 1; round <= 3; round++) {
        // Less than the 300 seconds that a message is hidden for, and more than them from the second round on.
        laterMs += 200_000;
        await vi.advanceTimersByTimeAsync(100_000);
        await vi.waitFor(() => expect(extended()).toBe(round));
        expect(queue.depth).toMatchObject({ hidden: 1 });
      }
      await settled?.(nothingOpen);
    }
    const before = extended();
    await vi.advanceTimersByTimeAsync(300_000);
    await lookAt(source, memory);
    expect(extended()).toBe(before);
    expect(queue.depth).toMatchObject({ visible: 0, hidden: 0 });
  });

  it("of a look that failed are not kept hidden for as long as the process lives", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    atEnd(async () => void vi.useRealTimers());
    const { bucket, sqs, queue, source, memory } = await notified();
    const key = objectKey(log, Date.now() + 300_000);
    bucket.put(key, "text");
    queue.send(s3Event({ bucket: "logs", key, size: 4 }));
    for await (const { objects } of source.look({ memory, signal: never })) expect(objects).toHaveLength(1);
    await lookAt(source, memory);
    await vi.advanceTimersByTimeAsync(300_000);
    await lookAt(source, memory);
    expect(sqs.log.count("ChangeMessageVisibilityBatch")).toBe(0);
  });

  it("that cannot be read are told, hold up nothing, and go where the queue sends them", async () => {
    const { bucket, key, queue, source, memory } = await notified();
    const { etag } = bucket.find(key)!;
    queue.send(
      "no JSON",
      s3Event({ bucket: "logs", key, size: 4, etag: etag.replaceAll('"', "") }),
      '{"Records":[{"eventName":1}]}',
    );
    expect((await lookAt(source, memory)).map((each) => each.key)).toEqual([key]);
    expect(JSON.parse(memory.get("queue:malformed") ?? "")).toMatchObject({ count: 2 });
    expect(queue.depth).toMatchObject({ visible: 0, hidden: 2 });
  });

  it("that cannot be read are deleted where the queue has no rule for them", async () => {
    const { s3, sqs } = await notified();
    const plain = sqs.createQueue("plain");
    const source = await openBucket(s3, { queue: sqs.urlOf(plain) });
    const memory = new MapMemory();
    plain.send("no JSON");
    await lookAt(source, memory);
    expect(plain.depth).toMatchObject({ visible: 0, hidden: 0 });
    expect(JSON.parse(memory.get("queue:malformed") ?? "")).toMatchObject({ count: 1, text: "no JSON" });
  });

  it("about another bucket are told and left", async () => {
    const { queue, source, memory } = await notified();
    queue.send(s3Event({ bucket: "somebody-elses", key: objectKey(log, 0) }));
    await expect(lookAt(source, memory)).rejects.toMatchObject({
      code: "source-queue",
      message: expect.stringContaining("somebody-elses"),
    });
    expect(queue.depth).toMatchObject({ hidden: 1 });
  });

  it("that cannot be received are told, and the bucket is listed", async () => {
    const { s3, bucket, sqs, memory } = await notified();
    sqs.deleteQueue("news");
    const key = objectKey({ ...log, flowLog: "fl-00" }, Date.now());
    bucket.put(key, "text");
    const found: string[] = [];
    const fresh = await openRemote(
      { url: "s3://logs", endpoint: s3.url, secret: "env:WEIR_TEST_KEY", queue: sqs.urlOf({ name: "news" }) },
      env,
    );
    atEnd(() => fresh.close());
    const look = async (): Promise<void> => {
      for await (const { objects } of fresh.look({ memory, signal: never }))
        found.push(...objects.map((each) => each.key));
    };
    await expect(look()).rejects.toMatchObject({ code: "source-queue" });
    expect(found).toContain(key);
  });
});
