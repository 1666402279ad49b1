import type { ColumnData } from "#model/column-batch.js";
import type { TupleColumns } from "./tuple-columns.ts";

/** Rows that are looked through for the begin that follows an end. */
const MOST_APART = 64;

/**
 * Marks flows of one array of tuples, rows `[from, to)`, that end and begin anew in the same millisecond, in this order: a flow log took over
 * from another, and what its tuples count overlaps. Their counters are `unreliable`.
 */
export function markReopened(columns: TupleColumns, from: number, to: number): void {
  const time = columns.time.data;
  for (let row = from + 1; row < to; row++) {
    const end = row - 1;
    // Low words that differ are the usual case, and tell it.
    if (time[row * 2] !== time[end * 2]) continue;
    const begin = beginOf(columns, end, Math.min(to, row + MOST_APART));
    if (begin === undefined) continue;
    const { quality } = columns;
    const unreliable = quality.dictionary.codeOfText("unreliable");
    quality.data[end] = unreliable;
    quality.data[begin] = unreliable;
  }
}

/** The row before `to` that begins the flow again which the row `end` ends, in the same millisecond. */
function beginOf(columns: TupleColumns, end: number, to: number): number | undefined {
  const { begin: begun, end: ended } = columns.currentCodes("vnet");
  if (!isState(columns.state, end, ended)) return undefined;
  const { time } = columns;
  for (let row = end + 1; row < to; row++) {
    if (!isSame(time, 2, row, end)) return undefined;
    if (isState(columns.state, row, begun) && isSameFlow(columns, row, end)) return row;
  }
  return undefined;
}

function isState({ data, valid }: ColumnData, row: number, code: number): boolean {
  return data[row] === code && ((valid[row >> 3] as number) & (1 << (row & 7))) !== 0;
}

function isSameFlow(columns: TupleColumns, a: number, b: number): boolean {
  const { srcIp, dstIp, srcPort, dstPort, protocol } = columns;
  return (
    isSame(srcIp, 4, a, b) &&
    isSame(dstIp, 4, a, b) &&
    isSame(srcPort, 1, a, b) &&
    isSame(dstPort, 1, a, b) &&
    isSame(protocol, 1, a, b)
  );
}

/** @param words of a row */
function isSame({ data }: ColumnData, words: number, a: number, b: number): boolean {
  for (let word = 0; word < words; word++) if (data[a * words + word] !== data[b * words + word]) return false;
  return true;
}
