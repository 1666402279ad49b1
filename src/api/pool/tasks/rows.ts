import {
  countAllRows,
  listRows,
  showEvidence,
  type Evidence,
  type EvidenceRequest as AppRequest,
  type ListedRows,
  type RowTotals,
} from "#app/index.js";
import { parseTime } from "#base/time.js";
import { columnJson, coverageJson, jsonText, rangeJson } from "#export/index.js";
import type { EvidenceRequest, RowCountsRequest, RowsRequest } from "../../contract/index.ts";
import { lastingOf } from "../lasting.ts";
import { task, withoutUndefined } from "../task.ts";

/** Single rows, their counts, and the records behind them. */
export const rowTasks = {
  rows: task<RowsRequest>({
    // A page reads some hours; the counts beside it read the whole range.
    cost: ({ totals, cursor }) => (totals === false || cursor !== undefined ? "light" : "heavy"),
    lasting: lastingOf,
    async run(request, { dataDir, scope, nowMs, signal }) {
      const words = withoutUndefined({ ...request, scope });
      return listText(await listRows(dataDir, { ...words, nowMs, signal }), words.fold ?? []);
    },
  }),
  "row-counts": task<RowCountsRequest>({
    cost: ({ dataset }) => (dataset === "flows" ? "heavy" : "light"),
    lasting: lastingOf,
    async run(request, { dataDir, scope, nowMs, signal }) {
      return countsText(await countAllRows(dataDir, { ...withoutUndefined({ ...request, scope }), nowMs, signal }));
    },
  }),
  evidence: task<EvidenceRequest>({
    cost: "light",
    // The objects are looked at as they are now.
    lasting: "never",
    async run(request, { dataDir, scope, nowMs, signal }) {
      const { limit } = request;
      const words = withoutUndefined({ limit, scope });
      return textOfEvidence(await showEvidence(dataDir, { of: placeOf(request, nowMs), ...words, signal }));
    },
  }),
};

function placeOf(request: EvidenceRequest, nowMs: number): AppRequest["of"] {
  if ("flow" in request) {
    const { object_id: objectId, position, sub_position: subPosition = null, time } = request.flow;
    return { kind: "flow", objectId, position, subPosition, time: parseTime(time, nowMs, "flow.time") };
  }
  const { conversation_id: conversationId, hour } = request;
  return { kind: "conversation", conversationId, hour: parseTime(hour, nowMs, "hour") };
}

function textOfEvidence(evidence: Evidence): string {
  const { flowsKeptSince } = evidence;
  return jsonText({
    row: evidence.row,
    names: evidence.names,
    observations: evidence.observations,
    records: evidence.records.map(({ subPosition, state, ...record }) => ({
      ...record,
      sub_position: subPosition,
      text_state: state,
    })),
    more: evidence.more,
    flows_kept_since: flowsKeptSince === null ? null : new Date(flowsKeptSince / 1000).toISOString(),
    elapsed_ms: evidence.elapsedMs,
  });
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
