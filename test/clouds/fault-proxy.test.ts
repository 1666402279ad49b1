import { GetObjectCommand, ListObjectsV2Command, S3ServiceException } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { FaultProxy, type FaultProxyOptions } from "./fault-proxy.ts";
import { faults, type Fault } from "./faults.ts";
import type { FakeS3 } from "./fake-s3.ts";
import { atEnd } from "./opened.ts";
import { s3Client, startS3 } from "./s3-client.ts";
import { errorOf } from "./sdk-errors.ts";

const body = Buffer.from("0123456789".repeat(10_000));

async function faulty(
  options: FaultProxyOptions = {},
): Promise<{ s3: FakeS3; proxy: FaultProxy; get: () => Promise<string> }> {
  const s3 = await startS3();
  s3.createBucket("logs").put("a b", body);
  const proxy = await FaultProxy.start(s3, { slowMs: 1, silentMs: 200, ...options });
  atEnd(() => proxy.close());
  const client = s3Client(proxy);
  const get = async (): Promise<string> => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: "logs", Key: "a b" }));
    return (await Body?.transformToString()) ?? "";
  };
  return { s3, proxy, get };
}

describe("the proxy", () => {
  it("passes calls on with signatures that hold", async () => {
    const { s3, proxy, get } = await faulty();
    expect(await get()).toBe(body.toString());
    expect((await s3Client(proxy).send(new ListObjectsV2Command({ Bucket: "logs", Prefix: "a b" }))).KeyCount).toBe(1);
    expect(s3.log.calls.map(({ arn }) => arn)).toEqual(Array(2).fill("arn:aws:iam::123456789012:user/weir"));
    expect(proxy.counts.passed).toBe(2);
    expect(proxy.log.of("GET")[0]).toEqual({ operation: "GET", subject: "/logs/a b", status: 200, bytes: body.length });
  });

  it.each<[Fault, string, number]>([
    ["silent", "", 0],
    ["lost", "", 1],
    ["reset", "", 0],
    ["reset-body", "", 1],
    ["cut-body", "", 1],
    ["busy", "SlowDown", 0],
    ["broken", "InternalError", 0],
  ])("has a call fail: %s", async (fault, code, reached) => {
    const { s3, proxy, get } = await faulty();
    proxy.plan.force(fault);
    const { error } = await errorOf(get());
    expect(error instanceof S3ServiceException ? error.name : "").toBe(code);
    expect(s3.log.count("GetObject")).toBe(reached);
    expect(proxy.counts[fault]).toBe(1);
    expect(await get()).toBe(body.toString());
  });

  it("sends slowly what is whole", async () => {
    const { proxy, get } = await faulty();
    proxy.plan.force("slow-body");
    expect(await get()).toBe(body.toString());
    expect(proxy.counts["slow-body"]).toBe(1);
  });

  it("refuses credentials for a while", async () => {
    const { proxy, get } = await faulty({ rotatedCalls: 3 });
    proxy.plan.force("rotated");
    for (let call = 0; call < 3; call++)
      expect(await errorOf(get())).toMatchObject({ name: "InvalidAccessKeyId", status: 403 });
    expect(await get()).toBe(body.toString());
  });

  it("harms as many calls as it is told, in every way, and the same ones for the same seed", async () => {
    const outcomes: string[][] = [];
    for (let run = 0; run < 2; run++) {
      const { proxy, get } = await faulty({ seed: 5, rate: 0.3, rotatedCalls: 1, silentMs: 5 });
      const outcome: string[] = [];
      for (let call = 0; call < 150; call++)
        outcome.push(
          await get().then(
            (text) => (text === body.toString() ? "whole" : "not whole"),
            () => "failed",
          ),
        );
      expect(outcome).not.toContain("not whole");
      expect(proxy.harmed + proxy.counts.passed).toBe(150);
      expect(proxy.harmed).toBeGreaterThan(25);
      expect(proxy.harmed).toBeLessThan(70);
      for (const fault of faults) expect(proxy.counts[fault], fault).toBeGreaterThan(0);
      outcomes.push(outcome);
    }
    expect(outcomes[0]).toEqual(outcomes[1]);
  });

  it("tells what a test says in place of the server", async () => {
    const { s3, proxy, get } = await faulty();
    proxy.intercept = ({ url = "" }) => (url.includes("a%20b") ? { status: 418, body: "" } : undefined);
    expect((await errorOf(get())).status).toBe(418);
    expect(s3.log.calls).toEqual([]);
    expect(proxy.counts.intercepted).toBe(1);
  });
});
