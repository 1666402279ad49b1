import { judgeLake, type TrustAnswer, type TrustCheck } from "#app/index.js";
import { withInterrupt, type Console } from "../console.ts";
import { existingLake } from "../data-folder.ts";
import { formatOf, type DataOption, type FormatOptions } from "../options.ts";
import { humanTime } from "#base/human.js";
import { safeText } from "../output/safe-text.ts";
import type { Style } from "../output/terminal.ts";

interface DoctorOptions extends DataOption, FormatOptions {
  readonly from?: string;
  readonly to?: string;
}

/** Bad news in a command that judges. */
const BAD_NEWS = 1;
const MOST_DETAILS = 5;
const INDENT = " ".repeat(6);

const marks: Readonly<Record<TrustCheck["level"], readonly [mark: string, style: Style]>> = {
  ok: ["ok  ", "green"],
  warn: ["warn", "yellow"],
  bad: ["bad ", "red"],
};

/** `weir doctor`: whether the answers of a lake can be trusted, and what to do where they cannot. */
export async function runDoctor(console: Console, options: DoctorOptions): Promise<number> {
  const dataDir = await existingLake(options.data, console);
  const { from, to } = options;
  const time = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  const answer = await withInterrupt((signal) => judgeLake(dataDir, { ...time, nowMs: Date.now(), signal }));
  if (formatOf(options) === "json") await console.out.line(JSON.stringify(answerJson(answer)));
  else await printAnswer(answer, console);
  return exitCodeOf(answer.checks);
}

/** 1 when the news is bad. */
export function exitCodeOf(checks: readonly TrustCheck[]): number {
  return checks.some(({ level }) => level === "bad") ? BAD_NEWS : 0;
}

function answerJson({ range, checks }: TrustAnswer): object {
  const { from, to } = range;
  const times = { from: new Date(from / 1000).toISOString(), to: new Date(to / 1000).toISOString() };
  return { ...levelsJson(checks), range: times, checks };
}

/** How many checks there are of each level, and the worst one. */
export function levelsJson(checks: readonly TrustCheck[]): object {
  const count = (wanted: TrustCheck["level"]): number => checks.filter(({ level }) => level === wanted).length;
  return {
    level: count("bad") > 0 ? "bad" : count("warn") > 0 ? "warn" : "ok",
    ok: count("ok"),
    warn: count("warn"),
    bad: count("bad"),
  };
}

async function printAnswer({ range, checks }: TrustAnswer, console: Console): Promise<void> {
  await printChecks(checks, console);
  const { out } = console;
  await out.line();
  await out.line(
    `${out.style(verdictOf(checks), "bold")}  ${out.style(`Logs of ${humanTime(range.from)} to ${humanTime(range.to)} UTC; files and records of all times.`, "dim")}`,
  );
}

/** Each finding with its mark, what follows from it and what to do. */
export async function printChecks(
  checks: readonly TrustCheck[],
  { out }: Console,
  mostDetails = MOST_DETAILS,
): Promise<void> {
  for (const { level, finding, reason, next, details } of checks) {
    const [mark, style] = marks[level];
    await out.line(`${out.style(mark, style)}  ${safeText(finding)}`);
    for (const text of [reason, next])
      if (text !== null) await out.line(out.style(`${INDENT}${safeText(text)}`, "dim"));
    for (const detail of details.slice(0, mostDetails)) await out.line(`${INDENT}${safeText(detail)}`);
    if (details.length > mostDetails)
      await out.line(out.style(`${INDENT}… and ${details.length - mostDetails} more: --json lists them`, "dim"));
  }
}

function verdictOf(checks: readonly TrustCheck[]): string {
  const levels = new Set(checks.map(({ level }) => level));
  if (levels.has("bad")) return "Answers are wrong or missing until the bad ones are mended.";
  return levels.has("warn") ? "Answers can be trusted, but for what the warnings name." : "Answers can be trusted.";
}
