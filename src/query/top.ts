import { nearestWord } from "#base/nearest.js";
import { WeirError } from "#base/errors.js";
import type { Answer, AnswerColumn, AnswerCoverage, Cell, RowStream, TimeRange } from "#model/answer.js";
import type { Segment } from "#model/segment.js";
import { Bindings, columnsOfCondition, conditionSql } from "./conditions.ts";
import { findDimension } from "./dimensions.ts";
import { tableFor, type Dimension, type TopDataset, type TopMeasureDefinition } from "./top-dataset.ts";
import type { TableName } from "#model/tables.js";

export interface TopQuery {
  readonly dataset: TopDataset;
  /** Words that name dimensions. */
  readonly by: readonly string[];
  readonly measure: string;
  readonly range: TimeRange;
  readonly where: readonly string[];
  readonly limit: number;
  /** Whether a last row sums up what the limit cuts off. */
  readonly others: boolean;
}

/** Runs SQL over the tables of the lake, restricted to the segments that it was opened with. */
export interface TableReader {
  query(sql: string, parameters: readonly (string | number | bigint)[]): Promise<RowStream>;
}

/** The answer to `top`, with what the rows are parts of. */
export interface TopAnswer extends Answer {
  readonly measure: string;
  /** The measure over all rows in range, of which rows show a part. */
  readonly total: bigint;
  /** Whether there are groups that the limit cuts off. */
  readonly more: boolean;
  /** The measures of each row, as its last columns but the share. */
  readonly measureCount: number;
  /** Whether the rows overlap, so that their shares do not add up. */
  readonly overlapping: boolean;
}

/** Those segments that can hold rows of a range: only their files are handed to DuckDB. */
export function segmentsInRange(segments: readonly Segment[], { from, to }: TimeRange): Segment[] {
  return segments.filter(({ minTime, maxTime }) => minTime < to && maxTime >= from);
}

/** A measure by the word for it. @throws WeirError `unknown-measure` */
export function findMeasure(word: string, { measures, measureWords }: TopDataset): string {
  const name = word.toLowerCase().replaceAll(/[.-]/g, "_");
  const known = measureWords[name] ?? name;
  if (Object.hasOwn(measures, known)) return known;
  const words = Object.keys(measures);
  const near = nearestWord(name, words);
  throw new WeirError({
    code: "unknown-measure",
    kind: "usage",
    message: `there is no measure “${word}”`,
    place: "--measure",
    next:
      near === undefined
        ? `Measures are ${words.join(", ")}.`
        : `Did you mean ${near}? Measures are ${words.join(", ")}.`,
  });
}

/** The SQL of a top list, of its total, and the values that both bind. */
export interface TopPlan {
  readonly measure: string;
  /** The smallest table that can answer. */
  readonly table: TableName;
  readonly measures: readonly (readonly [string, TopMeasureDefinition])[];
  readonly dimensions: readonly Dimension[];
  readonly sql: string;
  readonly totalSql: string;
  readonly parameters: readonly (string | number | bigint)[];
  readonly totalParameters: readonly (string | number | bigint)[];
  readonly overlapping: boolean;
}

/** What a query groups by. @throws WeirError when a word is none, or two cannot stand together */
function dimensionsOf({ by, dataset }: TopQuery): Dimension[] {
  const dimensions = by.map((word) => findDimension(word, dataset));
  const columns = dimensions.flatMap((dimension) => dimension.columns);
  const repeated = columns.find(({ name }, at) => columns.findIndex((other) => other.name === name) !== at);
  if (repeated !== undefined)
    throw new WeirError({
      code: "repeated-column",
      kind: "usage",
      message: `--by names ${repeated.name} twice`,
      place: "--by",
    });
  const either = dimensions.filter(({ eitherEnd }) => eitherEnd !== undefined);
  if (either.length > 1)
    throw new WeirError({
      code: "two-either-ends",
      kind: "usage",
      message: `${either.map(({ word }) => word).join(" and ")} both mean either end`,
      place: "--by",
      next: `Say which end: ${either.map(({ eitherEnd }) => eitherEnd?.[0]).join(", ")}.`,
    });
  return dimensions;
}

/** Turns a query into SQL. Nothing is read. */
export function planTop(query: TopQuery): TopPlan {
  const { dataset } = query;
  const measure = findMeasure(query.measure, dataset);
  const dimensions = dimensionsOf(query);
  const columns = dimensions.flatMap((dimension) => dimension.columns);
  const bindings = new Bindings();
  const range = [query.range.from, query.range.to].map(
    (micros) => `make_timestamp(${bindings.bind(BigInt(Math.round(micros)))}::BIGINT)`,
  );
  const where = [
    `time >= ${range[0]} AND time < ${range[1]}`,
    ...query.where.map((text) => conditionSql(text, bindings, dataset)),
  ].join(" AND ");
  const either = dimensions.filter(({ eitherEnd }) => eitherEnd !== undefined);
  const overlapping = either.length > 0;
  const shown = Object.entries(dataset.measures).filter(
    ([name, { onlyWhenAsked }]) => onlyWhenAsked !== true || name === measure,
  );
  const measures = shown.map(([name, { sql }]) => `${sql} AS ${name}`);
  const read = [
    ...dimensions.flatMap(({ eitherEnd, columns }) => eitherEnd ?? columns.map(({ name }) => name)),
    ...query.where.flatMap((text) => columnsOfCondition(text, dataset)),
  ];
  const table = tableFor(dataset, read, measure);
  // A row has two ends; one that is its own peer counts once.
  const [first] = either;
  const [one = "", other = ""] = first?.eitherEnd ?? [];
  const source =
    first === undefined
      ? `${table} WHERE ${where}`
      : `(SELECT *, ${one} AS ${first.word} FROM ${table} WHERE ${where} UNION ALL SELECT *, ${other} AS ${first.word} FROM ${table} WHERE ${where} AND ${other} IS DISTINCT FROM ${one})`;
  const names = columns.map(({ name }) => name);
  const groups = columns.map(({ name, sql }) => (sql === name ? name : `${sql} AS ${name}`));
  const grouped = `SELECT ${[...groups, ...measures].join(", ")} FROM ${source} GROUP BY ${columns.map(({ sql }) => sql).join(", ")}`;
  const totalParameters = [...bindings.values];
  // One more than asked for tells whether there are more. Counting all groups would keep them all: twice the time.
  const sql = `${grouped} ORDER BY ${[`${measure} DESC`, ...names].join(", ")} LIMIT ${bindings.bind(query.limit + 1)}`;
  const totalSql = `SELECT ${measures.join(", ")} FROM ${table} WHERE ${where}`;
  return {
    measure,
    table,
    measures: shown,
    dimensions,
    sql,
    totalSql,
    parameters: bindings.values,
    totalParameters,
    overlapping,
  };
}

/** Answers a top list from the segments that a reader was opened with. */
export async function answerTop(
  query: TopQuery,
  reader: TableReader,
  segments: (table: TableName) => readonly Segment[],
): Promise<TopAnswer> {
  const startedMs = performance.now();
  const plan = planTop(query);
  const total = (await readAll(await reader.query(plan.totalSql, plan.totalParameters))).rows[0] ?? [];
  const { columns, rows } = await readAll(await reader.query(plan.sql, plan.parameters));
  const measures = plan.measures.map(([name]) => name);
  const scanned = segments(plan.table);
  const at = measures.indexOf(plan.measure);
  const width = columns.length - measures.length;
  const sum = toBigInt(total[at] ?? null);
  const shown = rows.slice(0, query.limit);
  const more = rows.length > shown.length;
  if (query.others && !plan.overlapping && more && query.dataset.measures[plan.measure]?.onlyWhenAsked !== true)
    shown.push(othersRow(total, shown, width));
  return {
    columns: [
      ...columns.map((column) => named(column, query.dataset)),
      { name: "share", type: "DOUBLE", kind: "number", unit: "ratio", heading: "Share" },
    ],
    rows: shown.map((row) => [...row, sum === 0n ? null : Number(toBigInt(row[width + at] ?? null)) / Number(sum)]),
    table: plan.table,
    scannedRows: scanned.reduce((rowCount, segment) => rowCount + segment.rows, 0),
    scannedBytes: scanned.reduce((bytes, segment) => bytes + segment.bytes, 0),
    elapsedMs: Math.round(performance.now() - startedMs),
    range: query.range,
    coverage: await readCoverage(query.range, reader),
    measure: plan.measure,
    total: sum,
    more,
    measureCount: measures.length,
    overlapping: plan.overlapping,
  };
}

function othersRow(total: readonly Cell[], shown: readonly (readonly Cell[])[], width: number): Cell[] {
  const rest = total.map((sum, at) =>
    shown.reduce((left, row) => left - toBigInt(row[width + at] ?? null), toBigInt(sum)),
  );
  return [...Array.from({ length: width }, (_, at) => (at === 0 ? "(others)" : null)), ...rest];
}

async function readCoverage({ from, to }: TimeRange, reader: TableReader): Promise<AnswerCoverage> {
  const sql =
    "SELECT status, count(*) FROM coverage WHERE time >= make_timestamp($1::BIGINT) AND time < make_timestamp($2::BIGINT) GROUP BY status";
  const { rows } = await readAll(await reader.query(sql, [BigInt(Math.round(from)), BigInt(Math.round(to))]));
  const windows = (status: string): number => Number(rows.find((row) => row[0] === status)?.[1] ?? 0);
  return { nodata: windows("nodata"), skipdata: windows("skipdata"), gaps: "unknown" };
}

async function readAll(stream: RowStream): Promise<{ columns: readonly AnswerColumn[]; rows: (readonly Cell[])[] }> {
  const rows: (readonly Cell[])[] = [];
  for await (const block of stream.blocks()) rows.push(...block);
  return { columns: stream.columns, rows };
}

function named(column: AnswerColumn, { measures }: TopDataset): AnswerColumn {
  const measure = Object.hasOwn(measures, column.name) ? measures[column.name] : undefined;
  if (measure === undefined) return column;
  return { ...column, heading: measure.heading, ...(measure.unit !== undefined && { unit: measure.unit }) };
}

function toBigInt(cell: Cell): bigint {
  return typeof cell === "bigint" ? cell : BigInt(typeof cell === "number" ? cell : 0);
}
