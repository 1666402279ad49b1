import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { Segment } from "#model/segment.js";
import { HOUR_MICROS, planCompaction, type CompactionJob } from "./compact-plan.ts";

const DAY = 24 * HOUR_MICROS;
const START = 1_772_323_200_000_000; // 2026-03-01
const limits = { targetRows: 100, jobRows: 200, closedBefore: START + 31 * DAY };

let number = 0;
/** A segment with the same number of rows in each of its hours. */
function segment(hours: readonly number[], rowsPerHour: number): Segment {
  const first = hours[0] ?? 0;
  const id = `s${number++}`;
  const times = { minTime: first * HOUR_MICROS, maxTime: ((hours.at(-1) ?? first) + 1) * HOUR_MICROS - 1 };
  const facts = { bytes: 1, columns: [], minAddress: null, maxAddress: null, objects: {} };
  return { id, table: "flows", path: id, rows: hours.length * rowsPerHour, hours, ...times, ...facts };
}

/** What running a job would leave, if rows were spread evenly over their segment's hours. */
function run(live: readonly Segment[], job: CompactionJob): Segment[] {
  const read = new Set(job.inputs);
  const rest = live.filter((each) => !read.has(each));
  const made = job.stretches.flatMap(({ from, to }) => {
    const isWithin = (hour: number) => hour * HOUR_MICROS >= from && hour * HOUR_MICROS < to;
    const hours = [...new Set(job.inputs.flatMap((each) => each.hours))].filter(isWithin).sort((a, b) => a - b);
    const rows = job.inputs.reduce(
      (sum, each) => sum + (each.rows / each.hours.length) * each.hours.filter(isWithin).length,
      0,
    );
    const parts = Math.max(1, Math.ceil(rows / job.targetRows));
    return Array.from({ length: parts }, (_, part) => ({ ...segment(hours, 0), rows: rows / parts, part }));
  });
  return [...rest, ...made];
}

function runAll(start: readonly Segment[], most: number): Segment[] {
  let live = [...start];
  for (let steps = 0; ; steps++) {
    const job = planCompaction(live, limits);
    if (job === undefined) return live;
    if (steps >= most) throw new Error("planning does not end");
    live = run(live, job);
  }
}

const totalRows = (segments: readonly Segment[]) => segments.reduce((sum, { rows }) => sum + rows, 0);
const firstHour = START / HOUR_MICROS;
const someSegment = fc
  .tuple(fc.integer({ min: 0, max: 24 * 6 }), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 60 }))
  .map(([from, length, rows]) =>
    segment(
      Array.from({ length }, (_, at) => firstHour + from + at),
      rows,
    ),
  );

it("comes to an end, keeps the rows, and never makes more files", () => {
  fc.assert(
    fc.property(fc.array(someSegment, { minLength: 1, maxLength: 30 }), (start) => {
      const end = runAll(start, 2000);
      expect(totalRows(end)).toBeCloseTo(totalRows(start));
      expect(end.length).toBeLessThanOrEqual(start.length);
    }),
    { numRuns: 200 },
  );
});

it("leaves one file of a day with few rows, and one an hour of a day with many", () => {
  const few = Array.from({ length: 20 }, (_, at) => segment([firstHour + at], 2));
  expect(runAll(few, 100).map(({ rows }) => rows)).toEqual([40]);
  const many = Array.from({ length: 48 }, (_, at) => segment([firstHour + (at % 24)], 40));
  expect(runAll(many, 100).map(({ rows }) => rows)).toEqual(Array.from({ length: 24 }, () => 80));
});

it("leaves a few files with scattered days alone, and splits many", () => {
  const days = Array.from({ length: 8 }, (_, at) => firstHour + at * 24 + 5);
  const scattered = (count: number) => Array.from({ length: count }, () => segment(days, 1));
  expect(planCompaction(scattered(5), limits)).toBeUndefined();
  expect(runAll(scattered(12), 100)).toHaveLength(8);
});

it("waits until an hour is over", () => {
  const two = [segment([firstHour], 2), segment([firstHour], 2)];
  expect(planCompaction(two, { ...limits, closedBefore: START + HOUR_MICROS - 1 })).toBeUndefined();
  expect(planCompaction(two, { ...limits, closedBefore: START + HOUR_MICROS })?.inputs).toHaveLength(2);
});

it("keeps a month below 2,000 files, however many rows it has", () => {
  const start = Array.from({ length: 31 * 24 * 2 }, (_, at) => segment([firstHour + (at >> 1)], 480));
  expect(totalRows(start)).toBe(714_240);
  expect(runAll(start, 10_000).length).toBeLessThan(2000);
});
