import type { Segment } from "#model/segment.js";

export const HOUR_MICROS = 3_600_000_000;
const DAY_MICROS = 24 * HOUR_MICROS;
/** Files of full size that a table may have in a month; 744 more hold what is left of each hour: under 2,000 together. */
const MOST_FULL_FILES = 1000;

export interface CompactionLimits {
  /** Rows of a file. */
  readonly targetRows: number;
  /** Rows that one step reads at most, unless a single file has more. */
  readonly jobRows: number;
  /** Only hours that end before this are over: microseconds. */
  readonly closedBefore: number;
}

/** A stretch of time whose rows belong into files of their own: an hour, or a day with few rows. Microseconds, `to` excluded. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Files to read, and the stretches into which their rows go; with more rows than `targetRows`, a stretch becomes several files. */
export interface CompactionJob {
  readonly inputs: readonly Segment[];
  readonly stretches: readonly Stretch[];
  readonly targetRows: number;
}

/**
 * The next step of compaction for the live segments of one table, or undefined when there is nothing left to do. A segment
 * belongs to the stretch of its first row; rows of later stretches are split off, and are merged when those have their turn.
 */
export function planCompaction(segments: readonly Segment[], asked: CompactionLimits): CompactionJob | undefined {
  const limits = { ...asked, closedBefore: Math.floor(asked.closedBefore / HOUR_MICROS) * HOUR_MICROS };
  const closed = segments.filter(({ maxTime }) => maxTime < limits.closedBefore);
  const rowsOfMonth = new Map<string, number>();
  for (const segment of closed)
    rowsOfMonth.set(monthOf(segment), (rowsOfMonth.get(monthOf(segment)) ?? 0) + segment.rows);
  const isSmallDay = smallDays(closed, limits);
  for (const [from, files] of groupByStretch(closed, isSmallDay)) {
    const [first] = files;
    if (first === undefined) continue;
    const targetRows = Math.max(limits.targetRows, Math.ceil((rowsOfMonth.get(monthOf(first)) ?? 0) / MOST_FULL_FILES));
    const inputs = chooseInputs(files, stretchOf(from, isSmallDay), { ...limits, targetRows });
    if (inputs.length > 0) return { inputs, stretches: stretchesOf(inputs, isSmallDay), targetRows };
  }
  return undefined;
}

function monthOf({ minTime }: Segment): string {
  return new Date(minTime / 1000).toISOString().slice(0, 7);
}

function dayOf(time: number): number {
  return Math.floor(time / DAY_MICROS);
}

type IsSmallDay = (day: number) => boolean;

/** Days that are over and have no more rows than one file. Rows are counted where their file begins, so a day can shrink later. */
function smallDays(closed: readonly Segment[], limits: CompactionLimits): IsSmallDay {
  const rows = new Map<number, number>();
  for (const segment of closed)
    rows.set(dayOf(segment.minTime), (rows.get(dayOf(segment.minTime)) ?? 0) + segment.rows);
  return (day) => (day + 1) * DAY_MICROS <= limits.closedBefore && (rows.get(day) ?? 0) <= limits.targetRows;
}

/** The stretch that holds a time. */
function stretchOf(time: number, isSmallDay: IsSmallDay): Stretch {
  const day = dayOf(time);
  if (isSmallDay(day)) return { from: day * DAY_MICROS, to: (day + 1) * DAY_MICROS };
  const from = Math.floor(time / HOUR_MICROS) * HOUR_MICROS;
  return { from, to: from + HOUR_MICROS };
}

/** Files by the stretch of their first row, in order of time. */
function groupByStretch(closed: readonly Segment[], isSmallDay: IsSmallDay): [number, Segment[]][] {
  const groups = new Map<number, Segment[]>();
  for (const segment of closed) {
    const { from } = stretchOf(segment.minTime, isSmallDay);
    const group = groups.get(from) ?? [];
    groups.set(from, group);
    group.push(segment);
  }
  return [...groups].sort(([a], [b]) => a - b);
}

/**
 * What to rewrite of a stretch: everything when it fits in one file; else the loose files (small ones, and those that reach
 * beyond), as many as a step may read. Each step leaves fewer loose files, so planning comes to an end.
 */
function chooseInputs(files: readonly Segment[], stretch: Stretch, limits: CompactionLimits): Segment[] {
  const isWithin = ({ maxTime }: Segment): boolean => maxTime < stretch.to;
  if (files.length === 1 && files.every(isWithin)) return [];
  const loose = files
    .filter((file) => !isWithin(file) || file.rows < limits.targetRows / 2)
    .sort((a, b) => a.rows - b.rows);
  const fitsInOne = rowsOf(files) <= limits.targetRows;
  if (!fitsInOne && loose.length < 2 && loose.every(isWithin)) return [];
  const inputs: Segment[] = [];
  let rows = 0;
  for (const file of fitsInOne ? files : loose) {
    // Always two at least: one file alone would be written as it was.
    if (inputs.length > 1 && rows + file.rows > limits.jobRows) break;
    inputs.push(file);
    rows += file.rows;
  }
  return inputs;
}

function rowsOf(files: readonly Segment[]): number {
  return files.reduce((sum, { rows }) => sum + rows, 0);
}

/** The stretches in which files have rows, in order of time. */
function stretchesOf(inputs: readonly Segment[], isSmallDay: IsSmallDay): Stretch[] {
  const stretches = new Map<number, Stretch>();
  for (const { hours } of inputs)
    for (const hour of hours) {
      const stretch = stretchOf(hour * HOUR_MICROS, isSmallDay);
      stretches.set(stretch.from, stretch);
    }
  return [...stretches.values()].sort((a, b) => a.from - b.from);
}
