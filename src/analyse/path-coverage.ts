import { addressToBigInt } from "#base/address.js";
import type { TimeRange } from "#model/answer.js";
import type { TableReader } from "#query/index.js";
import { longestSilence, LONG_WINDOW_S, SHORT_WINDOW_S, windowOf } from "#model/silence.js";
import { flowLogFacts, type FlowLogFacts } from "./flow-logs.ts";
import { Draft, hoursOf, numberOf, readAll, textOf, textOrNull } from "./path-sql.ts";
import type { CoverageGap, PathEnd, PathQuestion, SideCoverage } from "./path-types.ts";
import { silences } from "./silences.ts";

/** More interfaces than this are not looked at one by one. */
const MOST_OBSERVERS = 200;
/** More addresses than this are not counted one by one. */
const MOST_ADDRESSES = 4096n;

/** An interface of one side, with the address that it was seen with. */
interface Seat {
  readonly address: string;
  readonly observer: string;
  readonly conversations: number;
}

/** What the logs know of one side, whoever it talked to: only then does silence mean something. */
export async function sideCoverage(
  side: "client" | "server",
  question: PathQuestion,
  reader: TableReader,
): Promise<SideCoverage> {
  const end = question[side];
  const seats = await seatsOf(end, question.range, reader);
  const observers = [...new Set([...seats.map(({ observer }) => observer), ...end.interfaces.map(({ id }) => id)])];
  const looked = observers.slice(0, MOST_OBSERVERS);
  const series = looked.length === 0 ? [] : await seriesOf(looked, question.range, reader);
  const alive = new Set(series.map(({ observer }) => observer));
  const flowLogs = [...new Set(series.flatMap(({ flowLog }) => flowLog ?? []))];
  const logs = await flowLogFacts(flowLogs, question, reader);
  const addresses = new Set(
    [...seats, ...end.interfaces.map(({ id, address }) => ({ observer: id, address }))]
      .filter(({ observer }) => alive.has(observer))
      .map(({ address }) => address),
  );
  return {
    logged: seats.reduce((sum, { conversations }) => sum + conversations, 0),
    observers: looked.filter((observer) => alive.has(observer)),
    flowLogs: logs.map(({ flowLog, logType, allowed, denied, basis }) => ({
      flowLog,
      logType,
      allowed,
      denied,
      basis,
    })),
    gaps: looked.length === 0 ? [] : await gapsOf(looked, withWindows(series, logs), question, reader),
    addresses: { asked: countAddresses(end), observed: addresses.size },
  };
}

function countAddresses({ spans }: PathEnd): number | null {
  const count = spans.reduce((sum, { first, last }) => sum + addressToBigInt(last) - addressToBigInt(first) + 1n, 0n);
  return count > MOST_ADDRESSES ? null : Number(count);
}

/** The interfaces that logged these addresses as their own. */
async function seatsOf(end: PathEnd, range: TimeRange, reader: TableReader): Promise<Seat[]> {
  const draft = new Draft();
  const seats = (side: string): string =>
    `SELECT ${side}_ip AS ip, ${side}_observer AS observer, count(DISTINCT conversation_id) AS n FROM conversations
     WHERE ${draft.within(`${side}_ip`, end.spans)} AND ${side}_observer IS NOT NULL AND ${draft.during("time", hoursOf(range))} GROUP BY ALL`;
  const rows = await readAll(
    reader,
    `SELECT ip_text(ip), observer, sum(n) FROM (${seats("client")} UNION ALL ${seats("server")}) GROUP BY ALL ORDER BY sum(n) DESC, observer LIMIT 1000`,
    draft,
  );
  return rows.map(([address, observer, n]) => ({
    address: textOf(address),
    observer: textOf(observer),
    conversations: numberOf(n),
  }));
}

/** One interface in one flow log: how long its windows are, and which kind of log it is. */
interface Series {
  readonly observer: string;
  readonly flowLog: string | null;
  readonly logType: string;
  readonly windowS: number;
}

/** Records of an interface, and windows in which it had nothing to say. */
function spokenSql(observers: readonly string[], range: TimeRange, draft: Draft, what: string): string {
  const where = `${draft.among("observer_id", observers)} AND ${draft.during("time", range)}`;
  return `SELECT ${what} FROM flows WHERE ${where} UNION ALL SELECT ${what} FROM coverage WHERE ${where} AND status = 'nodata'`;
}

async function seriesOf(observers: readonly string[], range: TimeRange, reader: TableReader): Promise<Series[]> {
  const draft = new Draft();
  const spoken = spokenSql(
    observers,
    range,
    draft,
    "observer_id, flow_log_id, log_type, epoch(end_time) - epoch(time) AS length",
  );
  const rows = await readAll(
    reader,
    `SELECT observer_id, flow_log_id, any_value(log_type), max(length) FROM (${spoken}) GROUP BY 1, 2 ORDER BY 1, 2`,
    draft,
  );
  return rows.map(([observer, flowLog, logType, length]) => ({
    observer: textOf(observer),
    flowLog: textOrNull(flowLog),
    logType: textOf(logType),
    windowS: windowOf(numberOf(length)),
  }));
}

/** A flow log has one length of windows: whoever has the longest record shows it. */
function withWindows(series: readonly Series[], logs: readonly FlowLogFacts[]): Series[] {
  const windows = new Map(logs.map(({ flowLog, windowS }) => [flowLog, windowS]));
  return series.map((each) => ({ ...each, windowS: Math.max(each.windowS, windows.get(each.flowLog ?? "") ?? 0) }));
}

async function gapsOf(
  observers: readonly string[],
  series: readonly Series[],
  question: PathQuestion,
  reader: TableReader,
): Promise<CoverageGap[]> {
  const asked = question.logged;
  if (asked === null) return [];
  const gaps: CoverageGap[] = await lostWindows(observers, series, question.range, reader);
  const byWindow = series.filter(({ logType }) => !logType.startsWith("azure"));
  for (const windowS of [SHORT_WINDOW_S, LONG_WINDOW_S]) {
    const ids = byWindow.filter((each) => each.windowS === windowS).map(({ observer }) => observer);
    if (ids.length > 0)
      gaps.push(...(await silences("observer_id", ids, longestSilence(windowS, "aws"), asked, reader)));
  }
  const azure = new Set(
    series.flatMap(({ logType, flowLog }) => (logType.startsWith("azure") && flowLog !== null ? [flowLog] : [])),
  );
  if (azure.size > 0)
    gaps.push(...(await silences("flow_log_id", [...azure], longestSilence(0, "azure"), asked, reader)));
  return gaps;
}

/** Windows in which the cloud says that it lost records of these interfaces. */
async function lostWindows(
  observers: readonly string[],
  series: readonly Series[],
  range: TimeRange,
  reader: TableReader,
): Promise<CoverageGap[]> {
  const draft = new Draft();
  const flowLogs = series.flatMap(({ flowLog }) => flowLog ?? []);
  const own = draft.among("observer_id", observers);
  const whole = flowLogs.length === 0 ? "false" : `observer_id IS NULL AND ${draft.among("flow_log_id", flowLogs)}`;
  const rows = await readAll(
    reader,
    `SELECT flow_log_id, observer_id, epoch_us(time), epoch_us(coalesce(end_time, time)) FROM coverage
     WHERE status = 'skipdata' AND (${own} OR (${whole})) AND ${draft.during("time", range)} ORDER BY time, observer_id LIMIT 500`,
    draft,
  );
  return rows.map(([flowLog, observer, from, to]) => ({
    flowLog: textOrNull(flowLog),
    observer: textOrNull(observer),
    from: numberOf(from),
    to: numberOf(to),
    cause: "skipdata",
  }));
}
