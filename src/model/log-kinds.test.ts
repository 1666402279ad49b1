import { describe, expect, it } from "vitest";
import { kindBasis, kindOfLogs, kindsOfLog, type KindEvidence } from "./log-kinds.ts";
import { formatFields, type ToldFlowLog } from "./told-flow-log.ts";

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

describe("the kinds of a flow log that its cloud described", () => {
  const told = (change: Partial<ToldFlowLog>): ToldFlowLog => ({
    provider: "aws",
    id: "fl-1",
    name: null,
    account: "1",
    region: "r",
    targetKind: "network",
    target: "vpc-1",
    destination: "",
    format: null,
    traffic: "all",
    intervalSeconds: null,
    filter: null,
    recordTypes: null,
    retentionDays: null,
    isEnabled: true,
    deliveryError: null,
    createdMs: null,
    toldMs: 0,
    goneMs: null,
    ...change,
  });
  const azure = (change: Partial<ToldFlowLog>): ToldFlowLog => told({ provider: "azure", ...change });
  const vnet = (allowed: boolean, denied: boolean): KindEvidence => ({
    ...aws(allowed, denied),
    logType: "azure_vnet",
  });

  it.each([
    ["AWS, ALL, though nothing was refused yet", aws(true, false), told({}), "full", "full", "told"],
    ["AWS, REJECT", aws(false, true), told({ traffic: "reject" }), "none", "full", "told"],
    ["AWS, REJECT, before its first record", aws(false, false), told({ traffic: "reject" }), "none", "full", "told"],
    ["AWS, and records say otherwise", aws(true, true), told({ traffic: "reject" }), "full", "full", "records"],
    ["Azure, denied only", vnet(false, true), azure({ recordTypes: "D" }), "none", "full", "told"],
    ["Azure, without denied", vnet(true, false), azure({ recordTypes: "B,C,E" }), "full", "none", "told"],
    ["Azure, filtered", vnet(true, true), azure({ filter: "dstPort=443" }), "filtered", "filtered", "told"],
    ["Azure, set to all after only refusals came", vnet(false, true), azure({}), "none", "full", "records"],
  ] as const)("%s", (_, evidence, described, ...[allowed, denied, basis]) => {
    expect(kindsOfLog({ ...evidence, told: described })).toEqual({ allowed, denied, basis });
  });

  it("are still none of either at a transit gateway, and a sample where packets are sampled", () => {
    expect(kindsOfLog({ ...aws(true, false), logType: "aws_tgw", told: told({}) })).toBeNull();
    expect(kindsOfLog({ ...aws(true, true), isSampled: true, told: told({}) })?.allowed).toBe("sampled");
  });

  it("are told together where all that leave something out are", () => {
    const [set, guessed] = [
      { allowed: "none", denied: "full", basis: "told" } as const,
      { allowed: "none", denied: "full", basis: "records" } as const,
    ];
    expect(kindBasis([set, { ...guessed, allowed: "full" }])).toBe("told");
    expect(kindBasis([set, guessed])).toBe("records");
    expect(kindBasis([])).toBe("records");
  });

  it("come with the fields of its format", () => {
    expect(formatFields("${version} ${vpc-id} ${srcaddr}")).toEqual(["version", "vpc-id", "srcaddr"]);
    expect(formatFields("NSG 2")).toBeNull();
  });
});

it("several flow logs cover a kind in full when all do", () => {
  expect(kindOfLogs(["full", "full"])).toBe("full");
  expect(kindOfLogs(["full", "none"])).toBe("partial");
  expect(kindOfLogs(["sampled"])).toBe("partial");
  expect(kindOfLogs(["none"])).toBe("none");
  expect(kindOfLogs([])).toBe("none");
});
