import type { TimeRange } from "#model/answer.js";
import type { MeasureName } from "#model/measures.js";
import type { Query, Scope } from "#model/query.js";
import { addsUp, checkedQuery, type CheckedQuery } from "./check-query.ts";
import { chooseTable, type Choice } from "./choose-table.ts";
import type { Statement } from "./engine.ts";
import { columnsOfFilter } from "./filter-sql.ts";
import { isProvable } from "./folded-proof.ts";
import { keysSql, type KeySql } from "./group-sql.ts";
import { columnsOfScope } from "./scope-sql.ts";
import type { PlanContext, Planned } from "./planned.ts";
import { proofStatement, rankedStatement, seriesStatement, totalsInRows, totalStatement } from "./statements.ts";
import { isOnHours } from "./time-grid.ts";

/** How a question is answered, as plain data. */
export interface Plan extends Choice {
  readonly query: CheckedQuery;
  readonly keys: readonly Pick<KeySql, "name" | "heading">[];
  /** A row for each group, the first `limit` and one more; of a series a row for each group and step that has traffic. */
  readonly rows: Statement;
  /** The measures that add over everything, of which rows are parts; undefined where rows have it. */
  readonly total: Statement | undefined;
  readonly totalMeasures: readonly MeasureName[];
  /** The total of the time that is compared with. */
  readonly totalBefore: Statement | undefined;
  /** The largest sums of a series' steps, of which percentiles are taken: its steps may differ in length. */
  readonly percentiles: Statement | undefined;
  /** Of a series that is compared: the same groups, at the time that is compared with. */
  readonly rowsBefore: Statement | undefined;
  readonly percentilesBefore: Statement | undefined;
  /** Whether the table answers, where that must be proven: one row, one cell; undefined where rows tell, too. */
  readonly proof: Statement | undefined;
}

/**
 * Plans a question. @throws WeirError when it cannot be asked: an unknown word, two cuts of time, a step that is too fine, …
 * @param scope what the caller may see, apart from what the question asks for
 */
export function plan(query: Query, scope: Scope | undefined, context: PlanContext): Plan {
  const checked = checkedQuery(query, context.longestWindow);
  const { dataset, grouping, grid, filter, range, allMeasures } = checked;
  const choice = chooseTable(
    {
      dataset,
      measures: allMeasures,
      columns: [
        ...grouping.keys.flatMap(({ columns }) => columns),
        ...columnsOfFilter(filter, dataset),
        ...columnsOfScope(scope, dataset),
      ],
      grouped: grouping.keys.flatMap(({ columns }) => columns),
      filter,
      range: wider(range, checked.before),
      onHours:
        [grid, checked.gridBefore].every((each) => each === undefined || isOnHours(each)) &&
        !allMeasures.includes("p95"),
      isProvable: context.mayFoldedRank !== true && isProvable(checked),
    },
    (table) => context.segments(table),
  );
  const planned: Planned = { query: checked, scope, context, table: choice.table };
  const totalMeasures = allMeasures.filter((measure) => addsUp(measure, checked));
  const isTotal = grouping.keys.length === 0 && grouping.time === undefined;
  const total = (of: TimeRange): Statement | undefined =>
    isTotal || totalMeasures.length === 0 ? undefined : totalStatement(planned, totalMeasures, of);
  const series = (kind: "sums" | "percentiles", when: "now" | "then"): Statement | undefined => {
    if (!checked.isSeries || (when === "then" && checked.before === undefined)) return undefined;
    return kind === "percentiles" && !allMeasures.includes("p95") ? undefined : seriesStatement(planned, kind, when);
  };
  return {
    ...choice,
    query: checked,
    keys: keysSql(grouping).map(({ name, heading }) => ({ name, heading })),
    rows: series("sums", "now") ?? rankedStatement(planned, choice.needsProof),
    total: totalsInRows(checked).length > 0 ? undefined : total(range),
    totalMeasures,
    totalBefore: checked.before === undefined ? undefined : total(checked.before),
    percentiles: series("percentiles", "now"),
    rowsBefore: series("sums", "then"),
    percentilesBefore: series("percentiles", "then"),
    proof:
      choice.needsProof && (checked.isSeries || checked.before !== undefined) ? proofStatement(planned) : undefined,
  };
}

/** Both times are answered from one table: else a difference could be one of tables. */
function wider(range: TimeRange, before: TimeRange | undefined): TimeRange {
  if (before === undefined) return range;
  return { from: Math.min(range.from, before.from), to: Math.max(range.to, before.to) };
}
