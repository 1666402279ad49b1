import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { testEnvironment } from "./clouds/aws-keys.ts";
import { azuriteAccount, startAzurite } from "./clouds/azurite.ts";
import { startAws } from "./clouds/fake-aws.ts";
import { atEnd } from "./clouds/opened.ts";
import { startS3 } from "./clouds/s3-client.ts";
import { putLog } from "./flow-log-bucket.ts";
import { runWeir, type WeirRun } from "./weir-run.ts";

const LONG_MS = 60_000;

const folder = mkdtempSync(join(tmpdir(), "weir-add-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let data = "";
let lakes = 0;
beforeEach(() => {
  data = join(folder, `lake-${++lakes}`);
});

const isWritten = (): boolean => existsSync(join(data, "weir.yaml"));

function weir(args: readonly string[], env: Readonly<Record<string, string>> = testEnvironment): Promise<WeirRun> {
  return runWeir([...args, "--data", data], env);
}

describe("without a terminal", () => {
  it(
    "is written what --yes says, and nothing else",
    async () => {
      const s3 = await startS3();
      putLog(s3.createBucket("logs"));
      const place = ["add", "s3://logs", "--endpoint", s3.url];
      const asked = await weir(place);
      expect(asked.status).toBe(2);
      expect(asked.stdout).toContain("by account, region and day");
      expect(asked.stderr).toContain("Say --yes");
      const json = await weir([...place, "--json"]);
      expect(JSON.parse(json.stdout)).toMatchObject({ written: false, error: null });
      expect(json.status).toBe(0);
      expect(isWritten()).toBe(false);
      expect(JSON.parse((await weir([...place, "--json", "--yes"])).stdout)).toMatchObject({ written: true });
      expect(isWritten()).toBe(true);
    },
    LONG_MS,
  );
});

describe("a place that nothing lies at", () => {
  it(
    "is not written where another one was meant, and that one is named",
    async () => {
      const s3 = await startS3();
      putLog(s3.createBucket("org-logs"), { root: "network/" });
      const add = (place: string, ...more: string[]): Promise<WeirRun> =>
        weir(["add", place, "--endpoint", s3.url, "--yes", ...more]);
      for (const [place, meant] of [
        ["s3://org-logs/network/AWSlogs/", "s3://org-logs/network/AWSLogs/"],
        ["s3://org-logs/netwrok/AWSLogs/", "s3://org-logs/network/AWSLogs/"],
        ["s3://org-logs/NETWORK", "s3://org-logs/network/"],
      ] as const) {
        const refused = await add(place);
        expect(refused.status).toBe(3);
        expect(refused.stderr).toContain(`Did you mean ${meant}?`);
      }
      expect(JSON.parse((await add("s3://org-logs/netwrok/", "--json")).stdout)).toMatchObject({
        written: false,
        error: { code: "source-mistyped" },
        found: { nearby: { meant: "s3://org-logs/network/", flow_logs: ["s3://org-logs/network/"] } },
      });
      expect(isWritten()).toBe(false);
      const elsewhere = await add("s3://org-logs/branch-offices/");
      expect(elsewhere.status).toBe(3);
      expect(elsewhere.stderr).toContain("nothing is there; flow logs lie at s3://org-logs/network/");
      expect(isWritten()).toBe(false);
      // Not there yet, and nothing near it: it may come.
      s3.createBucket("new-logs");
      const coming = await add("s3://new-logs/branch-offices/");
      expect(coming.status).toBe(0);
      expect(coming.stdout).toContain("nothing is there yet; it is read when it comes");
      expect((await add("s3://org-logs/netwrok/", "--force", "--name", "typo")).status).toBe(0);
      expect(readFileSync(join(data, "weir.yaml"), "utf8")).toContain("s3://org-logs/netwrok/");
    },
    LONG_MS,
  );

  it(
    "is no other account or region that is nearly the same: where flow logs lie is named",
    async () => {
      const s3 = await startS3();
      putLog(s3.createBucket("logs"));
      for (const place of [
        "s3://logs/AWSLogs/123456789013/",
        "s3://logs/AWSLogs/123456789013/vpcflowlogs/eu-west-1/",
      ]) {
        const refused = await weir(["add", place, "--endpoint", s3.url, "--yes"]);
        expect(refused.status).toBe(3);
        expect(refused.stderr).toContain("Did you mean s3://logs/?");
      }
      expect(isWritten()).toBe(false);
    },
    LONG_MS,
  );

  it(
    "is a bucket, log group or container that is written wrongly: the right one is named",
    async () => {
      const aws = await startAws();
      atEnd(() => aws.close());
      putLog(aws.s3.createBucket("org-flow-logs"));
      aws.logs.createLogGroup("/vpc/flow-logs", { region: "eu-central-1" });
      const azurite = await startAzurite();
      atEnd(() => azurite.close());
      const container = await azurite.createContainer("insights-logs-flowlogflowevent");
      await container
        .getBlockBlobClient("flowLogResourceID=/a/y=2026/m=01/d=01/h=00/m=00/macAddress=1/PT1H.json")
        .upload("{}", 2);
      const env = { ...aws.environment, KEY: azurite.connectionString };
      const host = `azblob://${azuriteAccount.name}`;
      for (const [place, meant, ...more] of [
        ["s3://org-flowlogs", "s3://org-flow-logs"],
        ["cloudwatch://eu-central-1//vpc/flowlogs", "cloudwatch://eu-central-1//vpc/flow-logs"],
        [`${host}/insights-logs-flowlogflowevents`, `${host}/insights-logs-flowlogflowevent`, "--secret", "env:KEY"],
        [
          `${host}/insights-logs-flowlogflowevent/flowlogresourceid=/`,
          `${host}/insights-logs-flowlogflowevent/flowLogResourceID=/`,
          "--secret",
          "env:KEY",
        ],
      ] as const) {
        const refused = await weir(["add", place, "--yes", ...more], env);
        expect(refused.stderr).toContain(`Did you mean ${meant}?`);
        expect(refused.status).toBe(3);
      }
      const contradiction = await weir(
        ["add", "cloudwatch://eu-central-1//vpc/flow-logs", "--region", "us-east-1", "--yes"],
        env,
      );
      expect(contradiction.status).toBe(2);
      expect(contradiction.stderr).toContain("Leave region out");
      const secretless = await weir(["add", `${host}/logs`, "--endpoint", azurite.blobUrl, "--yes"], env);
      expect(secretless.status).toBe(2);
      expect(secretless.stderr).toContain("Give secret: env:NAME");
      expect(isWritten()).toBe(false);
    },
    LONG_MS,
  );
});
