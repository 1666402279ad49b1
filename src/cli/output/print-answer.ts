import type { AskedAnswer } from "#app/index.js";
import { answerJson, answerRows, textOf } from "#export/index.js";
import type { Console } from "../console.ts";
import { coverageText } from "./coverage-text.ts";
import { counted, fullCount, humanBytes, humanRate, humanSeconds, humanStep, humanTime } from "#base/human.js";
import { rankedLines } from "./ranked-lines.ts";
import type { Format } from "./print-rows.ts";
import { safeText } from "./safe-text.ts";
import { seriesLines } from "./series-lines.ts";

/** Prints an answer in the format asked for. Machine formats without room for it have the coverage on stderr. */
export async function printAnswer(answer: AskedAnswer, format: Format, console: Console): Promise<void> {
  if (format === "json") await console.out.line(answerJson(answer));
  else if (format === "table") await printAnswerTable(answer, console);
  else {
    for await (const text of textOf(answerRows(answer), format)) await console.out.write(text);
    await console.err.line(console.err.style(coverageText(answer.coverage), "dim"));
  }
}

/** Prints an answer for people. */
export async function printAnswerTable(
  answer: AskedAnswer,
  { out }: Console,
  detail: "brief" | "full" = "full",
): Promise<void> {
  await out.line(`${out.style(titleOf(answer), "bold")} ${out.style(rangeText(answer), "dim")}`);
  await out.line();
  if (answer.rows.length === 0) await out.line("Nothing in this time that matches.");
  else
    for (const line of answer.step === undefined ? rankedLines(answer, out) : seriesLines(answer, out))
      await out.line(line);
  if (detail === "brief") return;
  await out.line();
  for (const line of footer(answer)) await out.line(out.style(line, "dim"));
}

function titleOf({ by, rankedBy, step, dataset }: AskedAnswer): string {
  const what = by.length === 0 ? `${measureText(rankedBy)} of ${dataset}` : `Top ${by.join(", ")}`;
  return step === undefined ? what : `${what}, every ${humanStep(step / 1000)}`;
}

function rangeText({ by, rankedBy, range, compared, timeZone }: AskedAnswer): string {
  const span = ({ from, to }: { from: number; to: number }): string =>
    `${humanTime(from, timeZone)} to ${humanTime(to, timeZone)}`;
  const against = compared === undefined ? "" : `, against ${span(compared)}`;
  return `${by.length === 0 ? "" : `by ${measureText(rankedBy)}, `}${span(range)} ${timeZone}${against}`;
}

function measureText(measure: string): string {
  return measure.replaceAll("_", " ");
}

function footer(answer: AskedAnswer): string[] {
  const { notes, overlapping, more, rankedBy, step } = answer;
  return [
    `${totalText(answer)}${counted(answer.scannedRows, "row")} of ${answer.table} in ${humanSeconds(answer.elapsedMs / 1000)}. ${coverageText(answer.coverage)}`,
    ...(rankedBy === "logged_bytes"
      ? ["Bytes are the plain sum of the records: traffic that two logs saw counts twice."]
      : []),
    ...(overlapping && step === undefined
      ? ["Each counts at both of its ends, so shares add up to more than 100 %."]
      : []),
    ...(more && step === undefined ? ["There are more: -n shows them."] : []),
    ...notes.map((note) => safeText(note)),
  ];
}

function totalText({ totals, rankedBy, columns }: AskedAnswer): string {
  const total = totals[rankedBy];
  if (typeof total !== "bigint" && typeof total !== "number") return "";
  const unit = columns.find(({ name }) => name === rankedBy)?.unit;
  const words = measureText(rankedBy.replace(/_?bytes$/, ""));
  if (unit === "bytes") return `All: ${[humanBytes(total), words].filter((part) => part !== "").join(" ")}. `;
  if (unit === "bytes/s") return `All: ${humanRate(total)}. `;
  return `All: ${fullCount(total)} ${measureText(rankedBy)}. `;
}
