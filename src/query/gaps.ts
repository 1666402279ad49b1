import type { CoverageGap, TimeRange } from "#model/answer.js";
import type { Scope } from "#model/query.js";
import { longestSilence, windowOf } from "#model/silence.js";
import type { Segment } from "#model/segment.js";
import type { TableName } from "#model/tables.js";
import { Bindings } from "./bindings.ts";
import type { QueryEngine } from "./engine.ts";
import { observerScope, type LivingObserver } from "./observers.ts";
import { segmentsInRange } from "./segments.ts";
import { HOUR, MINUTE } from "./time-grid.ts";

/** An hour in which a flow log had records. */
export interface ActiveHour {
  readonly flowLog: string | null;
  /** Its beginning, microseconds. */
  readonly time: number;
  /** The newest record up to this hour, with a quarter of the next. */
  readonly lastSeen: number;
}

export interface GapsRequest {
  readonly engine: QueryEngine;
  readonly segments: (table: TableName) => readonly Segment[];
  readonly living: readonly LivingObserver[];
  /** By flow log and time. */
  readonly hours: readonly ActiveHour[];
  /** Flow logs that stopped while others went on, see {@link stoppedLogs}. */
  readonly stopped: ReadonlyMap<string | null, TimeRange>;
  readonly range: TimeRange;
  readonly scope: Scope | undefined;
}

const SECOND = 1_000_000;
/** Derivation reads this much of the next hour: what is in it is known not to be silent. */
const HALO = 15 * MINUTE;
const MOST_WINDOWS = 100_000;
const MOST_ENDS = 20;
/** More than this are read as one. */
const MOST_STRETCHES = 64;

/** Stretches in which a flow log that lived wrote neither records nor that nothing passed. */
export async function readGaps(request: GapsRequest): Promise<CoverageGap[]> {
  const patience = patienceOf(request.living);
  const found = silences(request).filter(({ flowLog, from, to }) => to - from > (patience.get(flowLog) ?? Infinity));
  const ended = [...request.stopped]
    .filter(([, { from, to }]) => from < request.range.to && to > request.range.from)
    .map(([flowLog, silence]): CoverageGap => ({ flowLog, ...silence, cause: "silent" }));
  if (found.length + ended.length === 0) return [];
  const silent = [...(await withEnds(request, found)), ...ended];
  const nothing = await readNothing(request, silent);
  return silent
    .flatMap((gap) => without(gap, nothing.get(gap.flowLog) ?? []))
    .filter(({ flowLog, from, to }) => to - from > (patience.get(flowLog) ?? Infinity))
    .map((gap) => ({ ...gap, from: Math.max(gap.from, request.range.from), to: Math.min(gap.to, request.range.to) }))
    .filter(({ from, to }) => from < to);
}

function patienceOf(living: readonly LivingObserver[]): ReadonlyMap<string | null, number> {
  const patience = new Map<string | null, number>();
  for (const { flowLog, window, provider } of living) {
    const own = longestSilence(windowOf(window / SECOND), provider) * SECOND;
    patience.set(flowLog, Math.max(own, patience.get(flowLog) ?? 0));
  }
  return patience;
}

/** Between two hours with records: from the newest record of the one to the first moment that the other may have one. */
function silences({ hours, range }: GapsRequest): CoverageGap[] {
  const gaps: CoverageGap[] = [];
  for (const [at, { flowLog, time, lastSeen }] of hours.entries()) {
    const next = hours[at + 1];
    if (next === undefined || next.flowLog !== flowLog) continue;
    const follows = next.time === time + HOUR;
    const to = follows ? next.time + HALO : next.time;
    const from = Math.max(lastSeen, time);
    const isSilent = follows ? lastSeen < next.time : from < to;
    if (isSilent && from < range.to && to > range.from) gaps.push({ flowLog, from, to, cause: "silent" });
  }
  return gaps;
}

/**
 * Hours tell the beginning of silence to the second and its end to the hour: the first record after it is looked up among the
 * observations of that hour, of as many gaps as anyone reads.
 */
async function withEnds({ engine, segments }: GapsRequest, gaps: readonly CoverageGap[]): Promise<CoverageGap[]> {
  const asked = gaps.slice(0, MOST_ENDS);
  if (asked.length === 0) return [];
  const hourOf = ({ to }: CoverageGap): number => Math.floor(to / HOUR) * HOUR;
  const bindings = new Bindings();
  const selects = asked.map((gap, at) => {
    const log = gap.flowLog === null ? "flow_log_id IS NULL" : `flow_log_id = ${bindings.bind(gap.flowLog)}`;
    return `SELECT ${at} AS gap, min(epoch_us(start_time)) AS ended FROM gap_observations WHERE time = ${bindings.time(hourOf(gap))} AND ${log} AND start_time >= ${bindings.time(gap.to)}`;
  });
  const hours = asked.map((gap) => ({ from: hourOf(gap), to: hourOf(gap) + HOUR }));
  const files = segments("observations").filter((segment) =>
    hours.some((hour) => segmentsInRange([segment], hour).length > 0),
  );
  if (files.length === 0) return [...gaps];
  const { rows } = await engine.run({
    sql: selects.join(" UNION ALL "),
    parameters: bindings.values,
    blockTables: [],
    reads: [{ view: "gap_observations", table: "observations", segments: files }],
    readsNames: false,
  });
  const ends = new Map(rows.map(([gap, ended]) => [Number(gap), ended === null ? undefined : Number(ended)]));
  return gaps.map((gap, at) => ({ ...gap, to: ends.get(at) ?? gap.to }));
}

/** Windows in which the cloud says that nothing passed, by flow log, in order of time. */
async function readNothing(
  { engine, segments, scope }: GapsRequest,
  silent: readonly CoverageGap[],
): Promise<Map<string | null, TimeRange[]>> {
  const bindings = new Bindings();
  const stretches = stretchesOf(silent);
  const times = stretches.map(({ from, to }) => `time >= ${bindings.time(from)} AND time < ${bindings.time(to)}`);
  const conditions = [`(${times.join(" OR ")}) AND status = 'nodata'`, ...observerScope(scope, bindings)];
  const files = segments("coverage").filter((segment) =>
    stretches.some((stretch) => segmentsInRange([segment], stretch).length > 0),
  );
  const { rows } = await engine.run({
    sql: `SELECT DISTINCT flow_log_id, epoch_us(time) AS began, epoch_us(coalesce(end_time, time)) AS ended FROM silent_windows WHERE ${conditions.join(" AND ")} ORDER BY ALL LIMIT ${MOST_WINDOWS}`,
    parameters: bindings.values,
    blockTables: [],
    reads: [{ view: "silent_windows", table: "coverage", segments: files }],
    readsNames: false,
  });
  const found = new Map<string | null, TimeRange[]>();
  for (const [log, began, ended] of rows) {
    const flowLog = typeof log === "string" ? log : null;
    const windows = found.get(flowLog) ?? [];
    windows.push({ from: Number(began), to: Number(ended) });
    found.set(flowLog, windows);
  }
  return found;
}

/** The times in which windows may reach into gaps: what lies between two gaps that are far apart is not read. */
function stretchesOf(gaps: readonly CoverageGap[]): TimeRange[] {
  const stretches: { from: number; to: number }[] = [];
  for (const { from, to } of [...gaps].sort((a, b) => a.from - b.from)) {
    const last = stretches.at(-1);
    const isNear = last !== undefined && (from - HOUR <= last.to || stretches.length === MOST_STRETCHES);
    if (isNear) last.to = Math.max(last.to, to);
    else stretches.push({ from: from - HOUR, to });
  }
  return stretches;
}

/** What windows leave of a gap. */
function without(gap: CoverageGap, windows: readonly TimeRange[]): CoverageGap[] {
  const left: CoverageGap[] = [];
  let { from } = gap;
  for (const window of windows) {
    if (window.to <= from) continue;
    if (window.from >= gap.to) break;
    if (window.from > from) left.push({ ...gap, from, to: window.from });
    from = Math.max(from, window.to);
  }
  return from < gap.to ? [...left, { ...gap, from }] : left;
}
