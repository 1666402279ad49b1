import { IPV4_MAPPED } from "#base/address.js";
import type { ColumnBatch, ColumnData } from "#model/column-batch.js";
import type { Segment } from "#model/segment.js";

const HOUR_MICROS = 3_600_000_000;
const WORD = 0x1_0000_0000;
const FLIP = 0x8000_0000;

/** What the catalog wants to know of the rows of a batch. */
export type BatchFacts = Pick<Segment, "minTime" | "maxTime" | "hours" | "minAddress" | "maxAddress" | "objects">;

/** Reads times, hours, addresses and objects off a batch. A batch without rows has no facts. */
export function factsOf(batch: ColumnBatch): BatchFacts {
  const times = timeFacts(batch.column("time"), batch.rows);
  const objects = countObjects(batch.column("object_id"), batch.rows);
  if (batch.table !== "flows") return { ...times, minAddress: null, maxAddress: null, objects };
  const range = new AddressRange();
  for (const name of ["src_ip", "dst_ip"] as const) range.addColumn(batch.column(name), batch.rows);
  return { ...times, minAddress: range.minHex, maxAddress: range.maxHex, objects };
}

function timeFacts(time: ColumnData, rows: number): Pick<Segment, "minTime" | "maxTime" | "hours"> {
  const words = time.data;
  const hours = new Set<number>();
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let hourStart = 0;
  let hourEnd = 0;
  let low = -1;
  let high = -1;
  for (let row = 0; row < rows; row++) {
    // Records of one second stand together.
    if (words[row * 2] === low && words[row * 2 + 1] === high) continue;
    low = words[row * 2] as number;
    high = words[row * 2 + 1] as number;
    const micros = high * WORD + low;
    if (micros < min) min = micros;
    if (micros > max) max = micros;
    if (micros < hourStart || micros >= hourEnd) {
      const hour = Math.floor(micros / HOUR_MICROS);
      hours.add(hour);
      hourStart = hour * HOUR_MICROS;
      hourEnd = hourStart + HOUR_MICROS;
    }
  }
  return { minTime: min, maxTime: max, hours: [...hours].sort((a, b) => a - b) };
}

function countObjects(object: ColumnData, rows: number): Record<number, number> {
  const counts: Record<number, number> = {};
  let from = 0;
  for (let row = 1; row <= rows; row++) {
    if (row < rows && object.data[row] === object.data[from]) continue;
    const id = object.data[from] as number;
    counts[id] = (counts[id] ?? 0) + row - from;
    from = row;
  }
  return counts;
}

/** The smallest and the largest address seen. Words as in {@link ColumnData}: least significant first, top bit flipped. */
class AddressRange {
  readonly #min = new Uint32Array(4).fill(0xffff_ffff);
  readonly #max = new Uint32Array(4);
  #any = false;

  addColumn({ data, valid }: ColumnData, rows: number): void {
    let least = 0xffff_ffff;
    let most = 0;
    let anyIPv4 = false;
    for (let row = 0; row < rows; row++) {
      const at = row * 4;
      // Nearly all addresses are IPv4, whose order is that of their last word.
      if (data[at + 1] === IPV4_MAPPED && data[at + 2] === 0 && data[at + 3] === FLIP) {
        const word = data[at] as number;
        if ((word >= least && word <= most) || !isSet(valid, row)) continue;
        if (word < least) least = word;
        if (word > most) most = word;
        anyIPv4 = true;
        continue;
      }
      if (isSet(valid, row)) this.#add(data, at);
    }
    if (anyIPv4) for (const word of [least, most]) this.#add([word, IPV4_MAPPED, 0, FLIP], 0);
  }

  #add(data: ArrayLike<number>, at: number): void {
    this.#any = true;
    if (compare(data, at, this.#min) < 0) copyWords(data, at, this.#min);
    if (compare(data, at, this.#max) > 0) copyWords(data, at, this.#max);
  }

  get minHex(): string | null {
    return this.#any ? hex(this.#min) : null;
  }

  get maxHex(): string | null {
    return this.#any ? hex(this.#max) : null;
  }
}

function isSet(valid: Uint8Array, row: number): boolean {
  return ((valid[row >> 3] as number) & (1 << (row & 7))) !== 0;
}

// The kept words have the flip undone in the top word, so that plain comparison is address order.
function compare(data: ArrayLike<number>, at: number, kept: Uint32Array): number {
  const top = ((data[at + 3] as number) ^ FLIP) >>> 0;
  if (top !== kept[3]) return top < (kept[3] as number) ? -1 : 1;
  for (let word = 2; word >= 0; word--) {
    const value = data[at + word] as number;
    if (value !== kept[word]) return value < (kept[word] as number) ? -1 : 1;
  }
  return 0;
}

function copyWords(data: ArrayLike<number>, at: number, kept: Uint32Array): void {
  for (let word = 0; word < 3; word++) kept[word] = data[at + word] as number;
  kept[3] = ((data[at + 3] as number) ^ FLIP) >>> 0;
}

function hex(words: Uint32Array): string {
  return [3, 2, 1, 0].map((word) => (words[word] as number).toString(16).padStart(8, "0")).join("");
}
