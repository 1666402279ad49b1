import { expect, it } from "vitest";
import { awsParquetPlan } from "./aws-parquet.ts";

const context = {
  key: "AWSLogs/123456789012/vpcflowlogs/eu-west-1/2026/03/03/123456789012_vpcflowlogs_eu-west-1_fl-0123456789abcdef0_20260303T0000Z_1a2b3c4d.log.parquet",
  objectId: 1,
  arrivedMicros: 0,
  modifiedMicros: 0,
};

it("plans a VPC flow log with underscores or hyphens", () => {
  for (const names of [
    ["version", "account_id", "interface_id", "srcaddr", "dstaddr", "log_status"],
    ["version", "account-id", "interface-id", "srcaddr", "dstaddr", "log-status"],
  ]) {
    const plan = awsParquetPlan(names, context);
    expect(plan?.fields.map(({ field }) => field)).toEqual([
      "version",
      "account-id",
      "interface-id",
      "srcaddr",
      "dstaddr",
      "log-status",
    ]);
    expect(plan?.hasPlainRows).toBe(true);
    expect(plan?.constants).toMatchObject({
      log_type: "aws_vpc",
      flow_log_id: "fl-0123456789abcdef0",
      region: "eu-west-1",
      observer_type: "interface",
    });
  }
});

it("leaves unknown fields, repeated ones and gateways to the text decoder", () => {
  for (const names of [
    ["version", "srcaddr", "dstaddr", "interface_id", "new_one"],
    ["version", "account_id", "account-id", "srcaddr", "dstaddr"],
    ["version", "tgw_id", "srcaddr", "dstaddr"],
  ])
    expect(awsParquetPlan(names, context)?.hasPlainRows, names.join()).toBe(false);
});

it("knows what is no flow log", () => {
  for (const names of [["start", "end", "action", "bytes"], ["id", "name", "srcaddr"], [], ["srcaddr", "a", "b", "c"]])
    expect(awsParquetPlan(names, context), names.join()).toBeUndefined();
});
