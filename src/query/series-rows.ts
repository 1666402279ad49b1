import type { AnswerColumn, Cell } from "#model/answer.js";
import type { MeasureName } from "#model/measures.js";
import { headed, measureColumn, OTHERS, type AnsweredRows } from "./answer-rows.ts";
import type { StatementRows } from "./engine.ts";
import { percentileIndex } from "./group-sql.ts";
import type { Plan } from "./plan.ts";
import { gridCells, type TimeCell } from "./time-grid.ts";

/** A group of a series with what was found of it, by the key of the step. */
interface FoundGroup {
  readonly keys: readonly Cell[];
  readonly cells: Map<number, readonly Cell[]>;
}

const timeColumn: AnswerColumn = { name: "time", type: "TIMESTAMP", kind: "time", heading: "Time" };

/** Every step of every group, those without traffic too; groups by rank, the others last. */
export function seriesRows(plan: Plan, sums: StatementRows, percentiles: StatementRows | undefined): AnsweredRows {
  const { query, keys } = plan;
  const width = keys.length;
  // rank, keys, step, measures; of percentiles the list of largest sums in place of measures.
  const groups = groupsOf(sums, width);
  const largest = percentiles === undefined ? undefined : groupsOf(percentiles, width);
  if (width === 0 && groups.size === 0) groups.set(1, { keys: [], cells: new Map() });
  const found = query.allMeasures.filter((measure) => measure !== "p95");
  const values = new StepValues(plan, found);
  const rows: Cell[][] = [];
  for (const rank of [...groups.keys()].sort((a, b) => a - b)) {
    const group = groups.get(rank) as FoundGroup;
    for (const cell of query.cells) {
      const row = group.cells.get(cell.key);
      const moved = largest?.get(rank)?.cells.get(cell.key)?.[0];
      rows.push([
        new Date(cell.from / 1000).toISOString().replace(".000Z", "Z"),
        ...group.keys,
        ...query.measures.map((measure) => values.of(measure, row, moved, cell)),
      ]);
    }
  }
  return { columns: columnsOf(plan, sums, found), rows, more: groups.has(Number.POSITIVE_INFINITY) };
}

function groupsOf({ rows }: StatementRows, width: number): Map<number, FoundGroup> {
  const groups = new Map<number, FoundGroup>();
  for (const [rankCell, ...rest] of rows) {
    const rank = rankCell === null ? Number.POSITIVE_INFINITY : Number(rankCell);
    const keys = rank === Number.POSITIVE_INFINITY ? othersKeys(width) : rest.slice(0, width);
    const group = groups.get(rank) ?? { keys, cells: new Map<number, readonly Cell[]>() };
    groups.set(rank, group);
    group.cells.set(Number(rest[width]), rest.slice(width + 1));
  }
  return groups;
}

function othersKeys(width: number): Cell[] {
  return [OTHERS, ...Array.from({ length: width - 1 }, () => null)];
}

function columnsOf({ query, keys }: Plan, { columns }: StatementRows, found: readonly MeasureName[]): AnswerColumn[] {
  const first = keys.length + 2;
  return [
    timeColumn,
    ...keys.map(({ heading }, at) => headed(columns[at + 1] as AnswerColumn, heading)),
    ...query.measures.map((measure) => {
      const at = found.indexOf(measure);
      const isRate = measure === "p95" || measure === "rate";
      return measureColumn(isRate || at < 0 ? undefined : columns[first + at], measure);
    }),
  ];
}

/** The value of each measure in a step; 0 where nothing was found. */
class StepValues {
  readonly #plan: Plan;
  readonly #found: readonly MeasureName[];

  constructor(plan: Plan, found: readonly MeasureName[]) {
    this.#plan = plan;
    this.#found = found;
  }

  of(measure: MeasureName, row: readonly Cell[] | undefined, largest: Cell | undefined, cell: TimeCell): Cell {
    if (measure === "p95") return this.#percentile(largest, cell);
    const value = row?.[this.#found.indexOf(measure)] ?? 0n;
    return measure === "rate" ? (Number(value) * 1_000_000) / (cell.to - cell.from) : value;
  }

  #percentile(largest: Cell | undefined, cell: TimeCell): number {
    const { rateGrid } = this.#plan.query;
    const place = percentileIndex(gridCells(rateGrid, cell).length);
    const sum = Array.isArray(largest) ? (largest as readonly Cell[])[place - 1] : undefined;
    return (Number(sum ?? 0) * 1_000_000) / rateGrid.step;
  }
}
