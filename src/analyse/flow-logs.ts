import type { TimeRange } from "#model/answer.js";
import { kindsOfLog } from "#model/log-kinds.js";
import { windowOf } from "#model/silence.js";
import { toldOf, type ToldFlowLogs } from "#model/told-flow-log.js";
import type { TableReader } from "#query/index.js";
import { Draft, numberOf, readAll, textOf } from "./path-sql.ts";
import type { FlowLogKinds } from "./path-types.ts";

/** What a flow log wrote in a stretch of time. Those whose records have no id are one, with an empty id. */
export interface FlowLogFacts extends FlowLogKinds {
  readonly windowS: number;
  readonly records: number;
  readonly observers: number;
  /** Records that do not say at which end their interface stands. */
  readonly sideless: number;
  /** Microseconds. */
  readonly newest: number;
}

/** What is read, and what control planes say of it. */
export interface FlowLogsAsked {
  readonly range: TimeRange;
  readonly told: ToldFlowLogs;
}

/** What each flow log writes: AWS can be asked to log only what was accepted, or only what was refused. */
export async function flowLogFacts(
  flowLogs: readonly string[] | "all",
  { range, told }: FlowLogsAsked,
  reader: TableReader,
): Promise<FlowLogFacts[]> {
  if (flowLogs.length === 0) return [];
  const draft = new Draft();
  const rows = await readAll(
    reader,
    `SELECT coalesce(flow_log_id, ''), any_value(log_type), count(*) FILTER (action = 'allow'), count(*) FILTER (action = 'deny'), bool_or(sampling_rate < 1), max(epoch(end_time) - epoch(time)),
      count(*), count(DISTINCT observer_id), count(*) FILTER (observation_point IS NULL), epoch_us(max(time)) FROM flows
     WHERE ${flowLogs === "all" ? "true" : draft.among("flow_log_id", flowLogs)} AND ${draft.during("time", range)} GROUP BY 1 ORDER BY 1`,
    draft,
  );
  return rows.map(([flowLog, type, allowed, denied, sampled, longest, ...rest]) => {
    const logType = textOf(type);
    const kinds = kindsOfLog({
      logType,
      wroteAllowed: numberOf(allowed) > 0,
      wroteDenied: numberOf(denied) > 0,
      isSampled: sampled === true,
      told: toldOf(told, textOf(flowLog)),
    });
    return {
      flowLog: textOf(flowLog),
      logType,
      windowS: windowOf(numberOf(longest)),
      records: numberOf(rest[0]),
      observers: numberOf(rest[1]),
      sideless: numberOf(rest[2]),
      newest: numberOf(rest[3]),
      // Logs without a verdict have none of either kind.
      allowed: kinds?.allowed ?? "none",
      denied: kinds?.denied ?? "none",
      basis: kinds?.basis ?? "cloud",
    };
  });
}
