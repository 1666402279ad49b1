import { cellText, textOf, type TextFormat } from "#export/index.js";
import type { AnswerColumn, Cell, RowStream } from "#model/answer.js";
import { columnNames, columnOf } from "#model/columns.js";
import type { Console } from "../console.ts";
import { counted } from "#base/human.js";
import { safeText, textWidth } from "./safe-text.ts";
import { fitsWidth, tableLines, type TableCell, type TableColumn } from "./table.ts";

export type Format = "table" | TextFormat;

/** Rows that a table shows; whoever wants more takes another format. */
const TABLE_ROWS = 1000;
/** Rows too wide for the terminal are shown one below the other when there are no more than this. */
const UPRIGHT_ROWS = 20;

/** Prints rows in the format asked for. A table is for people: at most 1,000 rows, fitted to the terminal. */
export async function printRows(stream: RowStream, format: Format, console: Console): Promise<void> {
  if (format === "table") return printTable(stream, console);
  for await (const text of textOf(stream, format)) await console.out.write(text);
}

async function printTable(stream: RowStream, { out, err }: Console): Promise<void> {
  const { rows, isCut } = await firstRows(stream);
  if (isPlan(stream)) {
    for (const row of rows)
      await out.line(
        cellText(row[1] ?? "")
          .split("\n")
          .map(safeText)
          .join("\n")
          .trimEnd(),
      );
    return;
  }
  const kept = columnsWithValue(stream.columns, rows);
  const columns = kept.map((at) => tableColumn(stream.columns[at] as AnswerColumn));
  const cells = rows.map((row) => kept.map((at) => shownCell(row[at] ?? null, stream.columns[at] as AnswerColumn)));
  const isUpright = rows.length <= UPRIGHT_ROWS && !fitsWidth(columns, cells, out.width);
  const lines = isUpright ? uprightLines(columns, cells, out) : tableLines(columns, cells, out);
  for (const line of lines) await out.line(line);
  const notes = [counted(rows.length, "row")];
  if (isCut) notes.push("the first of more: --format csv or jsonl prints all");
  const hidden = stream.columns.length - kept.length;
  if (hidden > 0) notes.push(`${counted(hidden, "column")} without a value left out: other formats have them`);
  await err.line(err.style(notes.join("; "), "dim"));
}

async function firstRows(stream: RowStream): Promise<{ rows: (readonly Cell[])[]; isCut: boolean }> {
  const rows: (readonly Cell[])[] = [];
  for await (const block of stream.blocks()) {
    if (rows.length + block.length > TABLE_ROWS) {
      rows.push(...block.slice(0, TABLE_ROWS - rows.length));
      return { rows, isCut: true };
    }
    rows.push(...block);
  }
  return { rows, isCut: false };
}

/** What EXPLAIN gives is a drawing and no table. */
function isPlan({ columns }: RowStream): boolean {
  return columns.length === 2 && columns[0]?.name === "explain_key";
}

/** Columns without any value give their room to the others. `SELECT *` has a hundred of them. */
function columnsWithValue(columns: readonly AnswerColumn[], rows: readonly (readonly Cell[])[]): number[] {
  const all = columns.map((_, at) => at);
  const withValue = all.filter((at) => rows.some((row) => row[at] !== null));
  return columns.length > 12 && withValue.length > 0 ? withValue : all;
}

/** One row below the other, each value on a line of its own. */
function uprightLines(
  columns: readonly TableColumn[],
  rows: readonly (readonly TableCell[])[],
  out: Console["out"],
): string[] {
  const width = columns.reduce((most, { heading }) => Math.max(most, textWidth(heading)), 0);
  return rows.flatMap((row, number) => [
    ...(number === 0 ? [] : [""]),
    out.style(`row ${number + 1}`, "bold"),
    ...row.map(({ text, styles }, at) => {
      const heading = columns[at]?.heading ?? "";
      return `  ${out.style(heading.padEnd(width), "dim")}  ${out.style(text, ...(styles ?? []))}`;
    }),
  ]);
}

function tableColumn({ name, kind }: AnswerColumn): TableColumn {
  return {
    heading: safeText(name),
    align: kind === "number" ? "right" : "left",
    mayShrink: kind === "text" || kind === "nested",
  };
}

/** A value as it stands in a table of SQL: all its digits, because the person asked for exactly this. */
function shownCell(cell: Cell, column: AnswerColumn): TableCell {
  if (cell === null) return { text: "–", styles: ["dim"] };
  if (column.kind === "time" && typeof cell === "string") return { text: cell.replace("T", " ").replace("Z", "") };
  const text = safeText(cellText(cell));
  return isDenied(column.name, cell) ? { text, styles: ["red"] } : { text };
}

/** Denied is the one thing that is red. */
export function isDenied(column: string, cell: Cell): boolean {
  return (
    (column === "action" && (cell === "deny" || cell === "drop")) ||
    (column === "denied" && cell !== null && Number(cell) !== 0)
  );
}

/** The heading of a column of the catalogue, else its name. */
export function headingOf({ name, heading }: AnswerColumn): string {
  const known = columnNames.find((column) => column === name);
  return heading ?? (known === undefined ? name : columnOf(known).heading);
}
