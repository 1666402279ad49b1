import type { MeasureName } from "#model/measures.js";
import type { DatasetName } from "#model/datasets.js";
import type { Bindings } from "./bindings.ts";
import { showTime, type Grouping } from "./dimensions.ts";
import { measureSql } from "./measures-sql.ts";
import { gridKeySql, type TimeGrid } from "./time-grid.ts";

/** What is grouped: relations over which groups are counted, made from one question. */
export interface GroupRequest {
  readonly dataset: DatasetName;
  readonly grouping: Grouping;
  readonly measures: readonly MeasureName[];
  /** What is read; cut by steps where `grid` is given. */
  readonly source: (grid: TimeGrid | undefined) => string;
  /** How the time among the keys is cut. */
  readonly timeGrid: TimeGrid | undefined;
  readonly rates: RateTerms;
  /** What tells groups with the same keys apart. */
  readonly apart?: { readonly name: string; readonly sql: string };
  readonly bindings: Bindings;
}

/** What rates are taken over. */
export interface RateTerms {
  /** Microseconds that a sum is divided by. */
  readonly length: number;
  /** The steps among which the 95th percentile is found, and how many of them the range or a step has. */
  readonly steps: TimeGrid;
  readonly stepCount: number;
  /** Where groups are told apart by time: those of another length, because the range or a change of clocks cuts them. */
  readonly odd: readonly OddStep[];
}

/** A step with its key in a grouped relation, its length in microseconds, and how many steps of rates it has. */
export interface OddStep {
  readonly key: number;
  readonly length: number;
  readonly stepCount: number;
}

/** One key of a grouped relation: its name there, its expression, and how it is shown. */
export interface KeySql {
  readonly name: string;
  readonly heading: string;
  readonly aliases: readonly string[];
  readonly show: string;
}

/** The name of a measure's value in a grouped relation. */
export const valueOf = (measure: MeasureName): string => `v_${measure}`;

/** The keys by which a grouped relation is known, time first. */
export function keysSql({ keys, time }: Grouping): KeySql[] {
  let count = 0;
  const shown = keys.map(({ name, heading, keys: expressions, show, ends }): KeySql => {
    const aliases = (ends === undefined ? expressions : [""]).map(() => `k${count++}`);
    return { name, heading, aliases, show: show(aliases) };
  });
  const at = time === undefined ? [] : [{ name: time.name, heading: "", aliases: ["kt"], show: showTime(time, "kt") }];
  return [...at, ...shown];
}

/** A relation with one row a group: its keys, and the value of each measure. Without keys it has one row. */
export function groupedSql(request: GroupRequest): string {
  const { measures, grouping, timeGrid, apart } = request;
  const aliases = [...keysSql(grouping).flatMap((key) => key.aliases), ...(apart === undefined ? [] : [apart.name])];
  const keyed = `${selected(grouping, "step_key")}${apart === undefined ? "" : `, ${apart.sql} AS ${apart.name}`}`;
  const plain = measures.filter((measure) => measure !== "p95");
  const values = plain.map((measure) => `${valueSql(measure, request)} AS ${valueOf(measure)}`);
  const group = aliases.length === 0 ? "" : ` GROUP BY ${aliases.join(", ")}`;
  const rows = endsSql(request.source(timeGrid), grouping);
  // Without another measure the groups are still needed: one with no traffic has a rate of 0.
  const counted = values.length === 0 ? [...aliases, "count(*) AS row_count"] : [...aliases, ...values];
  const sums = `(SELECT ${counted.join(", ")} FROM (SELECT ${keyed} FROM ${rows})${group})`;
  if (!measures.includes("p95")) return sums;
  const found = largestSql(request, aliases);
  const index = byStepSql(request, "g.kt", ({ stepCount }) => `${percentileIndex(stepCount)}`);
  const rate = `coalesce(p.largest[${index}], 0)::DOUBLE * 1000000 / ${request.bindings.integer(request.rates.steps.step)} AS ${valueOf("p95")}`;
  const match = aliases.map((alias) => `p.${alias} IS NOT DISTINCT FROM g.${alias}`).join(" AND ");
  return `(SELECT g.*, ${rate} FROM ${sums} g LEFT JOIN ${found} p ON ${match === "" ? "true" : match})`;
}

/** Of the 95th percentile by nearest rank, the place from above: steps without traffic come last. */
export function percentileIndex(stepCount: number): number {
  return stepCount - Math.ceil(0.95 * stepCount) + 1;
}

/** SQL of what depends on a group's step: its length, or how many steps of rates it has. */
function byStepSql(
  { rates }: GroupRequest,
  key: string,
  valueOfStep: (step: Pick<OddStep, "length" | "stepCount">) => string,
): string {
  if (rates.odd.length === 0) return valueOfStep(rates);
  const cases = rates.odd.map((step) => `WHEN ${step.key} THEN ${valueOfStep(step)}`);
  return `(CASE ${key} ${cases.join(" ")} ELSE ${valueOfStep(rates)} END)`;
}

/** The largest sums among a group's steps, descending, as many as the percentile needs. */
function largestSql(request: GroupRequest, aliases: readonly string[]): string {
  const { grouping, rates, timeGrid, dataset } = request;
  const indexes = [rates, ...rates.odd].map(({ stepCount }) => percentileIndex(stepCount));
  const [index, least] = [Math.max(...indexes), Math.min(...indexes)];
  const rows = endsSql(request.source(rates.steps), grouping);
  const time = timeGrid === undefined ? "step_key" : gridKeySql(timeGrid, "step_key");
  const keys = [...aliases, "step"].join(", ");
  const sums = `SELECT ${keys}, ${measureSql(dataset, "p95").sql} AS moved FROM (SELECT ${selected(grouping, time)}, step_key AS step FROM ${rows}) GROUP BY ${keys}`;
  if (aliases.length === 0) return `(SELECT max(moved, ${index}) AS largest FROM (${sums}))`;
  // A group with traffic in fewer steps has a percentile of 0. Most groups are such: they need no list of sums.
  const often = `SELECT ${aliases.join(", ")}, list(moved ORDER BY moved DESC)[:${index}] AS largest FROM (${sums}) WHERE moved > 0 GROUP BY ${aliases.join(", ")} HAVING count(*) >= ${least}`;
  return `(${often})`;
}

/** The keys' expressions under their names, beside all columns. */
export function selected({ keys, time }: Grouping, timeKey: string): string {
  let count = 0;
  let end = 0;
  const expressions = keys.flatMap(({ keys: own, ends }) =>
    (ends === undefined ? own : [`end_${end++}`]).map((sql) => `${sql} AS k${count++}`),
  );
  return ["*", ...expressions, ...(time === undefined ? [] : [`${timeKey} AS kt`])].join(", ");
}

/** Of rows that stand once for each of their ends: which end it is. */
export const IS_CLIENT = "is_client_end";

/**
 * Rows once for each of their ends, where something is grouped by either end: what belongs to the end stands together, and a row
 * whose ends do not differ counts once.
 */
export function endsSql(source: string, { keys }: Grouping): string {
  const ends = keys.flatMap((key) => (key.ends === undefined ? [] : [key.ends]));
  if (ends.length === 0) return source;
  const columns = ends.map(([client, server], at) => `if(e.is_client, ${client}, ${server}) AS end_${at}`);
  const differs = ends.map(([client, server]) => `${client} IS DISTINCT FROM ${server}`).join(" OR ");
  return `(SELECT s.*, e.is_client AS ${IS_CLIENT}, ${columns.join(", ")} FROM ${source} s CROSS JOIN (SELECT unnest([true, false]) AS is_client) e WHERE e.is_client OR ${differs})`;
}

function valueSql(measure: MeasureName, request: GroupRequest): string {
  const { sql } = measureSql(request.dataset, measure);
  if (measure !== "rate") return sql;
  const length = byStepSql(request, "kt", (step) => request.bindings.integer(step.length));
  return `(${sql})::DOUBLE * 1000000 / ${length}`;
}
