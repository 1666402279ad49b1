import { expect, it } from "vitest";
import { awsParquetState } from "./aws-parquet.ts";

it("knows a flow log by its columns, with underscores or hyphens, also with unknown ones", () => {
  for (const names of [
    ["version", "account_id", "interface_id", "srcaddr", "dstaddr", "log_status"],
    ["version", "account-id", "interface-id", "srcaddr", "dstaddr", "log-status"],
  ])
    expect(awsParquetState(names)?.detail["layout"]).toBe("version account-id interface-id srcaddr dstaddr log-status");
  expect(awsParquetState(["version", "srcaddr", "dstaddr", "new one"])?.detail["layout"]).toBe(
    "version srcaddr dstaddr new-one",
  );
});

it("knows what is no flow log", () => {
  for (const names of [["start", "end", "action", "bytes"], ["id", "name", "srcaddr"], [], ["srcaddr", "a", "b", "c"]])
    expect(awsParquetState(names), names.join()).toBeUndefined();
});
