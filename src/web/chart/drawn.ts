import type { TimeStep } from "./series.ts";

/** How a series over time is drawn. */
export type TimeShape = "line" | "area" | "bars";

/** A series with its ink. */
export interface DrawnSeries {
  readonly id: string;
  readonly name: string;
  readonly colour: string;
  /** Denied traffic is hatched, too. */
  readonly isDenied?: boolean;
  readonly points: readonly (number | null)[];
  /** The same of the time that is compared with: a dashed line. */
  readonly before?: readonly (number | null)[];
}

/** Whether series stand upon one another. */
export function isStacked(shape: TimeShape): boolean {
  return shape !== "line";
}

/** The largest value that is drawn, of stacks their height. */
export function largestDrawn(series: readonly DrawnSeries[], steps: number, shape: TimeShape): number {
  let largest = 0;
  for (let at = 0; at < steps; at++) {
    let height = 0;
    let before = 0;
    for (const { points, before: then = [] } of series) {
      const value = points[at] ?? 0;
      height = isStacked(shape) ? height + value : Math.max(height, value);
      before = isStacked(shape) ? before + (then[at] ?? 0) : Math.max(before, then[at] ?? 0);
    }
    largest = Math.max(largest, height, before);
  }
  return largest;
}

/**
 * The series under a point: of stacks the one whose part it is in, of lines the nearest within `reach`.
 * @param value what the vertical axis shows there
 */
export function seriesUnder(
  series: readonly DrawnSeries[],
  at: number,
  value: number,
  shape: TimeShape,
  reach: number,
): DrawnSeries | undefined {
  if (isStacked(shape)) {
    let height = 0;
    for (const each of series) {
      height += each.points[at] ?? 0;
      if (value <= height) return (each.points[at] ?? 0) > 0 ? each : undefined;
    }
    return undefined;
  }
  let found: DrawnSeries | undefined;
  let nearest = reach;
  for (const each of series) {
    const own = each.points[at];
    if (own === null || own === undefined) continue;
    const distance = Math.abs(own - value);
    if (distance <= nearest) [found, nearest] = [each, distance];
  }
  return found;
}

/** A chart in one sentence, for who cannot see it. */
export function essenceOf(title: string, series: readonly DrawnSeries[], steps: readonly TimeStep[]): string {
  const sums = series
    .map(({ name, points }) => ({ name, sum: points.reduce<number>((total, value) => total + (value ?? 0), 0) }))
    .toSorted((a, b) => b.sum - a.sum);
  const all = sums.reduce((total, { sum }) => total + sum, 0);
  if (all === 0) return `${title}: nothing in ${steps.length} steps.`;
  const parts = sums.slice(0, 3).map(({ name, sum }) => `${name} ${Math.round((sum / all) * 100)} %`);
  const busiest = busiestStep(series, steps.length);
  const peak = steps[busiest] === undefined ? "" : `, highest at ${new Date(steps[busiest].from).toISOString()}`;
  return `${title}: ${parts.join(", ")}${series.length > 3 ? ` and ${series.length - 3} more` : ""}${peak}.`;
}

function busiestStep(series: readonly DrawnSeries[], steps: number): number {
  let [best, most] = [0, -1];
  for (let at = 0; at < steps; at++) {
    const height = series.reduce((total, { points }) => total + (points[at] ?? 0), 0);
    if (height > most) [best, most] = [at, height];
  }
  return best;
}
