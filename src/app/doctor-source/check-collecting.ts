import type { ObjectOutcome } from "#catalog/index.js";
import type { TrustCheck } from "#analyse/index.js";
import { counted, fullCount, humanSeconds, humanShare, humanTime } from "#base/human.js";
import { keyTime } from "../key-time.ts";
import type { LakeFacts, SourceFacts } from "./source-facts.ts";

const HOUR_MS = 3_600_000;
/** Logs come within a quarter of an hour; what is older than this is late, and than the other it is missing. */
const LATE_MS = HOUR_MS;
const MISSING_MS = 6 * HOUR_MS;
/** From the time that an object is of until it can be listed. */
const DELIVERY_MS = 15 * 60_000;
/** From this share of unreadable records on, totals are wrong. */
const MUCH_MALFORMED = 0.01;
const MUCH_THROTTLED = 0.05;
/** Looks that may be missed before somebody should ask. */
const MISSED_LOOKS = 3;

/** What to do about objects that could not be read, or were left out, by code. */
const remedies: Readonly<Record<string, string>> = {
  "kms-denied": "Allow kms:Decrypt on the key to whoever reads; what failed is tried again every hour.",
  "object-denied":
    "Allow s3:GetObject (Azure: Storage Blob Data Reader) on them; what failed is tried again every hour.",
  archived: "Restore them, then read their days: weir collect --source NAME --from … --to …",
  "format-unknown": "Write log_format: in the source, as the flow log has it (aws ec2 describe-flow-logs).",
  "not-a-flow-log": "Narrow the prefix to the flow logs, if this is other logs; else see what writes there.",
  "unreadable-flow-log": "See what wrote them, and copy them again; what failed is tried again every hour.",
  "truncated-gzip": "Their writer was cut off: copy them again. What came before the cut is in the lake.",
  "corrupt-gzip":
    "Copy them again: their new content takes the place of the old. What came before the damage is in the lake.",
  "queue-message": "See who else writes to that queue; what the messages were about is found by listing.",
  "deleted-at-source": "A lifecycle rule deletes them too early: let them stay for some days.",
};

/** Whether it is collected, how far that is, and what became of what was read. */
export function checkCollecting(facts: SourceFacts): TrustCheck[] {
  const { lake } = facts;
  if (lake === undefined || (lake.run === null && lake.outcomes.length === 0))
    return [
      {
        code: "collected",
        level: "bad",
        finding: "nobody has collected from it yet",
        reason: null,
        next: `weir collect --source ${facts.name}, or have weir serve run with this configuration.`,
        details: [],
      },
    ];
  return [
    ...checkRuns(facts, lake),
    ...checkFreshness(facts, lake),
    ...checkObjects(lake),
    ...checkRecords(lake),
    ...checkQueue(lake),
  ];
}

function checkRuns({ nowMs, everyMs, name }: SourceFacts, { run }: LakeFacts): TrustCheck[] {
  if (run === null) return [];
  const checks: TrustCheck[] = [];
  const endedMs = run.endedMs ?? run.startedMs;
  const idleMs = nowMs - endedMs;
  if (run.error !== null)
    checks.push({
      code: "runs",
      level: run.failures > 0 ? "bad" : "warn",
      finding:
        run.failures > 1
          ? `the last ${run.failures} looks failed${run.lastGoodMs === null ? "" : `; the last good one ended ${humanTime(run.lastGoodMs * 1000)} UTC`}`
          : "the last look did not go well",
      reason: run.error,
      next: run.next,
      details: run.code === null ? [] : [run.code],
    });
  if (idleMs > Math.max(HOUR_MS, MISSED_LOOKS * everyMs))
    checks.push({
      code: "idle",
      level: "warn",
      finding: `nobody has looked for ${humanSeconds(idleMs / 1000)}`,
      reason: `It should be looked into every ${humanSeconds(everyMs / 1000)}.`,
      next: `weir serve, weir collect --follow, or weir collect --source ${name} now.`,
      details: [],
    });
  if (checks.length === 0)
    checks.push(
      ok(
        "runs",
        `looked into ${humanSeconds(Math.max(0, idleMs) / 1000)} ago, ${run.seen === 0 ? "nothing new there" : `${counted(run.seen, "object")} looked at`}`,
      ),
    );
  const { lists, gets, others, throttled } = run.requests;
  const asked = lists + gets + others;
  if (asked > 0 && throttled / asked > MUCH_THROTTLED)
    checks.push({
      code: "throttled",
      level: "warn",
      finding: `${humanShare(throttled / asked)} of all requests were told to slow down`,
      reason: "Somebody else asks the same place a lot, or it is read from too many places at once.",
      next: "Look less often (every: 5m), or use notifications (queue:).",
      details: [],
    });
  return checks;
}

function checkFreshness({ nowMs, place, name }: SourceFacts, { newestFlow, series, run }: LakeFacts): TrustCheck[] {
  // Quiet networks write objects without a flow: what was read tells more than the newest flow.
  const readMs = series.reduce(
    (newest, each) => Math.max(newest, keyTime(each.lastKey) ?? each.lastModified / 1000),
    0,
  );
  if (newestFlow === null && readMs === 0) return [];
  const lakeMs = Math.max(readMs, newestFlow === null ? 0 : newestFlow / 1000);
  const thereMs = "probe" in place ? place.probe.newestMs : null;
  const lookedMs = run === null ? nowMs : (run.lastGoodMs ?? run.endedMs ?? run.startedMs);
  // What has come since the last look is read by the next one.
  if (thereMs !== null && thereMs - lakeMs > LATE_MS && thereMs + DELIVERY_MS < lookedMs)
    return [
      {
        code: "behind",
        level: "bad",
        finding: `the place has logs of ${humanTime(thereMs * 1000)} UTC, the lake up to ${humanTime(lakeMs * 1000)} UTC`,
        reason: `The last look, ${humanTime(lookedMs * 1000)} UTC, should have found them.`,
        next: `weir collect --source ${name}; if it fails, what it says is in the way.`,
        details: [],
      },
    ];
  const lagMs = nowMs - Math.max(lakeMs, thereMs ?? 0);
  if (lagMs <= LATE_MS) return [ok("fresh", freshWords(newestFlow === null ? null : nowMs - newestFlow / 1000))];
  return [
    {
      code: "silent",
      level: lagMs > MISSING_MS ? "bad" : "warn",
      finding: `it fell silent: its newest logs are of ${humanTime(lakeMs * 1000)} UTC, ${humanSeconds(lagMs / 1000)} ago`,
      reason: "Flow logs write every few minutes as long as there is traffic, and most also when there is none.",
      next: "See whether the flow log still exists, is enabled and delivers: aws ec2 describe-flow-logs, az network watcher flow-log list.",
      details: [],
    },
  ];
}

function freshWords(ageMs: number | null): string {
  if (ageMs === null) return "its logs go on coming; none of them holds a flow yet";
  const age = humanSeconds(Math.max(0, ageMs) / 1000);
  return ageMs <= LATE_MS ? `the newest flow is ${age} old` : `its logs go on coming; the newest flow is ${age} old`;
}

const unreadWords: Readonly<Partial<Record<ObjectOutcome["status"], string>>> = {
  failed: "could not be read",
  skipped: "left out",
};

function checkObjects({ outcomes }: LakeFacts): TrustCheck[] {
  const all = outcomes.reduce((sum, { status, code, objects }) => sum + (status === "done" && code ? 0 : objects), 0);
  const checks: TrustCheck[] = [];
  for (const { status, code, objects, key, message } of outcomes) {
    const words = status === "done" && code !== null ? "could be read in part" : unreadWords[status];
    if (words === undefined) continue;
    const isMost = objects * 2 > all;
    const isOther = code === "not-a-flow-log" && !isMost;
    checks.push({
      code: code ?? status,
      level: isOther ? "ok" : status === "failed" || isMost || code === "format-unknown" ? "bad" : "warn",
      finding: `${counted(objects, "object")} ${words}: ${message ?? code ?? "no reason was kept"}`,
      reason: isOther ? "Other logs lie beside the flow logs." : "What they hold is in no answer.",
      next: isOther ? null : (remedies[code ?? ""] ?? "weir status lists them; what failed is tried again every hour."),
      details: [key],
    });
  }
  return checks;
}

function checkQueue({ queue: { malformed, otherBucket } }: LakeFacts): TrustCheck[] {
  const checks: TrustCheck[] = [];
  if (malformed !== undefined)
    checks.push({
      code: "queue-poison",
      level: "warn",
      finding: `${counted(malformed.count, "message")} of the queue could not be read: ${malformed.reason}`,
      reason: "Each was put aside, so that it holds up no other; objects that it was about are found by listing.",
      next: "See who else writes to that queue, and give it a redrive policy that keeps such messages.",
      details: [malformed.text],
    });
  if (otherBucket !== undefined)
    checks.push({
      code: "queue-other-bucket",
      level: "warn",
      finding: `messages of the queue are about the bucket ${otherBucket.bucket}`,
      reason: "They are not this source's, and are left for others.",
      next: "Give each bucket a queue of its own.",
      details: [],
    });
  return checks;
}

function checkRecords({ records }: LakeFacts): TrustCheck[] {
  if (records.total === 0) return [];
  const share = records.malformed / records.total;
  if (records.malformed === 0) return [ok("records", `all of ${fullCount(records.total)} records could be read`)];
  return [
    {
      code: "malformed",
      level: share >= MUCH_MALFORMED ? "bad" : "warn",
      finding: `${counted(records.malformed, "record")} could not be read, ${humanShare(share)} of all`,
      reason: "They are in no answer; place, reason and text are kept.",
      next: "weir malformed shows them. Where fields are in the wrong columns, write log_format: in the source.",
      details: [],
    },
  ];
}

function ok(code: string, finding: string): TrustCheck {
  return { code, level: "ok", finding, reason: null, next: null, details: [] };
}
