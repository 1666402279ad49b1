import { SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect, it, vi } from "vitest";
import { testUser } from "../../../test/clouds/aws-keys.ts";
import { FakeSqs } from "../../../test/clouds/fake-sqs.ts";
import { atEnd } from "../../../test/clouds/opened.ts";
import { eventBridgeEvent, s3Event, s3TestEvent, snsEnvelope } from "../../../test/clouds/s3-notifications.ts";
import { NotificationQueue } from "../aws/notification-queue.ts";
import { openRemote } from "../open-remote.ts";
import { MapMemory, objectKey } from "./memory-lister.fake.ts";
import { env, fetched, log, lookAt, never, oneObject, openBucket } from "./opened-bucket.fake.ts";

describe("notifications", () => {
  async function notified(options: Parameters<FakeSqs["createQueue"]>[1] = {}) {
    const { s3, bucket, key } = await oneObject("text");
    const sqs = await FakeSqs.start({ keys: s3.keys });
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

describe("a message", () => {
  it("stays hidden for as long as its object is read, and no longer", async () => {
    let nowMs = Date.now();
    const sqs = await FakeSqs.start({ now: () => nowMs });
    atEnd(() => sqs.close());
    const queue = sqs.createQueue("news");
    const url = sqs.urlOf(queue);
    const credentials = { accessKeyId: testUser.accessKeyId, secretAccessKey: testUser.secretAccessKey };
    const client = new SQSClient({ endpoint: sqs.url, region: "eu-central-1", credentials });
    // What takes minutes takes a moment here.
    const held = new NotificationQueue(client, url, 10);
    atEnd(() => held.close());
    queue.send("news");
    const messages = await held.receive(0, never);
    expect(messages).toHaveLength(1);
    // Longer than a message is hidden at once.
    for (let round = 0; round < 3; round++) {
      const extended = sqs.log.count("ChangeMessageVisibilityBatch");
      nowMs += 200_000;
      // The one that may be under way has the time before.
      await vi.waitUntil(() => sqs.log.count("ChangeMessageVisibilityBatch") > extended + 1, 10_000);
      expect(queue.depth).toEqual({ visible: 0, hidden: 1 });
    }
    held.leave(messages);
    nowMs += 400_000;
    await vi.waitUntil(() => queue.depth.visible === 1, 10_000);
  });
});
