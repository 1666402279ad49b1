import { expect, it } from "vitest";
import { columns } from "#model/columns.js";
import { awsParquetColumns, detectsAwsParquet, parquetFieldName } from "./aws-parquet.ts";

it("maps every field to a column of the catalogue", () => {
  expect(awsParquetColumns).toHaveLength(54 + 18);
  expect(awsParquetColumns.filter(({ column }) => column === undefined)).toMatchObject([
    { name: "log_status", conversion: "status" },
  ]);
  const expected: Record<string, readonly string[]> = {
    "seconds-to-timestamp": ["timestamp"],
    address: ["address"],
    uint: ["uint8", "uint16", "uint64"],
  };
  const mapped = awsParquetColumns.flatMap(({ column, conversion }) =>
    column === undefined ? [] : [{ column, conversion }],
  );
  for (const { column, conversion } of mapped) expect(expected[conversion] ?? ["text"]).toContain(columns[column].type);
});

it("recognises files by their columns", () => {
  expect(detectsAwsParquet(["version", "account_id", "interface_id", "srcaddr", "dstaddr", "new_one"])).toBe(true);
  expect(detectsAwsParquet(["account-id", "srcaddr"])).toBe(true);
  expect(detectsAwsParquet(["start", "end", "action", "bytes"])).toBe(false);
  expect(detectsAwsParquet(["srcaddr", "a", "b", "c", "start"])).toBe(false);
  expect(detectsAwsParquet([])).toBe(false);
  expect(parquetFieldName("pkt-src-aws-service")).toBe("pkt_src_aws_service");
});
