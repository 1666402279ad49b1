import { parseAddress } from "#base/address.js";
import { lookUp } from "#inventory/index.js";
import type { AnswerColumn, Cell } from "#model/answer.js";
import { idKey, type NameBook } from "#model/names.js";

/** The names of what rows hold: addresses, and ids of accounts, networks, subnets and interfaces. @param columns the first of each row */
export function namesOfCells(
  columns: readonly AnswerColumn[],
  rows: readonly (readonly Cell[])[],
  book: NameBook,
): Record<string, string> {
  const found: Record<string, string> = {};
  if (book.blocks.length === 0 && book.ids.size === 0) return found;
  for (const [at, { kind }] of columns.entries())
    for (const row of rows) {
      const cell = row[at];
      if (typeof cell !== "string" || found[cell] !== undefined) continue;
      const address = kind === "address" ? parseAddress(cell) : undefined;
      const name =
        address === undefined ? (kind === "text" ? book.ids.get(idKey(cell)) : undefined) : lookUp(book, address)?.name;
      if (name !== undefined) found[cell] = name;
    }
  return found;
}
