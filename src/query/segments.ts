import type { TimeRange } from "#model/answer.js";
import type { Segment } from "#model/segment.js";
import { HOUR } from "./time-grid.ts";

/** Those segments that can hold rows of a range: only their files are handed to the engine. */
export function segmentsInRange(segments: readonly Segment[], { from, to }: TimeRange): Segment[] {
  return segments.filter(
    ({ minTime, maxTime, hours }) =>
      minTime < to &&
      maxTime >= from &&
      (hours.length === 0 || hours.some((hour) => hour * HOUR < to && (hour + 1) * HOUR > from)),
  );
}

/** About how many rows of a range segments have. */
export function rowsWithin(segments: readonly Segment[], range: TimeRange): number {
  return segmentsInRange(segments, range).reduce((sum, { rows, hours }) => {
    const inside = hours.filter((hour) => hour * HOUR < range.to && (hour + 1) * HOUR > range.from).length;
    return sum + (hours.length === 0 ? rows : (rows * inside) / hours.length);
  }, 0);
}

/** Those segments that have rows of any of some hours. */
export function segmentsOfHours(segments: readonly Segment[], hours: ReadonlySet<number>): Segment[] {
  return segments.filter((segment) => segment.hours.some((hour) => hours.has(hour)));
}
