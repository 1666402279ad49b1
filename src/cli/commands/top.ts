import { askTop, type TopAnswer } from "#app/index.js";
import { cellText, jsonText, textOf } from "#export/index.js";
import type { AnswerColumn, Cell, RowStream } from "#model/answer.js";
import { withInterrupt, type Console } from "../console.ts";
import { existingLake } from "../data-folder.ts";
import {
  bar,
  counted,
  fullCount,
  humanBytes,
  humanCount,
  humanSeconds,
  humanShare,
  humanTime,
} from "../output/human.ts";
import { formatOf, type DataOption, type FormatOptions } from "../options.ts";
import { headingOf, isDenied } from "../output/print-rows.ts";
import { safeText } from "../output/safe-text.ts";
import { tableLines, type TableCell, type TableColumn } from "../output/table.ts";

interface TopOptions extends DataOption, FormatOptions {
  readonly by?: readonly string[];
  readonly dataset?: "conversations" | "flows";
  readonly measure?: string;
  readonly from?: string;
  readonly to?: string;
  readonly where?: readonly string[];
  readonly limit: number;
  readonly others: boolean;
}

/** `weir top`: flows grouped, counted and ranked. */
export async function runTop(console: Console, options: TopOptions): Promise<number> {
  const dataDir = await existingLake(options.data, console);
  const { by, dataset, measure, from, to, where = [], limit, others } = options;
  const given = {
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(by !== undefined && { by }),
    ...(dataset !== undefined && { dataset }),
    ...(measure !== undefined && { measure }),
  };
  const answer = await withInterrupt((signal) =>
    askTop(dataDir, { ...given, where, limit, others, nowMs: Date.now(), signal }),
  );
  const format = formatOf(options);
  if (format === "json") await console.out.line(answerJson(answer));
  else if (format === "table") await printTop(answer, keysOf(answer), console);
  else {
    for await (const text of textOf(rowsOf(answer), format)) await console.out.write(text);
    await console.err.line(console.err.style(coverageText(answer), "dim"));
  }
  return 0;
}

/** What the rows are grouped by. */
function keysOf({ columns, measureCount }: TopAnswer): string[] {
  return columns.slice(0, columns.length - measureCount - 1).map(({ name }) => name);
}

/** The whole answer with keys in snake_case; rows as objects. */
function answerJson(answer: TopAnswer): string {
  const rowObject = (row: readonly Cell[]): Cell =>
    Object.fromEntries(answer.columns.map(({ name }, at) => [name, row[at] ?? null]));
  const { coverage, range } = answer;
  return jsonText({
    columns: answer.columns.map(({ name, type, unit }) => ({ name, type, unit: unit ?? null })),
    rows: answer.rows.map(rowObject),
    table: answer.table,
    measure: answer.measure,
    total: answer.total,
    more: answer.more,
    scanned_rows: answer.scannedRows,
    scanned_bytes: answer.scannedBytes,
    elapsed_ms: answer.elapsedMs,
    range: { from: iso(range.from), to: iso(range.to) },
    coverage: { nodata: coverage.nodata, skipdata: coverage.skipdata, gaps: coverage.gaps },
  });
}

function iso(micros: number): string {
  return new Date(micros / 1000).toISOString();
}

function rowsOf(answer: TopAnswer): RowStream {
  return {
    columns: answer.columns,
    async *blocks() {
      yield answer.rows;
    },
  };
}

/** Prints a top list for people. */
export async function printTop(
  answer: TopAnswer,
  by: readonly string[],
  { out }: Console,
  detail: "brief" | "full" = "full",
): Promise<void> {
  const { range } = answer;
  await out.line(
    `${out.style(`Top ${by.join(", ")}`, "bold")} ${out.style(`by ${answer.measure.replace("_", " ")}, ${humanTime(range.from)} to ${humanTime(range.to)} UTC`, "dim")}`,
  );
  await out.line();
  if (answer.rows.length === 0) await out.line("Nothing in this time that matches.");
  else for (const line of topLines(answer, out)) await out.line(line);
  if (detail === "brief") return;
  await out.line();
  for (const line of footer(answer)) await out.line(out.style(line, "dim"));
}

const BAR = 12;
/** Cells of a key: ids of Azure are longer than any screen. */
const MOST_KEY = 44;

function topLines({ columns, rows, measure, measureCount }: TopAnswer, out: Console["out"]): string[] {
  const largest = rows.reduce(
    (most, row) => (row[0] === "(others)" ? most : Math.max(most, Number(row.at(-1) ?? 0))),
    0,
  );
  const isKey = (at: number): boolean => at < columns.length - measureCount - 1;
  const headings = columns.map((column, at): TableColumn => ({
    heading: safeText(headingOf(column)),
    align: isKey(at) ? "left" : "right",
    ...(isKey(at) && column.kind === "text" && { mayShrink: true, isId: true, most: MOST_KEY }),
  }));
  const cells = rows.map((row) => {
    const isRest = row[0] === "(others)";
    const share = Number(row.at(-1) ?? 0);
    const shown = row.map((cell, at): TableCell => {
      const column = columns[at] as AnswerColumn;
      const text = isKey(at) ? keyText(cell, isRest) : numberText(cell, column);
      if (isRest) return { text, styles: ["dim"] };
      if (isDenied(column.name, cell) && !isKey(at)) return { text, styles: ["red"] };
      return column.name === measure ? { text, styles: ["bold"] } : { text };
    });
    // Bars compare the rows with each other; the share is of everything.
    const length = isRest || largest === 0 ? 0 : share / largest;
    return [...shown, { text: bar(length, BAR), styles: ["cyan" as const] }];
  });
  return tableLines([...headings, { heading: "", align: "left" }], cells, out);
}

function keyText(cell: Cell, isRest: boolean): string {
  if (cell === null) return isRest ? "" : "–";
  const text = cellText(cell);
  return /^\d{4}-\d\d-\d\dT/.test(text) ? text.replace("T", " ").replace("Z", "") : safeText(text);
}

function numberText(cell: Cell, { name, unit }: AnswerColumn): string {
  if (typeof cell !== "bigint" && typeof cell !== "number") return "–";
  if (name === "share") return humanShare(Number(cell));
  return unit === "bytes" ? humanBytes(cell) : humanCount(cell);
}

function footer(answer: TopAnswer): string[] {
  const isBytes = answer.measure.endsWith("bytes");
  const total = isBytes ? humanBytes(answer.total) : fullCount(answer.total);
  const lines = [
    `All: ${total} ${isBytes ? answer.measure.replace(/_?bytes$/, "").replace("_", " ") : answer.measure}. ${counted(answer.scannedRows, "row")} of ${answer.table} looked at in ${humanSeconds(answer.elapsedMs / 1000)}.`.replace(
      " .",
      ".",
    ),
  ];
  if (answer.measure === "logged_bytes")
    lines.push("Bytes are the plain sum of the records: traffic that two logs saw counts twice.");
  if (answer.overlapping) lines.push("Each counts at both of its ends, so shares add up to more than 100 %.");
  if (answer.more) lines.push("There are more: --limit shows them.");
  return [...lines, coverageText(answer)];
}

function coverageText({ coverage, range }: TopAnswer): string {
  const { nodata, skipdata } = coverage;
  const lost =
    skipdata === 0 ? "no window with lost records" : `in ${windows(skipdata)} the cloud lost records (skipdata)`;
  return `Coverage ${humanTime(range.from)} to ${humanTime(range.to)} UTC: ${lost}; ${windows(nodata)} with no traffic (nodata); delivery gaps unknown.`;
}

function windows(count: number): string {
  return counted(count, "window");
}
