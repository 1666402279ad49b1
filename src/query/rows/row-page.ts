import type { AnswerColumn, Cell, TimeRange } from "#model/answer.js";
import { columnOf, type ColumnName } from "#model/columns.js";
import type { Segment } from "#model/segment.js";
import type { QueryEngine, Statement } from "../engine.ts";
import { wholeHours } from "../reads.ts";
import { segmentsInRange } from "../segments.ts";
import { HOUR } from "../time-grid.ts";
import { rowSource, timeColumn, type RowDataset, type RowsLake, type RowsQuestion } from "./row-source.ts";

/** Where a row stands in the order: its time in microseconds, then what tells rows of one instant apart. */
export type RowKey = readonly bigint[];

/** What rows are ordered by: unique, the same for the same rows whatever files they are in. */
const keySql: Readonly<Record<RowDataset, readonly string[]>> = {
  conversations: ["epoch_us(start_time)", "conversation_id"],
  flows: ["epoch_us(time)", "object_id", "position", "coalesce(sub_position, 0)"],
};
const keyColumns: Readonly<Record<RowDataset, readonly ColumnName[]>> = {
  conversations: ["start_time", "conversation_id"],
  flows: ["time", "object_id", "position", "sub_position"],
};

/** How many numbers a key has. */
export function keyLength(dataset: RowDataset): number {
  return keySql[dataset].length;
}

export interface PageRequest {
  readonly columns: readonly ColumnName[];
  readonly order: "newest" | "oldest";
  /** The page begins behind this row; undefined: with the first. */
  readonly after: RowKey | undefined;
  readonly limit: number;
}

export interface RowPage {
  readonly columns: readonly AnswerColumn[];
  readonly rows: readonly (readonly Cell[])[];
  /** The key of the last row; undefined when no row follows it. */
  readonly last: RowKey | undefined;
  readonly scannedRows: number;
  readonly scannedFiles: number;
}

/** Rows that the first look reads at least: fewer are not worth a statement. */
const FIRST_ROWS = 60_000;
/** Each look that did not fill the page reads so much more than the one before: a filter that keeps little is soon through. */
const GROWTH = 6;

/**
 * One page of single rows in the order of time. Hours are read from the newest on, or the oldest, and no further than until the
 * page is full, so that the length of the range does not matter.
 */
export async function readRowPage(
  question: RowsQuestion,
  lake: RowsLake,
  request: PageRequest,
  engine: QueryEngine,
): Promise<RowPage> {
  const { limit, columns, order } = request;
  const found: (readonly Cell[])[] = [];
  const files = new Map<string, Segment>();
  let shape: readonly AnswerColumn[] = [];
  for (const [number, slice] of slicesOf(question, lake, request).entries()) {
    const statement = pageStatement(question, lake, slice, { ...request, limit: limit + 1 - found.length }, number);
    const answer = await engine.run(statement);
    shape = answer.columns;
    found.push(...answer.rows);
    for (const { segments } of statement.reads) for (const segment of segments) files.set(segment.id, segment);
    if (found.length > limit) break;
  }
  if (shape.length === 0) {
    const nowhere = { from: question.range.from, to: question.range.from };
    shape = (await engine.run(pageStatement(question, lake, nowhere, { ...request, order }, "none"))).columns;
  }
  const rows = found.slice(0, limit);
  const lastRow = found.length > limit ? rows.at(-1) : undefined;
  return {
    columns: shape.slice(0, columns.length).map((column, at) => withHeading(column, columns[at])),
    rows: rows.map((row) => row.slice(0, columns.length)),
    last: lastRow?.slice(columns.length).map((cell) => BigInt(cell as bigint | number)),
    scannedRows: [...files.values()].reduce((sum, segment) => sum + segment.rows, 0),
    scannedFiles: files.size,
  };
}

function withHeading(column: AnswerColumn, name: ColumnName | undefined): AnswerColumn {
  return name === undefined ? column : { ...column, heading: columnOf(name).heading };
}

/** Stretches of full hours that have rows, in the order in which they are read, each longer than the one before. */
function slicesOf({ dataset, range }: RowsQuestion, lake: RowsLake, { order, after }: PageRequest): TimeRange[] {
  // A conversation's row has the time at which its hour begins, which may be before the range does.
  const whole = dataset === "conversations" ? wholeHours(range) : range;
  const weights = hourWeights(segmentsInRange(lake.segments(dataset), whole), range, lake.hours);
  const isNewest = order === "newest";
  const from = after?.[0] === undefined ? undefined : Number(after[0] / BigInt(HOUR));
  const hours = [...weights.keys()]
    .filter((hour) => from === undefined || (isNewest ? hour <= from : hour >= from))
    .sort((a, b) => (isNewest ? b - a : a - b));
  const slices: TimeRange[] = [];
  let wanted = FIRST_ROWS;
  let [rows, first] = [0, hours[0]];
  for (const [at, hour] of hours.entries()) {
    first ??= hour;
    rows += weights.get(hour) ?? 0;
    if (rows < wanted && at < hours.length - 1) continue;
    const [oldest, newest] = isNewest ? [hour, first] : [first, hour];
    slices.push({ from: Math.max(range.from, oldest * HOUR), to: Math.min(range.to, (newest + 1) * HOUR) });
    [rows, first] = [0, undefined];
    wanted *= GROWTH;
  }
  return slices;
}

/** About how many rows each hour of a range has. */
function hourWeights(
  segments: readonly Segment[],
  range: TimeRange,
  known: readonly number[] | undefined,
): Map<number, number> {
  const allowed = known === undefined ? undefined : new Set(known);
  const weights = new Map<number, number>();
  for (const { hours, rows } of segments)
    for (const hour of hours)
      if (hour * HOUR < range.to && (hour + 1) * HOUR > range.from && (allowed?.has(hour) ?? true))
        weights.set(hour, (weights.get(hour) ?? 0) + rows / hours.length);
  return weights;
}

function pageStatement(
  question: RowsQuestion,
  lake: RowsLake,
  slice: TimeRange,
  { columns, order, after, limit }: PageRequest,
  number: number | string,
): Statement {
  const { dataset } = question;
  const keys = keyColumns[dataset];
  const source = rowSource(question, lake, slice, [...columns, ...keys], `page${number}_`);
  const { bindings } = source;
  const direction = order === "newest" ? "DESC" : "ASC";
  const conditions = [
    ...source.conditions,
    ...(after === undefined
      ? []
      : [
          // The time alone first: it leaves out row groups.
          `${timeColumn[dataset]} ${order === "newest" ? "<=" : ">="} ${bindings.time(Number(after[0]))}`,
          behindSql(
            keySql[dataset],
            after.map((value) => `${bindings.bind(value)}::HUGEINT`),
            order === "newest" ? "<" : ">",
          ),
        ]),
  ];
  const outputs = columns.map((name) => `${shownSql(name)} AS "${name}"`);
  const keyOutputs = keySql[dataset].map((sql, at) => `${sql} AS key_${at}`);
  return source.statement(
    `SELECT ${[...outputs, ...keyOutputs].join(", ")} FROM ${source.sql} listed WHERE ${conditions.join(" AND ")}
     ORDER BY ${keySql[dataset].map((_, at) => `key_${at} ${direction}`).join(", ")} LIMIT ${bindings.integer(limit)}`,
  );
}

/** The condition that a row's key comes behind another in the order. */
function behindSql(keys: readonly string[], values: readonly string[], operator: "<" | ">"): string {
  const [key = "", ...moreKeys] = keys;
  const [value = "", ...moreValues] = values;
  const strictly = `${key} ${operator} ${value}`;
  return moreKeys.length === 0
    ? strictly
    : `(${strictly} OR (${key} = ${value} AND ${behindSql(moreKeys, moreValues, operator)}))`;
}

/** Ids are text: their 64 bits are more than a number in a browser holds. */
function shownSql(name: ColumnName): string {
  return name === "conversation_id" ? "conversation_id::VARCHAR" : name;
}
