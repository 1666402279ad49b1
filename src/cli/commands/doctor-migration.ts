import { judgeNsgMigration, type ComparedInterface, type MigrationAnswer, type NsgLog } from "#app/index.js";
import { counted, fullCount, humanBytes, humanTime } from "#base/human.js";
import { daysUntil } from "#base/time.js";
import { migrationJson } from "#export/index.js";
import { withInterrupt, type Console } from "../console.ts";
import { existingLake } from "../data-folder.ts";
import { formatOf, type DataOption, type FormatOptions } from "../options.ts";
import { safeText } from "../output/safe-text.ts";
import { tableLines } from "../output/table.ts";
import type { Style } from "../output/terminal.ts";

interface MigrationOptions extends DataOption, FormatOptions {
  readonly from?: string;
  readonly to?: string;
}

const MOST_MISSING = 5;

const states: Readonly<Record<NsgLog["state"], readonly [mark: string, style: Style]>> = {
  none: ["none  ", "red"],
  partly: ["partly", "yellow"],
  whole: ["whole ", "green"],
};

/** `weir doctor --migration`: which NSG flow logs have no VNet flow log in their place, and how both compare where both run. */
export async function runDoctorMigration(console: Console, options: MigrationOptions): Promise<number> {
  const dataDir = await existingLake(options.data, console);
  const { from, to } = options;
  const nowMs = Date.now();
  const time = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  const answer = await withInterrupt((signal) => judgeNsgMigration(dataDir, { ...time, nowMs, signal }));
  const daysLeft = daysUntil(answer.retirement, nowMs);
  if (formatOf(options) === "json")
    await console.out.line(JSON.stringify({ days_left: daysLeft, ...migrationJson(answer) }));
  else await printMigration(answer, daysLeft, console);
  return 0;
}

async function printMigration(answer: MigrationAnswer, daysLeft: number, console: Console): Promise<void> {
  const { logs, compared, notCompared, retirement, range } = answer;
  const { out } = console;
  const end = daysLeft > 0 ? `in ${counted(daysLeft, "day")}` : "that day has passed";
  if (logs.length === 0) await out.line("No NSG flow log wrote in this time.");
  else await out.line(`${out.style("NSG flow logs go away on", "bold")} ${retirement}, ${end}.`);
  for (const log of logs) await printLog(log, console);
  if (compared.length > 0) await out.line();
  for (const each of compared) await printCompared(each, console);
  if (notCompared > 0) await out.line(`… and ${counted(notCompared, "interface")} that both watch, not compared.`);
  if (compared.length === 0) await out.line();
  if (logs.some(({ state }) => state !== "whole"))
    await out.line("weir doctor --logs --better bicep, terraform or cli prints the VNet flow logs that are missing.");
  await out.line(out.style(`Records of ${humanTime(range.from)} to ${humanTime(range.to)} UTC.`, "dim"));
}

const INDENT = " ".repeat(8);

async function printLog(log: NsgLog, { out }: Console): Promise<void> {
  const { flowLog, state, told, silentSince } = log;
  await out.line(`${out.style(...states[state])}  ${safeText(flowLog === "" ? "an NSG without an id" : flowLog)}`);
  for (const line of told === null ? writtenLines(log) : toldLines(log, told)) await out.line(`${INDENT}${line}`);
  if (silentSince !== null)
    await out.line(`${INDENT}Silent since ${humanTime(silentSince)}: Azure may stop it where a VNet flow log runs.`);
}

/** By how flow logs are set up. */
function toldLines({ records, missing }: NsgLog, told: NonNullable<NsgLog["told"]>): string[] {
  const { subnets, interfaces, uncovered, macs, coveredMacs, flowLogs, atMs } = told;
  const by = `(told by Azure Resource Graph ${humanTime(atMs * 1000)} UTC)`;
  const nothing = records === 0 ? ["It wrote nothing in this time."] : [];
  if (interfaces === 0) return [`No subnet and no interface has this NSG ${by}.`, ...nothing];
  const covered = `${interfaces - uncovered.length} of ${counted(interfaces, "interface")} in ${counted(subnets.length, "subnet")}`;
  const where = flowLogs.length === 0 ? "" : `: ${listed(flowLogs.map(lastPart))}`;
  const quiet = missing.filter((mac) => coveredMacs.includes(mac));
  const unlisted = missing.filter((mac) => !macs.includes(mac));
  return [
    `${covered} covered by VNet flow logs${where} ${by}`,
    ...(uncovered.length > 0 ? [`Not covered: ${listed(uncovered.map(lastPart))}`] : []),
    ...(quiet.length > 0
      ? [
          `Covered, and without a record of a VNet flow log in this time: ${listed(quiet)}. Does a source read its container?`,
        ]
      : []),
    ...(unlisted.length > 0
      ? [
          `Not behind it by what Azure lists (scale sets, or gone since), and in no VNet flow log by records: ${listed(unlisted)}`,
        ]
      : []),
    ...nothing,
  ];
}

/** By the interfaces that wrote. */
function writtenLines({ records, interfaces, missing, successors, besideLogged }: NsgLog): string[] {
  if (records === 0) return ["Azure has it, and it wrote nothing in this time."];
  const covered = `${interfaces - missing.length} of ${counted(interfaces, "interface")} that wrote in a VNet flow log`;
  const where = successors.length === 0 ? "" : `: ${listed(successors)}`;
  return [
    `${covered}${where} (by records; weir add azure asks what is behind the NSG)`,
    ...(missing.length > 0 ? [`Missing: ${listed(missing)}`] : []),
    ...(besideLogged.length > 0
      ? [
          `${counted(besideLogged.length, "of them shares", "of them share")} a /24 with interfaces that are in one: its network may be logged, and these be quiet.`,
        ]
      : []),
  ];
}

function listed(values: readonly string[]): string {
  const more = values.length > MOST_MISSING ? `, … ${values.length - MOST_MISSING} more` : "";
  return `${values.slice(0, MOST_MISSING).map(safeText).join(", ")}${more}`;
}

const lastPart = (id: string): string => id.split("/").at(-1) ?? id;

async function printCompared(compared: ComparedInterface, { out }: Console): Promise<void> {
  const { observer, range, nsg, vnet, same, differences } = compared;
  await out.line(
    `${out.style(safeText(observer), "bold")}  both from ${humanTime(range.from)} to ${humanTime(range.to)}`,
  );
  const columns = ["", "Tuples", "Connections", "Denied", "Rules", "Bytes"].map((heading, at) => ({
    heading,
    align: at === 0 ? ("left" as const) : ("right" as const),
  }));
  const rows = [["NSG", nsg] as const, ["VNet", vnet] as const].map(([name, sums]) =>
    [
      name,
      ...[sums.tuples, sums.connections, sums.denied, sums.rules].map((count) => fullCount(count)),
      humanBytes(sums.bytes),
    ].map((text) => ({ text })),
  );
  for (const line of tableLines(columns, rows, out)) await out.line(`  ${line}`);
  await out.line(`  ${counted(same, "connection")} the same in both.`);
  for (const { isExplained, connections, words, example } of differences) {
    const mark = isExplained ? out.style("known  ", "green") : out.style("differs", "red");
    await out.line(`  ${mark}  ${counted(connections, "connection")}: ${words}`);
    if (!isExplained) await out.line(out.style(`           such as ${safeText(example)}`, "dim"));
  }
  await out.line();
}
