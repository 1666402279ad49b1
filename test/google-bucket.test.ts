import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { end, entry } from "../src/decode/gcp/gcp-entries.fake.ts";
import { testEnvironment, testUser } from "./clouds/aws-keys.ts";
import { startGoogleFront } from "./clouds/google-front.ts";
import { atEnd } from "./clouds/opened.ts";
import { startS3 } from "./clouds/s3-client.ts";
import { runWeir, type WeirRun } from "./weir-run.ts";

const HOUR_MS = 3_600_000;
const folder = mkdtempSync(join(tmpdir(), "weir-google-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const two = (value: number): string => String(value).padStart(2, "0");

/** A file of a sink of Cloud Logging, of the hour that a moment is in. */
function sinkKey(log: string, ms: number, part: string): string {
  const time = new Date(ms);
  const hour = two(time.getUTCHours());
  return `${log}/${time.toISOString().slice(0, 10).replaceAll("-", "/")}/${hour}:00:00_${hour}:59:59_${part}.json`;
}

function lines(ms: number, count: number, from: number): string {
  return Array.from({ length: count }, (_, at) => {
    const start_time = new Date(ms + at * 1000).toISOString();
    const end_time = new Date(ms + at * 1000 + 500).toISOString();
    const connection = { src_ip: "10.0.0.10", src_port: 2000 + at, dest_ip: "10.0.0.20", dest_port: 443, protocol: 6 };
    const payload = { connection, start_time, end_time, src_instance: end("a").instance, src_vpc: end("a").vpc };
    return `${JSON.stringify(entry(payload, { insertId: `i${from + at}`, timestamp: end_time }))}\n`;
  }).join("");
}

it("a bucket of Google's with a sink of Cloud Logging is added, collected once and judged, by an HMAC key", async () => {
  const s3 = await startS3();
  const front = await startGoogleFront(s3);
  atEnd(() => front.close());
  const bucket = s3.createBucket("vpc-flows", { region: "auto" });
  const now = Date.now();
  // A sink writes an hour when it is over, in parts; what came late in a file of its own.
  for (let hours = 1; hours <= 3; hours++) {
    const ms = Math.floor(now / HOUR_MS - hours) * HOUR_MS;
    for (const [at, part] of ["S0", "S1"].entries())
      bucket.put(sinkKey("compute.googleapis.com/vpc_flows", ms, part), lines(ms, 5, hours * 100 + at * 10), {
        modifiedMs: ms + HOUR_MS,
      });
    bucket.put(
      sinkKey("networkmanagement.googleapis.com/vpc_flows", ms, `A0:${Math.floor(ms / 1000)}`),
      lines(ms, 2, hours * 1000),
      { modifiedMs: ms + HOUR_MS },
    );
    bucket.put(sinkKey("cloudaudit.googleapis.com/activity", ms, "S0"), '{"protoPayload":{}}\n', { modifiedMs: ms });
  }
  const env = {
    ...testEnvironment,
    AWS_ACCESS_KEY_ID: "",
    AWS_SECRET_ACCESS_KEY: "",
    // Whoever also works with AWS has set it: it is no region of Google's.
    AWS_REGION: "",
    GOOGLE_HMAC: `${testUser.accessKeyId}:${testUser.secretAccessKey}`,
  };
  const data = join(folder, "lake");
  const weir = (...args: string[]): Promise<WeirRun> => runWeir([...args, "--data", data], env);
  const place = ["gs://vpc-flows", "--endpoint", front.url];

  const keyless = await weir("add", ...place, "--yes");
  expect(keyless.status).toBe(2);
  expect(keyless.stderr).toContain("gcloud storage hmac create");
  expect(existsSync(join(data, "weir.yaml"))).toBe(false);

  const added = await weir("add", ...place, "--secret", "env:GOOGLE_HMAC", "--yes");
  expect(added.stderr).toBe("");
  expect(added.stdout).toContain("a sink of Cloud Logging, by day");
  expect(added.stdout).toContain("gcp_vpc");
  expect(added.stdout).toContain("roles/storage.objectViewer");

  const collected = JSON.parse((await weir("collect", "--json")).stdout) as Record<string, unknown>;
  expect(collected).toMatchObject({
    error: null,
    objects: { read: 9, failed: 0 },
    records: { flows: 36, malformed: 0 },
  });
  const again = JSON.parse((await weir("collect", "--json")).stdout) as Record<string, unknown>;
  expect(again).toMatchObject({ error: null, objects: { read: 0, failed: 0 } });
  expect(
    s3.log.calls.filter(({ subject, operation }) => operation === "GetObject" && subject.includes("cloudaudit")),
  ).toEqual([]);

  const judged = await weir("doctor", "vpc-flows", "--json");
  const { checks } = JSON.parse(judged.stdout) as { checks: { code: string; level: string; finding: string }[] };
  expect(checks.filter(({ level }) => level === "bad")).toEqual([]);
  expect(checks.find(({ code }) => code === "reach")?.finding).toContain("Cloud Logging");
}, 90_000);
