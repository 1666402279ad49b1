import { describe, expect, it } from "vitest";
import { kindOfLogs, kindsOfLog, type KindEvidence } from "./log-kinds.ts";

const aws = (wroteAllowed: boolean, wroteDenied: boolean, name: string | null = null): KindEvidence => ({
  logType: "aws_vpc",
  wroteAllowed,
  wroteDenied,
  name,
});

describe("the kinds that a flow log writes", () => {
  it.each([
    ["of AWS are those that were met", aws(true, true), "full", "full", "records"],
    ["of AWS without a refusal are inferred", aws(true, false), "full", "none", "records"],
    ["of AWS are sure when its name says the same", aws(false, true, "vpc-rejects"), "none", "full", "name"],
    ["are not told by a name that its records contradict", aws(true, true, "vpc-rejects"), "full", "full", "records"],
    ["are not told by a name of both", aws(false, true, "accepted_and_rejected"), "none", "full", "records"],
    ["are not told by a part of a word", aws(true, false, "acceptance-test"), "full", "none", "records"],
    [
      "of an NSG are both: of two NSGs only the last allows",
      { ...aws(false, true), logType: "azure_nsg" },
      "full",
      "full",
      "cloud",
    ],
    ["of a VNet are both", { ...aws(true, false), logType: "azure_vnet" }, "full", "full", "cloud"],
    [
      "of a VNet can be filtered to refusals",
      { ...aws(false, true), logType: "azure_vnet" },
      "none",
      "full",
      "records",
    ],
    [
      "of Google are a sample, without refusals",
      { ...aws(true, false), logType: "gcp_vpc" },
      "sampled",
      "none",
      "cloud",
    ],
    ["of sampled packets are samples", { ...aws(true, true), isSampled: true }, "sampled", "sampled", "records"],
  ] as const)("%s", (_, evidence, allowed, denied, basis) => {
    expect(kindsOfLog(evidence)).toEqual({ allowed, denied, basis });
  });

  it("are none of either where records have no verdict", () => {
    expect(kindsOfLog({ ...aws(true, false), logType: "aws_tgw" })).toBeNull();
  });
});

it("several flow logs cover a kind in full when all do", () => {
  expect(kindOfLogs(["full", "full"])).toBe("full");
  expect(kindOfLogs(["full", "none"])).toBe("partial");
  expect(kindOfLogs(["sampled"])).toBe("partial");
  expect(kindOfLogs(["none"])).toBe("none");
  expect(kindOfLogs([])).toBe("none");
});
