import type { TrafficMap } from "#analyse/index.js";
import type { AnswerCoverage, TimeRange } from "#model/answer.js";
import { coverageJson, rangeJson } from "./answer-json.ts";
import { jsonText } from "./text-formats.ts";

/** A map with what it was read from. */
export interface ReadMap extends TrafficMap {
  readonly table: string;
  readonly why: string;
  readonly scannedRows: number;
  readonly elapsedMs: number;
  readonly range: TimeRange;
  readonly compared: TimeRange | undefined;
  readonly notes: readonly string[];
  readonly coverage: AnswerCoverage;
}

/** The map with keys in snake_case; edges as arrays, because there are thousands. */
export function mapJson(map: ReadMap): string {
  const { nodes, edges, totals, compared } = map;
  const sums = (of: readonly number[]): readonly number[] => (compared === undefined ? of.slice(0, 3) : of);
  return jsonText({
    nodes: nodes.map((node) => ({ ...node })),
    edges: edges.map(({ client, server, sums: own }) => [client, server, ...sums(own)]),
    totals: sums(totals),
    range: rangeJson(map.range),
    compared: compared === undefined ? null : rangeJson(compared),
    table: map.table,
    why: map.why,
    scanned_rows: map.scannedRows,
    elapsed_ms: map.elapsedMs,
    notes: map.notes,
    coverage: coverageJson(map.coverage),
  });
}
