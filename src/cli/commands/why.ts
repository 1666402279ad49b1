import { formatAddress } from "#base/address.js";
import { pathJson } from "#export/index.js";
import { askWhy, type PathAnswer } from "#app/index.js";
import { withInterrupt, type Console } from "../console.ts";
import { existingLake } from "../data-folder.ts";
import { counted, humanTime } from "#base/human.js";
import { formatOf, type DataOption, type FormatOptions } from "../options.ts";
import { pathDrawing } from "../output/path-drawing.ts";
import { safeText } from "../output/safe-text.ts";
import { tableLines } from "../output/table.ts";
import type { Style } from "../output/terminal.ts";

interface WhyOptions extends DataOption, FormatOptions {
  readonly from?: string;
  readonly to?: string;
  readonly expect?: "allowed" | "denied";
}

/** Bad news in a command that judges. */
const BAD_NEWS = 1;
const MOST_OBSERVERS = 2;
const MOST_MISSING = 5;

/** `weir why`: one sentence, each side's verdict and coverage, and the records that say so. */
export async function runWhy(console: Console, client: string, server: string, options: WhyOptions): Promise<number> {
  const dataDir = await existingLake(options.data, console);
  const { from, to, expect } = options;
  const time = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  const answer = await withInterrupt((signal) =>
    askWhy(dataDir, { client, server, ...time, nowMs: Date.now(), signal }),
  );
  if (formatOf(options) === "json") await console.out.line(JSON.stringify(pathJson(answer)));
  else await printAnswer(answer, console);
  if (expect === undefined || isAsExpected(answer, expect)) return 0;
  await console.err.line(`weir: ${unexpected(answer, expect)}`);
  return BAD_NEWS;
}

/** Allowed is what became of it at last; denied means that nothing got through in the whole time. */
function isAsExpected({ verdict, outcomes }: PathAnswer, expect: "allowed" | "denied"): boolean {
  if (expect === "allowed") return verdict === "allowed";
  const passed = new Set(["allowed", "one_way", "mixed", "unanswered", "closed_port", "answer_dropped"]);
  return verdict === "denied" && !outcomes.some(({ situation }) => passed.has(situation));
}

/** Why an expectation is not met: also a denial counts for nothing where something got through. */
function unexpected({ verdict }: PathAnswer, expect: "allowed" | "denied"): string {
  if (verdict !== expect) return `--expect ${expect} is not met: the verdict is ${verdict}`;
  return `--expect ${expect} is not met: some of it got through in this time`;
}

/** The sentence and the drawing alone. */
export async function printVerdict(answer: PathAnswer, { out }: Console): Promise<void> {
  const bad = new Set(["denied", "dropped", "lost"]);
  const style: Style = answer.verdict === "allowed" ? "green" : bad.has(answer.verdict) ? "red" : "yellow";
  await out.line(out.style(safeText(answer.sentence), "bold", style));
  await out.line();
  for (const line of pathDrawing(answer, endText(answer, "client"), endText(answer, "server"), out))
    await out.line(line);
}

async function printAnswer(answer: PathAnswer, console: Console): Promise<void> {
  const { out } = console;
  await printVerdict(answer, console);
  if (answer.records.length > 0) {
    await out.line();
    for (const line of recordLines(answer, out)) await out.line(line);
  }
  await out.line();
  for (const line of coverageLines(answer)) await out.line(out.style(safeText(line), "dim"));
}

function endText(answer: PathAnswer, side: "client" | "server"): string {
  const { asked, name } = answer[side];
  const { port } = answer;
  const service = side === "client" || port === null ? "" : `:${port}`;
  const address = asked.includes(":") && service !== "" ? `[${asked}]` : asked;
  return safeText(`${address}${service}${name === null ? "" : ` (${name})`}`);
}

function recordLines({ records }: PathAnswer, out: Console["out"]): string[] {
  const headings = ["Time (UTC)", "From", "To", "Action", "Observer", "Rule", "Record"].map((heading) => ({
    heading,
    align: "left" as const,
    ...((heading === "Rule" || heading === "Record") && { mayShrink: true, isId: true }),
  }));
  const hasRules = records.some(({ rule }) => rule !== null);
  const rows = records.map((record) => [
    record.time.replace("T", " ").replace("Z", ""),
    record.src,
    record.dst,
    record.action,
    record.observer ?? "–",
    record.rule ?? "–",
    placeOf(record),
  ]);
  const keep = (_: unknown, at: number): boolean => hasRules || headings[at]?.heading !== "Rule";
  return tableLines(
    headings.filter(keep),
    rows.map((row) => row.filter(keep).map((text) => ({ text: safeText(text) }))),
    out,
  );
}

function coverageLines(answer: PathAnswer): string[] {
  const { coverage, range, verdict } = answer;
  const lines = [
    `Time      ${humanTime(range.from)} to ${humanTime(range.to)} UTC`,
    ...(["client", "server"] as const).flatMap((side) => severalText(answer[side])),
    `Client    ${sideText(coverage.client, coverage)}`,
    `Server    ${sideText(coverage.server, coverage)}`,
  ];
  const isSure = verdict === "allowed" || verdict === "denied" || verdict === "closed_port" || verdict === "dropped";
  if (coverage.missing.length > 0 && !isSure) {
    for (const [at, missing] of coverage.missing.slice(0, MOST_MISSING).entries())
      lines.push((at === 0 ? "Unknown" : "").padEnd(10) + missing);
    const more = coverage.missing.length - MOST_MISSING;
    if (more > 0) lines.push(`${" ".repeat(10)}and ${more} more`);
    if (coverage.pendingHours > 0) lines.push(`${" ".repeat(10)}what is not derived yet: run weir store derive`);
  }
  return [...lines, "From flow logs alone: rules, routes and hosts were not looked at."];
}

const MOST_ADDRESSES = 5;

/** A name of several addresses gives a verdict less often than each of them. */
function severalText({ asked, spans }: PathAnswer["client"]): string[] {
  if (spans.length < 2) return [];
  const shown = spans.slice(0, MOST_ADDRESSES).map(({ first }) => formatAddress(first));
  const more = spans.length > shown.length ? ` and ${spans.length - shown.length} more` : "";
  return [`Name      ${asked} stands for ${shown.join(", ")}${more}: ask about one of them to be sure`];
}

function sideText(
  { logged, observers, flowLogs, gaps }: PathAnswer["coverage"]["client"],
  { logged: anything, removed }: PathAnswer["coverage"],
): string {
  if (observers.length === 0)
    return anything === null && removed !== null ? "its flows were removed by retention" : "not logged in this time";
  const shown = observers.slice(0, MOST_OBSERVERS).join(", ");
  const more = observers.length > MOST_OBSERVERS ? ` and ${observers.length - MOST_OBSERVERS} more` : "";
  const logs = flowLogs.map(({ flowLog }) => flowLog.split("/").at(-1));
  const silent = gaps.filter(({ cause }) => cause === "no-records").length;
  const lost = gaps.length - silent;
  return [
    `logged by ${shown}${more}${logs.length === 0 ? "" : ` in ${logs.join(", ")}`}`,
    counted(logged, "conversation"),
    ...(silent > 0 ? [counted(silent, "gap")] : []),
    ...(lost > 0 ? [`${counted(lost, "window")} with lost records`] : []),
  ].join(", ");
}

/** Object and line, as `file.log.gz:12`, with the tuple's number where a record holds several. */
function placeOf({ object, position, subPosition }: PathAnswer["records"][number]): string {
  const file = object.split("/").at(-1) ?? object;
  return `${file}:${position}${subPosition === null ? "" : `.${subPosition}`}`;
}
