import { askedRange, askQuery, exportAnswer, exportParquet, exportRange, exportRows } from "#app/index.js";
import { WeirError } from "#base/errors.js";
import { answerRows, textOf } from "#export/index.js";
import type { RowStream, TimeRange } from "#model/answer.js";
import { withoutUndefined } from "../pool/task.ts";
import type { ExportTask } from "./messages.ts";

/** Where an export goes. */
export interface ExportSink {
  /** Called once, before the first text and after a file is whole. */
  readonly begin: (range: TimeRange) => void;
  /** Takes text; resolves when there is room for more. */
  readonly write: (text: string) => Promise<void>;
}

/** Writes what is asked for: text to the sink, Parquet to the task's file. @returns rows */
export async function runExport(task: ExportTask, sink: ExportSink, signal: AbortSignal): Promise<number> {
  return isQuestion(task.request) ? writeAnswer(task, sink, signal) : writeRows(task, sink, signal);
}

/** Whether rows of an answer are asked for, and not those of a dataset. */
function isQuestion({ by, measures, step }: ExportTask["request"]): boolean {
  return (by?.length ?? 0) > 0 || (measures?.length ?? 0) > 0 || step !== undefined;
}

async function writeAnswer(task: ExportTask, sink: ExportSink, signal: AbortSignal): Promise<number> {
  const { dataDir, file, nowMs, scope } = task;
  const { format, spreadsheet: _, all_columns: __, time_zone: timeZone, ...question } = task.request;
  const words = withoutUndefined({ ...question, timeZone, scope });
  const answer = await askQuery(dataDir, { ...words, nowMs, signal });
  if (format === "parquet") {
    const rows = await exportAnswer(dataDir, answer, file, signal);
    sink.begin(answer.range);
    return rows;
  }
  return writeText(answerRows(answer), task, { ...sink, begin: () => sink.begin(answer.range) });
}

async function writeRows(task: ExportTask, sink: ExportSink, signal: AbortSignal): Promise<number> {
  const { dataDir, file, nowMs, scope } = task;
  const { dataset = "conversations", filter = "", from, to, format, all_columns: allColumns = false } = task.request;
  const asked = {
    ...(await askedRange(dataDir, withoutUndefined({ from, to, nowMs }))),
    dataset,
    allColumns,
    signal,
    ...(filter.trim() !== "" && { filter }),
    ...orderOf(task.request),
    ...(scope !== undefined && { scope }),
  };
  const range = await exportRange(asked);
  if (format === "parquet") {
    const rows = await exportParquet(dataDir, asked, file, { force: false });
    sink.begin(range);
    return rows;
  }
  return exportRows(dataDir, asked, (rows) => writeText(rows, task, { ...sink, begin: () => sink.begin(range) }));
}

/** @throws WeirError `bad-order`, `needs-groups` for words that only questions have */
function orderOf({ order, compare, having, limit, others }: ExportTask["request"]): { order?: "time" } {
  const unused = Object.entries({ compare, having, limit, others }).find(([, value]) => value !== undefined);
  if (unused !== undefined)
    throw new WeirError({
      code: "needs-groups",
      kind: "usage",
      message: `${unused[0]} is about groups, and single rows are asked for`,
      place: unused[0],
      next: "Add by, measures or step to export the rows of an answer.",
    });
  if (order === undefined) return {};
  if (order === "time") return { order };
  throw new WeirError({
    code: "bad-order",
    kind: "usage",
    message: "single rows have no order but time",
    place: "order",
    next: "Write order=time, or leave it out.",
  });
}

interface TextSink extends Omit<ExportSink, "begin"> {
  readonly begin: () => void;
}

/**
 * The first text is held back until the second is there: headings come before any row was read, and what fails then must
 * still be told as a problem and not as a file that breaks off.
 */
async function writeText(rows: RowStream, { request }: ExportTask, { begin, write }: TextSink): Promise<number> {
  const { format, spreadsheet = false } = request;
  let count = 0;
  const counted: RowStream = {
    columns: rows.columns,
    async *blocks() {
      for await (const block of rows.blocks()) {
        count += block.length;
        yield block;
      }
    },
  };
  let held: string | undefined;
  let hasBegun = false;
  for await (const text of textOf(counted, format === "csv" ? "csv" : "jsonl", { spreadsheet })) {
    if (held !== undefined) {
      if (!hasBegun) begin();
      hasBegun = true;
      await write(held);
    }
    held = text;
  }
  if (!hasBegun) begin();
  if (held !== undefined) await write(held);
  return count;
}
