import type { AnswerColumn, Cell } from "#model/answer.js";
import type { ColumnName } from "#model/columns.js";

/**
 * Rows of a table, one at a time, by the names of their columns. What a row does not have, and what the rows do not have as a
 * column, is undefined.
 */
export class TableRow {
  readonly #at: ReadonlyMap<string, number>;
  readonly #names: readonly string[];
  #cells: readonly Cell[] = [];

  constructor(columns: readonly AnswerColumn[]) {
    this.#names = columns.map(({ name }) => name);
    this.#at = new Map(this.#names.map((name, at) => [name, at]));
  }

  /** Goes on to another row. */
  show(cells: readonly Cell[]): void {
    this.#cells = cells;
  }

  text(name: ColumnName): string | undefined {
    const cell = this.#cell(name);
    return typeof cell === "string" && cell !== "" ? cell : undefined;
  }

  /** A number that is small enough for one. */
  number(name: ColumnName): number | undefined {
    const cell = this.#cell(name);
    return typeof cell === "number" ? cell : typeof cell === "bigint" ? Number(cell) : undefined;
  }

  /** A whole number of any size. */
  count(name: ColumnName): bigint | undefined {
    const cell = this.#cell(name);
    return typeof cell === "bigint" ? cell : typeof cell === "number" ? BigInt(cell) : undefined;
  }

  /** Milliseconds since 1970, cut. */
  millis(name: ColumnName): number | undefined {
    const text = this.text(name);
    const millis = text === undefined ? Number.NaN : Date.parse(text);
    return Number.isNaN(millis) ? undefined : millis;
  }

  /** Every column with a value that is not one of `used`, in the order of the table. */
  others(used: ReadonlySet<string>): Readonly<Record<string, Cell>> {
    const others: Record<string, Cell> = {};
    for (const [at, name] of this.#names.entries()) {
      const cell = this.#cells[at];
      if (cell !== undefined && cell !== null && cell !== "" && !used.has(name)) others[name] = cell;
    }
    return others;
  }

  #cell(name: string): Cell | undefined {
    const at = this.#at.get(name);
    return at === undefined ? undefined : this.#cells[at];
  }
}
