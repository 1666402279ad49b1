import { closeSync, openSync, writeSync } from "node:fs";
import { extname } from "node:path";
import { exportParquet, exportRange, exportRows, type ExportRequest } from "#app/index.js";
import { WeirError } from "#base/errors.js";
import { parseTime } from "#base/time.js";
import {
  eventFormats,
  eventTables,
  eventTextOf,
  textOf,
  writeFileWhole,
  type EventFormat,
  type EventTable,
  type TextFormat,
} from "#export/index.js";
import type { RowStream, TimeRange } from "#model/answer.js";
import { tableNames } from "#model/tables.js";
import { withInterrupt, type Console } from "../console.ts";
import { existingLake } from "../data-folder.ts";
import type { DataOption } from "../options.ts";
import { counted, humanSeconds, humanTime } from "#base/human.js";
import { weirVersion } from "../version.ts";

/** What a person may take for the first word of the command. */
const datasets: ReadonlySet<string> = new Set([...tableNames, "objects", "segments"]);

type ExportFormat = TextFormat | EventFormat | "parquet";

interface ExportOptions extends DataOption {
  readonly dataset?: string;
  readonly sql?: string;
  readonly format?: ExportFormat;
  readonly output: string;
  readonly from?: string;
  readonly to?: string;
  readonly order?: "time";
  readonly allColumns?: boolean;
  readonly force?: boolean;
}

/** Makes text of rows. */
type RowsToText = (rows: RowStream) => AsyncGenerator<string>;

/** `weir export`: a dataset or a query as a file. */
export async function runExport(console: Console, words: readonly string[], options: ExportOptions): Promise<number> {
  const { output } = options;
  const format = options.format ?? formatOfName(output);
  const request = requestOf(words.join(" ").trim(), options);
  if (format === "parquet") refuseStdout(output);
  const toText = format === "parquet" ? undefined : rowsToText(format, request);
  const range = await exportRange(request);
  const dataDir = await existingLake(options.data, console);
  const startedMs = performance.now();
  const file = { force: options.force === true };
  const rows = await withInterrupt((signal) => {
    const asked = { ...request, signal };
    if (toText === undefined) return exportParquet(dataDir, asked, output, file);
    return exportRows(dataDir, asked, (stream) =>
      output === "-" ? toStdout(stream, toText, console) : toFile(stream, toText, output, file),
    );
  });
  const seconds = humanSeconds((performance.now() - startedMs) / 1000);
  const said = [
    ...widened(request, range),
    `${counted(rows, "row")}${output === "-" ? "" : ` to ${output}`} in ${seconds}`,
  ];
  for (const line of said) await console.err.line(console.err.style(line, "dim"));
  return 0;
}

function requestOf(filter: string, options: ExportOptions): ExportRequest {
  const { dataset = "flows", sql, order, allColumns = false } = options;
  const nowMs = Date.now();
  const from = options.from === undefined ? undefined : parseTime(options.from, nowMs, "--from");
  const to = options.to === undefined ? undefined : parseTime(options.to, nowMs, "--to");
  if (from !== undefined && to !== undefined && from >= to)
    throw new WeirError({
      code: "empty-range",
      kind: "usage",
      message: "the range ends before it begins",
      place: "--from, --to",
      next: "Give --to a later time than --from.",
    });
  if (sql === undefined && options.dataset === undefined && datasets.has(filter))
    throw new WeirError({
      code: "no-filter",
      kind: "usage",
      message: `“${filter}” is a dataset and no filter`,
      place: filter,
      next: `weir export --dataset ${filter}`,
    });
  const unused = sql === undefined ? [] : unusedWith(filter, options);
  if (unused.length > 0)
    throw new WeirError({
      code: "sql-alone",
      kind: "usage",
      message: `${unused.join(", ")} cannot change a query of your own`,
      place: "--sql",
      next: "Write it into the query: WHERE, ORDER BY.",
    });
  return {
    dataset,
    allColumns,
    ...(filter !== "" && { filter }),
    ...(sql !== undefined && { sql }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(order !== undefined && { order }),
  };
}

function unusedWith(filter: string, { dataset, from, to, order }: ExportOptions): string[] {
  return Object.entries({
    "a filter": filter === "" ? undefined : filter,
    "--dataset": dataset,
    "--from": from,
    "--to": to,
    "--order": order,
  })
    .filter(([, value]) => value !== undefined)
    .map(([name]) => name);
}

/** Rows of derived tables stand for hours: who asked for less gets more, and is told. */
function widened(request: ExportRequest, range: TimeRange): string[] {
  const { dataset, from = range.from, to = range.to } = request;
  if (from === range.from && to === range.to) return [];
  const [start, end] = [range.from, range.to].map((time) => (Number.isFinite(time) ? ` ${humanTime(time)}` : ""));
  const span = `${start === "" ? "" : ` from${start}`}${end === "" ? "" : ` to${end}`}`;
  return [`rows of ${dataset} stand for stretches of time: all that touch the range are here,${span} UTC`];
}

function formatOfName(output: string): ExportFormat {
  const ending = extname(output).slice(1).toLowerCase();
  if (output === "-") return "csv";
  if (ending === "csv" || ending === "json" || ending === "jsonl" || ending === "parquet") return ending;
  if (ending === "ndjson") return "jsonl";
  throw new WeirError({
    code: "unknown-format",
    kind: "usage",
    message: "the file's name does not say which format it is to have",
    place: output,
    next: "End it in .csv, .json, .jsonl or .parquet, or say --format.",
  });
}

function refuseStdout(output: string): void {
  if (output !== "-") return;
  throw new WeirError({
    code: "needs-a-file",
    kind: "usage",
    message: "Parquet cannot go to standard output",
    place: "--output",
    next: "Name a file: -o flows.parquet",
  });
}

/** @throws WeirError `no-events` when an event is asked of what is none */
function rowsToText(format: TextFormat | EventFormat, { dataset, sql }: ExportRequest): RowsToText {
  const event = eventFormats.find((known) => known === format);
  if (event === undefined) return (rows) => textOf(rows, format as TextFormat);
  const table = sql === undefined ? dataset : "a query";
  if (isEventTable(table)) return (rows) => eventTextOf(rows, { table, format: event, version: weirVersion() });
  throw new WeirError({
    code: "no-events",
    kind: "usage",
    message: `${table} has no rows that are network events`,
    place: `--format ${format}`,
    next: `Choose --dataset ${Object.keys(eventTables).join(" or ")}.`,
  });
}

function isEventTable(table: string): table is EventTable {
  return Object.hasOwn(eventTables, table);
}

async function toStdout(rows: RowStream, toText: RowsToText, { out }: Console): Promise<number> {
  const counted = counting(rows);
  for await (const text of toText(counted.stream)) await out.write(text);
  return counted.rows();
}

async function toFile(
  rows: RowStream,
  toText: RowsToText,
  file: string,
  options: { readonly force: boolean },
): Promise<number> {
  const counted = counting(rows);
  return writeFileWhole(file, options, async (partial) => {
    const descriptor = openSync(partial, "wx");
    try {
      for await (const text of toText(counted.stream)) writeSync(descriptor, text);
    } finally {
      closeSync(descriptor);
    }
    return counted.rows();
  });
}

function counting(source: RowStream): { stream: RowStream; rows(): number } {
  let rows = 0;
  return {
    rows: () => rows,
    stream: {
      columns: source.columns,
      async *blocks() {
        for await (const block of source.blocks()) {
          rows += block.length;
          yield block;
        }
      },
    },
  };
}
