import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, it, onTestFinished } from "vitest";
import { startS3 } from "../../../test/clouds/s3-client.ts";
import type { SourceProbe } from "../probe.ts";
import { objectKey } from "./memory-lister.fake.ts";
import { log, never, openBucket } from "./opened-bucket.fake.ts";

async function probeOf(ending: string, body: Buffer | string): Promise<SourceProbe> {
  const s3 = await startS3();
  s3.createBucket("logs").put(objectKey(log, Date.now()).replace(/\.log.*$/, ending), body);
  return (await openBucket(s3)).probe(never);
}

it.each([
  ["a short footer", 4],
  ["a footer of more than the first request brings", 100_000],
])("reads the columns of Parquet with %s", async (_, told) => {
  const columns = ["version", "account_id", "srcaddr", "pkt_dst_aws_service", "tgw_id"];
  const list = columns.map((name, at) => `repeat('x', i::INT % 9 + ${at}) AS "${name}"`).join(", ");
  const { flowLogs } = await probeOf(".log.parquet", await parquetOf(list, "x".repeat(told)));
  expect(flowLogs).toMatchObject([
    { logType: "aws_tgw", format: columns.map((name) => `\${${name.replaceAll("_", "-")}}`).join(" ") },
  ]);
});

it("knows Security Lake's rows, whose columns are no format of lines", async () => {
  const list = "4001 AS class_uid, {'ip': '10.0.0.1', 'interface_uid': 'eni-1'} AS src_endpoint";
  const { flowLogs } = await probeOf(".gz.parquet", await parquetOf(list, "x"));
  expect(flowLogs).toMatchObject([{ logType: "aws_vpc", format: null }]);
});

it("makes no format of words", async () => {
  const { flowLogs, remarks } = await probeOf(".log", "the quick brown fox\njumps over the dog\n");
  expect(flowLogs).toMatchObject([{ logType: null, format: null }]);
  expect(remarks.join()).toContain("no flow log that is known");
});

/** A Parquet file with many row groups, and a text besides in its footer. */
async function parquetOf(list: string, told: string): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), "weir-parquet-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "object.parquet");
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  await connection.run(
    `COPY (SELECT ${list} FROM range(20000) t(i)) TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 2048, KV_METADATA {tool: '${told}'})`,
  );
  connection.closeSync();
  instance.closeSync();
  return readFileSync(path);
}
