import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { testEnvironment } from "./clouds/aws-keys.ts";
import { startS3 } from "./clouds/s3-client.ts";
import { putLog } from "./flow-log-bucket.ts";
import { runWeir, type WeirRun } from "./weir-run.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const LONG_MS = 60_000;

const folder = mkdtempSync(join(tmpdir(), "weir-doctor-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let data = "";
let lakes = 0;
beforeEach(() => {
  data = join(folder, `lake-${++lakes}`);
});

function weir(...args: string[]): Promise<WeirRun> {
  return runWeir([...args, "--data", data], testEnvironment);
}

describe("weir doctor SOURCE", () => {
  interface Finding {
    readonly code: string;
    readonly level: string;
    readonly finding: string;
    readonly next: string | null;
    readonly details: readonly string[];
  }
  async function judge(name: string): Promise<{ status: number | null; checks: Finding[] }> {
    const { status, stdout, stderr } = await weir("doctor", name, "--json");
    if (stdout === "") throw new Error(stderr);
    return { status, checks: (JSON.parse(stdout) as { checks: Finding[] }).checks };
  }
  const found = (checks: readonly Finding[], code: string): Finding | undefined =>
    checks.find((each) => each.code === code);

  it(
    "says nothing bad of a source that is well",
    async () => {
      const s3 = await startS3();
      putLog(s3.createBucket("logs"));
      await weir("add", "s3://logs", "--endpoint", s3.url, "--yes");
      await weir("collect");
      const { status, checks } = await judge("logs");
      expect(checks.filter(({ level }) => level !== "ok")).toEqual([]);
      expect(status).toBe(0);
      expect(found(checks, "clock")?.finding).toContain("agrees");
    },
    LONG_MS,
  );

  it(
    "names the permission, the empty prefix, the flow log that was replaced, other logs, and silence",
    async () => {
      const s3 = await startS3();
      const now = Date.now();
      const bucket = s3.createBucket("logs");
      for (let at = 0; at < 3; at++)
        putLog(bucket, { fl: "fl-0aaaaaaaaaaaaaaaa", ms: now - 10 * HOUR_MS - at * 5 * MINUTE_MS });
      for (let at = 0; at < 3; at++)
        putLog(bucket, { fl: "fl-0bbbbbbbbbbbbbbbb", ms: now - 7 * HOUR_MS + at * 5 * MINUTE_MS });
      s3.createBucket("empty");
      for (const name of ["logs", "empty"]) await weir("add", `s3://${name}`, "--endpoint", s3.url, "--yes");
      await weir("collect");
      const { status, checks } = await judge("logs");
      expect(status).toBe(1);
      expect(found(checks, "silent")).toMatchObject({ level: "bad" });
      const replaced = found(checks, "flow-log-replaced");
      expect(replaced?.finding).toContain("fl-0aaaaaaaaaaaaaaaa");
      expect(replaced?.finding).toContain("fl-0bbbbbbbbbbbbbbbb began");
      expect(replaced?.finding).toMatch(/3 h.* between them/);
      const empty = await judge("empty");
      expect(empty.status).toBe(1);
      expect(found(empty.checks, "empty")).toMatchObject({ level: "bad" });

      s3.deny({ action: "s3:ListBucket", bucket: "logs" });
      const denied = found((await judge("logs")).checks, "reach");
      expect(denied?.finding).toContain("a permission is missing");
      expect(denied?.next).toContain("s3:ListBucket");
      expect(denied?.details.join("\n")).toContain("s3:GetObject");
    },
    LONG_MS,
  );

  it(
    "sees a clock that is off",
    async () => {
      const s3 = await startS3({ now: () => Date.now() - 20 * MINUTE_MS });
      putLog(s3.createBucket("logs"));
      await weir("add", "s3://logs", "--endpoint", s3.url, "--force", "--yes");
      const { status, checks } = await judge("logs");
      expect(status).toBe(1);
      expect(found(checks, "clock")?.finding).toMatch(/^this machine's clock is 20 min.* ahead$/);
    },
    LONG_MS,
  );

  it(
    "says of a folder that most of it is no flow log, which flow log is damaged, and where the nearest name is",
    async () => {
      const logs = join(folder, "strange");
      mkdirSync(logs);
      for (const name of ["a.json", "b.json"]) writeFileSync(join(logs, name), '{"hello":1}');
      const damaged = "123456789012_vpcflowlogs_eu-central-1_fl-0a1b_20260303T1305Z_0a1b2c3d.log.gz";
      writeFileSync(join(logs, damaged), Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xee, 0xee]));
      await weir("add", logs, "--yes");
      const collected = await weir("collect");
      expect(collected.status).toBe(1);
      expect(collected.stdout).toContain(damaged);
      expect((await weir("sources")).stdout).toContain("1 object could not be read");
      const { status, checks } = await judge("strange");
      expect(status).toBe(1);
      expect(found(checks, "not-a-flow-log")).toMatchObject({ level: "bad" });
      expect(found(checks, "corrupt-gzip")).toMatchObject({ level: "bad", details: [join(logs, damaged)] });
      const nearly = await weir("doctor", "strangr");
      expect(nearly.status).toBe(2);
      expect(nearly.stderr).toContain("Did you mean strange?");
    },
    LONG_MS,
  );
});
