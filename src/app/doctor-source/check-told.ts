import type { TrustCheck } from "#analyse/index.js";
import { counted, humanSeconds, humanTime } from "#base/human.js";
import type { ObjectSeries } from "#catalog/index.js";
import { tellerOf, type ToldFlowLog } from "#model/told-flow-log.js";
import { keyTime } from "../key-time.ts";
import type { SourceFacts } from "./source-facts.ts";

const HOUR_MS = 3_600_000;
/** Flow logs that went away longer ago are history. */
const RECENT_MS = 30 * 24 * HOUR_MS;
/** A flow log that is replaced without a gap begins before the other one ends, or with the next object. */
const GAP_MS = 10 * 60_000;
/** From making a flow log until its first object can be read. */
const FIRST_MS = HOUR_MS;

/** What AWS says of a delivery, and what to do (DeliverLogsErrorMessage of the EC2 API's FlowLog). */
const remedies: readonly (readonly [RegExp, string])[] = [
  [
    /access error/i,
    "Let its role write (CloudWatch Logs: logs:CreateLogStream, logs:PutLogEvents), or the bucket's policy let delivery.logs.amazonaws.com put objects, and the KMS key's policy let it encrypt.",
  ],
  [/rate limited/i, "CloudWatch Logs throttles it: ask for a higher quota, or deliver to S3."],
  [/unknown error/i, "AWS's own fault: make the flow log anew, and ask AWS if it stays."],
];

/** What the control plane says is wrong with the flow logs that deliver to a source: failing, disabled, gone, silent. */
export function checkTold({ nowMs, told, lake }: SourceFacts): TrustCheck[] {
  if (told.length === 0) return [];
  const series = lake?.series ?? [];
  const there = told.filter(({ goneMs }) => goneMs === null);
  const gone = told.filter(({ goneMs }) => goneMs !== null && nowMs - goneMs < RECENT_MS);
  return [
    ...checkFailing(there),
    ...checkDisabled(there),
    ...gone.map((old) => goneCheck(old, there, series)),
    ...checkUnread(there, series, nowMs),
    setUp(there),
  ];
}

/** `fl-0a of vpc-1`: as people find them. */
function logName({ id, name, target, provider }: ToldFlowLog): string {
  const short = (text: string): string => (provider === "azure" ? (text.split("/").at(-1) ?? text) : text);
  return `${name === null || provider === "azure" ? short(id) : `${id} (${name})`} of ${short(target)}`;
}

const by = (told: ToldFlowLog): string => `${tellerOf(told)} ${humanTime(told.toldMs * 1000)} UTC`;

function checkFailing(there: readonly ToldFlowLog[]): TrustCheck[] {
  const failing = there.filter(({ deliveryError }) => deliveryError !== null);
  const [first] = failing;
  if (first === undefined) return [];
  const error = first.deliveryError ?? "";
  return [
    {
      code: "delivery-failed",
      level: "bad",
      finding: `${counted(failing.length, "flow log")} of ${there.length} cannot deliver: ${error}`,
      reason: "What it should have written is lost; the cloud does not deliver it later.",
      next: remedies.find(([pattern]) => pattern.test(error))?.[1] ?? "See what the cloud says of it, and mend that.",
      details: failing.map((log) => `${logName(log)}: ${log.deliveryError ?? ""} (told by ${by(log)})`),
    },
  ];
}

function checkDisabled(there: readonly ToldFlowLog[]): TrustCheck[] {
  const disabled = there.filter(({ isEnabled }) => !isEnabled);
  if (disabled.length === 0) return [];
  return [
    {
      code: "flow-log-disabled",
      // Somebody may have meant it, as of NSG flow logs that were replaced.
      level: "warn",
      finding: `${counted(disabled.length, "flow log")} of ${there.length} ${disabled.length === 1 ? "is" : "are"} disabled`,
      reason: "Nothing is logged of what it watches, unless another one does.",
      next:
        disabled[0]?.provider === "azure"
          ? "az network watcher flow-log update --enabled true; or delete it, if another one took its place."
          : "One of AWS that is not ACTIVE has to be made anew: weir doctor --logs --better prints it.",
      details: disabled.map((log) => `${logName(log)} (told by ${by(log)})`),
    },
  ];
}

/** A flow log that an earlier look found, and what took its place: another one of the same resource. */
function goneCheck(old: ToldFlowLog, there: readonly ToldFlowLog[], series: readonly ObjectSeries[]): TrustCheck {
  const seen = `${tellerOf(old)} had it ${humanTime(old.toldMs * 1000)} and no longer ${humanTime((old.goneMs ?? 0) * 1000)} UTC`;
  const [, lastMs] = timesOf(old, series) ?? [];
  const ended = `flow log ${logName(old)} is gone${lastMs === undefined ? "" : `; it wrote last ${humanTime(lastMs * 1000)} UTC`}`;
  const next = there.find(({ target }) => target === old.target);
  if (next === undefined)
    return {
      code: "flow-log-gone",
      level: "bad",
      finding: `${ended}, and no other one of the same resource delivers here`,
      reason: `Somebody deleted it: ${seen}.`,
      next: "If what it watched is still there, make a new one: weir doctor --logs --better prints it; weir add aws or azure lists what is not logged.",
      details: [],
    };
  const firstMs = timesOf(next, series)?.[0] ?? next.createdMs;
  const gapMs = lastMs === undefined || firstMs === null ? null : firstMs - lastMs;
  const hasGap = gapMs !== null && gapMs > GAP_MS;
  const began = firstMs === null ? "" : `, which began ${humanTime(firstMs * 1000)} UTC,`;
  return {
    code: "flow-log-replaced",
    level: hasGap ? "warn" : "ok",
    finding: `${ended}; ${next.id.split("/").at(-1) ?? next.id}${began} took its place${gapWords(gapMs)}`,
    reason: hasGap ? `Nothing was logged between: ${seen}.` : null,
    next: hasGap
      ? "Make the new flow log before the old one is deleted; both may write at once, and nothing counts twice."
      : null,
    details: [],
  };
}

function gapWords(gapMs: number | null): string {
  if (gapMs === null) return "";
  return gapMs > GAP_MS ? `: ${humanSeconds(gapMs / 1000)} between them` : ", without a gap";
}

/** The time of its first and last object, milliseconds; undefined where none bears its id. */
function timesOf(log: ToldFlowLog, all: readonly ObjectSeries[]): readonly [number, number] | undefined {
  const own = all.filter(({ name }) => name === log.id);
  if (own.length === 0) return undefined;
  return [
    Math.min(...own.map(({ firstKey, firstModified }) => keyTime(firstKey) ?? firstModified / 1000)),
    Math.max(...own.map(({ lastKey, lastModified }) => keyTime(lastKey) ?? lastModified / 1000)),
  ];
}

/** Flow logs of AWS that should write here, and of which no object was read: where objects bear their ids. */
function checkUnread(there: readonly ToldFlowLog[], series: readonly ObjectSeries[], nowMs: number): TrustCheck[] {
  if (!series.some(({ name }) => name.startsWith("fl-"))) return [];
  const unread = there.filter(
    (log) =>
      log.provider === "aws" &&
      log.isEnabled &&
      log.deliveryError === null &&
      nowMs - (log.createdMs ?? 0) > FIRST_MS &&
      timesOf(log, series) === undefined,
  );
  if (unread.length === 0) return [];
  return [
    {
      code: "flow-log-unread",
      level: "warn",
      finding: `${counted(unread.length, "flow log")} of ${there.length} should deliver here, and no object of ${unread.length === 1 ? "it" : "them"} was read`,
      reason: "Older ones may lie before the source's since:, new ones are yet to come; else objects go elsewhere.",
      next: "Compare the source's url and since: with the flow log's destination.",
      details: unread.map((log) => `${logName(log)} to ${log.destination} (told by ${by(log)})`),
    },
  ];
}

function setUp(there: readonly ToldFlowLog[]): TrustCheck {
  const types = new Map<string, number>();
  for (const { traffic } of there) types.set(traffic, (types.get(traffic) ?? 0) + 1);
  const words = [...types].map(([traffic, count]) => `${count} of traffic type ${traffic.toUpperCase()}`).join(", ");
  const [first] = there.toSorted((a, b) => a.toldMs - b.toldMs);
  const when = first === undefined ? "" : ` (told by ${by(first)})`;
  const kinds = first?.provider === "aws" ? `: ${words}` : "";
  return {
    code: "set-up",
    level: "ok",
    finding: `the cloud says that ${counted(there.length, "flow log")} ${there.length === 1 ? "delivers" : "deliver"} here${kinds}${when}`,
    reason: null,
    next: null,
    details: [],
  };
}
