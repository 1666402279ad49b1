import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { testEnvironment } from "./clouds/aws-keys.ts";
import type { FakeS3 } from "./clouds/fake-s3.ts";
import { atEnd } from "./clouds/opened.ts";
import { startS3 } from "./clouds/s3-client.ts";
import { ACCOUNT, putLog } from "./flow-log-bucket.ts";
import { runWeir, startWeir, type WeirRun } from "./weir-run.ts";

const KEY = `arn:aws:kms:eu-central-1:${ACCOUNT}:key/0a1b2c3d-0000-4000-8000-00000000abcd`;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const LONG_MS = 60_000;

const folder = mkdtempSync(join(tmpdir(), "weir-sources-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let data = "";
let lakes = 0;
beforeEach(() => {
  data = join(folder, `lake-${++lakes}`);
});

function weir(...args: string[]): Promise<WeirRun> {
  return runWeir([...args, "--data", data], testEnvironment);
}

interface Policy {
  readonly Statement: readonly {
    readonly Action: string | readonly string[];
    readonly Resource: string | readonly string[];
    readonly Condition?: { readonly StringLike: { readonly "s3:prefix": readonly string[] } };
  }[];
}

/** Has a server allow what a policy allows, and nothing else. */
function enforce(s3: FakeS3, bucket: string, policy: Policy): void {
  const like = (pattern: string, text: string): boolean =>
    new RegExp(
      `^${pattern
        .split("*")
        .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"))
        .join(".*")}$`,
      "s",
    ).test(text);
  const allows = (action: string, value: string): boolean =>
    policy.Statement.some(({ Action, Resource, Condition }) => {
      if (![Action].flat().includes(action)) return false;
      if (action === "s3:ListBucket")
        return Condition?.StringLike["s3:prefix"].some((each) => like(each, value)) ?? true;
      return [Resource]
        .flat()
        .some((each) => action === "kms:Decrypt" || like(each, `arn:aws:s3:::${bucket}/${value}`));
    });
  for (const action of [
    "s3:ListBucket",
    "s3:GetObject",
    "kms:Decrypt",
    "s3:GetBucketLocation",
    "s3:GetEncryptionConfiguration",
    "s3:ListAllMyBuckets",
  ])
    s3.deny({ action, bucket, where: (value) => !allows(action, value) });
}

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await what())) await sleep(100);
}

describe("weir add", () => {
  it(
    "looks, estimates, says the least policy, and writes; that policy is enough to read all of it",
    async () => {
      const s3 = await startS3();
      const bucket = s3.createBucket("logs", { kmsKeyArn: KEY });
      for (let at = 0; at < 20; at++) putLog(bucket, { ms: Date.now() - at * 5 * MINUTE_MS, root: "network/" });
      bucket.put(`network/AWSLogs/${ACCOUNT}/CloudTrail/eu-central-1/x.json.gz`, "not ours");
      const place = ["add", "s3://logs", "--endpoint", s3.url, "--region", "eu-central-1"];

      const printed = await weir(...place, "--print");
      expect(printed.status).toBe(0);
      expect(parse(printed.stdout, { schema: "failsafe" })).toEqual({
        sources: [{ name: "logs", url: "s3://logs", region: "eu-central-1", endpoint: s3.url }],
      });
      expect(existsSync(data)).toBe(false);

      const added = await weir(...place, "--yes");
      expect(added).toMatchObject({ status: 0, stderr: "" });
      for (const words of [
        "by account, region and day",
        "1: aws_vpc",
        ACCOUNT,
        KEY,
        "LIST",
        "KMS Decrypt",
        "out of the cloud",
        "Added",
      ])
        expect(added.stdout).toContain(words);
      expect(parse(readFileSync(join(data, "weir.yaml"), "utf8"), { schema: "failsafe" })).toEqual(
        parse(printed.stdout, { schema: "failsafe" }),
      );

      const [json = ""] = /\{\n[\s\S]*?\n {4}\}(?=\n)/.exec(added.stdout) ?? [];
      const policy = JSON.parse(json) as Policy;
      expect(policy.Statement.flatMap(({ Action }) => Action)).toEqual([
        "s3:ListBucket",
        "s3:GetObject",
        "kms:Decrypt",
      ]);
      enforce(s3, "logs", policy);
      const collected = await weir("collect", "--json");
      expect(collected.status).toBe(0);
      expect(JSON.parse(collected.stdout)).toMatchObject({ source: "logs", records: { flows: 200 }, error: null });
      expect(
        s3.log.calls.filter(({ operation, subject }) => operation === "GetObject" && subject.includes("CloudTrail")),
      ).toEqual([]);
    },
    LONG_MS,
  );

  it(
    "refuses a name or a place that is taken, and says what to do",
    async () => {
      const s3 = await startS3();
      putLog(s3.createBucket("logs"));
      await weir("add", "s3://logs", "--endpoint", s3.url, "--yes");
      const before = readFileSync(join(data, "weir.yaml"), "utf8");
      for (const [place, ...more] of [["s3://logs/"], ["s3://logs/AWSLogs/"], ["s3://others", "--name", "logs"]]) {
        const again = await weir("add", place ?? "", "--endpoint", s3.url, ...more, "--yes");
        expect(again.status).toBe(2);
        expect(again.stderr).toContain("logs”");
        expect(again.stderr).toContain("weir remove logs");
      }
      expect(readFileSync(join(data, "weir.yaml"), "utf8")).toBe(before);
    },
    LONG_MS,
  );

  it(
    "writes nothing of a place that cannot be read, and says which right is missing",
    async () => {
      const s3 = await startS3();
      putLog(s3.createBucket("logs"));
      s3.deny({ action: "s3:ListBucket", bucket: "logs" });
      const refused = await weir("add", "s3://logs", "--endpoint", s3.url, "--yes");
      expect(refused.status).toBe(3);
      expect(refused.stderr).toContain("s3:ListBucket is not allowed");
      expect(refused.stdout).toContain('"s3:prefix"');
      expect(existsSync(join(data, "weir.yaml"))).toBe(false);
      expect((await weir("add", "s3://logs", "--endpoint", s3.url, "--force")).status).toBe(0);
      expect(existsSync(join(data, "weir.yaml"))).toBe(true);
    },
    LONG_MS,
  );
});

describe("sources that are collected", () => {
  it(
    "one that fails holds back no other; weir sources knows both, and why, without a server",
    async () => {
      const s3 = await startS3();
      putLog(s3.createBucket("good"));
      putLog(s3.createBucket("bad"));
      await weir("add", "s3://bad", "--endpoint", s3.url, "--yes");
      await weir("add", "s3://good", "--endpoint", s3.url, "--yes");
      s3.deny({ action: "s3:ListBucket", bucket: "bad" });
      const collected = await weir("collect", "--json");
      expect(collected.status).toBe(3);
      const reports = collected.stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as { source: string });
      expect(reports).toMatchObject([
        { source: "bad", error: { code: "source-denied" } },
        { source: "good", error: null, records: { flows: 10 } },
      ]);
      const { sources } = JSON.parse((await weir("sources", "--json")).stdout) as {
        sources: Record<string, unknown>[];
      };
      expect(sources).toMatchObject([
        {
          name: "bad",
          kind: "s3",
          state: "failing",
          error_code: "source-denied",
          last_run: { failures: 1 },
          configured: true,
        },
        {
          name: "good",
          state: "ok",
          last_error: null,
          objects: { read: 1 },
          last_run: { seen: 1, read: 1 },
          requests: { gets: 1, throttled: 0 },
        },
      ]);
      expect(sources[0]?.["next_step"]).toContain("s3:ListBucket");
      expect(sources[1]?.["lag_s"]).toBeLessThan(600);
      const removed = await weir("remove", "good");
      expect(removed.stdout).toContain("10 records of 1 object");
      expect(removed.stdout).toContain("stay in the lake");
      const left = JSON.parse((await weir("sources", "--json")).stdout) as { sources: object[] };
      expect(left.sources).toMatchObject([{ name: "bad" }, { configured: false, objects: { read: 1 } }]);
    },
    LONG_MS,
  );

  it(
    "a backfill reads its days and leaves the rest where it stands",
    async () => {
      const s3 = await startS3();
      const bucket = s3.createBucket("logs");
      const now = Date.now();
      for (let day = 0; day < 6; day++) putLog(bucket, { ms: now - day * 24 * HOUR_MS });
      const since = new Date(now - 36 * HOUR_MS).toISOString().slice(0, 10);
      await weir("add", "s3://logs", "--endpoint", s3.url, "--since", since, "--yes");
      const first = JSON.parse((await weir("collect", "--json")).stdout) as { objects: { read: number } };
      const from = new Date(now - 4 * 24 * HOUR_MS - HOUR_MS).toISOString();
      const to = new Date(now - 3 * 24 * HOUR_MS + HOUR_MS).toISOString();
      const gap = JSON.parse((await weir("collect", "--json", "--from", from, "--to", to)).stdout) as {
        objects: { read: number };
      };
      expect(first.objects.read).toBeGreaterThanOrEqual(2);
      expect(first.objects.read).toBeLessThan(4);
      expect(gap.objects.read).toBe(2);
      const again = JSON.parse((await weir("collect", "--json")).stdout) as { objects: { read: number } };
      expect(again.objects.read).toBe(0);
      const wrong = await weir("collect", "--to", to);
      expect(wrong).toMatchObject({ status: 2 });
      expect(wrong.stderr).toContain("--from");
    },
    LONG_MS,
  );

  it(
    "follows them until it is interrupted, the good one beside the failing one",
    async () => {
      const s3 = await startS3();
      const good = s3.createBucket("good");
      putLog(good);
      putLog(s3.createBucket("bad"));
      for (const name of ["bad", "good"])
        await weir("add", `s3://${name}`, "--endpoint", s3.url, "--every", "1s", "--yes");
      s3.deny({ action: "s3:ListBucket", bucket: "bad" });
      const child = startWeir(["collect", "--follow", "--json", "--data", data], testEnvironment);
      atEnd(() => child.kill("SIGKILL"));
      let told = "";
      child.stdout?.setEncoding("utf8").on("data", (text: string) => (told += text));
      // The failing one is tried again and again, and the good one is read all the same.
      const failed = (): number => (told.match(/"source":"bad","state":"failed"/g) ?? []).length;
      await until(() => told.includes('"source":"good","state":"done"') && failed() >= 2);
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGINT");
      expect(await ended).toBe(0);
      const { sources } = JSON.parse((await weir("sources", "--json")).stdout) as { sources: object[] };
      expect(sources).toMatchObject([
        { state: "failing", records: { flows: 0 } },
        { state: "ok", records: { flows: 10 } },
      ]);
    },
    LONG_MS,
  );
});
