import type { Cell, TimeRange } from "#model/answer.js";
import type { Scope } from "#model/query.js";
import { formatFields, toldOf, type ToldFlowLogs } from "#model/told-flow-log.js";
import type { TableReader } from "#query/index.js";
import { Draft, numberOf, readAll, textOf, textOrNull } from "../path-sql.ts";
import { countedColumns, type CountedColumn, type LogFacts } from "./log-types.ts";

/** What is known of flow logs apart from their records. */
export interface LogsKnown {
  /** Flow log → its field names, separated by spaces: learned from header lines. */
  readonly formats: Readonly<Record<string, string>>;
  /** What control planes say of them. */
  readonly told: ToldFlowLogs;
  /** Azure: security group, in lower case → ids of the networks that have it and that no VNet flow log covers. */
  readonly networksBehind: ReadonlyMap<string, readonly string[]>;
  /** Flow log → what people call it. */
  readonly names: ReadonlyMap<string, string>;
}

/** A range of an estate, as far as the caller may see it. */
export interface LogsScope {
  readonly range: TimeRange;
  readonly scope: Scope | undefined;
}

/** The condition that a record is of the range, and the caller's to see. */
export function inScope({ range, scope }: LogsScope, draft: Draft): string {
  const during = draft.during("time", range);
  if (scope?.accounts === undefined) return during;
  if (scope.accounts.length === 0) return "false";
  const accounts = scope.accounts;
  return `${during} AND (${draft.among("account_id", accounts)} OR ${draft.among("log_account_id", accounts)})`;
}

// Only sums, extremes and counts: the answer must not depend on the order in which records came.
const only = (column: string): string => `if(count(DISTINCT ${column}) = 1, max(${column}), NULL)`;
const state = (name: string): string => `count(*) FILTER (flow_state = '${name}')`;
const wholeColumns = [
  "count(*)",
  "count(DISTINCT observer_id)",
  "epoch_us(min(time))",
  "epoch_us(max(time))",
  "max(epoch(end_time) - epoch(time))",
  "min(log_version)",
  "count(*) FILTER (action IN ('allow', 'observed'))",
  "count(*) FILTER (action IN ('deny', 'drop'))",
  "coalesce(bool_or(sampling_rate < 1), false)",
  state("begin"),
  state("continue"),
  state("end"),
  state("deny"),
  "count(*) FILTER (counter_quality = 'unreliable' AND flow_state IN ('continue', 'end'))",
  only("account_id"),
  only("region"),
  only("network_id"),
  only("resource_id"),
  only("flow_log_resource_id"),
] as const;

/** What each flow log that wrote in the range is like, told by its records. */
export async function readLogFacts(asked: LogsScope, known: LogsKnown, reader: TableReader): Promise<LogFacts[]> {
  const draft = new Draft();
  const filled = countedColumns.map((column) =>
    column === "encryption" ? "count(nullif(encryption, '-'))" : `count(${column})`,
  );
  const sql = `SELECT coalesce(flow_log_id, ''), coalesce(log_type, ''), ${[...wholeColumns, ...filled].join(", ")} FROM flows
    WHERE ${inScope(asked, draft)} GROUP BY 1, 2 ORDER BY 2, 1`;
  const rows = await readAll(reader, sql, draft);
  const windows = await readWindows(asked, reader);
  return rows.map((row) => factsOf(row, known, windows.get(keyOf(textOf(row[0]), textOf(row[1])))));
}

const keyOf = (flowLog: string, logType: string): string => JSON.stringify([flowLog, logType]);

interface Windows {
  readonly nodata: number;
  readonly skipdata: number;
}

async function readWindows(asked: LogsScope, reader: TableReader): Promise<Map<string, Windows>> {
  const draft = new Draft();
  const sql = `SELECT coalesce(flow_log_id, ''), coalesce(log_type, ''), count(*) FILTER (status = 'nodata'), count(*) FILTER (status = 'skipdata')
    FROM coverage WHERE ${inScope(asked, draft)} GROUP BY 1, 2`;
  const rows = await readAll(reader, sql, draft);
  return new Map(
    rows.map(([flowLog, logType, nodata, skipdata]) => [
      keyOf(textOf(flowLog), textOf(logType)),
      { nodata: numberOf(nodata), skipdata: numberOf(skipdata) },
    ]),
  );
}

function factsOf(row: readonly Cell[], known: LogsKnown, windows: Windows | undefined): LogFacts {
  const [flowLog, logType] = [textOf(row[0]), textOf(row[1])];
  const whole = row.slice(2, 2 + wholeColumns.length);
  const counts = row.slice(2 + wholeColumns.length);
  const [records, observers, first, last, longest, version, allowed, denied, sampled, ...rest] = whole;
  const [begin, going, end, deny, unreliable, account, region, network, resource, logResource] = rest;
  const told = toldOf(known.told, flowLog) ?? toldOf(known.told, textOrNull(logResource)) ?? null;
  const learned = known.formats[flowLog]?.split(" ") ?? null;
  const filled = Object.fromEntries(countedColumns.map((column, at) => [column, numberOf(counts[at])]));
  return {
    flowLog,
    logType,
    records: numberOf(records),
    filled: filled as Record<CountedColumn, number>,
    observers: numberOf(observers),
    first: numberOf(first),
    last: numberOf(last),
    longestS: told?.intervalSeconds ?? numberOf(longest),
    lowestVersion: version === null ? null : numberOf(version),
    allowed: numberOf(allowed),
    denied: numberOf(denied),
    isSampled: sampled === true,
    states: { begin: numberOf(begin), continue: numberOf(going), end: numberOf(end), deny: numberOf(deny) },
    unreliable: numberOf(unreliable),
    account: textOrNull(account) ?? told?.account ?? null,
    region: textOrNull(region) ?? told?.region ?? null,
    network: textOrNull(network),
    resource: textOrNull(resource),
    logResource: textOrNull(logResource),
    windows: windows ?? { nodata: 0, skipdata: 0 },
    told,
    behind: known.networksBehind.get(flowLog.toLowerCase()) ?? null,
    fields: learned ?? formatFields(told?.format ?? null),
    fieldsFrom: learned !== null ? "format" : formatFields(told?.format ?? null) !== null ? "told" : "records",
    name: known.names.get(flowLog) ?? told?.name ?? textOrNull(logResource)?.split("/").at(-1) ?? null,
  };
}
