import type { ColumnBatch } from "#model/column-batch.js";
import type { ColumnName } from "#model/columns.js";

/**
 * A text column whose value stays the same for many rows: the rows are filled when it changes, so that a record with few
 * tuples does not pay for each of its facts.
 */
export class TextRun {
  readonly #batch: ColumnBatch;
  readonly #name: ColumnName;
  #value: string | undefined;
  #from = 0;

  constructor(batch: ColumnBatch, name: ColumnName) {
    this.#batch = batch;
    this.#name = name;
  }

  /** The value from the row being filled on; undefined for null. */
  set(value: string | undefined): void {
    if (value === this.#value) return;
    this.flush();
    this.#value = value;
    this.#from = this.#batch.rows;
  }

  /** Fills the rows so far.  */
  flush(): void {
    const { rows } = this.#batch;
    if (this.#value !== undefined && rows > this.#from) this.#batch.fillText(this.#name, this.#from, rows, this.#value);
    this.#from = rows;
  }

  /** Ends the run: rows from here on are null until a value is set. */
  end(): void {
    this.flush();
    this.#value = undefined;
  }
}
