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
