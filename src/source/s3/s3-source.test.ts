import { gzipSync } from "node:zlib";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { FaultProxy } from "../../../test/clouds/fault-proxy.ts";
import { atEnd } from "../../../test/clouds/opened.ts";
import { startS3 } from "../../../test/clouds/s3-client.ts";
import { s3Faults } from "../../../test/clouds/s3-faults.ts";
import { objectKey } from "./memory-lister.fake.ts";
import { openS3 } from "./open-s3.ts";
import { env, fetched, log, lookAt, never, noise, oneObject, openBucket } from "./opened-bucket.fake.ts";

const HEADER =
  "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status";

beforeEach(() => {
  // Waiting between attempts is the SDK's; here it need not be long.
  vi.spyOn(Math, "random").mockReturnValue(0.01);
});

describe("objects of a bucket", () => {
  it("are listed with any text as their key, and fetched", async () => {
    const s3 = await startS3();
    const bucket = s3.createBucket("logs");
    const keys = [
      "a b+c%20d.log",
      "ü/=&?#.log",
      "line\nend.log",
      "control\u0001.log",
      "emoji 🦆.log",
      "quote\"'<>.log",
    ];
    for (const key of keys) bucket.put(key, `of ${key}`);
    const source = await openBucket(s3);
    const found = await lookAt(source);
    expect(found.map(({ key }) => key).toSorted()).toEqual(keys.toSorted());
    for (const object of found) expect((await fetched(source, object)).bytes.toString()).toBe(`of ${object.key}`);
    expect(s3.log.count("Write")).toBe(0);
  });

  it("come in ranges where they are large, several at once, and whole", async () => {
    const body = noise(21 * 1024 * 1024 + 5);
    const { s3 } = await oneObject(body);
    const source = await openBucket(s3);
    const [object] = await lookAt(source);
    const { bytes, facts } = await fetched(source, object);
    expect(bytes.equals(body)).toBe(true);
    expect(facts).toMatchObject({ size: body.length, start: 0 });
    expect(s3.log.count("GetObject")).toBe(3);
    expect(source.requests).toMatchObject({ bytes: body.length, gets: 3 });
  });

  it("come whole through cut, reset, slow and refused answers, and only what is missing is asked for again", async () => {
    const body = noise(9 * 1024 * 1024);
    const { s3 } = await oneObject(body);
    const proxy = await FaultProxy.start(s3, { slowMs: 5 });
    atEnd(() => proxy.close());
    const source = await openBucket(proxy);
    const [object] = await lookAt(source);
    for (const fault of ["reset-body", "cut-body", "reset", "lost", "slow-body", "busy", "broken"] as const) {
      proxy.plan.force(fault, fault);
      expect((await fetched(source, object)).bytes.equals(body)).toBe(true);
    }
    expect(proxy.harmed).toBe(14);
    expect(source.requests.retries + source.requests.throttled).toBeGreaterThan(0);
  });

  it("survive faults at a fifth of all calls, again and again", async () => {
    const body = noise(3 * 1024 * 1024, 7);
    const { s3 } = await oneObject(body);
    const proxy = await FaultProxy.start(s3, {
      seed: 5,
      rate: 0.2,
      kinds: ["reset-body", "cut-body", "reset", "lost", "busy", "broken"],
    });
    atEnd(() => proxy.close());
    const source = await openBucket(proxy);
    const [object] = await lookAt(source);
    for (let round = 0; round < 25; round++) expect((await fetched(source, object)).bytes.equals(body)).toBe(true);
    expect(proxy.harmed).toBeGreaterThan(5);
  });

  it("of another version than the listed one are looked at again", async () => {
    const { s3, bucket, key } = await oneObject(noise(20 * 1024 * 1024));
    const source = await openBucket(s3);
    const [object] = await lookAt(source);
    const next = noise(10 * 1024 * 1024, 3);
    // In the middle of its ranges.
    let gets = 0;
    s3.before = ({ operation }) => {
      if (operation === "GetObject" && ++gets === 2) bucket.put(key, next);
      return undefined;
    };
    const { bytes, facts } = await fetched(source, object);
    expect(bytes.equals(next)).toBe(true);
    expect(facts.size).toBe(next.length);
    // Of what was read, not of what was listed: or the next look would have it read again.
    const [now] = await lookAt(await openBucket(s3));
    expect(now?.etag).not.toBe(object?.etag);
    expect(facts.etag).toBe(now?.etag);
  });

  it("are of one version also where none was listed", async () => {
    const { s3, bucket, key } = await oneObject(noise(20 * 1024 * 1024));
    const source = await openBucket(s3);
    const [listed] = await lookAt(source);
    if (listed === undefined) throw new Error("nothing was found");
    const { key: name, size, modifiedMicros } = listed;
    const next = noise(20 * 1024 * 1024, 3);
    let gets = 0;
    s3.before = ({ operation }) => {
      if (operation === "GetObject" && ++gets === 3) bucket.put(key, next);
      return undefined;
    };
    const { bytes, facts } = await fetched(source, { key: name, size, modifiedMicros });
    expect(bytes.equals(next)).toBe(true);
    const [now] = await lookAt(await openBucket(s3));
    expect(now?.etag).toBeDefined();
    expect(facts.etag).toBe(now?.etag);
  });

  it("that are deleted, archived or denied say so, each for itself", async () => {
    const { s3, bucket, key } = await oneObject("text");
    const cold = objectKey(log, Date.now() - 300_000);
    bucket.put(cold, "text", { storageClass: "GLACIER" });
    const source = await openBucket(s3);
    const found = await lookAt(source);
    expect(found.find((each) => each.key === cold)?.unavailable?.code).toBe("archived");
    const object = found.find((each) => each.key === key)!;
    await expect(fetched(source, { ...object, key: cold })).rejects.toMatchObject({ code: "archived" });
    await fetched(source, object);
    s3.before = ({ operation }) =>
      operation === "GetObject" ? { status: 403, code: "InvalidObjectState", message: "archived" } : undefined;
    await expect(fetched(source, object)).rejects.toMatchObject({ code: "archived" });
    s3.before = undefined;
    const allow = s3.deny({ action: "kms:Decrypt", bucket: "logs" });
    allow();
    s3.deny({ action: "s3:GetObject", bucket: "logs" });
    await expect(fetched(source, object)).rejects.toMatchObject({ code: "object-denied" });
    bucket.delete(key);
  });

  it("that were deleted are told as that", async () => {
    const { s3, bucket, key } = await oneObject("text");
    const source = await openBucket(s3);
    const [object] = await lookAt(source);
    bucket.delete(key);
    await expect(fetched(source, object)).rejects.toMatchObject({ code: "deleted-at-source" });
  });
});

describe("what stands in the way of a whole bucket", () => {
  it("may be this machine's own disk, and asks for nothing again", async () => {
    const { s3 } = await oneObject(noise(100_000));
    const source = await openBucket(s3);
    const [object] = await lookAt(source);
    const fetching = source.fetch({ object: object!, path: "/dev/full", signal: never });
    await expect(fetching).rejects.toMatchObject({ code: "source-disk", message: expect.stringContaining("ENOSPC") });
    expect(s3.log.count("GetObject")).toBe(1);
  });

  it("is named: the right, the bucket, the credentials", async () => {
    const { s3 } = await oneObject("text");
    await expect(lookAt(await openBucket(s3, { url: "s3://other" }))).rejects.toMatchObject({ code: "source-bucket" });
    const allow = s3.deny({ action: "s3:ListBucket", bucket: "logs" });
    await expect(lookAt(await openBucket(s3))).rejects.toMatchObject({
      code: "source-denied",
      next: expect.stringContaining("Allow s3:ListBucket on arn:aws:s3:::logs"),
    });
    allow();
    const wrong = await openS3(
      { url: "s3://logs", endpoint: s3.url, secret: "env:K" },
      { K: "AKIANOTTHERE00000000:x" },
    );
    atEnd(() => wrong.close());
    const error = await lookAt(wrong).catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: "source-credentials" });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain("AKIANOTTHERE");
  });

  it("is the reader's rights when not one object may be read", async () => {
    const { s3 } = await oneObject("text");
    s3.deny({ action: "s3:GetObject", bucket: "logs" });
    const source = await openBucket(s3);
    const [object] = await lookAt(source);
    const codes: unknown[] = [];
    for (let at = 0; at < 3; at++)
      codes.push(await fetched(source, object).catch((error: { code?: unknown }) => error.code));
    expect(codes).toEqual(["object-denied", "object-denied", "source-denied"]);
  });

  it.each(["redirect", "malformed"] as const)("is not its region where none is set (%s)", async (wrongRegion) => {
    const s3 = await startS3({ wrongRegion });
    s3.createBucket("logs", { region: "eu-west-3" }).put("a.log", "text");
    const isolated = { ...env, AWS_CONFIG_FILE: "/dev/null" };
    const source = await openS3({ url: "s3://logs", endpoint: s3.url, secret: "env:WEIR_TEST_KEY" }, isolated);
    atEnd(() => source.close());
    expect((await lookAt(source)).map(({ key }) => key)).toEqual(["a.log"]);
    const set = await openBucket(s3, { region: "eu-central-1" });
    if (wrongRegion === "malformed")
      await expect(lookAt(set)).rejects.toMatchObject({
        code: "source-region",
        next: "Set region: eu-west-3 in the source.",
      });
  });

  it("is who pays", async () => {
    const s3 = await startS3();
    s3.createBucket("logs", { requesterPays: true }).put("a.log", "text");
    await expect(lookAt(await openBucket(s3))).rejects.toMatchObject({ code: "source-denied" });
    const source = await openBucket(s3, { requestPayer: true });
    const [object] = await lookAt(source);
    expect((await fetched(source, object)).bytes.toString()).toBe("text");
  });
});

describe("a probe", () => {
  it("tells layout, formats, accounts, days and sizes of what is there, with few requests", async () => {
    const s3 = await startS3();
    const bucket = s3.createBucket("logs", { kmsKeyArn: "arn:aws:kms:eu-central-1:123456789012:key/k" });
    const text = gzipSync(`${HEADER}\n2 123456789012 eni-1 10.0.0.1 10.0.0.2 1 2 6 1 1 1 2 ACCEPT OK\n`);
    const nowMs = Date.now();
    for (let day = 0; day < 10; day++)
      for (let at = 0; at < 20; at++) bucket.put(objectKey(log, nowMs - day * 86_400_000 - at * 300_000), text);
    bucket.put("AWSLogs/123456789012/CloudTrail/eu-central-1/2026/01/01/x.json.gz", "no flow log");
    bucket.put(objectKey({ ...log, account: "210987654321" }, nowMs - 40 * 86_400_000), text, {
      storageClass: "GLACIER",
    });
    const source = await openBucket(s3);
    const probe = await source.probe(never);
    expect(probe).toMatchObject({
      layout: "by account, region and day",
      isPartial: false,
      region: "eu-central-1",
      encryptionKey: "arn:aws:kms:eu-central-1:123456789012:key/k",
    });
    expect(probe.flowLogs).toContainEqual(
      expect.objectContaining({
        id: "fl-0a1b",
        account: "123456789012",
        region: "eu-central-1",
        logType: "aws_vpc",
        format: HEADER.split(" ")
          .map((word) => `\${${word}}`)
          .join(" "),
      }),
    );
    expect(probe.objectsPerDay).toBeGreaterThanOrEqual(20);
    expect(probe.bytesPerDay).toBeGreaterThanOrEqual(20 * text.length);
    expect(probe.newestMs! - probe.oldestMs!).toBeGreaterThan(38 * 86_400_000);
    expect(probe.remarks.join()).toContain("1 object of those that were listed are archived");
    expect(s3.log.calls.length).toBeLessThan(25);
  });

  it("of an empty bucket says so", async () => {
    const s3 = await startS3();
    s3.createBucket("logs");
    const probe = await (await openBucket(s3)).probe(never);
    expect(probe).toMatchObject({ objects: 0, flowLogs: [], layout: "no flow logs yet" });
  });
});

it("a slow down makes fewer requests at once", async () => {
  const { s3 } = await oneObject("text");
  const source = await openBucket(s3);
  let slow = 3;
  s3.before = () => (slow-- > 0 ? s3Faults.slowDown : undefined);
  expect(await lookAt(source)).toHaveLength(1);
  expect(source.requests.throttled).toBe(3);
});
