import type { AnswerColumn, AnswerCoverage, Cell, RowStream, TimeRange } from "#model/answer.js";
import type { QueryAnswer } from "#query/index.js";
import { jsonText } from "./text-formats.ts";

/** An answer with the words of its question, and the names of what is in it. */
export interface NamedAnswer extends QueryAnswer {
  readonly by: readonly string[];
  readonly timeZone: string;
  readonly names: Readonly<Record<string, string>>;
}

/** The whole answer with keys in snake_case; rows as objects. */
export function answerJson(answer: NamedAnswer): string {
  const { columns, rows, coverage, compared, rankedBy, step } = answer;
  const rowObject = (row: readonly Cell[]): Cell =>
    Object.fromEntries(columns.map(({ name }, at) => [name, row[at] ?? null]));
  return jsonText({
    dataset: answer.dataset,
    by: answer.by,
    measures: answer.measures,
    ranked_by: rankedBy,
    step_s: step === undefined ? null : step / 1000,
    time_zone: answer.timeZone,
    columns: columns.map(columnJson),
    rows: rows.map(rowObject),
    total: answer.totals[rankedBy] ?? null,
    totals: answer.totals as Record<string, Cell>,
    more: answer.more,
    names: answer.names,
    notes: answer.notes,
    table: answer.table,
    why: answer.why,
    scanned_rows: answer.scannedRows,
    scanned_bytes: answer.scannedBytes,
    scanned_files: answer.scannedFiles,
    presence_hours: answer.hours ?? null,
    elapsed_ms: answer.elapsedMs,
    range: rangeJson(answer.range),
    compared: compared === undefined ? null : rangeJson(compared),
    coverage: coverageJson(coverage),
  });
}

/** Coverage with keys in snake_case. */
export function coverageJson({ share, interfaces, kinds, lagS, gaps, moreGaps, windows }: AnswerCoverage): Cell {
  return {
    share,
    interfaces: { expected: interfaces.expected, seen: interfaces.seen, basis: interfaces.basis },
    kinds: { allowed: kinds.allowed, denied: kinds.denied, basis: kinds.basis },
    lag_s: lagS,
    gaps: gaps.map(({ flowLog, observer, from, to, cause }) => ({
      flow_log: flowLog,
      ...(observer !== undefined && { observer }),
      from: iso(from),
      to: iso(to),
      cause,
    })),
    more_gaps: moreGaps,
    windows: { nodata: windows.nodata, skipdata: windows.skipdata },
  };
}

/** What is said of a column. */
export function columnJson({ name, type, unit, heading }: AnswerColumn): Cell {
  return { name, type, unit: unit ?? null, heading: heading ?? null };
}

export function rangeJson({ from, to }: TimeRange): Cell {
  return { from: iso(from), to: iso(to) };
}

function iso(micros: number): string {
  return new Date(micros / 1000).toISOString();
}

/** The rows alone, as a stream. */
export function answerRows({ columns, rows }: NamedAnswer): RowStream {
  return {
    columns,
    async *blocks() {
      yield rows;
    },
  };
}
