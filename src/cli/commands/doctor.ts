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
  const isBad = answer.checks.some(({ level }) => level === "bad");
  if (formatOf(options) === "json") await console.out.line(JSON.stringify(answerJson(answer)));
  else await printAnswer(answer, console);
  return isBad ? BAD_NEWS : 0;
}

function answerJson({ range, checks }: TrustAnswer): object {
  const count = (wanted: TrustCheck["level"]): number => checks.filter(({ level }) => level === wanted).length;
  return {
    level: count("bad") > 0 ? "bad" : count("warn") > 0 ? "warn" : "ok",
    ok: count("ok"),
    warn: count("warn"),
    bad: count("bad"),
    range: { from: new Date(range.from / 1000).toISOString(), to: new Date(range.to / 1000).toISOString() },
    checks,
  };
}

async function printAnswer({ range, checks }: TrustAnswer, { out }: Console): Promise<void> {
  for (const { level, finding, reason, next, details } of checks) {
    const [mark, style] = marks[level];
    await out.line(`${out.style(mark, style)}  ${safeText(finding)}`);
    for (const text of [reason, next]) if (text !== null) await out.line(out.style(`${INDENT}${text}`, "dim"));
    for (const detail of details.slice(0, MOST_DETAILS)) await out.line(`${INDENT}${safeText(detail)}`);
    if (details.length > MOST_DETAILS)
      await out.line(out.style(`${INDENT}… and ${details.length - MOST_DETAILS} more: --json lists them`, "dim"));
  }
  await out.line();
  await out.line(
    `${out.style(verdictOf(checks), "bold")}  ${out.style(`Logs of ${humanTime(range.from)} to ${humanTime(range.to)} UTC; files and records of all times.`, "dim")}`,
  );
}

function verdictOf(checks: readonly TrustCheck[]): string {
  const levels = new Set(checks.map(({ level }) => level));
  if (levels.has("bad")) return "Answers are wrong or missing until the bad ones are mended.";
  return levels.has("warn") ? "Answers can be trusted, but for what the warnings name." : "Answers can be trusted.";
}
