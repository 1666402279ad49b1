import type { TrustCheck } from "#analyse/index.js";
import { counted, humanSeconds, humanTime } from "#base/human.js";
import type { ObjectSeries } from "#catalog/index.js";
import { keyPlace, keyTime } from "../key-time.ts";
import { checkTold } from "./check-told.ts";
import type { LakeFacts, SourceFacts } from "./source-facts.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** What others have gone on for so long without it has stopped. */
const STOPPED_MS = 2 * HOUR_MS;
/** Flow logs that were deleted long ago are history. */
const RECENT_MS = 30 * 24 * HOUR_MS;
/** A flow log that is replaced without a gap begins before the other one ends, or with the next object. */
const GAP_MS = 10 * MINUTE_MS;
/** The last blocks of an Azure hour come after it is over. */
const HOUR_END_MS = 57 * MINUTE_MS;

interface Series {
  readonly name: string;
  /** Account and region, where the keys name them. */
  readonly place: string | undefined;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly modifiedMs: number;
}

/** What single flow logs and interfaces of a source stopped writing, or never write. */
export function checkFlowLogs(facts: SourceFacts): TrustCheck[] {
  const { lake, told } = facts;
  if (lake === undefined) return checkTold(facts);
  const series = lake.series.map(seriesOf);
  // Of what the control plane no longer has it is known for sure.
  const gone = new Set(told.flatMap(({ id, goneMs }) => (goneMs === null ? [] : id)));
  return [
    ...checkTold(facts),
    ...checkReplaced(
      series.filter(({ name }) => !gone.has(name)),
      facts.nowMs,
    ),
    ...checkGrowth(series),
    ...checkKinds(lake),
  ];
}

function seriesOf({ name, firstKey, lastKey, firstModified, lastModified }: ObjectSeries): Series {
  return {
    name,
    place: keyPlace(lastKey),
    firstMs: keyTime(firstKey) ?? firstModified / 1000,
    lastMs: keyTime(lastKey) ?? lastModified / 1000,
    modifiedMs: lastModified / 1000,
  };
}

/** Flow logs of AWS that ended while another one of their account and region went on, or took their place. */
function checkReplaced(all: readonly Series[], nowMs: number): TrustCheck[] {
  const checks: TrustCheck[] = [];
  for (const own of byPlace(all).values()) {
    const newest = Math.max(...own.map(({ lastMs }) => lastMs));
    for (const old of own) {
      if (newest - old.lastMs < STOPPED_MS || nowMs - old.lastMs > RECENT_MS) continue;
      checks.push(endedCheck(old, successorOf(old, own)));
    }
  }
  return checks;
}

function byPlace(all: readonly Series[]): Map<string, Series[]> {
  const found = new Map<string, Series[]>();
  for (const series of all)
    if (series.place !== undefined) found.set(series.place, [...(found.get(series.place) ?? []), series]);
  return found;
}

/** The one that began nearest to its end. */
function successorOf(old: Series, own: readonly Series[]): Series | undefined {
  return own
    .filter(({ name, firstMs, lastMs }) => name !== old.name && lastMs > old.lastMs && firstMs > old.firstMs)
    .sort((a, b) => Math.abs(a.firstMs - old.lastMs) - Math.abs(b.firstMs - old.lastMs))[0];
}

function endedCheck(old: Series, next: Series | undefined): TrustCheck {
  const ended = `flow log ${old.name} (${old.place}) wrote last ${humanTime(old.lastMs * 1000)} UTC`;
  if (next === undefined)
    return {
      code: "flow-log-ended",
      level: "warn",
      finding: `${ended}, others of its account go on`,
      reason: "It was disabled or deleted, its delivery fails, or what it watched is gone.",
      next: `aws ec2 describe-flow-logs --flow-log-ids ${old.name}: see FlowLogStatus and DeliverLogsErrorMessage; weir add aws lists what is not logged.`,
      details: [],
    };
  const gapMs = next.firstMs - old.lastMs;
  const hasGap = gapMs > GAP_MS;
  return {
    code: "flow-log-replaced",
    level: hasGap ? "warn" : "ok",
    finding: `${ended}, ${next.name} began ${humanTime(next.firstMs * 1000)} UTC${hasGap ? `: ${humanSeconds(gapMs / 1000)} between them` : ", without a gap"}`,
    reason: hasGap ? "If one took the place of the other, nothing was logged between." : null,
    next: hasGap
      ? "Make the new flow log before the old one is deleted; both may write at once, and nothing counts twice."
      : null,
    details: [],
  };
}

/** Blobs of Azure: one an interface and hour, which grows every minute. */
function checkGrowth(all: readonly Series[]): TrustCheck[] {
  const blobs = all.filter(({ name }) => /macAddress=/i.test(name));
  const newest = blobs.reduce((most, { modifiedMs }) => Math.max(most, modifiedMs), 0);
  const stopped = blobs.filter(({ modifiedMs }) => newest - modifiedMs > STOPPED_MS && newest - modifiedMs < RECENT_MS);
  if (stopped.length === 0) return [];
  const cut = stopped.filter(({ lastMs, modifiedMs }) => modifiedMs - lastMs < HOUR_END_MS);
  return [
    {
      code: "stopped-growing",
      level: "warn",
      finding: `${counted(stopped.length, "interface")} of ${blobs.length} stopped writing while others go on${cut.length === 0 ? "" : `, ${cut.length} in the middle of an hour`}`,
      reason:
        "Their machines were stopped or deleted, or the flow log was changed; a blob that somebody wrote to is not grown any more until its hour is over.",
      next: "See that each of them is gone: az network nic list; az network watcher flow-log show for the others.",
      details: stopped.map(
        ({ name, modifiedMs }) =>
          `${name.replace(/^.*macAddress=/is, "")} wrote last ${humanTime(modifiedMs * 1000)} UTC: ${name}`,
      ),
    },
  ];
}

/** Flow logs that write only what was allowed, or only what was denied. */
function checkKinds({ flowLogs, series }: LakeFacts): TrustCheck[] {
  const names = series.map(({ name }) => name.toLowerCase());
  const own = flowLogs.filter(
    ({ flowLog }) => flowLog !== "" && names.some((name) => name.includes(flowLog.toLowerCase())),
  );
  // Neither: its records have no verdict, as those of transit gateways.
  const partial = own.filter(
    ({ kinds: { allowed, denied } }) =>
      (allowed !== "full" || denied !== "full") && !(allowed === "none" && denied === "none"),
  );
  if (partial.length === 0) return [];
  return [
    {
      code: "partial-traffic",
      level: "warn",
      finding: `${counted(partial.length, "flow log")} of ${own.length} write only a part of the traffic`,
      reason: "Answers that claim an absence are refused for what is not logged, and bytes are too low.",
      next: "Make a flow log with traffic type ALL beside it: weir doctor --logs prints how.",
      details: partial.map(
        ({ flowLog, kinds: { allowed, denied, basis } }) =>
          `${flowLog}: allowed traffic ${allowed}, denied traffic ${denied} (${basis === "told" ? "so it is set up" : "inferred from its records"})`,
      ),
    },
  ];
}
