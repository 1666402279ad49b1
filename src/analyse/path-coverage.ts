import { addressToBigInt } from "#base/address.js";
import type { TimeRange } from "#model/answer.js";
import type { TableReader } from "#query/index.js";
import { Draft, hoursOf, numberOf, readAll, textOf, textOrNull } from "./path-sql.ts";
import type { CoverageGap, FlowLogKinds, PathEnd, PathQuestion, SideCoverage } from "./path-types.ts";

/** More interfaces than this are not looked at one by one. */
const MOST_OBSERVERS = 200;
/** More addresses than this are not counted one by one. */
const MOST_ADDRESSES = 4096n;
const SECOND = 1_000_000;
/** Azure writes nothing for an idle interface: only a whole hour without any record of a flow log is a gap. */
const AZURE_SILENCE_S = 3600;
const AWS_LONG_WINDOW_S = 600;

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
  const logs = await logsOf([...new Set(series.flatMap(({ flowLog }) => flowLog ?? []))], question.range, reader);
  const addresses = new Set(
    [...seats, ...end.interfaces.map(({ id, address }) => ({ observer: id, address }))]
      .filter(({ observer }) => alive.has(observer))
      .map(({ address }) => address),
  );
  return {
    logged: seats.reduce((sum, { conversations }) => sum + conversations, 0),
    observers: looked.filter((observer) => alive.has(observer)),
    flowLogs: logs.map(({ windowS: _, ...kinds }) => kinds),
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

/** AWS knows windows of one minute and of ten. */
const windowOf = (longestS: number): number => (longestS > 60 ? AWS_LONG_WINDOW_S : 60);

/** A flow log has one length of windows: whoever has the longest record shows it. */
function withWindows(series: readonly Series[], logs: readonly FlowLogFacts[]): Series[] {
  const windows = new Map(logs.map(({ flowLog, windowS }) => [flowLog, windowS]));
  return series.map((each) => ({ ...each, windowS: Math.max(each.windowS, windows.get(each.flowLog ?? "") ?? 0) }));
}

interface FlowLogFacts extends FlowLogKinds {
  readonly windowS: number;
}

/** What each flow log writes, told by what it wrote: AWS can be asked to log only what was accepted, or only what was refused. */
async function logsOf(flowLogs: readonly string[], range: TimeRange, reader: TableReader): Promise<FlowLogFacts[]> {
  if (flowLogs.length === 0) return [];
  const draft = new Draft();
  const rows = await readAll(
    reader,
    `SELECT flow_log_id, any_value(log_type), count(*) FILTER (action = 'allow'), count(*) FILTER (action = 'deny'), bool_or(sampling_rate < 1), max(epoch(end_time) - epoch(time)) FROM flows
     WHERE ${draft.among("flow_log_id", flowLogs)} AND ${draft.during("time", range)} GROUP BY 1 ORDER BY 1`,
    draft,
  );
  return rows.map(([flowLog, type, allowed, denied, sampled, longest]) => {
    const logType = textOf(type);
    const kind = (count: number): "full" | "none" => (logType.startsWith("azure") || count > 0 ? "full" : "none");
    // Google samples packets, and logs what firewalls refuse elsewhere.
    const isSampled = sampled === true || logType.startsWith("gcp");
    return {
      flowLog: textOf(flowLog),
      logType,
      windowS: windowOf(numberOf(longest)),
      allowed: isSampled ? "sampled" : kind(numberOf(allowed)),
      denied: logType.startsWith("gcp") ? "none" : isSampled ? "sampled" : kind(numberOf(denied)),
    };
  });
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
  for (const windowS of [60, AWS_LONG_WINDOW_S]) {
    const ids = byWindow.filter((each) => each.windowS === windowS).map(({ observer }) => observer);
    if (ids.length > 0) gaps.push(...(await silences("observer_id", ids, 2 * windowS + 60, asked, reader)));
  }
  const azure = new Set(
    series.flatMap(({ logType, flowLog }) => (logType.startsWith("azure") && flowLog !== null ? [flowLog] : [])),
  );
  if (azure.size > 0) gaps.push(...(await silences("flow_log_id", [...azure], AZURE_SILENCE_S, asked, reader)));
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

/**
 * Stretches longer than `slackS` without any record, NODATA included, of each interface or flow log. Those of several flow logs of
 * one interface are one series: one of them is enough.
 */
async function silences(
  key: "observer_id" | "flow_log_id",
  ids: readonly string[],
  slackS: number,
  asked: TimeRange,
  reader: TableReader,
): Promise<CoverageGap[]> {
  const draft = new Draft();
  const where = `${draft.among(key, ids)} AND ${draft.during("time", asked)}`;
  const row = `${key} AS id, flow_log_id AS log, epoch_us(time) AS t0, greatest(epoch_us(time), coalesce(epoch_us(end_time), 0)) AS t1`;
  const [from, to] = [draft.bind(BigInt(asked.from)), draft.bind(BigInt(asked.to))];
  const slack = draft.bind(BigInt(slackS * SECOND));
  const rows = await readAll(
    reader,
    `WITH spoken AS (SELECT ${row} FROM flows WHERE ${where} UNION ALL SELECT ${row} FROM coverage WHERE ${where} AND status = 'nodata'),
      minutes AS (SELECT id, min(log) AS log, min(t0) AS t0, max(t1) AS t1 FROM spoken GROUP BY id, t0 // ${60 * SECOND}),
      ends AS (SELECT id, max(log) AS log FROM minutes GROUP BY id),
      marks AS (SELECT * FROM minutes UNION ALL SELECT id, log, ${to}::BIGINT, ${to}::BIGINT FROM ends),
      steps AS (SELECT id, log, t0, coalesce(max(t1) OVER (PARTITION BY id ORDER BY t0, t1 ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), ${from}::BIGINT) AS until FROM marks)
      SELECT id, log, until, t0 FROM steps WHERE t0 - until > ${slack}::BIGINT ORDER BY until, id LIMIT 500`,
    draft,
  );
  return rows.map(([id, log, start, end]) => ({
    flowLog: textOrNull(log),
    observer: key === "observer_id" ? textOf(id) : null,
    from: numberOf(start),
    to: numberOf(end),
    cause: "no-records",
  }));
}
