import type { TimeRange } from "#model/answer.js";
import type { ColumnName } from "#model/columns.js";
import type { MeasureName } from "#model/measures.js";
import { Bindings } from "./bindings.ts";
import { addsUp, type CheckedQuery } from "./check-query.ts";
import { foldedApart, holdsSql } from "./folded-proof.ts";
import { groupedSql, keysSql, valueOf, type GroupRequest, type OddStep } from "./group-sql.ts";
import { measureSql } from "./measures-sql.ts";
import type { Statement } from "./engine.ts";
import { NAMES_TABLE } from "./named-fields.ts";
import type { Planned } from "./planned.ts";
import { readsOf } from "./reads.ts";
import { percentilesSql, seriesSql } from "./series-sql.ts";
import { sourceSql, type Read } from "./source-sql.ts";
import { gridCells, isOnHours, type TimeGrid } from "./time-grid.ts";

/** What is bound, and what is read, while one statement is written. */
interface Draft {
  readonly bindings: Bindings;
  readonly reads: Read[];
}

const newDraft = (name: string): Draft => ({ bindings: new Bindings(name), reads: [] });

function finished(sql: string, { bindings, reads }: Draft): Statement {
  return {
    sql,
    parameters: bindings.values,
    blockTables: bindings.blockTables,
    reads,
    readsNames: sql.includes(NAMES_TABLE),
  };
}

/**
 * The groups that rank first; with a time to compare with, each with its measures of then. Columns after those tell what is known
 * of all groups: {@link totalColumn} where groups add up, {@link HOLDS} where a proof is needed.
 */
export function rankedStatement(planned: Planned, needsProof: boolean): Statement {
  const { query } = planned;
  const draft = newDraft("ranked_");
  const keys = keysSql(query.grouping);
  const aliases = keys.flatMap((key) => key.aliases);
  const shown = keys.map(({ show, name }) => `${show} AS "${name}"`);
  const values = query.allMeasures.map((measure) => `${valueOf(measure)} AS "${measure}"`);
  if (query.before === undefined) {
    const groups = needsProof
      ? groupedSql(foldedRequest(planned, query.range, draft, "now_"))
      : groupedSql(groupRequest(planned, query.range, draft, "now_"));
    const all = [
      ...totalsInRows(query).map(
        (measure) => `(SELECT sum(${valueOf(measure)}) FROM groups) AS ${totalColumn(measure)}`,
      ),
      ...(needsProof ? [`${holdsSql(query, "groups", draft.bindings)} AS ${HOLDS}`] : []),
    ];
    return finished(
      `WITH groups AS ${all.length === 0 ? "NOT " : ""}MATERIALIZED (SELECT * FROM ${groups}) SELECT ${[...shown, ...values, ...all].join(", ")} FROM groups g ${rankingSql(planned, draft, false)}`,
      draft,
    );
  }
  const now = `${groupedSql(groupRequest(planned, query.range, draft, "now_"))} g ${rankingSql(planned, draft, false)}`;
  const then = groupedSql(groupRequest(planned, query.before, draft, "then_"));
  const before = query.allMeasures.map((measure) => `coalesce(b.${valueOf(measure)}, 0) AS "${measure}_previous"`);
  const match = aliases.map((alias) => `r.${alias} IS NOT DISTINCT FROM b.${alias}`).join(" AND ");
  // Keys are told apart by `r`: both relations have them.
  const ranked = `SELECT ${["*", ...shown].join(", ")}, row_number() OVER () AS place FROM (SELECT * FROM ${now})`;
  const names = keys.map(({ name }) => `r."${name}"`);
  return finished(
    `SELECT ${[...names, ...query.allMeasures.map((measure) => `r.${valueOf(measure)} AS "${measure}"`), ...before].join(", ")} FROM (${ranked}) r LEFT JOIN ${then} b ON ${match === "" ? "true" : match} ORDER BY r.place`,
    draft,
  );
}

/** The column of a ranked statement that tells whether it is exact. */
export const HOLDS = "holds";

/** The column of a ranked statement that has the sum of all groups. */
export const totalColumn = (measure: MeasureName): string => `all_${measure}`;

/** The measures of which a ranked statement has the sum of all groups: every row counts in one of them, and all may be shown. */
export function totalsInRows(query: CheckedQuery): readonly MeasureName[] {
  const { grouping, isSeries, before, having = [], allMeasures } = query;
  const isOnce = grouping.keys.length > 0 && grouping.keys.every(({ ends }) => ends === undefined);
  return isOnce && !isSeries && before === undefined && having.length === 0
    ? allMeasures.filter((measure) => addsUp(measure, query))
    : [];
}

/** The sum of everything: no groups, no conditions on them. */
export function totalStatement(planned: Planned, measures: readonly MeasureName[], range: TimeRange): Statement {
  const when = range === planned.query.range ? "all_" : "all_then_";
  const draft = newDraft(when);
  const request = groupRequest(planned, range, draft, when);
  const everything = { ...request, measures, grouping: { keys: [], time: undefined }, timeGrid: undefined };
  const values = measures.map((measure) => `${valueOf(measure)} AS "${measure}"`);
  return finished(`SELECT ${values.join(", ")} FROM ${groupedSql(everything)}`, draft);
}

/**
 * One row with one cell: whether sums of hours give the groups that rank first as conversations would. With a time to compare
 * with, blocks that are folded then count, too.
 */
export function proofStatement(planned: Planned): Statement {
  const { query } = planned;
  const draft = newDraft("proof_");
  const groups = (range: TimeRange, prefix: string): string =>
    groupedSql({ ...foldedRequest(planned, range, draft, prefix), measures: [query.ranking.measure] });
  const now = `SELECT * FROM ${groups(query.range, "now_")}`;
  const then =
    query.before === undefined
      ? ""
      : ` UNION ALL SELECT * REPLACE (0 AS ${valueOf(query.ranking.measure)}) FROM ${groups(query.before, "then_")} WHERE is_folded`;
  const holds = holdsSql(query, "groups", draft.bindings);
  return finished(`WITH groups AS MATERIALIZED (${now}${then}) SELECT ${holds} AS ${HOLDS}`, draft);
}

function foldedRequest(planned: Planned, range: TimeRange, draft: Draft, prefix: string): GroupRequest {
  const apart = foldedApart(planned.query.grouping);
  return { ...groupRequest(planned, range, draft, prefix, ["folded"]), apart };
}

/** The groups that rank first now, step by step; `then`: the same groups at the time that is compared with. */
export function seriesStatement(planned: Planned, kind: "sums" | "percentiles", when: "now" | "then"): Statement {
  const { query } = planned;
  const draft = newDraft(when === "now" ? `${kind}_` : `${kind}_then_`);
  const { grid, cells, rateGrid, others = true } = query;
  const isNow = when === "now";
  const [range, drawnGrid, rates] = isNow
    ? [query.range, grid, rateGrid]
    : [query.before, query.gridBefore, query.rateGridBefore];
  if (range === undefined || drawnGrid === undefined || rates === undefined)
    throw new RangeError("a series without steps");
  const longest = Math.max(...cells.map((cell) => gridCells(rateGrid, cell).length));
  const request = {
    ...groupRequest(planned, query.range, draft, "now_"),
    // The steps are of the rows, and not of the groups that are ranked.
    timeGrid: undefined,
    ranking: (orderOnly: boolean) => rankingSql(planned, draft, orderOnly),
    drawn: (cut: TimeGrid) => sourceOf(planned, { range, draft, prefix: `${when}_`, more: [] }, cut),
    grid: drawnGrid,
    rateGrid: rates,
    others: others && query.grouping.keys.every(({ ends }) => ends === undefined),
    mostRateSteps: longest,
  };
  return finished(kind === "sums" ? seriesSql(request) : percentilesSql(request), draft);
}

/**
 * What is grouped of a range.
 * @param prefix what the names of its relations begin with
 * @param more columns that are read besides
 */
function groupRequest(
  planned: Planned,
  range: TimeRange,
  draft: Draft,
  prefix: string,
  more: readonly ColumnName[] = [],
): GroupRequest {
  const { query } = planned;
  const { grouping, grid, rateGrid, isSeries } = query;
  const isByTime = grouping.time !== undefined && grid !== undefined;
  const length = isByTime ? grid.step : range.to - range.from;
  return {
    dataset: query.dataset,
    grouping,
    measures: query.allMeasures,
    timeGrid: isSeries ? undefined : grid,
    rates: {
      length,
      steps: rateGrid,
      stepCount: isByTime ? Math.max(1, Math.round(grid.step / rateGrid.step)) : gridCells(rateGrid, range).length,
      odd: isByTime && !isSeries ? oddSteps(grid, rateGrid, range) : [],
    },
    bindings: draft.bindings,
    source: (cut) => sourceOf(planned, { range, draft, prefix, more }, cut),
  };
}

/** Steps that are shorter or longer than others: the first and the last of a range, and days on which clocks change. */
function oddSteps(grid: TimeGrid, rateGrid: TimeGrid, range: TimeRange): OddStep[] {
  return gridCells(grid, range)
    .filter(({ from, to }) => to - from !== grid.step)
    .map(({ key, from, to }) => ({ key, length: to - from, stepCount: gridCells(rateGrid, { from, to }).length }));
}

/** What is read for one part of a statement. */
interface SourcePart {
  readonly range: TimeRange;
  readonly draft: Draft;
  readonly prefix: string;
  readonly more: readonly ColumnName[];
}

function sourceOf(planned: Planned, part: SourcePart, grid: TimeGrid | undefined): string {
  const { range, draft, prefix, more } = part;
  const { query, scope, context, table } = planned;
  const { dataset, grouping, filter } = query;
  const onHours = grid === undefined || isOnHours(grid);
  const reads = readsOf({
    table,
    range,
    onHours,
    // One table is read whole for one cut and hour by hour for another: they are different relations.
    prefix: onHours ? prefix : `${prefix}cut_`,
    hours: range === query.range ? context.hours : undefined,
    segments: (name) => context.segments(name),
  });
  for (const read of reads) if (!draft.reads.some(({ view }) => view === read.view)) draft.reads.push(read);
  return sourceSql({
    dataset,
    reads,
    range,
    columns: [
      ...grouping.keys.flatMap(({ columns }) => columns),
      ...query.allMeasures.flatMap((measure) => measureSql(dataset, measure).columns),
      ...more,
    ],
    named: [...new Set(grouping.keys.flatMap(({ named }) => named))],
    grid,
    filter,
    scope,
    names: context.names,
    hours: range === query.range ? context.hours : undefined,
    bindings: draft.bindings,
  });
}

/** Conditions on groups, their order, and how many: one more than asked for tells whether there are more. */
function rankingSql({ query }: Planned, { bindings }: Draft, orderOnly: boolean): string {
  const { ranking, having = [], limit, grouping, isSeries } = query;
  const aliases = keysSql(grouping).flatMap((key) => key.aliases);
  const order = `ORDER BY ${[`${valueOf(ranking.measure)} ${ranking.descending ? "DESC" : "ASC"}`, ...aliases].join(", ")}`;
  if (orderOnly) return order;
  const conditions = having.map(
    ({ measure, operator, value }) => `${valueOf(measure)} ${operator} ${bindings.bind(value)}::DOUBLE`,
  );
  const where = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")} `;
  const most = limit === undefined ? "" : ` LIMIT ${bindings.integer(isSeries ? limit : limit + 1)}`;
  return `${where}${order}${most}`;
}
