import { counted } from "#base/human.js";
import { clip, clipMiddle, textWidth } from "./safe-text.ts";
import type { Output, Style } from "./terminal.ts";

/** A column of a printed table. Its texts must be safe already. */
export interface TableColumn {
  readonly heading: string;
  readonly align: "left" | "right";
  /** May be cut to fit the terminal. */
  readonly mayShrink?: boolean;
  /** Cells that it takes at most, on a terminal or not. */
  readonly most?: number;
  /** Cut in the middle and not at the end. */
  readonly isId?: boolean;
}

export interface TableCell {
  readonly text: string;
  readonly styles?: readonly Style[];
}

const GAP = "  ";
const LEAST = 8;

/** Whether all columns fit a terminal, if need be with the longest texts cut. */
export function fitsWidth(
  columns: readonly TableColumn[],
  rows: readonly (readonly TableCell[])[],
  width: number,
): boolean {
  return fit(columns, naturalWidths(columns, rows), width).shown === columns.length;
}

function naturalWidths(columns: readonly TableColumn[], rows: readonly (readonly TableCell[])[]): number[] {
  return columns.map(({ heading, most = Number.POSITIVE_INFINITY }, at) =>
    Math.min(
      most,
      rows.reduce((widest, row) => Math.max(widest, textWidth(row[at]?.text ?? "")), textWidth(heading)),
    ),
  );
}

/** Lines of a table without borders: a dim heading, numbers right-aligned, nothing wider than the terminal. */
export function tableLines(
  columns: readonly TableColumn[],
  rows: readonly (readonly TableCell[])[],
  output: Output,
): string[] {
  const { widths, shown } = fit(columns, naturalWidths(columns, rows), output.width);
  const line = (cells: readonly TableCell[]): string =>
    cells
      .slice(0, shown)
      .map((cell, at) => paddedCell(cell, widths[at] ?? 0, columns[at], at === shown - 1, output))
      .join(GAP)
      .trimEnd();
  const lines = [line(columns.map(({ heading }) => ({ text: heading, styles: ["dim"] }))), ...rows.map(line)];
  const hidden = columns.slice(shown).map(({ heading }) => heading);
  if (hidden.length > 0)
    lines.push(
      output.style(clip(`… ${counted(hidden.length, "more column")}: ${hidden.join(", ")}`, output.width), "dim"),
    );
  return lines;
}

function paddedCell(
  cell: TableCell,
  width: number,
  column: TableColumn | undefined,
  isLast: boolean,
  output: Output,
): string {
  const text = column?.isId === true ? clipMiddle(cell.text, width) : clip(cell.text, width);
  const pad = " ".repeat(Math.max(0, width - textWidth(text)));
  const styled = output.style(text, ...(cell.styles ?? []));
  if (column?.align === "right") return pad + styled;
  return isLast ? styled : styled + pad;
}

/** Shrinks the widest columns that may shrink; when that is not enough, leaves columns out from the right. */
function fit(
  columns: readonly TableColumn[],
  natural: readonly number[],
  available: number,
): { widths: number[]; shown: number } {
  const widths = [...natural];
  let shown = columns.length;
  const total = (): number => widths.slice(0, shown).reduce((sum, width) => sum + width, 0) + GAP.length * (shown - 1);
  while (total() > available) {
    let widest = -1;
    for (let at = 0; at < shown; at++) {
      const canShrink = columns[at]?.mayShrink === true && (widths[at] ?? 0) > LEAST;
      if (canShrink && (widest === -1 || (widths[at] ?? 0) > (widths[widest] ?? 0))) widest = at;
    }
    if (widest !== -1) widths[widest] = (widths[widest] ?? 0) - 1;
    else if (shown > 1) shown--;
    else break;
  }
  return { widths, shown };
}
