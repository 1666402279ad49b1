import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { flowLines } from "../../test/aws-lines.ts";
import { openCatalog, type Catalog } from "../catalog/index.ts";
import { DecodeOutput } from "../decode/index.ts";
import { ParquetText } from "../store/lake/parquet-text.ts";
import { ObjectReader } from "./object-reader.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-reader-"));
let catalog: Catalog;
beforeAll(() => {
  catalog = openCatalog(join(folder, "catalog.db"), { mode: "write" });
});
afterAll(() => {
  catalog.close();
  rmSync(folder, { recursive: true });
});

const AWS =
  "AWSLogs/123456789012/vpcflowlogs/eu-central-1/2026/11/28/123456789012_vpcflowlogs_eu-central-1_fl-0a1b_20261128T1305Z_0a1b2c3d.log.gz";
const AZURE =
  "flowLogResourceID=/0A_RG/NETWORKWATCHER_X_HUB/y=2026/m=11/d=28/h=13/m=00/macAddress=000D3AF87856/PT1H.json";
const GOOGLE = "compute.googleapis.com/vpc_flows/2026/11/28/13:00:00_13:59:59_S0.json";

/** What becomes of an object of this name and content. */
async function becomes(key: string, content: Buffer | string): Promise<string> {
  const path = join(folder, "object");
  writeFileSync(path, content);
  const none = { segmentRows: 1000, memoryMb: 100, final: false, knownFormats: {}, dataDir: folder, writerId: "w" };
  // None of them is Parquet: no engine is needed.
  const parquet = new ParquetText(undefined as never, folder);
  const output = new DecodeOutput(1000);
  const reader = new ObjectReader(
    none,
    { catalog, parquet },
    { flush: async () => output.clearRows(), isStopped: () => false, onBytes: () => undefined },
  );
  const candidate = { key, size: content.length, modifiedMicros: 1 };
  const claim = { objectId: 1, claim: 1, candidate, reason: "new", offset: 0, prefixSha256: null } as const;
  const reading = await reader.read({ claim: { ...claim, decoderState: null, hasRows: false }, path }, output);
  if (reading.kind !== "result") return reading.kind;
  const { result } = reading;
  return result.status === "done" ? `done ${result.report.counts.total}` : `${result.status} ${result.code}`;
}

it("tells what cannot be read of a flow log as failed, and leaves out what is none", async () => {
  const log = gzipSync(flowLines(0, 200));
  const broken = Buffer.concat([log.subarray(0, 10), Buffer.alloc(300, 0xee)]);
  for (const [content, of] of [
    [log, "done 200"],
    [broken, "failed corrupt-gzip"],
    [log.subarray(0, 12), "failed truncated-gzip"],
    [gzipSync("verzion acc0unt-id\n1 2\n3 4\n"), "failed unreadable-flow-log"],
    ["<html>Access denied</html>\n", "failed unreadable-flow-log"],
    [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 1, 2, 3]), "failed compression-not-supported"],
  ] as const)
    expect([of, await becomes(AWS, content)]).toEqual([of, of]);
  expect(await becomes(AZURE, "not json at all\n")).toBe("failed unreadable-flow-log");
  expect(await becomes(GOOGLE, '{"textPayload":"x"}\n')).toMatch(/^(failed|done)/);
  // Empty ones are made before anything is written to them, and others lie beside flow logs.
  expect(await becomes(AZURE, "")).not.toMatch(/^failed/);
  expect(await becomes("AWSLogs/123456789012/Config/x.json.gz", gzipSync('{"no":"log"}'))).toBe(
    "skipped not-a-flow-log",
  );
  expect(await becomes("logs/readme.txt", "hello\n")).toBe("skipped not-a-flow-log");
  // What it is nobody can know.
  expect(await becomes("logs/any.gz", broken)).toBe("failed corrupt-gzip");
});

it("keeps what a damaged flow log still gives", async () => {
  const log = gzipSync(flowLines(0, 20_000));
  expect(await becomes(AWS, log.subarray(0, log.length >> 1))).toMatch(/^done \d{3,}$/);
});

it("waits for an Azure blob whose first record is still being written", async () => {
  expect(await becomes(AZURE, '{"records":[')).not.toMatch(/^failed/);
});
