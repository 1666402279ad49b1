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
 * Files that would become more by it, such as a few with scattered days, stay as they are.
 */
export function planCompaction(segments: readonly Segment[], asked: CompactionLimits): CompactionJob | undefined {
  const limits = { ...asked, closedBefore: Math.floor(asked.closedBefore / HOUR_MICROS) * HOUR_MICROS };
  const closed = segments.filter(({ maxTime }) => maxTime < limits.closedBefore);
  const rowsOfMonth = new Map<string, number>();
  for (const segment of closed)
    rowsOfMonth.set(monthOf(segment), (rowsOfMonth.get(monthOf(segment)) ?? 0) + segment.rows);
  const isSmallDay = smallDays(closed, limits);
  const worthwhile = clustersOf(closed, isSmallDay).filter((files) =>
    becomesFewer(files, isSmallDay, limits.targetRows),
  );
  for (const [from, files] of groupByStretch(worthwhile.flat(), isSmallDay)) {
    const [first] = files;
    if (first === undefined) continue;
    const targetRows = Math.max(limits.targetRows, Math.ceil((rowsOfMonth.get(monthOf(first)) ?? 0) / MOST_FULL_FILES));
    const inputs = chooseInputs(files, stretchOf(from, isSmallDay), { ...limits, targetRows });
    if (inputs.length > 0) return { inputs, stretches: stretchesOf(inputs, isSmallDay), targetRows };
  }
  return undefined;
}

/** Files that share stretches, directly or through others: what becomes of one depends on all of them. */
function clustersOf(files: readonly Segment[], isSmallDay: IsSmallDay): Segment[][] {
  const clusters = new Set<{ files: Segment[]; stretches: number[] }>();
  const byStretch = new Map<number, { files: Segment[]; stretches: number[] }>();
  for (const file of files) {
    const stretches = stretchesOf([file], isSmallDay).map(({ from }) => from);
    const met = new Set(stretches.flatMap((from) => byStretch.get(from) ?? []));
    // The largest takes in the others, so that a file is moved a few times at most.
    const [largest = { files: [], stretches: [] }, ...others] = [...met].sort(
      (a, b) => b.files.length - a.files.length,
    );
    clusters.add(largest);
    largest.files.push(file);
    for (const other of others) {
      clusters.delete(other);
      for (const each of other.files) largest.files.push(each);
      for (const from of other.stretches) largest.stretches.push(from);
      for (const from of other.stretches) byStretch.set(from, largest);
    }
    for (const from of stretches)
      if (byStretch.get(from) !== largest) {
        byStretch.set(from, largest);
        largest.stretches.push(from);
      }
  }
  return [...clusters].map((cluster) => cluster.files);
}

/**
 * Whether a cluster has fewer files when all steps are done. Within one stretch files are only ever joined. Where files reach
 * over several, each stretch keeps one small file at most besides those that are half full or more.
 */
function becomesFewer(files: readonly Segment[], isSmallDay: IsSmallDay, targetRows: number): boolean {
  const stretches = stretchesOf(files, isSmallDay).length;
  return stretches <= 1 || stretches + Math.floor((2 * rowsOf(files)) / targetRows) < files.length;
}

function monthOf({ minTime }: Segment): string {
  return new Date(minTime / 1000).toISOString().slice(0, 7);
}

function dayOf(time: number): number {
  return Math.floor(time / DAY_MICROS);
}

type IsSmallDay = (day: number) => boolean;

/**
 * Days that are over and have no more rows than one file. All rows of a file count for each day that it has rows of, so that
 * splitting it makes days small and never large: what was planned holds until the last step.
 */
function smallDays(closed: readonly Segment[], limits: CompactionLimits): IsSmallDay {
  const rows = new Map<number, number>();
  for (const segment of closed)
    for (const day of new Set(segment.hours.map((hour) => dayOf(hour * HOUR_MICROS))))
      rows.set(day, (rows.get(day) ?? 0) + segment.rows);
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
