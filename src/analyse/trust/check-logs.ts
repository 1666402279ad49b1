import type { TimeRange } from "#model/answer.js";
import type { TableReader } from "#query/index.js";
import { flowLogFacts, type FlowLogFacts, type FlowLogsAsked } from "../flow-logs.ts";
import { Draft, numberOf, readAll, textOrNull } from "../path-sql.ts";
import type { CoverageGap } from "../path-types.ts";
import { counted } from "#base/human.js";
import { clock, lengthText, logName } from "../path-words.ts";
import { longestDelivery, longestSilence } from "#model/silence.js";
import { silences } from "../silences.ts";
import { fine, type TrustCheck } from "./trust-types.ts";

const SECOND = 1_000_000;

const providerOf = ({ logType }: FlowLogFacts): string | null => /^(aws|azure|gcp)/.exec(logType)?.[0] ?? null;

/** Whether flow logs are whole: gaps, lost records, logs that stopped, and kinds of records that they leave out. */
export async function checkLogs(asked: FlowLogsAsked, reader: TableReader): Promise<TrustCheck[]> {
  const { range } = asked;
  const logs = await flowLogFacts("all", asked, reader);
  if (logs.length === 0) return [nothing];
  const newest = Math.max(range.from, ...logs.map((log) => log.newest));
  const logged = { from: await oldestIn(range, reader), to: newest };
  const gaps = await gapsOf(logs, logged, reader);
  const records = logs.reduce((sum, log) => sum + log.records, 0);
  return [
    fine("flows", `${counted(records, "flow")} of ${counted(logs.length, "flow log")}`),
    checkGaps(
      gaps.filter(({ to }) => to < newest),
      logs.length,
    ),
    checkLate(logs, newest),
    await checkLost(range, reader),
    checkKinds(logs),
  ];
}

const nothing: TrustCheck = {
  code: "flows",
  level: "bad",
  finding: "There is no flow of this time",
  reason: "Every answer about it is empty, and says nothing about what happened.",
  next: "weir status says what was read. Read logs of this time: weir collect --from … --to … those of sources, weir ingest files.",
  details: [],
};

async function oldestIn(range: TimeRange, reader: TableReader): Promise<number> {
  const draft = new Draft();
  const [row = []] = await readAll(
    reader,
    `SELECT epoch_us(min(time)) FROM flows WHERE ${draft.during("time", range)}`,
    draft,
  );
  return row[0] === null ? range.from : numberOf(row[0]);
}

async function gapsOf(logs: readonly FlowLogFacts[], logged: TimeRange, reader: TableReader): Promise<CoverageGap[]> {
  const bySlack = new Map<number, string[]>();
  for (const log of logs) {
    const slack = longestSilence(log.windowS, providerOf(log));
    bySlack.set(slack, [...(bySlack.get(slack) ?? []), log.flowLog]);
  }
  const gaps: CoverageGap[] = [];
  for (const [slack, ids] of bySlack) gaps.push(...(await silences("flow_log_id", ids, slack, logged, reader)));
  return gaps.toSorted((a, b) => b.to - b.from - (a.to - a.from));
}

function checkGaps(gaps: readonly CoverageGap[], logs: number): TrustCheck {
  if (gaps.length === 0) return fine("gaps", `No gap in ${counted(logs, "flow log")}`);
  return {
    code: "gaps",
    level: "warn",
    finding: `${counted(gaps.length, "gap")} in ${counted(new Set(gaps.map(({ flowLog }) => flowLog)).size, "flow log")}`,
    reason: "What passed in a gap is in no answer, and silence in it proves nothing.",
    next: "Look for objects of this time that were not delivered or not read: weir collect --from … --to … reads those of sources, weir ingest files.",
    details: gaps.map(
      ({ flowLog, from, to }) =>
        `${logName(flowLog)}: nothing from ${clock(from)} to ${clock(to, from)} (${lengthText((to - from) / SECOND)})`,
    ),
  };
}

function checkLate(logs: readonly FlowLogFacts[], newest: number): TrustCheck {
  const late = logs
    .filter((log) => newest - log.newest > longestDelivery(providerOf(log)) * SECOND)
    .toSorted((a, b) => a.newest - b.newest);
  if (late.length === 0) return fine("late_logs", "All flow logs are as new as the newest");
  return {
    code: "late_logs",
    level: "warn",
    finding: `${counted(late.length, "flow log")} stopped, or is late`,
    reason: "Answers about the newest time lack what it would say.",
    next: "See whether the flow log is still on, and whether its newest objects are read.",
    details: late.map(
      (log) =>
        `${logName(log.flowLog)}: newest record ${clock(log.newest)}, ${lengthText((newest - log.newest) / SECOND)} before the newest of all`,
    ),
  };
}

/** Windows in which the cloud says that it lost records. */
async function checkLost(range: TimeRange, reader: TableReader): Promise<TrustCheck> {
  const draft = new Draft();
  const rows = await readAll(
    reader,
    `SELECT flow_log_id, count(*), count(DISTINCT observer_id) FROM coverage WHERE status = 'skipdata' AND ${draft.during("time", range)} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 100`,
    draft,
  );
  const windows = rows.reduce((sum, row) => sum + numberOf(row[1]), 0);
  if (windows === 0) return fine("lost_records", "The clouds say of no window that they lost records");
  return {
    code: "lost_records",
    level: "warn",
    finding: `${counted(windows, "window")} with lost records (SKIPDATA)`,
    reason: "Volumes of these windows are too small, and silence in them proves nothing.",
    next: "Nothing brings them back. weir sql \"SELECT * FROM coverage WHERE status = 'skipdata'\" lists them.",
    details: rows.map(
      ([log, count, observers]) =>
        `${logName(textOrNull(log))}: ${counted(numberOf(count), "window")} of ${counted(numberOf(observers), "interface")}`,
    ),
  };
}

/** Flow logs that write one kind only, or a part. Where no log has a verdict, as in transit gateways, there is no kind. */
function checkKinds(logs: readonly FlowLogFacts[]): TrustCheck {
  const partial = logs.filter(
    ({ logType, allowed, denied }) => logType !== "aws_tgw" && (allowed !== "full" || denied !== "full"),
  );
  if (partial.length === 0) return fine("kinds", "Every flow log writes what was accepted and what was refused");
  const isInferred = partial.some(({ basis }) => basis === "records" || basis === "name");
  return {
    code: "kinds",
    level: "warn",
    finding: `${counted(partial.length, "flow log")} without one kind of record, sampled or filtered`,
    reason: 'What it leaves out is in no answer, and "never" cannot be said of it.',
    next: `weir doctor --logs prints a better flow log for each${isInferred ? "; weir add aws or azure asks how they are set up" : ""}.`,
    details: partial.map((log) => `${logName(log.flowLog)}: ${kindText(log)}`),
  };
}

function kindText({ logType, allowed, denied, records, basis }: FlowLogFacts): string {
  if (allowed === "sampled") return logType.startsWith("gcp") ? "Google Cloud samples packets" : "sampled";
  const told = basis === "told" ? "it is set up so" : `inferred: ${counted(records, "record")}, none of the other kind`;
  if (allowed === "none") return `refused only (${told})`;
  return denied === "none" ? `accepted only (${told})` : "only flows that meet its condition";
}
