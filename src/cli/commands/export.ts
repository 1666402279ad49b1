import { closeSync, existsSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname, extname, resolve } from "node:path";
import { exportParquet, exportRows, type ExportRequest } from "#app/index.js";
import { messageOf, WeirError } from "#base/errors.js";
import { parseTime } from "#base/time.js";
import { textOf, type TextFormat } from "#export/index.js";
import type { RowStream } from "#model/answer.js";
import { withInterrupt, type Console } from "../console.ts";
import { existingLake } from "../data-folder.ts";
import type { DataOption } from "../options.ts";
import { counted, humanSeconds } from "../output/human.ts";

interface ExportOptions extends DataOption {
  readonly table: string;
  readonly sql?: string;
  readonly format?: TextFormat | "parquet";
  readonly output: string;
  readonly from?: string;
  readonly to?: string;
  readonly allColumns?: boolean;
  readonly force?: boolean;
}

/** `weir export`: a table or a query as a file. */
export async function runExport(console: Console, options: ExportOptions): Promise<number> {
  const format = options.format ?? formatOfName(options.output);
  const dataDir = await existingLake(options.data, console);
  const startedMs = performance.now();
  const nowMs = Date.now();
  const { table, sql, output } = options;
  const request: ExportRequest = {
    table,
    ...(sql !== undefined && { sql }),
    ...(options.from !== undefined && { from: parseTime(options.from, nowMs, "--from") }),
    ...(options.to !== undefined && { to: parseTime(options.to, nowMs, "--to") }),
    allColumns: options.allColumns === true,
    force: options.force === true,
  };
  const rows = await withInterrupt((signal) => {
    const asked = { ...request, signal };
    if (format === "parquet") return exportParquet(dataDir, asked, parquetTarget(output));
    return exportRows(dataDir, asked, (stream) =>
      output === "-" ? toStdout(stream, format, console) : toFile(stream, format, resolve(output), request.force),
    );
  });
  const seconds = humanSeconds((performance.now() - startedMs) / 1000);
  await console.err.line(
    console.err.style(`${counted(rows, "row")}${output === "-" ? "" : ` to ${output}`} in ${seconds}`, "dim"),
  );
  return 0;
}

function formatOfName(output: string): TextFormat | "parquet" {
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

function parquetTarget(output: string): string {
  if (output !== "-") return output;
  throw new WeirError({
    code: "needs-a-file",
    kind: "usage",
    message: "Parquet cannot go to standard output",
    place: "--output",
    next: "Name a file: -o flows.parquet",
  });
}

async function toStdout(stream: RowStream, format: TextFormat, { out }: Console): Promise<number> {
  const counted = counting(stream);
  for await (const text of textOf(counted.stream, format)) await out.write(text);
  return counted.rows();
}

/** Writes beside the file's place first, so that a half-written one never stands there. */
async function toFile(stream: RowStream, format: TextFormat, file: string, force: boolean): Promise<number> {
  if (existsSync(file) && !force)
    throw new WeirError({
      code: "file-exists",
      kind: "usage",
      message: "the file exists already",
      place: file,
      next: "Name another file, or replace this one with --force.",
    });
  const partial = `${file}.${process.pid}.partial`;
  const counted = counting(stream);
  try {
    const descriptor = openSync(partial, "wx");
    try {
      for await (const text of textOf(counted.stream, format)) writeSync(descriptor, text);
    } finally {
      closeSync(descriptor);
    }
    renameSync(partial, file);
    return counted.rows();
  } catch (error) {
    if (error instanceof WeirError) throw error;
    throw new WeirError({
      code: "cannot-write",
      kind: "environment",
      message: messageOf(error),
      place: dirname(file),
      next: "Check that the folder exists, that it may be written, and that the disk has room.",
      cause: error,
    });
  } finally {
    rmSync(partial, { force: true });
  }
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
