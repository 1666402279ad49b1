import type { TrustCheck } from "#analyse/index.js";
import { counted, fullCount, humanBytes, humanSeconds, humanShare, humanTime } from "#base/human.js";
import { curlLine, firehoseUrl, isForFirehose, pushUrl } from "#model/push-endpoint.js";
import { NO_RECEIVER } from "../serving/push-report.ts";
import { layoutTrouble, type PushState, type Refusal } from "../serving/push-spool.ts";
import { checkLastRun, checkObjects, checkRecords, ok } from "./check-collecting.ts";
import type { PushedFacts, PushFacts } from "./push-facts.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Firehose waits for a quarter of an hour at most; what is older than this is late, and than the other it is missing. */
const LATE_MS = HOUR_MS;
const MISSING_MS = 6 * HOUR_MS;
/** A spool file is read within seconds. */
const SLOW_MS = 5 * MINUTE_MS;
/** Clocks differ so much, and records end a little after they were begun. */
const AHEAD_MS = 5 * MINUTE_MS;
/** From this share of unreadable records on, it is their layout. */
const MOST_MALFORMED = 0.5;
const MUCH_OF_LIMIT = 0.8;

/** What to do about deliveries that were refused, by code. */
const remedies: Readonly<Record<string, string>> = {
  "wrong-key":
    "Give the sender the key that the source has here: Firehose as its access key, others as Authorization: Bearer. A file is read anew when it changes, a variable only at the start.",
  "too-large":
    "Lower the buffer size of the stream (5 MiB is good), or send it in parts. Firehose drops what is too large.",
  "bad-gzip": "Send sound gzip, or send it as it is and without Content-Encoding.",
  "encoding-not-supported": "Set the content encoding to GZIP or none.",
  "bad-envelope": "Only Firehose posts to …/firehose; send files and lines to the address without it.",
  "only-firehose": "Write push: any for the source in weir.yaml, or send to …/firehose as Firehose does.",
  "not-a-flow-log": "For AWS records without a header line set log_format of this source in weir.yaml.",
  "push-behind": "See what holds reading back, or raise limits.push_waiting in weir.yaml. Who sends comes again.",
  "push-busy": "Nothing, if it is rare: who sends comes again. Else lower the buffer size at the senders.",
  "disk-full": "Make room, or let rows go with weir store expire. Who sends comes again.",
  "body-timeout": "Send smaller parts, or over a faster connection.",
};

/** Whether what others push to a source can come, does come, and what became of it. */
export function checkPush(facts: PushFacts): TrustCheck[] {
  const state = facts.report?.sources.find(({ name }) => name === facts.source.name);
  return [
    checkServer(facts, state),
    checkKey(facts, state),
    ...checkEndpoint(facts),
    checkDelivered(facts, state),
    ...checkRefused(facts, state),
    checkSpool(facts, state),
    ...checkLake(facts),
  ];
}

function checkServer({ isServed, answers, address, source: { name } }: PushFacts, state?: PushState): TrustCheck {
  if (!isServed) return bad("server", NO_RECEIVER.finding, { next: NO_RECEIVER.next });
  if (state === undefined)
    return bad("server", `the server that runs does not know a source “${name}”`, {
      reason: "It has not read this weir.yaml, or could not: then what it read before is in force.",
      next: "See what it says on its terminal and on the page Sources, and that it was started with this file (--config).",
    });
  if (!answers)
    return bad("server", `a server runs, and ${address} gives no answer here`, {
      reason: "It listens at another address, or something between keeps this machine out.",
      next: "See where it listens (listen in weir.yaml, --host, --port), and try curl on its /healthz.",
    });
  return ok("server", `a server takes deliveries: ${address}`);
}

/** What the server that runs says of a key counts more than what this command finds: variables are its own. */
function checkKey({ isServed, source }: PushFacts, state?: PushState): TrustCheck {
  const trouble = (isServed && state !== undefined ? state.trouble : source.trouble) ?? layoutTrouble(source);
  if (trouble === null || trouble === undefined) return ok("key", `its key is set: ${source.keyFrom}`);
  const inShell = isServed || !source.keyFrom.startsWith("env:") ? "" : ", where this command runs";
  return bad(trouble.code === "no-access-key" ? "key" : trouble.code, `${trouble.message}${inShell}`, {
    reason: "Deliveries are told to come again later until then (503).",
    next: trouble.next ?? null,
  });
}

function checkEndpoint({ address, origin, source }: PushFacts): TrustCheck[] {
  const isPublic = isForFirehose(origin);
  const posted = isPublic ? origin : "https://YOUR-HOST";
  const firehose: TrustCheck = {
    ...ok("endpoint", `Firehose posts to ${firehoseUrl(posted, source)}`),
    reason: isPublic
      ? null
      : `It wants HTTPS at port 443 with a public certificate: a proxy in front of ${address}, and weir serve --behind-tls.`,
    details: source.accepts === "any" ? [] : [curlLine(origin, source)],
  };
  if (source.accepts === "firehose") return [firehose];
  return [
    firehose,
    { ...ok("endpoint", `everybody else posts to ${pushUrl(origin, source)}`), details: [curlLine(origin, source)] },
  ];
}

function checkDelivered({ nowMs, lake }: PushFacts, state?: PushState): TrustCheck {
  const lastMs = state?.lastDeliveryMs ?? lake?.lastReadMs ?? null;
  if (lastMs === null)
    return bad("delivered", "nothing has been delivered yet", {
      next: "Give the sender the address and the key; the line for curl tries both.",
    });
  const idleMs = Math.max(0, nowMs - lastMs);
  const sofar =
    state === undefined || state.deliveries === 0
      ? ""
      : `, ${counted(state.deliveries, "delivery", "deliveries")} since the server was started (${fullCount(state.repeated)} a second time)`;
  if (idleMs <= LATE_MS) return ok("delivered", `the last delivery came ${humanSeconds(idleMs / 1000)} ago${sofar}`);
  return {
    code: "silent",
    level: idleMs > MISSING_MS ? "bad" : "warn",
    finding: `it fell silent: the last delivery came ${humanSeconds(idleMs / 1000)} ago, ${humanTime(lastMs * 1000)} UTC`,
    reason: "Flow logs write every few minutes as long as there is traffic, and most also when there is none.",
    next: "See at the sender whether it still sends, and what it is answered: Firehose shows it under its destination error logs.",
    details: [],
  };
}

function checkRefused({ nowMs }: PushFacts, state?: PushState): TrustCheck[] {
  return (state?.refusals ?? [])
    .filter((refusal) => isOpen(refusal, state) || nowMs - refusal.lastMs < DAY_MS)
    .map((refusal) => ({
      code: refusal.code,
      level: isOpen(refusal, state) ? ("bad" as const) : ("warn" as const),
      finding: `${counted(refusal.count, "delivery was", "deliveries were")} refused, the last ${humanSeconds(Math.max(0, nowMs - refusal.lastMs) / 1000)} ago: ${refusal.message}`,
      reason: isOpen(refusal, state) ? "Nothing was taken since." : "Others were taken since.",
      next: remedies[refusal.code] ?? "Send it again; if it goes on, see what the server logs.",
      details: [],
    }));
}

/** Whether nothing has come since. */
function isOpen({ lastMs }: Refusal, state?: PushState): boolean {
  return lastMs > (state?.lastDeliveryMs ?? 0);
}

function checkSpool({ nowMs, spool: { files, bytes, oldestMs } }: PushFacts, state?: PushState): TrustCheck {
  const most = state === undefined ? "" : ` of the ${humanBytes(state.mostBytes)} that may`;
  if (files === 0 || oldestMs === null)
    return ok("spool", state === undefined ? "nothing waits" : `nothing waits; ${humanBytes(state.mostBytes)} may`);
  const waits = `${counted(files, "file")} with ${humanBytes(bytes)}${most} wait to be read`;
  const isFull = state !== undefined && bytes > MUCH_OF_LIMIT * state.mostBytes;
  const ageMs = nowMs - oldestMs;
  if (!isFull && ageMs < SLOW_MS) return ok("spool", waits);
  return {
    code: "spool",
    level: isFull || ageMs > LATE_MS ? "bad" : "warn",
    finding: `${waits}, the oldest for ${humanSeconds(ageMs / 1000)}`,
    reason: isFull
      ? "When as much waits as may, deliveries are told to come again later (503)."
      : "It should be read within seconds.",
    next: "What the last reading met, below, is in the way, or the machine is busy. What can never be read goes when its file in the lake's folder push is deleted.",
    details: [],
  };
}

function checkLake({ lake, nowMs, source }: PushFacts): TrustCheck[] {
  if (lake === undefined || (lake.run === null && lake.records.total === 0)) return [];
  // Why nothing is taken is told as the key's.
  const run = lake.run !== null && lake.run.code !== "no-access-key" ? checkLastRun(lake.run, "reading") : [];
  return [
    ...run,
    ...checkObjects(lake),
    ...checkTimes(lake, nowMs),
    ...checkControl(lake),
    ...checkPushedRecords(lake, source.logFormat !== undefined),
  ];
}

/** Times of records against this machine's clock. */
function checkTimes({ newestFlow, lastReadMs }: PushedFacts, nowMs: number): TrustCheck[] {
  if (newestFlow === null) return [];
  const newestMs = newestFlow / 1000;
  if (newestMs - nowMs > AHEAD_MS)
    return [
      bad("clock", `records are ahead of this machine's clock by ${humanSeconds((newestMs - nowMs) / 1000)}`, {
        reason: "A clock is wrong, here or where they are written: questions about the last hours miss them.",
        next: "Compare date -u here with the time of the newest flow; see that both machines set their clocks (chrony, NTP).",
      }),
    ];
  const lag = humanSeconds(Math.max(0, nowMs - newestMs) / 1000);
  const readLagMs = (lastReadMs ?? nowMs) - newestMs;
  if (readLagMs <= LATE_MS) return [ok("fresh", `the newest flow is ${lag} old`)];
  return [
    {
      code: "late",
      level: "warn",
      finding: `what comes is old: the newest flow is ${lag} old, and was ${humanSeconds(readLagMs / 1000)} old when it came`,
      reason: "The sender works off what it could not send before, or sends old files.",
      next: "If it does not catch up, see the age of the oldest record at the sender (Firehose: DeliveryToHttpEndpoint.DataFreshness), and its clock.",
      details: [],
    },
  ];
}

function checkControl({ records: { control, flows, nodata, skipdata } }: PushedFacts): TrustCheck[] {
  if (control === 0) return [];
  const seen = `${counted(control, "control message")} of CloudWatch Logs came (or records without content)`;
  if (flows + nodata + skipdata > 0) return [ok("control", `${seen}: they hold no flows, and are counted apart`)];
  return [
    {
      code: "control",
      level: "warn",
      finding: `${seen}, and no record of a flow log`,
      reason: "They only try whether the subscription of the log group reaches the stream: it does.",
      next: "See that the flow log writes to that log group, and that the subscription's filter pattern is empty.",
      details: [],
    },
  ];
}

function checkPushedRecords({ records, malformed, outcomes }: PushedFacts, hasFormat: boolean): TrustCheck[] {
  const details = malformed.map(({ reason, count, text }) =>
    text === undefined ? `${reason} (${fullCount(count)})` : `${reason} (${fullCount(count)}): ${text.slice(0, 200)}`,
  );
  const share = records.malformed / Math.max(1, records.total);
  const isUnread = outcomes.some(({ code }) => code === "format-unknown");
  if (share < MOST_MALFORMED || isUnread) return checkRecords({ records }).map((check) => ({ ...check, details }));
  return [
    {
      code: "log-format",
      level: "bad",
      finding: `${counted(records.malformed, "record")} could not be read, ${humanShare(share)} of all: they are not in the ${hasFormat ? "format that log_format tells" : "default format"}`,
      reason: "The records do not say which fields they have: the flow log does.",
      next: `${hasFormat ? "Correct" : "Set"} log_format of this source in weir.yaml, as the flow log has it: aws ec2 describe-flow-logs prints it as LogFormat. Each format needs a source of its own.`,
      details,
    },
  ];
}

function bad(
  code: string,
  finding: string,
  { reason = null, next }: { readonly reason?: string | null; readonly next: string | null },
): TrustCheck {
  return { code, level: "bad", finding, reason, next, details: [] };
}
