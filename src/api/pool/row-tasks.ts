import { countAllRows, listRows, type ListedRows, type RowTotals } from "#app/index.js";
import { columnJson, coverageJson, jsonText, rangeJson } from "#export/index.js";
import type { RowCountsRequest, RowsRequest } from "../contract/index.ts";
import type { TaskContext } from "./tasks.ts";
import { withoutUndefined } from "./without-undefined.ts";

/** @returns a page of rows as JSON text */
export async function rowsText(request: RowsRequest, { dataDir, nowMs, signal }: TaskContext): Promise<string> {
  const words = withoutUndefined(request);
  return listText(await listRows(dataDir, { ...words, nowMs, signal }), words.fold ?? []);
}

/** @returns all rows counted, as JSON text */
export async function rowCountsText(
  request: RowCountsRequest,
  { dataDir, nowMs, signal }: TaskContext,
): Promise<string> {
  return countsText(await countAllRows(dataDir, { ...withoutUndefined(request), nowMs, signal }));
}

function listText(list: ListedRows, fold: readonly string[]): string {
  const { totals } = list;
  return jsonText({
    dataset: list.dataset,
    columns: list.columns.map(columnJson),
    rows: list.rows,
    names: list.names,
    next: list.next,
    total: totals?.total ?? null,
    folded:
      totals === undefined
        ? null
        : Object.fromEntries(Object.entries(totals.classes).filter(([name]) => fold.includes(name))),
    range: rangeJson(list.range),
    coverage: totals === undefined ? null : coverageJson(totals.coverage),
    scanned_rows: list.scannedRows,
    scanned_files: list.scannedFiles,
    elapsed_ms: list.elapsedMs,
  });
}

function countsText(counts: RowTotals): string {
  return jsonText({
    range: rangeJson(counts.range),
    step_s: counts.step / 1_000_000,
    cells: counts.cells.map(({ from, verdicts, bytes }) => ({
      from: new Date(from / 1000).toISOString(),
      verdicts,
      bytes,
    })),
    total: counts.total,
    classes: counts.classes,
    coverage: coverageJson(counts.coverage),
    notes: counts.notes,
    table: counts.table,
    scanned_rows: counts.scannedRows,
    scanned_files: counts.scannedFiles,
    elapsed_ms: counts.elapsedMs,
  });
}
