import type { AskedAnswer } from "#app/index.js";
import type { Cell } from "#model/answer.js";
import { keyColumn, keyText, measureText, REST } from "./answer-cells.ts";
import { bar } from "#base/human.js";
import { headingOf } from "./print-rows.ts";
import { safeText } from "./safe-text.ts";
import { sparkline } from "./sparkline.ts";
import { tableLines, type TableCell, type TableColumn } from "./table.ts";
import type { Output } from "./terminal.ts";

const BAR = 24;
const SPARKS = 60;

/** A series for people: one group step by step, or each of several groups as one line. */
export function seriesLines(answer: AskedAnswer, out: Output): string[] {
  return answer.keyCount === 0 ? stepLines(answer, out) : groupLines(answer, out);
}

function stepLines(answer: AskedAnswer, out: Output): string[] {
  const { columns, rows, rankedBy } = answer;
  const place = columns.findIndex(({ name }) => name === rankedBy);
  const most = rows.reduce((largest, row) => Math.max(largest, Number(row[place] ?? 0)), 0);
  const headings = columns.map((column, at): TableColumn =>
    at === 0 ? keyColumn(column) : { heading: safeText(headingOf(column)), align: "right" },
  );
  const cells = rows.map((row) => [
    ...columns.map((column, at): TableCell => ({
      text: at === 0 ? keyText(row[0] ?? null, column, answer) : measureText(row[at] ?? null, column),
    })),
    { text: bar(most === 0 ? 0 : Number(row[place] ?? 0) / most, BAR), styles: ["cyan" as const] },
  ]);
  return tableLines([...headings, { heading: "", align: "left" }], cells, out);
}

function groupLines(answer: AskedAnswer, out: Output): string[] {
  const { columns, keyCount, rankedBy } = answer;
  const place = columns.findIndex(({ name }) => name === rankedBy);
  const keys = columns.slice(1, keyCount + 1);
  const measure = columns[place];
  const headings: TableColumn[] = [
    ...keys.map(keyColumn),
    { heading: "Over time", align: "left" },
    { heading: "Most", align: "right" },
    { heading: "Least", align: "right" },
  ];
  const cells = groupsOf(answer).map((rows) => {
    const values = rows.map((row) => Number(row[place] ?? 0));
    const isRest = rows[0]?.[1] === REST;
    const shown = (value: number): TableCell => ({ text: measure === undefined ? "" : measureText(value, measure) });
    return [
      ...keys.map((column, at): TableCell => {
        const cell = rows[0]?.[at + 1] ?? null;
        if (isRest) return { text: at === 0 ? REST : "", styles: ["dim"] };
        return { text: keyText(cell, column, answer) };
      }),
      { text: sparkline(values, SPARKS), styles: ["cyan" as const] },
      shown(Math.max(...values)),
      shown(Math.min(...values)),
    ];
  });
  return tableLines(headings, cells, out);
}

/** The rows of each group: they follow one another, and a new group begins with the first time again. */
function groupsOf({ rows }: AskedAnswer): (readonly (readonly Cell[])[])[] {
  const groups: (readonly Cell[])[][] = [];
  for (const row of rows)
    if (groups.length === 0 || row[0] === rows[0]?.[0]) groups.push([row]);
    else groups.at(-1)?.push(row);
  return groups;
}
