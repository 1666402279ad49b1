import { expect, it } from "vitest";
import { noRecords } from "#model/records.js";
import type { SourceProbe } from "#source/index.js";
import { checkCollecting } from "./check-collecting.ts";
import type { LakeFacts, SourceFacts } from "./source-facts.ts";

const NOON = Date.UTC(2026, 2, 3, 12);
const MINUTE = 60_000;

const probe: SourceProbe = {
  layout: "by account, region and day",
  flowLogs: [],
  isPartial: false,
  oldestMs: 0,
  newestMs: null,
  objectsPerDay: 1,
  bytesPerDay: 1,
  bytes: 1,
  objects: 1,
  region: null,
  encryptionKey: null,
  requestsPerDay: { lists: 0, gets: 0 },
  remarks: [],
  notes: [],
};
const noRequests = { lists: 1, gets: 1, others: 0, bytes: 0, throttled: 0, retries: 0 };

interface Story {
  /** All before noon, in minutes: newest object at the place, newest object read, newest flow, last look. */
  readonly there: number;
  readonly read: number;
  readonly flow: number;
  readonly looked: number;
}

function judged({ there, read, flow, looked }: Story): { code: string; level: string }[] {
  const stamp = new Date(NOON - read * MINUTE).toISOString().replaceAll(/[-:]/g, "").slice(0, 13);
  const key = `AWSLogs/1/vpcflowlogs/eu-west-1/2026/03/03/123456789012_vpcflowlogs_eu-west-1_fl-1_${stamp}Z_0.log.gz`;
  const endedMs = NOON - looked * MINUTE;
  const modified = (NOON - read * MINUTE) * 1000;
  const lake: LakeFacts = {
    run: {
      startedMs: endedMs,
      writer: null,
      endedMs,
      lastGoodMs: endedMs,
      error: null,
      code: null,
      next: null,
      failures: 0,
      nextMs: null,
      runs: 1,
      seen: 1,
      read: 1,
      failed: 0,
      newestFlow: null,
      readBytes: 1,
      readSeconds: 1,
      requests: noRequests,
    },
    outcomes: [],
    series: [
      { name: "fl-1", objects: 1, firstKey: key, lastKey: key, firstModified: modified, lastModified: modified },
    ],
    records: noRecords(),
    newestFlow: (NOON - flow * MINUTE) * 1000,
    queue: { malformed: undefined, otherBucket: undefined },
    flowLogs: [],
  };
  const facts: SourceFacts = {
    name: "x",
    uri: "s3://x/",
    kind: "s3",
    everyMs: MINUTE,
    region: undefined,
    nowMs: NOON,
    place: { probe: { ...probe, newestMs: NOON - there * MINUTE } },
    clockOffsetMs: undefined,
    told: [],
    lake,
  };
  return checkCollecting(facts).filter(({ code }) => ["fresh", "behind", "silent"].includes(code));
}

it.each([
  ["a quiet hour is over, and what it ended with came since the last look", [1, 120, 125, 2], "fresh", "ok"],
  ["it came so shortly before the last look that it was perhaps not listed yet", [10, 120, 125, 1], "fresh", "ok"],
  ["the last look should have found it", [60, 180, 185, 1], "behind", "bad"],
  ["objects go on coming and hold no flow: nothing passes", [2, 2, 600, 1], "fresh", "ok"],
  ["nothing comes for two hours", [120, 120, 125, 1], "silent", "warn"],
  ["nothing comes for a day", [1440, 1440, 1445, 1], "silent", "bad"],
] as const)("%s", (_, [there, read, flow, looked], code, level) => {
  expect(judged({ there, read, flow, looked })).toMatchObject([{ code, level }]);
});
