import { Remembered } from "#base/remembered.js";
import type { Answer, Cell } from "#model/answer.js";
import type { MeasureName } from "#model/measures.js";
import type { NameBook } from "#model/names.js";
import type { Query, Scope } from "#model/query.js";
import type { Segment } from "#model/segment.js";
import type { ToldFlowLogs } from "#model/told-flow-log.js";
import type { TableName } from "#model/tables.js";
import { isOverlapping, rankedRows, type Totals } from "./answer-rows.ts";
import { comparedNotes } from "./compared-coverage.ts";
import { coverageIn, kindsByLog, observersIn } from "./coverage.ts";
import { answeredRange } from "./check-query.ts";
import type { QueryEngine, Statement, StatementRows } from "./engine.ts";
import { keptNotes } from "./kept.ts";
import { kindNotes } from "./kind-notes.ts";
import { hoursOf } from "./narrow.ts";
import { livingIn } from "./observers.ts";
import { plan, type Plan } from "./plan.ts";
import { HOLDS, totalColumn, totalsInRows } from "./statements.ts";
import { seriesRows, type FoundSeries } from "./series-rows.ts";

/** What a question is asked of: the files of one moment, and the names that hold then. */
export interface QueryLake {
  segments(table: TableName): readonly Segment[];
  readonly names: NameBook;
  /** Hours since 1970 whose flows changed since they were derived. */
  readonly staleHours: readonly number[];
  /** What control planes say of flow logs. */
  readonly told?: ToldFlowLogs;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** What was read of these files before. */
  readonly memory?: Remembered;
}

/** The answer to a question, with what its rows are. */
export interface QueryAnswer extends Answer {
  readonly dataset: Query["dataset"];
  /** Why this table was read. */
  readonly why: string;
  /** How many of the first columns rows are grouped by; of a series, time is the first of all and not among them. */
  readonly keyCount: number;
  readonly measures: readonly MeasureName[];
  /** The measure that ranks. */
  readonly rankedBy: MeasureName;
  /** The step of a series, milliseconds. */
  readonly step: number | undefined;
  readonly compared: Query["range"] | undefined;
  /** The measures that add, over everything in range. */
  readonly totals: Readonly<Partial<Record<MeasureName, Cell>>>;
  /** Whether there are groups that the limit cuts off. */
  readonly more: boolean;
  /** Whether rows overlap, so that shares add up to more than one. */
  readonly overlapping: boolean;
  readonly notes: readonly string[];
  /** Files that were opened, and hours that presence left, where it was asked. */
  readonly scannedFiles: number;
  readonly hours: number | undefined;
}

/** What one question reads twice: observers. */
const ONE_QUESTION = 4;

/** Plans a question, runs it, and says what is known of what was not seen. */
export async function answerQuery(
  query: Query,
  scope: Scope | undefined,
  lake: QueryLake,
  engine: QueryEngine,
): Promise<QueryAnswer> {
  const startedMs = performance.now();
  const segments = (table: TableName): readonly Segment[] => lake.segments(table);
  const memory = lake.memory ?? new Remembered(ONE_QUESTION);
  const asked = answeredRange(query.range, query.dataset);
  const observers = await observersIn({ engine, segments, range: asked, scope, memory });
  const longestWindow = livingIn(observers, asked).reduce((most, { window }) => Math.max(most, window), 0);
  const hours = await hoursOf(query, { engine, segments, names: lake.names, staleHours: lake.staleHours });
  const context = {
    segments,
    names: lake.names,
    longestWindow: Math.ceil(longestWindow / 60_000_000) * 60_000_000,
    ...(hours !== undefined && { hours }),
  };
  const { planned, found } =
    (await provenRows(plan(query, scope, context), engine)) ??
    (await rowsOf(plan(query, scope, { ...context, mayFoldedRank: true }), engine));
  const totals: Totals = {
    now: totalsFound(planned, found) ?? (await totalsOf(planned, planned.total, engine)),
    before: await totalsOf(planned, planned.totalBefore, engine),
  };
  const answered = planned.query.isSeries
    ? seriesRows(planned, await seriesFound(planned, found, engine))
    : rankedRows(planned, found, totals);
  const { range, dataset, measures, ranking, grid, isSeries, before, notes } = planned.query;
  const time = { engine, segments, scope, nowMs: lake.nowMs, memory, told: lake.told };
  const coverage = await coverageIn({ ...time, range });
  const then = before === undefined ? [] : await comparedNotes({ ...time, range: before });
  return {
    ...answered,
    ...scannedBy(planned),
    table: planned.table,
    why: planned.why,
    dataset,
    keyCount: planned.keys.length,
    measures,
    rankedBy: ranking.measure,
    step: isSeries && grid !== undefined ? grid.step / 1000 : undefined,
    compared: before,
    totals: Object.fromEntries(totals.now),
    overlapping: isOverlapping(planned),
    notes: [
      ...notes,
      ...kindNotes(query.filter, kindsByLog(livingIn(observers, asked), lake.told), lake.told),
      ...keptNotes(planned.table, before === undefined ? [range] : [range, before], segments),
      ...then,
    ],
    range,
    coverage,
    hours: hours?.length,
    elapsedMs: Math.round(performance.now() - startedMs),
  };
}

/** A plan, and the rows of it. */
interface Ran {
  readonly planned: Plan;
  readonly found: StatementRows;
}

async function rowsOf(planned: Plan, engine: QueryEngine): Promise<Ran> {
  return { planned, found: await engine.run(planned.rows) };
}

/** Sums of hours fold some addresses: undefined where one of them could rank, and conversations must be asked. */
async function provenRows(planned: Plan, engine: QueryEngine): Promise<Ran | undefined> {
  const { needsProof, proof } = planned;
  const holds = ({ columns, rows }: StatementRows): boolean => {
    const at = columns.findIndex(({ name }) => name === HOLDS);
    return rows.every((row) => row[at] === true);
  };
  if (proof !== undefined && !holds(await engine.run(proof))) return undefined;
  const ran = await rowsOf(planned, engine);
  return needsProof && proof === undefined && !holds(ran.found) ? undefined : ran;
}

/** The totals that stand in rows beside their groups; undefined where they do not. */
function totalsFound(
  { query }: Plan,
  { columns, rows: [row = []] }: StatementRows,
): Map<MeasureName, Cell> | undefined {
  const measures = totalsInRows(query);
  if (measures.length === 0) return undefined;
  const place = (measure: MeasureName): number => columns.findIndex(({ name }) => name === totalColumn(measure));
  return new Map(measures.map((measure) => [measure, row[place(measure)] ?? 0n]));
}

async function seriesFound(plan: Plan, sums: StatementRows, engine: QueryEngine): Promise<FoundSeries> {
  const run = async (statement: Statement | undefined): Promise<StatementRows | undefined> =>
    statement === undefined ? undefined : engine.run(statement);
  const percentiles = await run(plan.percentiles);
  const before = await run(plan.rowsBefore);
  return {
    now: { sums, percentiles },
    before: before && { sums: before, percentiles: await run(plan.percentilesBefore) },
  };
}

async function totalsOf(
  { totalMeasures, query }: Plan,
  statement: Statement | undefined,
  engine: QueryEngine,
): Promise<Map<MeasureName, Cell>> {
  if (statement === undefined) return new Map();
  const [row = []] = (await engine.run(statement)).rows;
  const asked = totalMeasures.map((measure, at) => [measure, row[at] ?? 0n] as const);
  return new Map(asked.filter(([measure]) => query.allMeasures.includes(measure)));
}

function scannedBy({ rows }: Plan): Pick<QueryAnswer, "scannedRows" | "scannedBytes" | "scannedFiles"> {
  const files = new Map(rows.reads.flatMap(({ segments }) => segments).map((segment) => [segment.id, segment]));
  const sum = (count: (segment: Segment) => number): number =>
    [...files.values()].reduce((total, segment) => total + count(segment), 0);
  return { scannedRows: sum((each) => each.rows), scannedBytes: sum((each) => each.bytes), scannedFiles: files.size };
}
