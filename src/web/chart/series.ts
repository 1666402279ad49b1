import type { AnswerJson, JsonCell } from "#api/contract/index.js";

/** One step of time, milliseconds since 1970. */
export interface TimeStep {
  readonly from: number;
  readonly to: number;
  /** Cut by the beginning or the end of the range: it counts less than a whole step would. */
  readonly isPartial: boolean;
}

/** One group of an answer with its value in every step. */
export interface Series {
  readonly id: string;
  /** Values of what is grouped by, in its order; none: the total. */
  readonly values: readonly (string | null)[];
  /** What the limit cuts off, summed up. */
  readonly isOthers: boolean;
  /** Null: nothing was logged then, which is not the same as no traffic. */
  readonly points: readonly (number | null)[];
  /** The same steps of the time that is compared with; empty when nothing is. */
  readonly before: readonly (number | null)[];
}

export interface SeriesSet {
  readonly steps: readonly TimeStep[];
  readonly series: readonly Series[];
}

/** A stretch of time, milliseconds. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** How the server calls the row that sums up what the limit cuts off. */
const OTHERS = "(others)";

/** A value of a group as text. */
export function groupValue(cell: JsonCell | undefined): string | null {
  if (cell === null || cell === undefined) return null;
  return typeof cell === "object" ? JSON.stringify(cell) : String(cell);
}

/** Whether a row is the one that sums up the rest: it stands last, and says nothing of the other columns. */
export function isOthersRow(values: readonly (string | null)[], isLast: boolean, more: boolean): boolean {
  return more && isLast && values[0] === OTHERS && values.slice(1).every((value) => value === null);
}

function numberOf(cell: JsonCell | undefined): number | null {
  if (cell === null || cell === undefined) return null;
  const number = Number(cell);
  return Number.isNaN(number) ? null : number;
}

/** The steps of a series, from the times of its first group. */
export function stepsOf({ rows, range, step_s: step }: Pick<AnswerJson, "rows" | "range" | "step_s">): TimeStep[] {
  const times: number[] = [];
  const first = rows[0]?.["time"];
  for (const [at, row] of rows.entries()) {
    if (at > 0 && row["time"] === first) break;
    times.push(Date.parse(groupValue(row["time"]) ?? ""));
  }
  const end = Date.parse(range.to);
  // Days in which clocks change have 23 or 25 hours and are whole all the same.
  const whole = (step ?? 0) * 1000 * ((step ?? 0) >= 86_400 ? 0.95 : 1);
  return times.map((from, at) => {
    const to = times[at + 1] ?? end;
    return { from, to, isPartial: (at === 0 || at === times.length - 1) && to - from < whole };
  });
}

/**
 * A measure of an answer with a step as series. Steps that lie wholly outside of what was ever logged have no value.
 * @param logged from the oldest to the newest flow; undefined when that is not known
 */
export function seriesFrom(answer: AnswerJson, measure: string, logged?: Stretch): SeriesSet {
  const steps = stepsOf(answer);
  const { rows, by, more, range, compared } = answer;
  const isIn = (from: number, to: number): boolean => logged === undefined || (to > logged.from && from <= logged.to);
  const isLogged = steps.map(({ from, to }) => isIn(from, to));
  const back = compared === null ? 0 : Date.parse(range.from) - Date.parse(compared.from);
  const wasLogged = steps.map(({ from, to }) => isIn(from - back, to - back));
  const series: Series[] = [];
  for (let start = 0; steps.length > 0 && start < rows.length; start += steps.length) {
    const own = rows.slice(start, start + steps.length);
    const values = by.map((name) => groupValue(own[0]?.[name]));
    series.push({
      id: JSON.stringify(values),
      values,
      isOthers: isOthersRow(values, start + steps.length >= rows.length, more),
      points: own.map((row, at) => (isLogged[at] === true ? numberOf(row[measure]) : null)),
      before:
        compared === null
          ? []
          : own.map((row, at) => (wasLogged[at] === true ? numberOf(row[`${measure}_previous`]) : null)),
    });
  }
  return { steps, series };
}

/** Sums series over those that a key puts together; the key undefined leaves one out. Order of first appearance. */
export function joinSeries(set: SeriesSet, key: (series: Series) => string | null | undefined): SeriesSet {
  const joined = new Map<string | null, Series>();
  for (const each of set.series) {
    const name = key(each);
    if (name === undefined) continue;
    const known = joined.get(name);
    joined.set(name, {
      id: JSON.stringify([name]),
      values: [name],
      isOthers: false,
      points: known === undefined ? each.points : added(known.points, each.points),
      before: known === undefined ? each.before : added(known.before, each.before),
    });
  }
  return { steps: set.steps, series: [...joined.values()] };
}

function added(a: readonly (number | null)[], b: readonly (number | null)[]): (number | null)[] {
  return a.map((value, at) => {
    const other = b[at] ?? null;
    return value === null && other === null ? null : (value ?? 0) + (other ?? 0);
  });
}

/** Values per second, of values per step. */
export function perSecond({ steps, series }: SeriesSet): SeriesSet {
  const rate = (value: number | null, at: number): number | null => {
    const step = steps[at];
    return value === null || step === undefined ? null : (value * 1000) / (step.to - step.from);
  };
  return {
    steps,
    series: series.map((each) => ({ ...each, points: each.points.map(rate), before: each.before.map(rate) })),
  };
}

/** What a series comes to over its steps. Steps without logs do not count. */
export interface SeriesStats {
  readonly min: number | null;
  readonly avg: number | null;
  readonly p95: number | null;
  readonly max: number | null;
  readonly last: number | null;
  readonly total: number | null;
}

const nothing: SeriesStats = { min: null, avg: null, p95: null, max: null, last: null, total: null };

/** p95 by nearest rank, as the server's: steps without traffic count as 0. */
export function statsOf(points: readonly (number | null)[]): SeriesStats {
  const known = points.filter((value) => value !== null);
  if (known.length === 0) return nothing;
  const sorted = known.toSorted((a, b) => a - b);
  const total = known.reduce((sum, value) => sum + value, 0);
  return {
    min: sorted[0] ?? null,
    avg: total / known.length,
    p95: sorted[Math.ceil(0.95 * sorted.length) - 1] ?? null,
    max: sorted.at(-1) ?? null,
    last: known.at(-1) ?? null,
    total,
  };
}

/** How much more or less, as a part of before; null when that was nothing or is not known. */
export function changeOf(now: number | null, before: number | null): number | null {
  if (now === null || before === null || before === 0) return null;
  return (now - before) / before;
}

/** The step that a time is in, as its index. */
export function stepAt(steps: readonly TimeStep[], at: number): number | undefined {
  const index = steps.findIndex(({ to }) => at < to);
  if (index >= 0) return at >= (steps[index]?.from ?? Number.POSITIVE_INFINITY) ? index : undefined;
  return undefined;
}
