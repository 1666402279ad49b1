import type { TimeRange } from "#model/answer.js";
import { foldClasses, type FoldClass } from "#model/folds.js";
import type { QueryEngine } from "../engine.ts";
import { foldColumns } from "./fold-sql.ts";
import { rowSource, timeColumn, type RowsLake, type RowsQuestion } from "./row-source.ts";

/** Rows of one step that are not folded. */
export interface CountCell {
  /** Microseconds; the first step may begin before the range. */
  readonly from: number;
  /** Rows by verdict; of flows by action. */
  readonly verdicts: Readonly<Record<string, number>>;
  readonly bytes: bigint;
}

export interface RowCounts {
  /** Microseconds. */
  readonly step: number;
  /** Those with rows, in order of time. */
  readonly cells: readonly CountCell[];
  /** Rows that match and are not folded. */
  readonly total: number;
  /** Rows that match, by what they would be folded as, whatever is folded now. */
  readonly classes: Readonly<Partial<Record<FoldClass, number>>>;
  readonly scannedRows: number;
  readonly scannedFiles: number;
}

const SECOND = 1_000_000;
const usual = [1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 604_800].map(
  (seconds) => seconds * SECOND,
);
const MOST_STEPS = 120;

/** The finest usual step that leaves a strip that can be read. */
export function stripStep({ from, to }: TimeRange): number {
  return usual.find((step) => (to - from) / step <= MOST_STEPS) ?? Math.ceil((to - from) / MOST_STEPS);
}

/** Counts all rows of a question by step and verdict, and what is folded away. A row counts where it begins. */
export async function countRows(question: RowsQuestion, lake: RowsLake, engine: QueryEngine): Promise<RowCounts> {
  const { dataset, range, fold } = question;
  const isOfHours = dataset === "conversations";
  const step = stripStep(range);
  const columns = isOfHours
    ? ([...foldColumns, "client_bytes", "server_bytes"] as const)
    : (["action", "src_bytes", "dst_bytes"] as const);
  // All folds are counted, those that are shown too.
  const source = rowSource({ ...question, fold: [] }, lake, range, columns, "counts_");
  const bytes = isOfHours
    ? "client_bytes::HUGEINT + server_bytes"
    : "coalesce(src_bytes, 0)::HUGEINT + coalesce(dst_bytes, 0)";
  const at = `greatest(epoch_us(${timeColumn[dataset]}), ${source.bindings.integer(range.from)})`;
  const statement = source.statement(
    `SELECT ${at} // ${source.bindings.integer(step)} AS cell, ${isOfHours ? "verdict" : "action"} AS word, ${source.fold} AS fold, count(*) AS n, sum(${bytes})::HUGEINT AS bytes
     FROM ${source.sql} counted WHERE ${source.conditions.join(" AND ")} GROUP BY ALL ORDER BY cell`,
  );
  const { rows } = await engine.run(statement);
  const cells = new Map<number, { from: number; verdicts: Record<string, number>; bytes: bigint }>();
  const classes: Partial<Record<FoldClass, number>> = {};
  let total = 0;
  for (const [cellNumber, word, foldWord, n, sum] of rows) {
    const count = Number(n);
    const folded = foldClasses.find((name) => name === foldWord);
    if (folded !== undefined) classes[folded] = (classes[folded] ?? 0) + count;
    if (folded !== undefined && fold.includes(folded)) continue;
    const from = Number(cellNumber) * step;
    const cell = cells.get(from) ?? { from, verdicts: {}, bytes: 0n };
    const verdict = typeof word === "string" ? word : "observed";
    cell.verdicts[verdict] = (cell.verdicts[verdict] ?? 0) + count;
    cell.bytes += BigInt((sum as bigint | number | null) ?? 0);
    cells.set(from, cell);
    total += count;
  }
  const segments = statement.reads.flatMap((read) => read.segments);
  return {
    step,
    cells: [...cells.values()],
    total,
    classes,
    scannedRows: segments.reduce((sum, segment) => sum + segment.rows, 0),
    scannedFiles: segments.length,
  };
}
