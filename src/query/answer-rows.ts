import type { AnswerColumn, Cell } from "#model/answer.js";
import { measureOf, type MeasureName } from "#model/measures.js";
import type { StatementRows } from "./engine.ts";
import type { Plan } from "./plan.ts";

/** The first cell of the row that sums up what the limit cuts off. */
export const OTHERS = "(others)";

/** Rows as they are answered. */
export interface AnsweredRows {
  readonly columns: readonly AnswerColumn[];
  readonly rows: readonly (readonly Cell[])[];
  readonly more: boolean;
}

/** Sums over everything, by measure: now, and at the time that is compared with. */
export interface Totals {
  readonly now: ReadonlyMap<MeasureName, Cell>;
  readonly before: ReadonlyMap<MeasureName, Cell>;
}

/** Ranked groups, the others summed up where sums can be, each with its share of everything. */
export function rankedRows(plan: Plan, found: StatementRows, totals: Totals): AnsweredRows {
  const { limit, others = true, having = [] } = plan.query;
  const shown = limit === undefined ? [...found.rows] : found.rows.slice(0, limit);
  const more = found.rows.length > shown.length;
  if (more && others && having.length === 0 && !isOverlapping(plan)) {
    const rest = othersRow(plan, shown, totals);
    if (rest !== undefined) shown.push(rest);
  }
  return { ...withShares(plan, found.columns, shown, totals), more };
}

/** Whether a row counts in two groups, so that groups do not add up. */
export function isOverlapping({ query }: Plan): boolean {
  return query.grouping.keys.some(({ ends }) => ends !== undefined);
}

function othersRow(
  { keys, query, totalMeasures }: Plan,
  shown: readonly (readonly Cell[])[],
  totals: Totals,
): Cell[] | undefined {
  if (!totalMeasures.includes(query.ranking.measure)) return undefined;
  const rest = (sums: ReadonlyMap<MeasureName, Cell>, measure: MeasureName, at: number): Cell => {
    const total = sums.get(measure);
    return total === undefined ? null : shown.reduce<Cell>((left, row) => minus(left, row[at] ?? null), total);
  };
  const width = keys.length;
  const { allMeasures } = query;
  return [
    OTHERS,
    ...Array.from({ length: width - 1 }, () => null),
    ...allMeasures.map((measure, at) => rest(totals.now, measure, width + at)),
    ...(query.before === undefined
      ? []
      : allMeasures.map((measure, at) => rest(totals.before, measure, width + allMeasures.length + at))),
  ];
}

function minus(a: Cell, b: Cell): Cell {
  if (typeof a === "bigint" && typeof b === "bigint") return a - b;
  return Number(a) - Number(b);
}

/** Only the measures that were asked for, with changes and the share of the one that ranks. */
function withShares(
  { keys, query, totalMeasures }: Plan,
  columns: readonly AnswerColumn[],
  rows: readonly (readonly Cell[])[],
  totals: Totals,
): Pick<AnsweredRows, "columns" | "rows"> {
  const { measures, allMeasures, ranking, before } = query;
  const width = keys.length;
  const place = (measure: MeasureName): number => width + allMeasures.indexOf(measure);
  const past = (measure: MeasureName): number => place(measure) + allMeasures.length;
  const all = totals.now.get(ranking.measure);
  const hasShare = width > 0 && totalMeasures.includes(ranking.measure);
  const share = (row: readonly Cell[]): Cell => ratio(row[place(ranking.measure)] ?? null, all ?? null);
  return {
    columns: [
      ...columns.slice(0, width).map((column, at) => headed(column, keys[at]?.heading ?? "")),
      ...measures.map((measure) => measureColumn(columns[place(measure)], measure)),
      ...(before === undefined ? [] : measures.flatMap((measure) => comparedColumns(columns[past(measure)], measure))),
      ...(hasShare ? [shareColumn] : []),
    ],
    rows: rows.map((row) => [
      ...row.slice(0, width),
      ...measures.map((measure) => row[place(measure)] ?? null),
      ...(before === undefined
        ? []
        : measures.flatMap((measure) => {
            const [now, then] = [row[place(measure)] ?? null, row[past(measure)] ?? null];
            return [then, ratio(minus(now, then), then)];
          })),
      ...(hasShare ? [share(row)] : []),
    ]),
  };
}

const shareColumn: AnswerColumn = { name: "share", type: "DOUBLE", kind: "number", unit: "ratio", heading: "Share" };

function comparedColumns(column: AnswerColumn | undefined, measure: MeasureName): AnswerColumn[] {
  const own = measureColumn(column, measure);
  return [
    previousColumn(own),
    { name: `${measure}_change`, type: "DOUBLE", kind: "number", unit: "ratio", heading: "Change" },
  ];
}

/** The column of a measure at the time that is compared with. */
export function previousColumn(own: AnswerColumn): AnswerColumn {
  return { ...own, name: `${own.name}_previous`, heading: "Before" };
}

function ratio(part: Cell, whole: Cell): Cell {
  const divisor = Number(whole ?? 0);
  return part === null || divisor === 0 ? null : Number(part) / divisor;
}

/** A column of groups; its heading says what it is. */
export function headed(column: AnswerColumn, heading: string): AnswerColumn {
  return heading === "" ? column : { ...column, heading };
}

/** A column of a measure. */
export function measureColumn(column: AnswerColumn | undefined, measure: MeasureName): AnswerColumn {
  const { heading, unit } = measureOf(measure);
  return {
    ...(column ?? { type: "DOUBLE", kind: "number" }),
    name: measure,
    heading,
    ...(unit !== undefined && { unit }),
  };
}
