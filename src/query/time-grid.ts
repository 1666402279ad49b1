import type { TimeRange } from "#model/answer.js";
import { offsetAt, offsetSql, toUtc, type Zone } from "./time-zone.ts";

export const MINUTE = 60_000_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
/** The first Monday after the beginning of time: weeks begin on Mondays. */
const MONDAY = 4 * DAY;

/** How time is cut: steps of one length that begin where the zone's clocks show multiples of it. */
export interface TimeGrid {
  /** Microseconds. */
  readonly step: number;
  readonly zone: Zone;
}

/** One step: its beginning in UTC, and what rows in it have as key. */
export interface TimeCell {
  readonly key: number;
  readonly from: number;
  readonly to: number;
}

/** Days and weeks are known by their local midnight, because clocks may change within; shorter steps by their beginning in UTC. */
function isByDay({ step }: TimeGrid): boolean {
  return step >= DAY;
}

function anchor({ step }: TimeGrid): number {
  return step % WEEK === 0 ? MONDAY : 0;
}

/** SQL of the local beginning of the step that a local time is in; microseconds. */
export function stepBeginSql(grid: TimeGrid, local: string): string {
  const { step } = grid;
  const shift = anchor(grid);
  return shift === 0 ? `(${local} // ${step} * ${step})` : `((${local} - ${shift}) // ${step} * ${step} + ${shift})`;
}

/** SQL of a step's key from its local beginning. */
export function keyOfBeginSql(grid: TimeGrid, begin: string, offset: string): string {
  return isByDay(grid) || offset === "0" ? begin : `(${begin} - ${offset})`;
}

/** SQL of the key of the step that a time is in; `at` is SQL in microseconds since 1970. */
export function gridKeySql(grid: TimeGrid, at: string): string {
  const offset = offsetSql(grid.zone, at);
  return keyOfBeginSql(grid, stepBeginSql(grid, offset === "0" ? at : `(${at} + ${offset})`), offset);
}

/** The key of the step that a time is in. */
export function gridKey(grid: TimeGrid, time: number): number {
  const { step, zone } = grid;
  const offset = offsetAt(zone, time);
  const shift = anchor(grid);
  const floored = Math.floor((time + offset - shift) / step) * step + shift;
  return isByDay(grid) ? floored : floored - offset;
}

/** All steps that touch a range, in order of time, the first and last cut to it. */
export function gridCells(grid: TimeGrid, range: TimeRange): TimeCell[] {
  const cells: TimeCell[] = [];
  for (let from = range.from; from < range.to;) {
    const key = gridKey(grid, from);
    const next = Math.min(range.to, nextBeginning(grid, key, from));
    cells.push({ key, from, to: next });
    from = next;
  }
  return cells;
}

function nextBeginning(grid: TimeGrid, key: number, after: number): number {
  const { step, zone } = grid;
  if (isByDay(grid)) return toUtc(zone, key + step);
  // Where clocks change inside a step, the next one begins at the change or soon after.
  const change = zone.pieces.find(({ until }) => until > after && until < key + step)?.until;
  return change === undefined || gridKey(grid, change) === key ? key + step : change;
}

/** Whether every step begins on a full hour of UTC: then rows that stand for hours need not be cut. */
export function isOnHours({ step, zone }: TimeGrid): boolean {
  return step % HOUR === 0 && zone.pieces.every(({ offset }) => offset % HOUR === 0);
}

/** Steps that people read easily. */
const usual = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 10_080].map((minutes) => minutes * MINUTE);
const MOST_STEPS = 100;

/** The finest usual step that is no finer than the longest window, and leaves a picture that can be read. */
export function automaticStep({ from, to }: TimeRange, longestWindow: number): number {
  return usual.find((step) => step >= longestWindow && (to - from) / step <= MOST_STEPS) ?? WEEK;
}
