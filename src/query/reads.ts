import type { TimeRange } from "#model/answer.js";
import type { Segment } from "#model/segment.js";
import type { TableName } from "#model/tables.js";
import { segmentsInRange, segmentsOfHours } from "./segments.ts";
import type { Read } from "./source-sql.ts";
import { HOUR } from "./time-grid.ts";

export interface ReadsRequest {
  readonly table: TableName;
  readonly range: TimeRange;
  /** Whether full hours need not be cut: no step begins within one. */
  readonly onHours: boolean;
  /** Hours since 1970 that can have rows, where they are known. */
  readonly hours: readonly number[] | undefined;
  /** What the names of the relations begin with. */
  readonly prefix: string;
  readonly segments: (table: TableName) => readonly Segment[];
}

/**
 * What is read for a range. Rows of derived tables stand for hours: those of full hours are taken whole, and the hours that the
 * range begins or ends within are cut from conversations, which rollups add up to.
 */
export function readsOf(request: ReadsRequest): Read[] {
  const { table, range } = request;
  switch (table) {
    case "conversations":
    case "observations":
      return request.onHours ? hourReads(request, table) : [readOf(request, table, range, true)];
    case "rollup_hour":
      return hourReads(request, "conversations");
    case "presence":
    case "observers":
    case "carry":
      return [readOf(request, table, wholeHours(range), false)];
    case "flows":
    case "coverage":
    case "malformed":
    case "rollup_minute":
      return [readOf(request, table, range, false)];
  }
}

/** The full hours that hold a range. */
export function wholeHours({ from, to }: TimeRange): TimeRange {
  return { from: Math.floor(from / HOUR) * HOUR, to: Math.ceil(to / HOUR) * HOUR };
}

function hourReads(request: ReadsRequest, edges: TableName): Read[] {
  const { table, range } = request;
  const full = { from: Math.ceil(range.from / HOUR) * HOUR, to: Math.floor(range.to / HOUR) * HOUR };
  if (full.from >= full.to) return [readOf(request, edges, range, range.from !== full.from || range.to !== full.to)];
  return [
    ...(range.from < full.from ? [readOf(request, edges, { from: range.from, to: full.from }, true, "first_")] : []),
    readOf(request, table, full, false),
    ...(full.to < range.to ? [readOf(request, edges, { from: full.to, to: range.to }, true, "last_")] : []),
  ];
}

function readOf(request: ReadsRequest, table: TableName, range: TimeRange, isCut: boolean, edge = ""): Read {
  const inRange = segmentsInRange(request.segments(table), isCut ? wholeHours(range) : range);
  const hours = request.hours === undefined ? undefined : new Set(request.hours);
  const segments = hours === undefined ? inRange : segmentsOfHours(inRange, hours);
  return { view: `${request.prefix}${edge}${table}`, table, range, segments, isCut };
}
