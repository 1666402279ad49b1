import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  paginateListObjectsV2,
} from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { s3Client, startS3 } from "./s3-client.ts";
import { s3Faults } from "./s3-faults.ts";
import { errorOf } from "./sdk-errors.ts";

describe("listing", () => {
  it("pages through keys in the order of their bytes, encoded or not", async () => {
    const s3 = await startS3();
    const bucket = s3.createBucket("logs");
    const keys = ["a/1", "a/2 b", "a/ä=+&<>", "b", "b/\u{1f600}", "b/\uff5e"];
    for (const key of keys.toReversed()) bucket.put(key, key);
    for (const EncodingType of ["url", undefined] as const) {
      const found: string[] = [];
      const pages = paginateListObjectsV2({ client: s3Client(s3), pageSize: 2 }, { Bucket: "logs", EncodingType });
      for await (const { Contents = [] } of pages)
        found.push(...Contents.map(({ Key = "" }) => (EncodingType === "url" ? decodeURIComponent(Key) : Key)));
      // UTF-8 sorts what JavaScript writes as surrogates last.
      expect(found).toEqual(["a/1", "a/2 b", "a/ä=+&<>", "b", "b/\uff5e", "b/\u{1f600}"]);
    }
    expect(s3.log.counts()).toEqual({ ListObjectsV2: 6 });
  });

  it("folds what lies below a delimiter, page by page, and starts after a key", async () => {
    const s3 = await startS3();
    const bucket = s3.createBucket("logs");
    for (let account = 0; account < 7; account++)
      for (let number = 0; number < 50; number++) bucket.put(`AWSLogs/${account}/x/${number}`, "x");
    bucket.put("AWSLogs/a file", "x");
    const client = s3Client(s3);
    const found: string[] = [];
    const pages = paginateListObjectsV2(
      { client, pageSize: 3 },
      { Bucket: "logs", Prefix: "AWSLogs/", Delimiter: "/" },
    );
    for await (const { CommonPrefixes = [], Contents = [] } of pages)
      found.push(...CommonPrefixes.map(({ Prefix = "" }) => Prefix), ...Contents.map(({ Key = "" }) => Key));
    expect(found).toEqual([...Array.from({ length: 7 }, (_, account) => `AWSLogs/${account}/`), "AWSLogs/a file"]);
    const after = await client.send(
      new ListObjectsV2Command({ Bucket: "logs", Prefix: "AWSLogs/3/", StartAfter: "AWSLogs/3/x/48" }),
    );
    expect(after.Contents?.map(({ Key }) => Key)).toEqual([
      "AWSLogs/3/x/49",
      ...Array.from({ length: 5 }, (_, digit) => `AWSLogs/3/x/${digit + 5}`),
    ]);
  });

  it("lists 100,000 keys in 100 calls", async () => {
    const s3 = await startS3();
    const bucket = s3.createBucket("logs");
    const body = Buffer.from("x");
    for (let number = 0; number < 100_000; number++)
      bucket.put(`AWSLogs/${String((number * 7919) % 100_000).padStart(6, "0")}.log.gz`, body);
    let keys = 0;
    for await (const { KeyCount = 0 } of paginateListObjectsV2({ client: s3Client(s3) }, { Bucket: "logs" }))
      keys += KeyCount;
    expect(keys).toBe(100_000);
    expect(s3.log.count("ListObjectsV2")).toBe(100);
  });
});

describe("objects", () => {
  it("gives ranges, holds conditions, and counts the bytes", async () => {
    const s3 = await startS3();
    const bucket = s3.createBucket("logs");
    const { etag } = bucket.put("a+b c", "0123456789", { modifiedMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678) });
    const client = s3Client(s3);
    const whole = await client.send(new GetObjectCommand({ Bucket: "logs", Key: "a+b c", IfMatch: etag }));
    expect(await whole.Body?.transformToString()).toBe("0123456789");
    expect(whole.LastModified).toEqual(new Date("2026-01-02T03:04:05Z"));
    const part = await client.send(new GetObjectCommand({ Bucket: "logs", Key: "a+b c", Range: "bytes=2-4" }));
    expect([await part.Body?.transformToString(), part.ContentRange]).toEqual(["234", "bytes 2-4/10"]);
    const tail = await client.send(new GetObjectCommand({ Bucket: "logs", Key: "a+b c", Range: "bytes=-3" }));
    expect(await tail.Body?.transformToString()).toBe("789");
    expect(s3.log.bytes("GetObject")).toBe(16);
    expect(
      (await errorOf(client.send(new GetObjectCommand({ Bucket: "logs", Key: "a+b c", Range: "bytes=10-" })))).name,
    ).toBe("InvalidRange");
    bucket.put("a+b c", "changed");
    const changed = await errorOf(client.send(new GetObjectCommand({ Bucket: "logs", Key: "a+b c", IfMatch: etag })));
    expect([changed.name, changed.status]).toEqual(["PreconditionFailed", 412]);
    bucket.delete("a+b c");
    expect((await errorOf(client.send(new GetObjectCommand({ Bucket: "logs", Key: "a+b c" })))).name).toBe("NoSuchKey");
    expect((await errorOf(client.send(new HeadObjectCommand({ Bucket: "logs", Key: "a+b c" })))).name).toBe("NotFound");
  });

  it("streams files", async () => {
    const folder = mkdtempSync(join(tmpdir(), "weir-fake-s3-"));
    const path = join(folder, "big");
    writeFileSync(path, Buffer.alloc(3_000_000, "abc"));
    const s3 = await startS3();
    s3.createBucket("logs").put("big", { path });
    const client = s3Client(s3);
    const got = await client.send(new GetObjectCommand({ Bucket: "logs", Key: "big", Range: "bytes=1000002-2000001" }));
    expect((await got.Body?.transformToByteArray())?.length).toBe(1_000_000);
    rmSync(folder, { recursive: true });
  });

  it("refuses archives, and payment that nobody promised", async () => {
    const s3 = await startS3();
    s3.createBucket("logs").put("old", "x", { storageClass: "DEEP_ARCHIVE" });
    s3.createBucket("paid", { requesterPays: true }).put("new", "x");
    const client = s3Client(s3);
    const archived = await errorOf(client.send(new GetObjectCommand({ Bucket: "logs", Key: "old" })));
    expect([archived.name, archived.error]).toEqual([
      "InvalidObjectState",
      expect.objectContaining({ StorageClass: "DEEP_ARCHIVE" }),
    ]);
    expect((await client.send(new HeadObjectCommand({ Bucket: "logs", Key: "old" }))).StorageClass).toBe(
      "DEEP_ARCHIVE",
    );
    expect((await errorOf(client.send(new GetObjectCommand({ Bucket: "paid", Key: "new" })))).name).toBe(
      "AccessDenied",
    );
    const paid = await client.send(new GetObjectCommand({ Bucket: "paid", Key: "new", RequestPayer: "requester" }));
    expect(await paid.Body?.transformToString()).toBe("x");
  });

  it("lets nobody write, and tells who tried", async () => {
    const s3 = await startS3();
    s3.createBucket("logs");
    const put = await errorOf(s3Client(s3).send(new PutObjectCommand({ Bucket: "logs", Key: "mine", Body: "x" })));
    expect(put.name).toBe("AccessDenied");
    expect(s3.log.of("Write")).toHaveLength(1);
  });
});

it("fails as a test says, and only as long", async () => {
  const s3 = await startS3({ latencyMs: { HeadBucket: 500 } });
  const bucket = s3.createBucket("logs");
  bucket.put("a", "x");
  let refusals = 2;
  s3.before = ({ operation }) => (operation === "GetObject" && refusals-- > 0 ? s3Faults.slowDown : undefined);
  const client = s3Client(s3, { maxAttempts: 3 });
  const got = await client.send(new GetObjectCommand({ Bucket: "logs", Key: "a" }));
  expect(await got.Body?.transformToString()).toBe("x");
  expect(s3.log.of("GetObject").map(({ status }) => status)).toEqual([503, 503, 200]);
  const order: string[] = [];
  const slow = client.send(new HeadBucketCommand({ Bucket: "logs" })).then(() => order.push("slow"));
  await client.send(new ListObjectsV2Command({ Bucket: "logs" })).then(() => order.push("quick"));
  await slow;
  expect(order).toEqual(["quick", "slow"]);
});
