import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, expect, it } from "vitest";
import { rowsOf } from "./lake-rows.ts";
import { ingest } from "./weir.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-parquet-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const FIELDS =
  "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status pkt-srcaddr pkt-dstaddr flow-direction traffic-path tcp-flags instance-id resource-id instance-tag";

/** A record of every kind that AWS writes to Parquet, most of them plain. */
function line(number: number): string {
  const host = (salt: number): string =>
    `10.${(number * 7 + salt) % 5}.${(number + salt) % 200}.${(number * 3 + salt) % 250}`;
  const [src, dst] = [host(1), host(2)];
  const start = 1_767_225_600 + (number % 3600);
  const head = `5 012345678901 eni-0abc${number % 9}`;
  const tail = `${start} ${start + 59}`;
  switch (number % 40) {
    case 3:
      return `${head} - - - - - - - ${tail} - NODATA - - - - - - - -`;
    case 5:
      return `${head} - - - - - - - ${tail} - SKIPDATA - - - - - - - -`;
    case 7: // behind a NAT gateway
      return `${head} ${src} ${dst} 40000 443 6 3 999 ${tail} ACCEPT OK 10.9.9.9 ${dst} egress 8 2 - - -`;
    case 9: // no ports
      return `${head} ${src} ${dst} 0 0 1 1 84 ${tail} REJECT OK ${src} ${dst} ingress - - i-1 - -`;
    case 11:
      return `${head} 2001:db8::${number % 99} 2001:db8::1 5000 53 17 1 84 ${tail} ACCEPT OK 2001:db8::${number % 99} 2001:db8::1 egress 1 0 i-2 - -`;
    case 13: // a regional NAT gateway has no interface
      return `5 012345678901 - ${src} ${dst} 1234 443 6 1 84 ${tail} ACCEPT OK ${src} ${dst} egress 8 2 - nat-0123 -`;
    case 15:
      return `${head} ${src} ${dst} 1234 443 6 1 84 ${tail} ACCEPT OK ${src} ${dst} egress 8 2 i-3 - a%20b`;
    case 17: // VPC block public access: no bytes
      return `${head} ${src} ${dst} 1234 443 6 - - ${tail} REJECT OK ${src} ${dst} ingress - 2 i-3 - -`;
    default:
      return `${head} ${src} ${dst} ${1024 + (number % 60_000)} 443 6 ${number % 90} ${number * 13} ${tail} ACCEPT OK ${src} ${dst} ${number % 2 ? "ingress - " : "egress 1 "}${number % 20} i-${number % 5} - -`;
  }
}

async function writeParquet(textFile: string, file: string): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const integers = new Set([
    "version",
    "srcport",
    "dstport",
    "protocol",
    "packets",
    "bytes",
    "start",
    "end",
    "tcp-flags",
    "traffic-path",
  ]);
  const columns = FIELDS.split(" ").map((name) => {
    const type = integers.has(name)
      ? name === "packets" || name === "bytes" || name === "start" || name === "end"
        ? "BIGINT"
        : "INTEGER"
      : "VARCHAR";
    const value = integers.has(name) ? `nullif("${name}", '-')::${type}` : `"${name}"`;
    return `${value} AS ${name === "end" ? '"end"' : name.replaceAll("-", "_")}`;
  });
  const names = FIELDS.split(" ").map((name) => `'${name}': 'VARCHAR'`);
  await connection.run(
    `COPY (SELECT ${columns.join(", ")} FROM read_csv('${textFile}', delim=' ', header=true, auto_detect=false, columns={${names.join(", ")}})) TO '${file}' (FORMAT parquet, COMPRESSION gzip)`,
  );
  connection.closeSync();
  instance.closeSync();
}

it.each([60, 30_000])("reads %d rows of AWS Parquet as it reads the same rows as text", async (rows) => {
  const lines = Array.from({ length: rows }, (_, number) => line(number));
  const text = join(folder, `${rows}.log`);
  const parquet = join(folder, `${rows}.log.parquet`);
  writeFileSync(text, `${FIELDS}\n${lines.join("\n")}\n`);
  await writeParquet(text, parquet);
  const reports = [];
  const tables = [];
  for (const path of [text, parquet]) {
    const dataDir = join(folder, `lake-${rows}-${path === text ? "text" : "parquet"}`);
    reports.push(ingest(dataDir, path));
    // Line 1 of the text is its header.
    const shift = path === text ? "position - 1" : "position";
    tables.push(await rowsOf(dataDir, `${shift} AS position`));
  }
  expect(reports[1]?.records).toEqual(reports[0]?.records);
  expect(reports[1]?.records).toMatchObject({ total: rows, malformed: 0 });
  expect(reports[1]?.flows_by_type).toEqual(reports[0]?.flows_by_type);
  expect(tables[1]).toEqual(tables[0]);
});

it("reads Security Lake's OCSF rows as it reads the records that they were made of", async () => {
  const fields =
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr region az-id pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path reject-reason sublocation-id";
  const lines = Array.from({ length: 500 }, (_, at) => {
    const isOut = at % 3 === 0;
    return `5 012345678901 eni-0abc1234 10.0.0.${at % 200} 10.0.1.7 ${1024 + at} 443 6 ${at} ${at * 40} ${1_767_225_600 + at} ${1_767_225_659 + at} ${at % 7 === 0 ? "REJECT" : "ACCEPT"} OK vpc-1 subnet-1 i-1 19 IPv4 ${at % 5 === 0 ? "10.9.9.9" : `10.0.0.${at % 200}`} 10.0.1.7 us-east-2 use2-az2 - S3 ${isOut ? "egress 8" : "ingress -"} ${at % 7 === 0 ? "BPA" : "-"} -`;
  });
  const text = join(folder, "security-lake.log");
  const parquet = join(folder, "part-0.gz.parquet");
  writeFileSync(text, `${fields}\n${lines.join("\n")}\n`);
  const own = `{'interface_uid': "interface-id", 'vpc_uid': "vpc-id", 'subnet_uid': "subnet-id", 'instance_uid': "instance-id"`;
  const none = `{'interface_uid': NULL, 'vpc_uid': NULL, 'subnet_uid': NULL, 'instance_uid': NULL`;
  const end = (side: string): string =>
    `, 'ip': "pkt-${side}addr", 'port': ${side}port::INTEGER, 'svc_name': "pkt-${side}-aws-service", 'intermediate_ips': CASE WHEN "pkt-${side}addr" <> ${side}addr THEN [${side}addr] END}`;
  const endpoint = (side: string, direction: string): string =>
    `CASE WHEN "flow-direction" = '${direction}' THEN ${own}${end(side)} ELSE ${none}${end(side)} END`;
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const names = fields.split(" ").map((name) => `'${name}': 'VARCHAR'`);
  await connection.run(`COPY (SELECT 4001 AS class_uid,
      {'product': {'version': version, 'name': 'Amazon VPC', 'feature': {'name': 'Flowlogs'}, 'vendor_name': 'AWS'}, 'version': '1.1.0'} AS metadata,
      {'account': {'uid': "account-id"}, 'region': region, 'zone': "az-id", 'provider': 'AWS'} AS cloud,
      ${endpoint("src", "egress")} AS src_endpoint, ${endpoint("dst", "ingress")} AS dst_endpoint,
      {'protocol_num': protocol::INTEGER, 'tcp_flags': "tcp-flags"::INTEGER, 'protocol_ver': type,
        'boundary_id': CASE WHEN "traffic-path" = '-' THEN 99 ELSE "traffic-path"::INTEGER + 3 END,
        'direction_id': CASE "flow-direction" WHEN 'ingress' THEN 1 ELSE 2 END} AS connection_info,
      {'packets': packets::BIGINT, 'bytes': bytes::BIGINT} AS traffic,
      start::BIGINT * 1000 AS "time", make_timestamp(start::BIGINT * 1000000) AS start_time_dt,
      make_timestamp("end"::BIGINT * 1000000) AS end_time_dt,
      CASE action WHEN 'ACCEPT' THEN 1 ELSE 2 END AS action_id, "log-status" AS status_code,
      map {'reject_reason': "reject-reason", 'sublocation_id': "sublocation-id"} AS unmapped
    FROM read_csv('${text}', delim=' ', header=true, auto_detect=false, columns={${names.join(", ")}}))
    TO '${parquet}' (FORMAT parquet, COMPRESSION zstd)`);
  connection.closeSync();
  instance.closeSync();
  const tables = [];
  for (const path of [text, parquet]) {
    const dataDir = join(folder, `lake-ocsf-${tables.length}`);
    expect(ingest(dataDir, path).records).toMatchObject({ total: 500, flows: 500 });
    tables.push(await rowsOf(dataDir, `${path === text ? "position - 1" : "position"} AS position`));
  }
  expect(tables[1]).toEqual(tables[0]);
});
