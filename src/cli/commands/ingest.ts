import { ingestPaths, type CollectProblem, type CollectProgress, type CollectReport } from "#app/index.js";
import { WeirError } from "#base/errors.js";
import { recordKinds } from "#model/records.js";
import { withInterrupt, type Console } from "../console.ts";
import { lakeToWrite } from "../data-folder.ts";
import type { DataOption } from "../options.ts";
import { counted, fullCount, humanBytes, humanCount, humanSeconds } from "#base/human.js";
import { safeText } from "../output/safe-text.ts";
import { tableLines } from "../output/table.ts";
import { openProgress } from "../progress.ts";

interface IngestCommandOptions extends DataOption {
  readonly format: "table" | "json";
  readonly json?: boolean;
  readonly logFormat?: string;
  readonly workers?: number;
  readonly final?: boolean;
  readonly reread?: boolean;
  readonly derive?: boolean;
}

/** `weir ingest`: reads files into the lake and reports. Malformed records are no failure; unreadable objects are told. */
export async function runIngest(
  console: Console,
  paths: readonly string[],
  options: IngestCommandOptions,
): Promise<number> {
  if (paths.includes("-") && console.stdin.isTTY)
    throw new WeirError({
      code: "no-input",
      kind: "usage",
      message: "standard input is the terminal",
      place: "weir ingest -",
      next: "Pipe logs in: zcat flows.log.gz | weir ingest -",
    });
  const dataDir = await lakeToWrite(options.data, console);
  const report = await ingestWithProgress(console, dataDir, paths, options);
  if (options.json === true || options.format === "json") await console.out.line(JSON.stringify(reportJson(report)));
  else await printReport(report, console);
  return exitCode(report);
}

/** Ingests with a progress bar on stderr when that is a terminal. */
export async function ingestWithProgress(
  console: Console,
  dataDir: string,
  paths: readonly string[],
  options: Pick<IngestCommandOptions, "logFormat" | "workers" | "final" | "reread" | "derive">,
): Promise<CollectReport> {
  const progress = await openProgress(console);
  const { logFormat, workers, final, reread, derive } = options;
  const given = {
    ...(logFormat !== undefined && { logFormat }),
    ...(workers !== undefined && { workers }),
    ...(final !== undefined && { final }),
    ...(reread !== undefined && { reread }),
    ...(derive !== undefined && { derive }),
  };
  try {
    return await withInterrupt((signal) =>
      ingestPaths({
        dataDir,
        paths,
        stdin: console.stdin,
        ...given,
        signal,
        onProgress: (now: CollectProgress) => progress.show(now),
      }),
    );
  } finally {
    progress.close();
  }
}

/** 3 when nothing at all could be read, 130 when it was stopped. */
function exitCode({ objects, stopped }: CollectReport): number {
  if (stopped) return 130;
  const readable = objects.read + objects.unchanged + objects.grown + objects.skipped;
  return objects.failed > 0 && readable === 0 ? 3 : 0;
}

/** A report for scripts. */
export function reportJson(report: CollectReport): object {
  const { objects, records, flowsByType, problems, bytes, seconds } = report;
  return {
    objects,
    records,
    flows_by_type: flowsByType,
    unknown_fields: report.unknownFields,
    problems,
    more_problems: report.moreProblems,
    bytes,
    seconds,
    stopped: report.stopped,
  };
}

/** Objects that the report names for each code; --json has them all. */
const OBJECTS_SHOWN = 2;

/** Prints what a run did, for people. */
export async function printReport(report: CollectReport, { out }: Console): Promise<void> {
  const { objects, records } = report;
  const rate = report.seconds > 0 ? `, ${humanCount(Math.round(records.total / report.seconds))} records/s` : "";
  const verb = report.stopped ? "Stopped" : "Read";
  await out.line(
    `${out.style(verb, "bold")} ${counted(records.total, "record")} in ${humanBytes(report.bytes)} of ${counted(objects.read + objects.grown, "object")}, ${humanSeconds(report.seconds)}${rate}`,
  );
  const others = (["unchanged", "grown", "skipped", "failed"] as const).filter((state) => objects[state] > 0);
  if (others.length > 0)
    await out.line(
      others
        .map((state) => out.style(`${fullCount(objects[state])} ${state}`, state === "failed" ? "red" : "dim"))
        .join(", "),
    );
  if (records.total > 0) {
    await out.line();
    const rows = Object.entries(report.flowsByType).map(([type, flows]) => [
      { text: `  ${safeText(type)}`, styles: ["dim" as const] },
      { text: fullCount(flows), styles: ["dim" as const] },
    ]);
    const kinds = recordKinds
      .filter((kind) => kind === "flows" || records[kind] > 0)
      .map((kind) => [
        { text: kind, ...(kind === "malformed" && { styles: ["yellow" as const] }) },
        { text: fullCount(records[kind]) },
      ]);
    const table = [
      ...kinds.slice(0, 1),
      ...rows,
      ...kinds.slice(1),
      [
        { text: "total", styles: ["bold" as const] },
        { text: fullCount(records.total), styles: ["bold" as const] },
      ],
    ];
    for (const line of tableLines(
      [
        { heading: "records", align: "left" },
        { heading: "", align: "right" },
      ],
      table,
      out,
    ))
      await out.line(line);
  }
  for (const line of problemLines(report, out)) await out.line(line);
  if (report.stopped) await out.line("\nWhat was read is kept. Run the same command again for the rest.");
}

function problemLines(
  { problems, moreProblems, unknownFields, records }: CollectReport,
  out: Console["out"],
): string[] {
  const lines: string[] = [];
  if (problems.length > 0) {
    lines.push("", out.style("Problems", "bold"));
    const codes = new Set(problems.map(({ code }) => code));
    for (const code of codes)
      lines.push(
        ...sameProblem(
          problems.filter((problem) => problem.code === code),
          out,
        ),
      );
    if (moreProblems > 0) lines.push(out.style(`  … ${fullCount(moreProblems)} more, not listed`, "dim"));
  }
  const fields = Object.keys(unknownFields);
  if (fields.length > 0)
    lines.push(
      "",
      `Fields that Weir does not know are kept in the column ext: ${safeText(fields.slice(0, 8).join(", "))}${fields.length > 8 ? ", …" : ""}`,
    );
  if (records.malformed > 0)
    lines.push("", `\`weir malformed\` shows the ${counted(records.malformed, "record")} that could not be read.`);
  return lines;
}

/** Problems of one code: the first objects, and how many there are. */
function sameProblem(problems: readonly CollectProblem[], out: Console["out"]): string[] {
  const [first] = problems;
  if (first === undefined) return [];
  const code = out.style(safeText(first.code), "yellow");
  if (problems.length === 1) return [`  ${code}  ${safeText(first.object)}`, `    ${safeText(first.message)}`];
  const shown = problems.slice(0, OBJECTS_SHOWN);
  const isOneMessage = problems.every(({ message }) => message === first.message);
  const lines = [`  ${code}  ${counted(problems.length, "object")}`];
  if (isOneMessage)
    lines.push(`    ${safeText(first.message)}`, ...shown.map(({ object }) => `    ${safeText(object)}`));
  else lines.push(...shown.map(({ object, message }) => `    ${safeText(object)}: ${safeText(message)}`));
  const more = problems.length - shown.length;
  return more > 0 ? [...lines, out.style(`    … ${fullCount(more)} more: --json lists them`, "dim")] : lines;
}
