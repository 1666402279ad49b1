import { judgeLogs, judgeNsgMigration, type GradedLog, type GradedQuestion, type LogGrade } from "#app/index.js";
import { WeirError } from "#base/errors.js";
import { counted, humanTime } from "#base/human.js";
import { nearestWord } from "#base/nearest.js";
import { logsJson } from "#export/index.js";
import type { BetterTool } from "#model/better-log.js";
import { logQuestions } from "#model/log-questions.js";
import { withInterrupt, type Console } from "../console.ts";
import { existingLake } from "../data-folder.ts";
import { tellerOf } from "#model/told-flow-log.js";
import { formatOf, type DataOption, type FormatOptions } from "../options.ts";
import { safeText } from "../output/safe-text.ts";
import type { Style } from "../output/terminal.ts";

type Told = NonNullable<GradedLog["told"]>;

export interface LogsOptions extends DataOption, FormatOptions {
  readonly from?: string;
  readonly to?: string;
  readonly flowLog?: string;
  readonly better?: BetterTool;
}

const marks: Readonly<Record<LogGrade, readonly [mark: string, style: Style]>> = {
  yes: ["yes   ", "green"],
  partly: ["partly", "yellow"],
  no: ["no    ", "red"],
};
const INDENT = " ".repeat(22);
/** Ids of flow logs that are alike, before the rest is counted. */
const MOST_ALIKE = 5;
const MOST_NAMED = 12;

/** `weir doctor --logs`: what each flow log can answer, what it lacks and why that matters; `--better`: text for a better one. */
export async function runDoctorLogs(console: Console, options: LogsOptions): Promise<number> {
  const dataDir = await existingLake(options.data, console);
  const { from, to, flowLog, better } = options;
  const time = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  const request = { ...time, nowMs: Date.now() };
  const found = await withInterrupt((signal) => judgeLogs(dataDir, { ...request, signal }));
  const answer = {
    ...found,
    logs: found.logs.filter((log) => isAsked(log, flowLog)),
    silent: flowLog === undefined ? found.silent : [],
  };
  if (flowLog !== undefined && answer.logs.length === 0) throw noSuchLog(flowLog, found);
  if (better !== undefined) return printBetter(answer.logs, better, console);
  if (formatOf(options) === "json") {
    await console.out.line(JSON.stringify(logsJson(answer)));
    return 0;
  }
  for (const alike of groupAlike(answer.logs)) await printLogs(alike, console);
  const { out } = console;
  await printSilent(answer.silent, console);
  if (answer.logs.length === 0) await out.line("No flow log that was asked for wrote in this time.");
  else await printEnd(answer.logs, console);
  const migration = answer.logs.some(({ logType }) => logType === "azure_nsg");
  if (migration) {
    const { logs } = await withInterrupt((signal) => judgeNsgMigration(dataDir, { ...request, signal }));
    const left = logs.filter(({ state }) => state !== "whole").length;
    await out.line(
      `${counted(logs.length, "NSG flow log")}, ${left} without a whole successor: weir doctor --migration`,
    );
  }
  await out.line(out.style(`Records of ${humanTime(answer.range.from)} to ${humanTime(answer.range.to)} UTC.`, "dim"));
  return 0;
}

/** A flow log by its id, its name, or the end of either: Azure's ids are long. */
function isAsked({ flowLog, name }: GradedLog, asked: string | undefined): boolean {
  if (asked === undefined) return true;
  const wanted = asked.toLowerCase();
  return [flowLog, name ?? ""].some((text) => {
    const own = text.toLowerCase();
    return own === wanted || own.endsWith(`/${wanted}`);
  });
}

function noSuchLog(asked: string, { logs, range }: Awaited<ReturnType<typeof judgeLogs>>): WeirError {
  const names = logs
    .map(({ flowLog, name }) => name ?? flowLog.split("/").at(-1) ?? flowLog)
    .filter((name) => name !== "");
  const near = nearestWord(asked, names);
  const known = `${names.slice(0, MOST_NAMED).join(", ")}${names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : ""}`;
  return new WeirError({
    code: "unknown-flow-log",
    kind: "usage",
    message: `no flow log “${asked}” wrote from ${humanTime(range.from)} to ${humanTime(range.to)} UTC`,
    place: "--flow-log",
    next:
      names.length === 0
        ? "None wrote in this time: give another --from and --to."
        : `${near === undefined ? "" : `Did you mean ${near}? `}Flow logs that did: ${known}.`,
  });
}

/** Flow logs of which the same is to be said: an estate has hundreds, made by the same template. */
function groupAlike(logs: readonly GradedLog[]): GradedLog[][] {
  const groups = new Map<string, GradedLog[]>();
  for (const log of logs) {
    const key = JSON.stringify([log.logType, log.basis, log.grades]);
    groups.set(key, [...(groups.get(key) ?? []), log]);
  }
  return [...groups.values()];
}

async function printLogs(logs: readonly GradedLog[], { out }: Console): Promise<void> {
  const [first] = logs;
  if (first === undefined) return;
  for (const log of logs.slice(0, MOST_ALIKE)) {
    await out.line(out.style(headOf(log), "bold"));
    if (log.told !== null) await out.line(`  ${safeText(toldText(log.told))}`);
  }
  if (logs.length > MOST_ALIKE) await out.line(out.style(`… and ${logs.length - MOST_ALIKE} more like these`, "bold"));
  const sum = (of: (log: GradedLog) => number): number => logs.reduce((all, log) => all + of(log), 0);
  const told = `, ${fieldsWords[first.basis]}`;
  const counts = `${counted(
    sum(({ records }) => records),
    "record",
  )} of ${counted(
    sum(({ observers }) => observers),
    "interface",
  )}`;
  await out.line(
    out.style(`  ${safeText(first.logType)}, ${counts}${first.logType.startsWith("aws") ? told : ""}`, "dim"),
  );
  const good = first.grades.filter(({ grade }) => grade === "yes");
  if (good.length > 0) {
    const titles = good.map(({ question }) => questionOf(question).title);
    await out.line(`  ${out.style(...marks.yes)}  ${titles.join(", ")}`);
  }
  const short = first.grades.filter(({ grade }) => grade !== "yes");
  for (const grade of short.filter(({ canMend }) => canMend)) await printGrade(grade, out);
  const fixed = short.filter(({ canMend }) => !canMend);
  if (fixed.length > 0) await out.line(out.style("  And by its nature, whatever its settings:", "dim"));
  for (const grade of fixed) await printGrade(grade, out);
  await out.line();
}

const fieldsWords: Readonly<Record<GradedLog["basis"], string>> = {
  format: "fields known from a header line",
  told: "fields told by its LogFormat",
  records: "fields inferred from its records",
};

/** How a flow log is set up, in one line. */
function toldText(told: Told): string {
  const { target, traffic, intervalSeconds, filter, recordTypes, destination, provider } = told;
  const parts = [
    `on ${provider === "azure" ? lastParts(target) : target}`,
    ...(provider === "aws" ? [`traffic type ${traffic.toUpperCase()}`] : []),
    ...(provider === "aws" && intervalSeconds !== null ? [`windows of ${intervalSeconds} s`] : []),
    ...(recordTypes === null ? [] : [`record types ${recordTypes}`]),
    ...(filter === null ? [] : [`only flows that meet ${filter}`]),
    ...(destination === "" ? [] : [`to ${destination}`]),
    ...troublesOf(told),
  ];
  return `${parts.join(", ")} (told by ${tellerOf(told)} ${humanTime(told.toldMs * 1000)} UTC)`;
}

function troublesOf({ isEnabled, deliveryError, goneMs }: Told): string[] {
  return [
    ...(isEnabled ? [] : ["disabled"]),
    ...(deliveryError === null ? [] : [`delivery fails: ${deliveryError}`]),
    ...(goneMs === null ? [] : [`gone when asked ${humanTime(goneMs * 1000)} UTC`]),
  ];
}

/** `virtualnetworks/hub`: Azure's ids are long. */
const lastParts = (id: string): string => id.split("/").slice(-2).join("/");

/** Flow logs that are there and wrote nothing: disabled, failing, not collected, or quiet. */
async function printSilent(silent: readonly Told[], { out }: Console): Promise<void> {
  if (silent.length === 0) return;
  await out.line(out.style(`${counted(silent.length, "flow log")} more, and no record of this time:`, "bold"));
  for (const told of silent.slice(0, MOST_NAMED))
    await out.line(`  ${safeText(lastParts(told.id))}  ${safeText(toldText(told))}`);
  if (silent.length > MOST_NAMED) await out.line(`  … and ${silent.length - MOST_NAMED} more: --json`);
  await out.line("  Disabled or failing ones say so; of the others weir sources says whether their place is read.");
  await out.line();
}

function headOf({ flowLog, name }: GradedLog): string {
  const id = flowLog === "" ? "records without a flow log's id" : flowLog;
  return safeText(name === null || id.endsWith(name) ? id : `${id} (${name})`);
}

async function printGrade({ question, grade, finding }: GradedQuestion, out: Console["out"]): Promise<void> {
  const { title, why } = questionOf(question);
  await out.line(`  ${out.style(...marks[grade])}  ${title.padEnd(10)}  ${safeText(finding)}`);
  await out.line(out.style(`${INDENT}${why}`, "dim"));
}

function questionOf(id: GradedQuestion["question"]): (typeof logQuestions)[number] {
  return logQuestions.find((each) => each.id === id) ?? logQuestions[0];
}

async function printEnd(logs: readonly GradedLog[], { out }: Console): Promise<void> {
  const better = logs.filter((log) => log.better !== null).length;
  if (better === 0) {
    await out.line("No flow log of these kinds can answer more.");
    return;
  }
  await out.line(
    `${counted(better, "flow log")} could answer more: weir doctor --logs --better terraform, cli or bicep prints how.`,
  );
}

/** Text to work on and to run, so nothing but it goes to standard output. */
async function printBetter(logs: readonly GradedLog[], tool: BetterTool, { out, err }: Console): Promise<number> {
  // One flow log of a network takes the place of those of all its NSGs.
  const networks = new Set<string>();
  const isFirst = ({ behind }: GradedLog): boolean => {
    const [network] = behind ?? [];
    return network === undefined || (!networks.has(network) && networks.add(network).has(network));
  };
  const able = logs.filter((log) => log.better !== null && isFirst(log)).flatMap((log) => log.better ?? []);
  const texts = able.flatMap((each) => each[tool] ?? []);
  for (const [at, text] of texts.entries()) {
    if (at > 0) await out.line();
    for (const line of text.split("\n")) await out.line(safeText(line));
  }
  if (able.length === 0) await err.line("weir: no flow log of these could answer more");
  else if (texts.length < able.length)
    await err.line(
      `weir: ${counted(able.length - texts.length, "flow log")} left out, as Bicep knows Azure only; ask for terraform or cli`,
    );
  return 0;
}
