import type { AskedAnswer } from "#app/index.js";
import { cellText } from "#export/index.js";
import type { AnswerColumn, Cell } from "#model/answer.js";
import { humanBytes, humanChange, humanCount, humanRate, humanShare, humanTime } from "#base/human.js";
import { headingOf } from "./print-rows.ts";
import { safeText } from "./safe-text.ts";
import type { TableColumn } from "./table.ts";

/** The first cell of the row that sums up the rest. */
export const REST = "(others)";

/** Cells of a key: ids of Azure are longer than any screen. */
const MOST_KEY = 44;

/** A column of groups in a table. */
export function keyColumn(column: AnswerColumn): TableColumn {
  const base = { heading: safeText(headingOf(column)), align: "left" } as const;
  return column.kind === "text" ? { ...base, mayShrink: true, isId: true, most: MOST_KEY } : base;
}

/** What a group is, with its name beside it where it has one. */
export function keyText(cell: Cell, { kind }: AnswerColumn, { names, timeZone }: AskedAnswer): string {
  if (cell === null) return "–";
  const text = cellText(cell);
  if (kind === "time" && text !== REST) return humanTime(Date.parse(text) * 1000, timeZone);
  const name = Object.hasOwn(names, text) ? names[text] : undefined;
  return name === undefined ? safeText(text) : `${safeText(text)} ${safeText(name)}`;
}

/** A measure as people read it. */
export function measureText(cell: Cell, { name, unit }: AnswerColumn): string {
  if (typeof cell !== "bigint" && typeof cell !== "number") return "–";
  if (name.endsWith("_change")) return humanChange(Number(cell));
  if (unit === "ratio") return humanShare(Number(cell));
  if (unit === "bytes/s") return humanRate(cell);
  return unit === "bytes" ? humanBytes(cell) : humanCount(cell);
}
