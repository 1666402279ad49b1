import type { ColumnData } from "#model/column-batch.js";

/** Rows from which the engine's own fill is faster than a loop. */
const LONG_FILL = 64;

/** Sets the rows `[from, to)` of a column with one word a row. */
export function fillRows(column: ColumnData, from: number, to: number, value: number): void {
  const { data } = column;
  if (to - from >= LONG_FILL) data.fill(value, from, to);
  else for (let row = from; row < to; row++) data[row] = value;
  markValid(column.valid, from, to);
}

/** Sets the rows `[from, to)` of a timestamp column. */
export function fillTimes(column: ColumnData, from: number, to: number, micros: number): void {
  const { data } = column;
  const low = micros >>> 0;
  const high = Math.floor(micros / 0x1_0000_0000);
  for (let row = from; row < to; row++) {
    data[row * 2] = low;
    data[row * 2 + 1] = high;
  }
  markValid(column.valid, from, to);
}

/** Marks the rows `[from, to)` as having a value. */
export function markValid(valid: Uint8Array, from: number, to: number): void {
  if (from >= to) return;
  const first = from >> 3;
  const last = (to - 1) >> 3;
  const head = (0xff << (from & 7)) & 0xff;
  const tail = 0xff >> (7 - ((to - 1) & 7));
  if (first === last) {
    valid[first] = (valid[first] as number) | (head & tail);
    return;
  }
  valid[first] = (valid[first] as number) | head;
  if (last - first > LONG_FILL) valid.fill(255, first + 1, last);
  else for (let byte = first + 1; byte < last; byte++) valid[byte] = 255;
  valid[last] = (valid[last] as number) | tail;
}
