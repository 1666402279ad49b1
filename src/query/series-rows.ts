import type { AnswerColumn, Cell } from "#model/answer.js";
import type { MeasureName } from "#model/measures.js";
import { headed, measureColumn, OTHERS, previousColumn, type AnsweredRows } from "./answer-rows.ts";
import type { StatementRows } from "./engine.ts";
import { percentileIndex } from "./group-sql.ts";
import type { Plan } from "./plan.ts";
import { gridCells, type TimeCell } from "./time-grid.ts";

/** A group of a series with what was found of it, by the key of the step. */
interface FoundGroup {
  readonly keys: readonly Cell[];
  readonly cells: Map<number, readonly Cell[]>;
}

/** What statements found of a time: sums, and the largest of them for percentiles. */
interface FoundTime {
  readonly sums: StatementRows;
  readonly percentiles: StatementRows | undefined;
}

/** What was found of a series, and of the time that it is compared with. */
export interface FoundSeries {
  readonly now: FoundTime;
  readonly before: FoundTime | undefined;
}

const timeColumn: AnswerColumn = { name: "time", type: "TIMESTAMP", kind: "time", heading: "Time" };
/** The rank of what the limit cuts off. */
const LAST = Number.POSITIVE_INFINITY;

/** Every step of every group, those without traffic too; groups by rank, the others last. */
export function seriesRows(plan: Plan, { now, before }: FoundSeries): AnsweredRows {
  const { query, keys } = plan;
  const width = keys.length;
  const found = query.allMeasures.filter((measure) => measure !== "p95");
  const values = new StepValues(plan, found, now);
  const valuesBefore = before === undefined ? undefined : new StepValues(plan, found, before);
  const { groups } = values;
  if (width === 0 && groups.size === 0) groups.set(1, { keys: [], cells: new Map() });
  // More groups at the time before than fit: they have others even where there are none now.
  if (valuesBefore?.groups.has(LAST) === true && !groups.has(LAST))
    groups.set(LAST, { keys: othersKeys(width), cells: new Map() });
  const cellsBefore =
    query.gridBefore === undefined || query.before === undefined ? [] : gridCells(query.gridBefore, query.before);
  const rows: Cell[][] = [];
  for (const rank of [...groups.keys()].sort((a, b) => a - b)) {
    const group = groups.get(rank) as FoundGroup;
    for (const [at, cell] of query.cells.entries()) {
      // Steps of both times line up: the n-th of one is the n-th of the other.
      const cellBefore = cellsBefore[at];
      rows.push([
        new Date(cell.from / 1000).toISOString().replace(".000Z", "Z"),
        ...group.keys,
        ...query.measures.map((measure) => values.of(measure, rank, cell)),
        ...(valuesBefore === undefined
          ? []
          : query.measures.map((measure) =>
              cellBefore === undefined ? null : valuesBefore.of(measure, rank, cellBefore),
            )),
      ]);
    }
  }
  return { columns: columnsOf(plan, now.sums, found), rows, more: groups.has(LAST) };
}

function groupsOf({ rows }: StatementRows, width: number): Map<number, FoundGroup> {
  const groups = new Map<number, FoundGroup>();
  for (const [rankCell, ...rest] of rows) {
    const rank = rankCell === null ? LAST : Number(rankCell);
    const keys = rank === LAST ? othersKeys(width) : rest.slice(0, width);
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
  const measured = query.measures.map((measure) => {
    const at = found.indexOf(measure);
    const isRate = measure === "p95" || measure === "rate";
    return measureColumn(isRate || at < 0 ? undefined : columns[first + at], measure);
  });
  return [
    timeColumn,
    ...keys.map(({ heading }, at) => headed(columns[at + 1] as AnswerColumn, heading)),
    ...measured,
    ...(query.before === undefined ? [] : measured.map(previousColumn)),
  ];
}

/** The value of each measure in a step; 0 where nothing was found. */
class StepValues {
  readonly #plan: Plan;
  readonly #found: readonly MeasureName[];
  /** By rank. */
  readonly groups: Map<number, FoundGroup>;
  readonly #largest: ReadonlyMap<number, FoundGroup> | undefined;

  constructor(plan: Plan, found: readonly MeasureName[], { sums, percentiles }: FoundTime) {
    this.#plan = plan;
    this.#found = found;
    // rank, keys, step, measures; of percentiles the list of largest sums in place of measures.
    this.groups = groupsOf(sums, plan.keys.length);
    this.#largest = percentiles === undefined ? undefined : groupsOf(percentiles, plan.keys.length);
  }

  of(measure: MeasureName, rank: number, cell: TimeCell): Cell {
    if (measure === "p95") return this.#percentile(this.#largest?.get(rank)?.cells.get(cell.key)?.[0], cell);
    const row = this.groups.get(rank)?.cells.get(cell.key);
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
