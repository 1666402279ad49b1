import { expect, it } from "vitest";
import { columns } from "#model/columns.js";
import { awsParquetColumns, detectsAwsParquet, parquetFieldName } from "./aws-parquet.ts";

it("maps every field to a column of the catalogue", () => {
  expect(awsParquetColumns).toHaveLength(54 + 18);
  for (const { name, column, conversion } of awsParquetColumns) {
    if (column === undefined) {
      expect(name).toBe("log_status");
      continue;
    }
    const { type } = columns[column];
    const expected = {
      "seconds-to-timestamp": ["timestamp"],
      address: ["address"],
      uint: ["uint8", "uint16", "uint64"],
    }[conversion as string] ?? ["text"];
    expect(expected, name).toContain(type);
  }
});

it("recognises files by their columns", () => {
  expect(detectsAwsParquet(["version", "account_id", "interface_id", "srcaddr", "dstaddr", "new_one"])).toBe(true);
  expect(detectsAwsParquet(["account-id", "srcaddr"])).toBe(true);
  expect(detectsAwsParquet(["start", "end", "action", "bytes"])).toBe(false);
  expect(detectsAwsParquet(["srcaddr", "a", "b", "c", "start"])).toBe(false);
  expect(detectsAwsParquet([])).toBe(false);
  expect(parquetFieldName("pkt-src-aws-service")).toBe("pkt_src_aws_service");
});
