import type { AddressWords } from "#base/address.js";
import type { ColumnType } from "./column-definition.ts";
import { columnOf, type ColumnName } from "./columns.ts";
import { tables, type TableName } from "./tables.ts";
import { TextDictionary } from "./text-dictionary.ts";

export type ColumnArray = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/**
 * The values of one column of a batch, in the memory layout that the store copies whole.
 *
 * | type | array | per row |
 * | --- | --- | --- |
 * | uint8, uint16, uint32, float64 | the like-named | the value |
 * | uint64, timestamp | Uint32Array | two words: low, high |
 * | address | Uint32Array | four words, least significant first, the top bit of the last one flipped (DuckDB's UUID) |
 * | text, json | Uint32Array | the code of the value in `dictionary` |
 */
export interface ColumnData {
  readonly name: ColumnName;
  readonly type: ColumnType;
  /** Bit `row & 7` of byte `row >> 3` is set where the row has a value. Not set: null. */
  valid: Uint8Array;
  data: ColumnArray;
  readonly dictionary: TextDictionary;
}

/** Words of `data` per row. */
export function wordsPerRow(type: ColumnType): 1 | 2 | 4 {
  if (type === "address") return 4;
  return type === "uint64" || type === "timestamp" ? 2 : 1;
}

const FLIP = 0x8000_0000;
const WORD = 0x1_0000_0000;

/**
 * Rows of one table, by column. Columns come into being when they are first asked for; a row is null in every column that
 * was not set for it. A hot decoder takes `data` and `valid` of its columns into local variables and writes them itself; it
 * must take them again after {@link reserve}, which may replace them.
 */
export class ColumnBatch {
  readonly table: TableName;
  /** Rows that are complete. A writer fills row `rows` and then counts it. */
  rows = 0;
  #capacity: number;
  readonly #columns = new Map<ColumnName, ColumnData>();

  constructor(table: TableName, capacity: number) {
    this.table = table;
    this.#capacity = Math.max(8, capacity);
  }

  /** Rows that fit without growing. */
  get capacity(): number {
    return this.#capacity;
  }

  /** Bytes held by text values: counted against the limit of a batch. */
  get textBytes(): number {
    let bytes = 0;
    for (const column of this.#columns.values()) bytes += column.dictionary.byteLength;
    return bytes;
  }

  /** The columns that exist, in catalogue order. */
  columns(): ColumnData[] {
    return [...this.#columns.values()].sort((a, b) => columnOf(a.name).id - columnOf(b.name).id);
  }

  column(name: ColumnName): ColumnData {
    const known = this.#columns.get(name);
    if (known !== undefined) return known;
    if (!tables[this.table].includes(name)) throw new RangeError(`table ${this.table} has no column ${name}`);
    const { type } = columnOf(name);
    const column: ColumnData = {
      name,
      type,
      valid: new Uint8Array(Math.ceil(this.#capacity / 8)),
      data: newArray(type, this.#capacity),
      dictionary: new TextDictionary(),
    };
    this.#columns.set(name, column);
    return column;
  }

  /** Makes room for `more` rows behind the complete ones. */
  reserve(more: number): void {
    const needed = this.rows + more;
    if (needed <= this.#capacity) return;
    this.#capacity = Math.max(needed, this.#capacity * 2);
    for (const column of this.#columns.values()) {
      const data = newArray(column.type, this.#capacity);
      data.set(column.data);
      column.data = data;
      const valid = new Uint8Array(Math.ceil(this.#capacity / 8));
      valid.set(column.valid);
      column.valid = valid;
    }
  }

  /** Forgets the rows from `rows` on, and whatever was set for them. */
  truncate(rows: number): void {
    for (const { valid } of this.#columns.values()) {
      if (rows & 7) valid[rows >> 3] = (valid[rows >> 3] as number) & ((1 << (rows & 7)) - 1);
      valid.fill(0, (rows + 7) >> 3);
    }
    this.rows = rows;
  }

  /** Forgets what was set for the row being filled, `rows`, when it turns out to be no row. */
  discardRow(): void {
    const byte = this.rows >> 3;
    const keep = (1 << (this.rows & 7)) - 1;
    for (const { valid } of this.#columns.values()) valid[byte] = (valid[byte] as number) & keep;
  }

  /** Empties the batch for the next rows; the memory is kept. */
  clear(): void {
    this.truncate(0);
    for (const { dictionary } of this.#columns.values()) dictionary.clear();
  }

  setText(name: ColumnName, row: number, value: string): void {
    const column = this.column(name);
    column.data[row] = column.dictionary.codeOfText(value);
    setValid(column.valid, row);
  }

  /** uint8, uint16, uint32 and float64 columns. The caller has checked the range. */
  setNumber(name: ColumnName, row: number, value: number): void {
    const column = this.column(name);
    column.data[row] = value;
    setValid(column.valid, row);
  }

  /** uint64 columns, 0 to 2^64 - 1. */
  setUint64(name: ColumnName, row: number, value: bigint): void {
    const column = this.column(name);
    column.data[row * 2] = Number(value & 0xffff_ffffn);
    column.data[row * 2 + 1] = Number(value >> 32n);
    setValid(column.valid, row);
  }

  /** @param micros whole microseconds since 1970, exact as a number up to the year 2255 */
  setTime(name: ColumnName, row: number, micros: number): void {
    const column = this.column(name);
    column.data[row * 2] = micros >>> 0;
    column.data[row * 2 + 1] = Math.floor(micros / WORD);
    setValid(column.valid, row);
  }

  setAddress(name: ColumnName, row: number, [a, b, c, d]: AddressWords): void {
    const { data, valid } = this.column(name);
    data[row * 4] = d;
    data[row * 4 + 1] = c;
    data[row * 4 + 2] = b;
    data[row * 4 + 3] = (a ^ FLIP) >>> 0;
    setValid(valid, row);
  }

  /** Sets the rows `[from, to)` of a text column to one value. */
  fillText(name: ColumnName, from: number, to: number, value: string): void {
    const column = this.column(name);
    column.data.fill(column.dictionary.codeOfText(value), from, to);
    setValidRange(column.valid, from, to);
  }

  /** Sets the rows `[from, to)` of a uint8, uint16, uint32 or float64 column to one value. */
  fillNumber(name: ColumnName, from: number, to: number, value: number): void {
    const column = this.column(name);
    column.data.fill(value, from, to);
    setValidRange(column.valid, from, to);
  }

  isValid(name: ColumnName, row: number): boolean {
    const column = this.#columns.get(name);
    return column !== undefined && ((column.valid[row >> 3] as number) & (1 << (row & 7))) !== 0;
  }

  /** A value as plain data: text, number, bigint (uint64, timestamp in microseconds), address words; null where unset. For tests and notes, not for hot paths. */
  value(name: ColumnName, row: number): string | number | bigint | AddressWords | null {
    if (!this.isValid(name, row)) return null;
    const { data, type, dictionary } = this.column(name);
    const word = (at: number): number => data[at] as number;
    switch (type) {
      case "text":
      case "json":
        return dictionary.textAt(word(row));
      case "uint64":
      case "timestamp":
        return (BigInt(word(row * 2 + 1)) << 32n) | BigInt(word(row * 2));
      case "address":
        return [(word(row * 4 + 3) ^ FLIP) >>> 0, word(row * 4 + 2), word(row * 4 + 1), word(row * 4)];
      case "uint8":
      case "uint16":
      case "uint32":
      case "float64":
        return word(row);
    }
  }
}

function newArray(type: ColumnType, rows: number): ColumnArray {
  const words = rows * wordsPerRow(type);
  if (type === "uint8") return new Uint8Array(words);
  if (type === "uint16") return new Uint16Array(words);
  return type === "float64" ? new Float64Array(words) : new Uint32Array(words);
}

function setValid(valid: Uint8Array, row: number): void {
  valid[row >> 3] = (valid[row >> 3] as number) | (1 << (row & 7));
}

function setValidRange(valid: Uint8Array, from: number, to: number): void {
  let row = from;
  for (; row < to && row & 7; row++) setValid(valid, row);
  const wholeBytes = (to - row) >> 3;
  if (wholeBytes > 0) valid.fill(255, row >> 3, (row >> 3) + wholeBytes);
  for (row += Math.max(0, wholeBytes) * 8; row < to; row++) setValid(valid, row);
}
