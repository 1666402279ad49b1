import { describe, expect, it } from "vitest";
import { noRecords } from "#model/records.js";
import { checkFlowLogs } from "./check-flow-logs.ts";
import { keyPlace, keyTime } from "../key-time.ts";
import type { LakeFacts, SourceFacts } from "./source-facts.ts";

const NOON = Date.UTC(2026, 2, 3, 12);
const HOUR = 3_600_000;

const stamp = (ms: number): string => new Date(ms).toISOString().replaceAll(/[-:]/g, "").slice(0, 13);
const awsKey = (fl: string, ms: number): string =>
  `AWSLogs/123456789012/vpcflowlogs/eu-west-1/2026/03/03/123456789012_vpcflowlogs_eu-west-1_${fl}_${stamp(ms)}Z_0.log.gz`;
const aws = (name: string, fromMs: number, toMs: number): LakeFacts["series"][number] => ({
  name,
  objects: 2,
  firstKey: awsKey(name, fromMs),
  lastKey: awsKey(name, toMs),
  firstModified: fromMs * 1000,
  lastModified: toMs * 1000,
});
function blob(mac: string, modifiedMs: number): LakeFacts["series"][number] {
  const hour = new Date(modifiedMs).toISOString().slice(11, 13);
  const key = `flowLogResourceID=/X/y=2026/m=03/d=03/h=${hour}/m=00/macAddress=${mac}/PT1H.json`;
  const modified = modifiedMs * 1000;
  return {
    name: `flowLogResourceID=/XmacAddress=${mac}`,
    objects: 1,
    firstKey: key,
    lastKey: key,
    firstModified: modified,
    lastModified: modified,
  };
}

function judged(series: LakeFacts["series"]): { code: string; level: string; finding: string }[] {
  const lake: LakeFacts = {
    run: null,
    outcomes: [],
    series,
    records: noRecords(),
    newestFlow: null,
    queue: { malformed: undefined, otherBucket: undefined },
    flowLogs: [],
  };
  const facts: SourceFacts = {
    name: "x",
    uri: "s3://x/",
    kind: "s3",
    everyMs: 60_000,
    region: undefined,
    nowMs: NOON,
    place: { files: 1 },
    clockOffsetMs: undefined,
    told: [],
    lake,
  };
  return [...checkFlowLogs(facts)];
}

describe("flow logs that ended", () => {
  it("are told with the one that took their place, and the gap", () => {
    const [found] = judged([aws("fl-0b", NOON - 5 * HOUR, NOON), aws("fl-0a", NOON - 30 * HOUR, NOON - 6 * HOUR)]);
    expect(found).toMatchObject({ code: "flow-log-replaced", level: "warn" });
    expect(found?.finding).toContain("fl-0a");
    expect(found?.finding).toContain("1 h");
  });

  it("are fine when the next one began before", () => {
    expect(
      judged([aws("fl-0b", NOON - 7 * HOUR, NOON), aws("fl-0a", NOON - 30 * HOUR, NOON - 6 * HOUR)]),
    ).toMatchObject([{ code: "flow-log-replaced", level: "ok" }]);
  });

  it("without another one have ended, and those that go on have not", () => {
    expect(
      judged([aws("fl-0b", NOON - 40 * HOUR, NOON), aws("fl-0a", NOON - 30 * HOUR, NOON - 6 * HOUR)]),
    ).toMatchObject([{ code: "flow-log-ended", level: "warn" }]);
    expect(judged([aws("fl-0b", NOON - 40 * HOUR, NOON), aws("fl-0a", NOON - 30 * HOUR, NOON - HOUR)])).toEqual([]);
  });
});

it("finds the interface whose blob stopped growing in the middle of an hour", () => {
  const [found] = judged([blob("00", NOON), blob("01", NOON - 60_000), blob("02", NOON - 4 * HOUR + 20 * 60_000)]);
  expect(found).toMatchObject({ code: "stopped-growing" });
  expect(found?.finding).toContain("1 interface of 3 stopped");
  expect(found?.finding).toContain("in the middle of an hour");
  expect(judged([blob("00", NOON), blob("01", NOON - HOUR)])).toEqual([]);
});

it("reads times and places in keys, and none where there are none", () => {
  expect(keyTime(awsKey("fl-0a", NOON))).toBe(NOON);
  expect(keyTime("a/y=2026/m=03/d=03/h=12/m=00/macAddress=1/PT1H.json")).toBe(NOON);
  expect(keyTime("sink/compute.googleapis.com/vpc_flows/2026/03/03/12:00:00_12:59:59_S0.json")).toBe(NOON);
  expect(keyTime("some/file.log")).toBeUndefined();
  expect(keyPlace(awsKey("fl-0a", NOON))).toBe("123456789012, eu-west-1");
  expect(keyPlace("x")).toBeUndefined();
});
