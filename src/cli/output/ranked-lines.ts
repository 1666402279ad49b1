import type { AskedAnswer } from "#app/index.js";
import { keyColumn, keyText, measureText, REST } from "./answer-cells.ts";
import { bar } from "#base/human.js";
import { headingOf, isDenied } from "./print-rows.ts";
import { safeText } from "./safe-text.ts";
import { tableLines, type TableCell, type TableColumn } from "./table.ts";
import type { Output } from "./terminal.ts";

const BAR = 12;

/** Ranked groups as a table: what each is, its measures, and a bar that compares them. */
export function rankedLines(whole: AskedAnswer, out: Output): string[] {
  const answer = withoutOtherChanges(whole);
  const { columns, rows, keyCount, rankedBy } = answer;
  const place = columns.findIndex(({ name }) => name === rankedBy);
  const isRest = (row: AskedAnswer["rows"][number]): boolean => keyCount > 0 && row[0] === REST;
  const size = (row: AskedAnswer["rows"][number]): number => (isRest(row) ? 0 : Number(row[place] ?? 0));
  const largest = rows.reduce((most, row) => Math.max(most, size(row)), 0);
  const headings = columns.map((column, at): TableColumn =>
    at < keyCount ? keyColumn(column) : { heading: safeText(headingOf(column)), align: "right" },
  );
  const cells = rows.map((row) => {
    const shown = columns.map((column, at): TableCell => {
      const cell = row[at] ?? null;
      if (isRest(row)) return { text: restText(answer, row, at), styles: ["dim"] };
      if (at < keyCount) return { text: keyText(cell, column, answer) };
      const text = measureText(cell, column);
      if (isDenied(column.name, cell)) return { text, styles: ["red"] };
      return column.name === rankedBy ? { text, styles: ["bold"] } : { text };
    });
    return [...shown, { text: bar(largest === 0 ? 0 : size(row) / largest, BAR), styles: ["cyan" as const] }];
  });
  const hasBars = keyCount > 0 && place >= 0;
  return tableLines(
    hasBars ? [...headings, { heading: "", align: "left" }] : headings,
    hasBars ? cells : cells.map((row) => row.slice(0, -1)),
    out,
  );
}

/** Before and change of the measure that ranks only: of all of them a table would be too wide to read. */
function withoutOtherChanges(answer: AskedAnswer): AskedAnswer {
  const { columns, rows, rankedBy, compared } = answer;
  if (compared === undefined) return answer;
  const isShown = ({ name }: AskedAnswer["columns"][number]): boolean =>
    !/_(previous|change)$/.test(name) || name === `${rankedBy}_previous` || name === `${rankedBy}_change`;
  const kept = [...columns.keys()].filter((at) => isShown(columns[at] as AskedAnswer["columns"][number]));
  return {
    ...answer,
    columns: kept.map((at) => columns[at] as AskedAnswer["columns"][number]),
    rows: rows.map((row) => kept.map((at) => row[at] ?? null)),
  };
}

function restText(answer: AskedAnswer, row: AskedAnswer["rows"][number], at: number): string {
  const column = answer.columns[at];
  if (column === undefined) return "";
  if (at >= answer.keyCount) return measureText(row[at] ?? null, column);
  return at === 0 ? REST : "";
}
