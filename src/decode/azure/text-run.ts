import type { ColumnBatch, ColumnData } from "#model/column-batch.js";
import type { ColumnName } from "#model/columns.js";
import { fillRows } from "./rows.ts";

/** Values whose codes are remembered; a log with more rules than that only gets slower. */
const CODES_KEPT = 4096;

/**
 * A text column whose value stays the same for many rows: the rows are filled when it changes, so that a record with few
 * tuples does not pay for each of its facts.
 */
export class TextRun {
  readonly #batch: ColumnBatch;
  readonly #name: ColumnName;
  #column: ColumnData | undefined;
  #value: string | undefined;
  #from = 0;
  /** Codes in the column's dictionary, until the batch may be emptied. */
  readonly #codes = new Map<string, number>();

  constructor(batch: ColumnBatch, name: ColumnName) {
    this.#batch = batch;
    this.#name = name;
  }

  /** The value from the row being filled on; undefined for null. */
  set(value: string | undefined): void {
    if (value === this.#value) return;
    this.#fill();
    this.#value = value;
    this.#from = this.#batch.rows;
  }

  /** Fills the rows so far and forgets the value: rows from here on are null. After it the batch may be emptied. */
  end(): void {
    this.#fill();
    this.#value = undefined;
    this.#codes.clear();
  }

  #fill(): void {
    const { rows } = this.#batch;
    if (this.#value === undefined || rows <= this.#from) return;
    this.#column ??= this.#batch.column(this.#name);
    fillRows(this.#column, this.#from, rows, this.#codeOf(this.#column, this.#value));
  }

  #codeOf(column: ColumnData, value: string): number {
    const known = this.#codes.get(value);
    if (known !== undefined) return known;
    const code = column.dictionary.codeOfText(value);
    if (this.#codes.size >= CODES_KEPT) this.#codes.clear();
    this.#codes.set(value, code);
    return code;
  }
}
