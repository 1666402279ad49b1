import { expect, it } from "vitest";
import { noRecords } from "#model/records.js";
import type { ToldFlowLog } from "#model/told-flow-log.js";
import { checkFlowLogs } from "./check-flow-logs.ts";
import type { SourceFacts } from "./source-facts.ts";

const NOON = Date.UTC(2026, 2, 3, 12);
const HOUR = 3_600_000;

const told = (id: string, change: Partial<ToldFlowLog> = {}): ToldFlowLog => ({
  provider: "aws",
  id,
  name: null,
  account: "123456789012",
  region: "eu-west-1",
  targetKind: "network",
  target: "vpc-1",
  destination: "s3://x/",
  format: null,
  traffic: "all",
  intervalSeconds: 60,
  filter: null,
  recordTypes: null,
  retentionDays: null,
  isEnabled: true,
  deliveryError: null,
  createdMs: NOON - 100 * HOUR,
  toldMs: NOON - HOUR,
  goneMs: null,
  ...change,
});

type Series = NonNullable<SourceFacts["lake"]>["series"][number];
function series(id: string, fromMs: number, toMs: number): Series {
  const key = (ms: number): string => {
    const stamp = new Date(ms).toISOString().replaceAll(/[-:]/g, "").slice(0, 13);
    return `AWSLogs/123456789012/vpcflowlogs/eu-west-1/2026/03/03/123456789012_vpcflowlogs_eu-west-1_${id}_${stamp}Z_0.log.gz`;
  };
  const modified = { firstModified: fromMs * 1000, lastModified: toMs * 1000 };
  return { name: id, objects: 2, firstKey: key(fromMs), lastKey: key(toMs), ...modified };
}

function judged(logs: readonly ToldFlowLog[], own: readonly Series[] | undefined): Record<string, string> {
  const facts: SourceFacts = {
    name: "x",
    uri: "s3://x/",
    kind: "s3",
    everyMs: 60_000,
    region: undefined,
    nowMs: NOON,
    place: { files: 1 },
    clockOffsetMs: undefined,
    told: logs,
    lake:
      own === undefined
        ? undefined
        : {
            run: null,
            outcomes: [],
            series: own,
            records: noRecords(),
            newestFlow: null,
            queue: { malformed: undefined, otherBucket: undefined },
            flowLogs: [],
          },
  };
  return Object.fromEntries(
    checkFlowLogs(facts).map(({ code, level, finding, next }) => [code, `${level}: ${finding} / ${next ?? ""}`]),
  );
}

it("says what AWS says of a delivery, and what to do about it, also before anything was collected", () => {
  const logs = [told("fl-a", { deliveryError: "Access error" }), told("fl-b", { isEnabled: false })];
  for (const own of [undefined, [series("fl-a", NOON - 9 * HOUR, NOON)]]) {
    const found = judged(logs, own);
    expect(found["delivery-failed"]).toMatch(/^bad: 1 flow log of 2 cannot deliver: Access error .*role.*policy/);
    expect(found["flow-log-disabled"]).toMatch(/^warn: 1 flow log of 2 is disabled/);
  }
});

it("names what took the place of a flow log that is gone by what both watch, not by time alone", () => {
  const gone = told("fl-a", { toldMs: NOON - 30 * HOUR, goneMs: NOON - 6 * HOUR });
  const own = [
    series("fl-a", NOON - 90 * HOUR, NOON - 10 * HOUR),
    series("fl-b", NOON - 5 * HOUR, NOON),
    // Began just then, and watches something else.
    series("fl-c", NOON - 10 * HOUR, NOON),
  ];
  const replaced = judged([gone, told("fl-b"), told("fl-c", { target: "vpc-2" })], own);
  expect(replaced["flow-log-replaced"]).toMatch(
    /^warn: flow log fl-a of vpc-1 is gone; it wrote last .*; fl-b, which began .*, took its place: 5 h/,
  );
  const lost = judged([gone, told("fl-c", { target: "vpc-2" })], own);
  expect(lost["flow-log-gone"]).toMatch(/^bad: flow log fl-a of vpc-1 is gone.*no other one of the same resource/);
  expect(lost["flow-log-replaced"]).toBeUndefined();
  // An overlap is no gap.
  const seamless = judged([gone, told("fl-b")], [own[0] as Series, series("fl-b", NOON - 11 * HOUR, NOON)]);
  expect(seamless["flow-log-replaced"]).toMatch(/^ok: .*without a gap/);
});

it("tells flow logs of which nothing was read, where objects bear their ids; not those that are new", () => {
  const own = [series("fl-a", NOON - 9 * HOUR, NOON)];
  const logs = [told("fl-a"), told("fl-b"), told("fl-new", { createdMs: NOON - 60_000 })];
  expect(judged(logs, own)["flow-log-unread"]).toMatch(/^warn: 1 flow log of 3 should deliver here/);
  expect(judged(logs, [{ ...own[0], name: "flows.log" } as Series])["flow-log-unread"]).toBeUndefined();
});
