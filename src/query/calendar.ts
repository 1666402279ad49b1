import type { AnswerCoverage, CoverageGap, TimeRange } from "#model/answer.js";
import type { Scope } from "#model/query.js";
import type { ToldFlowLogs } from "#model/told-flow-log.js";
import type { Segment } from "#model/segment.js";
import type { TableName } from "#model/tables.js";
import { Bindings } from "./bindings.ts";
import { kindsOf, readAllGaps } from "./coverage.ts";
import type { QueryEngine } from "./engine.ts";
import { livingIn, observerScope, readObservers, type LivingObserver } from "./observers.ts";
import { segmentsInRange } from "./segments.ts";
import { HOUR } from "./time-grid.ts";

const DAY = 24 * HOUR;
/** Longer ranges have cells of a day. */
const MOST_HOURS = 72;
const SECOND = 1_000_000;

/** What one flow log wrote in one stretch of time. */
interface CalendarCell {
  /** Its beginning, microseconds. */
  readonly from: number;
  /** Records of flows that were let through, and of those that were not. */
  readonly allowed: number;
  readonly denied: number;
  /** Time in which records are missing. Lost windows of several interfaces at one time count once. */
  readonly gapSeconds: number;
  /** Where the first gap begins, seconds from the cell's beginning; 0 where there is none. */
  readonly gapAtSeconds: number;
  readonly cause: CoverageGap["cause"] | null;
}

/** One flow log over time. Records without the name of one are all in one, whose name is empty. */
export interface CalendarLog {
  readonly flowLog: string;
  readonly logType: string;
  readonly provider: string;
  readonly interfaces: number;
  readonly kinds: AnswerCoverage["kinds"];
  /** Microseconds. */
  readonly first: number;
  readonly last: number;
  /** Those in which it wrote or should have. */
  readonly cells: readonly CalendarCell[];
}

/** When each flow log wrote, and when it should have and did not. */
export interface Calendar {
  readonly range: TimeRange;
  /** Microseconds. */
  readonly cell: number;
  readonly logs: readonly CalendarLog[];
}

export interface CalendarRequest {
  readonly engine: QueryEngine;
  readonly segments: (table: TableName) => readonly Segment[];
  readonly range: TimeRange;
  readonly scope: Scope | undefined;
  /** What control planes say of flow logs. */
  readonly told?: ToldFlowLogs | undefined;
}

/** Reads what each flow log wrote by hour or day, with the gaps that answers are judged by. */
export async function readCalendar({ engine, segments, range, scope, told }: CalendarRequest): Promise<Calendar> {
  const cell = range.to - range.from > MOST_HOURS * HOUR ? DAY : HOUR;
  const whole = { from: Math.floor(range.from / cell) * cell, to: Math.ceil(range.to / cell) * cell };
  const observers = await readObservers(engine, segments("observers"), scope, whole);
  const living = livingIn(observers, whole);
  const { gaps } = await readAllGaps({ engine, segments, observers, range: whole, scope }, living, true);
  const written = await readWritten({ engine, segments, range: whole, scope }, cell);
  const byLog = new Map<string, LivingObserver[]>();
  for (const each of living) byLog.set(each.flowLog ?? "", [...(byLog.get(each.flowLog ?? "") ?? []), each]);
  const logs = [...byLog].map(([flowLog, own]): CalendarLog => {
    const missing = gaps.filter((gap) => (gap.flowLog ?? "") === flowLog);
    return {
      flowLog,
      logType: own.find(({ logType }) => logType !== null)?.logType ?? "",
      provider: own.find(({ provider }) => provider !== null)?.provider ?? "",
      interfaces: new Set(own.map(({ observer }) => observer)).size,
      kinds: kindsOf(own, told),
      first: Math.min(...own.map(({ firstSeen }) => firstSeen)),
      last: Math.max(...own.map(({ lastSeen }) => lastSeen)),
      cells: cellsOf(written.get(flowLog) ?? new Map<number, Written>(), missing, cell),
    };
  });
  logs.sort((a, b) => compare(a.provider, b.provider) || compare(a.flowLog, b.flowLog));
  return { range: whole, cell, logs };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

interface Written {
  readonly allowed: number;
  readonly denied: number;
}

/** Records by flow log and cell. */
async function readWritten(
  { engine, segments, range, scope }: CalendarRequest,
  cell: number,
): Promise<Map<string, Map<number, Written>>> {
  const bindings = new Bindings();
  const conditions = [`time >= ${bindings.time(range.from)}`, `time < ${bindings.time(range.to)}`];
  // An interface that wrote in a cell is among those that are known around it.
  const seen = observerScope(scope, bindings);
  if (seen.length > 0)
    conditions.push(`observer_id IN (SELECT observer_id FROM calendar_observers WHERE ${seen.join(" AND ")})`);
  const { rows } = await engine.run({
    sql: `SELECT coalesce(flow_log_id, ''), epoch_us(time) // ${cell} * ${cell}, sum(records) FILTER (verdict NOT IN ('denied', 'dropped')), sum(records) FILTER (verdict IN ('denied', 'dropped'))
      FROM calendar_observations WHERE ${conditions.join(" AND ")} GROUP BY ALL HAVING sum(records) > 0`,
    parameters: bindings.values,
    blockTables: [],
    reads: [
      {
        view: "calendar_observations",
        table: "observations",
        segments: segmentsInRange(segments("observations"), range),
      },
      ...(seen.length === 0
        ? []
        : [
            {
              view: "calendar_observers",
              table: "observers" as const,
              segments: segmentsInRange(segments("observers"), range),
            },
          ]),
    ],
    readsNames: false,
  });
  const found = new Map<string, Map<number, Written>>();
  for (const [log, from, allowed, denied] of rows) {
    const name = typeof log === "string" ? log : "";
    const cells = found.get(name) ?? new Map<number, Written>();
    cells.set(Number(from), { allowed: Number(allowed ?? 0), denied: Number(denied ?? 0) });
    found.set(name, cells);
  }
  return found;
}

function cellsOf(
  written: ReadonlyMap<number, Written>,
  gaps: readonly CoverageGap[],
  cell: number,
): readonly CalendarCell[] {
  const starts = new Set(written.keys());
  for (const gap of gaps)
    for (let from = Math.floor(gap.from / cell) * cell; from < gap.to; from += cell) starts.add(from);
  return [...starts]
    .sort((a, b) => a - b)
    .map((from) => {
      const within = gaps
        .map((gap) => ({ ...gap, from: Math.max(gap.from, from), to: Math.min(gap.to, from + cell) }))
        .filter((gap) => gap.from < gap.to);
      const { allowed, denied } = written.get(from) ?? { allowed: 0, denied: 0 };
      const isSilent = within.some(({ cause }) => cause === "silent");
      const cause = within.length === 0 ? null : isSilent ? "silent" : "skipdata";
      const gapAt = within.reduce((first, gap) => Math.min(first, gap.from - from), cell);
      return {
        from,
        allowed,
        denied,
        gapSeconds: Math.round(covered(within) / SECOND),
        gapAtSeconds: within.length === 0 ? 0 : Math.round(gapAt / SECOND),
        cause,
      };
    });
}

/** The time that stretches cover together. */
function covered(stretches: readonly TimeRange[]): number {
  let [sum, until] = [0, Number.NEGATIVE_INFINITY];
  for (const { from, to } of [...stretches].sort((a, b) => a.from - b.from)) {
    if (to <= until) continue;
    sum += to - Math.max(from, until);
    until = to;
  }
  return sum;
}
