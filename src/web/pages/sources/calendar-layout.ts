import type { CalendarJson } from "#api/contract/index.js";
import { counted, fullCount, humanSeconds } from "#base/human.js";

export type CalendarLog = CalendarJson["flow_logs"][number];
export type CalendarCell = CalendarLog["cells"][number];

/** The beginnings of a calendar's columns, milliseconds. */
export function columnsOf({ range, cell_s: seconds }: CalendarJson): number[] {
  const [from, to] = [Date.parse(range.from), Date.parse(range.to)];
  return Array.from({ length: Math.round((to - from) / (seconds * 1000)) }, (_, at) => from + at * seconds * 1000);
}

/** A flow log's cells by column; undefined where it wrote nothing and nothing is missing. */
export function rowOf(log: CalendarLog, columns: readonly number[]): (CalendarCell | undefined)[] {
  const byTime = new Map(log.cells.map((cell) => [Date.parse(cell.from), cell]));
  return columns.map((time) => byTime.get(time));
}

/** The largest number of records in a cell, to measure the others by. */
export function mostRecords({ flow_logs: logs }: CalendarJson): number {
  let most = 1;
  for (const { cells } of logs) for (const { allowed, denied } of cells) most = Math.max(most, allowed + denied);
  return most;
}

/** How strong a cell is, 0.15 to 1: by the root, so that quiet hours differ, too. */
export function strength(records: number, most: number): number {
  return records === 0 ? 0 : 0.15 + 0.85 * Math.sqrt(Math.min(1, records / most));
}

/** What a cell says, in words. */
export function cellWords(cell: CalendarCell | undefined, log: CalendarLog, atMs: number, cellSeconds: number): string {
  if (cell === undefined) {
    const isBefore = atMs + cellSeconds * 1000 <= Date.parse(log.first);
    const isAfter = atMs > Date.parse(log.last);
    return isBefore ? "before its first record" : isAfter ? "after its last record" : "nothing passed";
  }
  const { allowed, denied, gap_s: gap, cause } = cell;
  const parts = [`${counted(allowed, "record")} allowed`, `${fullCount(denied)} denied`];
  if (cause === "silent") parts.push(`${humanSeconds(gap)} without any record: a gap`);
  if (cause === "skipdata") parts.push(`${humanSeconds(gap)} lost by the cloud (SKIPDATA)`);
  return parts.join(" · ");
}

/** The last part of a flow log's name: Azure's are whole resource ids. */
export function shortLog(name: string): string {
  if (name === "") return "without a flow log’s id";
  return name.slice(name.lastIndexOf("/") + 1);
}

/** The columns that stand for a stretch of time: first and last, both included. Undefined where it does not touch them. */
export function columnsWithin(
  columns: readonly number[],
  cellSeconds: number,
  range: { readonly fromMs: number; readonly toMs: number },
): readonly [number, number] | undefined {
  const first = columns.findIndex((time) => time + cellSeconds * 1000 > range.fromMs && time < range.toMs);
  const last = columns.findLastIndex((time) => time < range.toMs && time + cellSeconds * 1000 > range.fromMs);
  return first < 0 ? undefined : [first, last];
}

/** Columns with a label under them: whole days, or hours at a distance that can be read. */
export function labelledColumns(columns: readonly number[], cellSeconds: number): readonly number[] {
  const every = Math.max(1, Math.ceil(columns.length / 12));
  if (cellSeconds >= 86_400) return columns.filter((_, at) => at % every === 0);
  const steps = [1, 2, 3, 4, 6, 12, 24];
  const hours = steps.find((step) => step >= every) ?? 24;
  return columns.filter((time) => (time / 3_600_000) % hours === 0);
}
