import { expect, it } from "vitest";
import type { TrustCheck } from "#analyse/index.js";
import { noRecords } from "#model/records.js";
import type { PushState } from "../serving/push-spool.ts";
import { checkPush } from "./check-push.ts";
import type { PushedFacts, PushFacts } from "./push-facts.ts";

const NOON = Date.UTC(2026, 2, 3, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const source = { name: "edge", accepts: "any", keyFrom: "env:EDGE_KEY" } as const;

const well: PushState = {
  ...source,
  trouble: null,
  deliveries: 3,
  repeated: 1,
  records: 30,
  bytes: 3000,
  waitingBytes: 0,
  mostBytes: 1_000_000,
  lastDeliveryMs: NOON - MINUTE,
  lastError: null,
  refusals: [],
};
const lake: PushedFacts = {
  run: null,
  outcomes: [],
  records: { ...noRecords(), total: 30, flows: 30 },
  newestFlow: (NOON - 2 * MINUTE) * 1000,
  lastReadMs: NOON - MINUTE,
  malformed: [],
};

function judged(change: Partial<PushFacts>, state: Partial<PushState> | undefined = {}): readonly TrustCheck[] {
  const sources = [{ ...well, ...state }];
  return checkPush({
    source,
    nowMs: NOON,
    address: "http://127.0.0.1:8400",
    origin: "http://127.0.0.1:8400",
    isServed: true,
    answers: true,
    report: { address: null, startedMs: 0, sources },
    spool: { files: 0, bytes: 0, oldestMs: null },
    lake,
    ...change,
  });
}

/** What is not well: `code level`. */
const faults = (checks: readonly TrustCheck[]): string[] =>
  checks.filter(({ level }) => level !== "ok").map(({ code, level }) => `${code} ${level}`);

it("finds nothing wrong with a source that is well, and says where to send", () => {
  const checks = judged({});
  expect(faults(checks)).toEqual([]);
  const [firehose, others] = checks.filter(({ code }) => code === "endpoint");
  expect(firehose?.finding).toBe("Firehose posts to https://YOUR-HOST/api/v1/push/edge/firehose");
  expect(others?.details).toEqual([
    'curl --data-binary @flows.log.gz -H "Authorization: Bearer $EDGE_KEY" http://127.0.0.1:8400/api/v1/push/edge',
  ]);
  const behind = judged({ origin: "https://weir.example.com" }).find(({ code }) => code === "endpoint");
  expect(behind).toMatchObject({ finding: expect.stringContaining("https://weir.example.com/api") as string });
  expect(behind?.reason).toBeNull();
});

it.each<[string, readonly TrustCheck[], string[]]>([
  ["no server runs", judged({ isServed: false }), ["server bad"]],
  ["it does not answer", judged({ answers: false }), ["server bad"]],
  ["nothing came yet", judged({ lake: undefined }, { lastDeliveryMs: null, deliveries: 0 }), ["delivered bad"]],
  ["it is late", judged({}, { lastDeliveryMs: NOON - 2 * HOUR }), ["silent warn"]],
  ["it fell silent", judged({}, { lastDeliveryMs: NOON - 7 * HOUR }), ["silent bad"]],
  ["some wait", judged({ spool: { files: 1, bytes: 9, oldestMs: NOON - MINUTE } }), []],
  ["some wait for long", judged({ spool: { files: 1, bytes: 9, oldestMs: NOON - 10 * MINUTE } }), ["spool warn"]],
  ["too much waits", judged({ spool: { files: 9, bytes: 900_000, oldestMs: NOON - MINUTE } }), ["spool bad"]],
  ["records of tomorrow", judged({ lake: { ...lake, newestFlow: (NOON + HOUR) * 1000 } }), ["clock bad"]],
  ["old records", judged({ lake: { ...lake, newestFlow: (NOON - 5 * HOUR) * 1000 } }), ["late warn"]],
  [
    "only health checks",
    judged({ lake: { ...lake, records: { ...noRecords(), total: 2, control: 2 } } }),
    ["control warn"],
  ],
  [
    "a format of its own",
    judged({
      lake: {
        ...lake,
        records: { ...noRecords(), total: 10, flows: 1, malformed: 9 },
        malformed: [{ reason: "token-count", count: 9, text: "10.0.0.1 10.0.0.2" }],
      },
    }),
    ["log-format bad"],
  ],
])("tells that %s", (_, checks, expected) => {
  expect(faults(checks)).toEqual(expected);
  for (const { level, next } of checks) if (level !== "ok") expect(next).not.toBeNull();
});

it("believes the server about the key: the variable is the server's own", () => {
  const message = "the access key of source “edge” cannot be used: env:EDGE_KEY: it is not set, or empty";
  const trouble = { code: "no-access-key", kind: "usage", message, next: "Make one" } as const;
  expect(faults(judged({ source: { ...source, trouble } }))).toEqual([]);
  expect(faults(judged({}, { trouble }))).toEqual(["key bad"]);
  const [, key] = judged({ source: { ...source, trouble }, isServed: false });
  expect(key?.finding).toBe(`${message}, where this command runs`);
});

it("knows refusals that were got over from those after which nothing came, and forgets them after a day", () => {
  const refusal = (code: string, lastMs: number) => ({ code, count: 2, lastMs, message: "no" });
  const refusals = [
    refusal("wrong-key", NOON - 10),
    refusal("bad-gzip", NOON - HOUR),
    refusal("too-large", NOON - 30 * HOUR),
  ];
  expect(faults(judged({}, { refusals }))).toEqual(["wrong-key bad", "bad-gzip warn"]);
});
