import type { Remembered } from "#base/remembered.js";
import type { AnswerCoverage, CoverageGap, TimeRange } from "#model/answer.js";
import { kindBasis, kindOfLogs, kindsOfLog, type KindEvidence, type LogKinds } from "#model/log-kinds.js";
import type { Scope } from "#model/query.js";
import { toldOf, type ToldFlowLogs } from "#model/told-flow-log.js";
import type { Segment } from "#model/segment.js";
import type { TableName } from "#model/tables.js";
import { Bindings } from "./bindings.ts";
import type { QueryEngine, Statement } from "./engine.ts";
import { readGaps, type ActiveHour } from "./gaps.ts";
import { livingIn, observerScope, readObservers, type LivingObserver } from "./observers.ts";
import { segmentsInRange } from "./segments.ts";
import { expectedLives, stoppedLogs } from "./stopped.ts";
import { HOUR } from "./time-grid.ts";

/** What coverage is read from. */
interface CoverageRequest {
  readonly engine: QueryEngine;
  readonly segments: (table: TableName) => readonly Segment[];
  readonly observers: readonly LivingObserver[];
  readonly range: TimeRange;
  readonly scope: Scope | undefined;
  /** What control planes say of flow logs. */
  readonly told?: ToldFlowLogs | undefined;
}

const MOST_GAPS = 100;
/** Silence that began before the range is found by the last hour with records, if that is not longer ago. */
const LOOK_AROUND = 24 * HOUR;
const MOST_LOST = 10_000;

/** What is read of a time, and what was read of these files before. */
export interface TimeRequest extends Omit<CoverageRequest, "observers"> {
  readonly memory?: Remembered | undefined;
}

/** The interfaces that wrote in a range or within a day of it; read once for all questions about the same time. */
export async function observersIn({ memory, ...request }: TimeRequest): Promise<LivingObserver[]> {
  const { engine, segments, scope, range } = request;
  const read = async (): Promise<LivingObserver[]> => readObservers(engine, segments("observers"), scope, range);
  return memory === undefined ? read() : memory.once(`observers ${JSON.stringify([range, scope])}`, read);
}

/** The coverage of a range; read once for all questions about the same time, but how late the logs are at this moment. */
export async function coverageIn({
  nowMs,
  ...request
}: TimeRequest & { readonly nowMs: number }): Promise<AnswerCoverage> {
  const { memory, range, scope } = request;
  const observers = await observersIn(request);
  const read = async (): Promise<Omit<AnswerCoverage, "lagS">> => readCoverage({ ...request, observers });
  const known = await (memory?.once(`coverage ${JSON.stringify([range, scope])}`, read) ?? read());
  return { ...known, lagS: lagOf(observers, range, nowMs) };
}

/** What is known about what was not seen in a range. Reads tables with a row an hour, and of coverage only what lies in gaps. */
async function readCoverage(request: CoverageRequest): Promise<Omit<AnswerCoverage, "lagS">> {
  const { engine, observers, range, segments } = request;
  const living = livingIn(expectedLives(observers, stoppedLogs(observers)), range);
  const windows = await engine.run(windowsStatement(segments("coverage"), range, request.scope));
  const count = (status: string): number => Number(windows.rows.find((row) => row[0] === status)?.[1] ?? 0);
  const { gaps, seen } = await readAllGaps(request, living, count("skipdata") > 0);
  return {
    share: shareOf(living, gaps, range),
    interfaces: {
      expected: new Set(living.map(({ observer }) => observer)).size,
      seen,
      basis: "logs",
    },
    kinds: kindsOf(living, request.told),
    gaps: gaps.slice(0, MOST_GAPS),
    moreGaps: Math.max(0, gaps.length - MOST_GAPS),
    windows: { nodata: count("nodata"), skipdata: count("skipdata") },
  };
}

/** Seconds from the newest record to the end of a range, or to now if that is earlier; null without records. */
function lagOf(observers: readonly LivingObserver[], range: TimeRange, nowMs: number): number | null {
  const newest = observers.reduce((last, { lastSeen }) => Math.max(last, lastSeen), Number.NEGATIVE_INFINITY);
  if (!Number.isFinite(newest)) return null;
  return Math.max(0, Math.round((Math.min(range.to, nowMs * 1000) - newest) / 1_000_000));
}

/** All gaps of a range, the longest first: silence of flow logs that lived, and windows whose records the cloud lost. */
export async function readAllGaps(
  request: CoverageRequest,
  living: readonly LivingObserver[],
  hasLost: boolean,
): Promise<{ gaps: CoverageGap[]; seen: number }> {
  const { engine, range, segments, scope } = request;
  const hours = await readActiveHours(request);
  const stopped = stoppedLogs(request.observers);
  const silent = await readGaps({ engine, segments, living, hours: hours.active, stopped, range, scope });
  const lost = hasLost ? await readLost(request) : [];
  const gaps = [...silent, ...lost].sort((a, b) => b.to - b.from - (a.to - a.from) || a.from - b.from);
  return { gaps, seen: hours.seen };
}

/** Which kinds the flow logs of these interfaces write together. */
export function kindsOf(living: readonly LivingObserver[], told: ToldFlowLogs | undefined): AnswerCoverage["kinds"] {
  const kinds = [...kindsByLog(living, told).values()];
  return {
    allowed: kindOfLogs(kinds.map(({ allowed }) => allowed)),
    denied: kindOfLogs(kinds.map(({ denied }) => denied)),
    basis: kindBasis(kinds),
  };
}

/** Flow log → the kinds that it writes; interfaces without a flow log's name stand for themselves, behind a space. */
export function kindsByLog(
  living: readonly LivingObserver[],
  told: ToldFlowLogs | undefined,
): ReadonlyMap<string, LogKinds> {
  const logs = new Map<string, KindEvidence>();
  for (const { observer, flowLog, logType, writesAllowed, writesDenied } of living) {
    const log = flowLog ?? ` ${observer}`;
    const known = logs.get(log);
    logs.set(log, {
      logType: known?.logType ?? logType,
      wroteAllowed: writesAllowed || known?.wroteAllowed === true,
      wroteDenied: writesDenied || known?.wroteDenied === true,
      told: toldOf(told, flowLog),
    });
  }
  return new Map(
    [...logs].flatMap(([log, evidence]): [string, LogKinds][] => {
      const kinds = kindsOfLog(evidence);
      return kinds === null ? [] : [[log, kinds]];
    }),
  );
}

/** The part of the time that interfaces lived in the range which no gap takes away. */
function shareOf(living: readonly LivingObserver[], gaps: readonly CoverageGap[], range: TimeRange): number | null {
  const byLog = new Map<string | null, CoverageGap[]>();
  for (const gap of gaps) byLog.set(gap.flowLog, [...(byLog.get(gap.flowLog) ?? []), gap]);
  let [lived, missed] = [0, 0];
  for (const { observer, flowLog, firstSeen, lastSeen } of living) {
    const life = { from: Math.max(firstSeen, range.from), to: Math.min(lastSeen, range.to) };
    lived += Math.max(0, life.to - life.from);
    const own = (byLog.get(flowLog) ?? []).filter((gap) => gap.observer === undefined || gap.observer === observer);
    missed += own.reduce((sum, gap) => sum + overlap(gap, life), 0);
  }
  if (living.length === 0) return null;
  return lived === 0 ? 1 : Math.max(0, 1 - missed / lived);
}

function overlap(a: TimeRange, b: TimeRange): number {
  return Math.max(0, Math.min(a.to, b.to) - Math.max(a.from, b.from));
}

/** The hours in which each flow log had records, within the range and around it; and how many interfaces had any in the range. */
async function readActiveHours(request: CoverageRequest): Promise<{ active: ActiveHour[]; seen: number }> {
  const { engine, range } = request;
  const around = { from: range.from - LOOK_AROUND, to: range.to + LOOK_AROUND };
  const { rows } = await engine.run(
    activeStatement(
      request,
      around,
      (from) =>
        `SELECT flow_log_id, epoch_us(time), epoch_us(max(last_seen)) ${from} GROUP BY flow_log_id, time ORDER BY flow_log_id, time`,
    ),
  );
  const active = rows.map(([flowLog, time, last]) => ({
    flowLog: typeof flowLog === "string" ? flowLog : null,
    time: Number(time),
    lastSeen: Number(last),
  }));
  const within = { from: Math.floor(range.from / HOUR) * HOUR, to: range.to };
  const seen = await engine.run(
    activeStatement(request, within, (from) => `SELECT count(DISTINCT observer_id) ${from}`),
  );
  return { active, seen: Number(seen.rows[0]?.[0] ?? 0) };
}

/** A statement over the hours of a time in which interfaces had records. */
function activeStatement(
  { segments, range, scope }: CoverageRequest,
  { from, to }: TimeRange,
  sql: (from: string) => string,
): Statement {
  const bindings = new Bindings();
  const conditions = [
    `time >= ${bindings.time(from)} AND time < ${bindings.time(to)} AND records > 0`,
    ...observerScope(scope, bindings),
  ];
  const around = { from: range.from - LOOK_AROUND, to: range.to + LOOK_AROUND };
  return {
    sql: sql(`FROM active_observers WHERE ${conditions.join(" AND ")}`),
    parameters: bindings.values,
    blockTables: [],
    reads: [{ view: "active_observers", table: "observers", segments: segmentsInRange(segments("observers"), around) }],
    readsNames: false,
  };
}

function windowsStatement(segments: readonly Segment[], range: TimeRange, scope: Scope | undefined): Statement {
  const bindings = new Bindings();
  return {
    sql: `SELECT status, count(*) FROM coverage_windows WHERE ${coverageWhere(range, scope, bindings)} GROUP BY status`,
    parameters: bindings.values,
    blockTables: [],
    reads: [{ view: "coverage_windows", table: "coverage", segments: segmentsInRange(segments, range) }],
    readsNames: false,
  };
}

/** Windows of a range that are the caller's to see. */
function coverageWhere(range: TimeRange, scope: Scope | undefined, bindings: Bindings): string {
  return [
    `time >= ${bindings.time(range.from)} AND time < ${bindings.time(range.to)}`,
    ...observerScope(scope, bindings),
  ].join(" AND ");
}

/** Windows in which the cloud lost records; those of an interface that follow one another are one gap. */
async function readLost({ engine, segments, range, scope }: CoverageRequest): Promise<CoverageGap[]> {
  const bindings = new Bindings();
  const where = coverageWhere(range, scope, bindings);
  const { rows } = await engine.run({
    sql: `SELECT flow_log_id, observer_id, epoch_us(time), epoch_us(coalesce(end_time, time)) FROM coverage_windows WHERE ${where} AND status = 'skipdata' ORDER BY ALL LIMIT ${MOST_LOST}`,
    parameters: bindings.values,
    blockTables: [],
    reads: [{ view: "coverage_windows", table: "coverage", segments: segmentsInRange(segments("coverage"), range) }],
    readsNames: false,
  });
  const gaps: CoverageGap[] = [];
  for (const [log, observerId, from, to] of rows) {
    const flowLog = typeof log === "string" ? log : null;
    const observer = typeof observerId === "string" ? observerId : undefined;
    const before = gaps.at(-1);
    if (before !== undefined && before.flowLog === flowLog && before.observer === observer && Number(from) <= before.to)
      gaps[gaps.length - 1] = { ...before, to: Math.max(before.to, Number(to)) };
    else
      gaps.push({
        flowLog,
        from: Number(from),
        to: Number(to),
        cause: "skipdata",
        ...(observer !== undefined && { observer }),
      });
  }
  return gaps;
}
