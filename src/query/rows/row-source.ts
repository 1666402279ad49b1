import type { TimeRange } from "#model/answer.js";
import type { ColumnName } from "#model/columns.js";
import type { FilterNode } from "#model/filter.js";
import type { FoldClass } from "#model/folds.js";
import type { NameBook } from "#model/names.js";
import type { Scope } from "#model/query.js";
import type { Segment } from "#model/segment.js";
import type { TableName } from "#model/tables.js";
import { Bindings } from "../bindings.ts";
import type { Statement } from "../engine.ts";
import { joinedNames } from "../filter-sql.ts";
import { segmentsInRange, segmentsOfHours } from "../segments.ts";
import { sourceSql, type Read } from "../source-sql.ts";
import { wholeHours } from "../reads.ts";
import { foldColumns, foldSql, notFoldedSql } from "./fold-sql.ts";

/** What single rows can be listed of. */
export type RowDataset = "conversations" | "flows";

/** Which rows. */
export interface RowsQuestion {
  readonly dataset: RowDataset;
  /** Conversations that went on in it, flows whose time is in it. */
  readonly range: TimeRange;
  readonly filter?: FilterNode;
  /** What is left out; nothing of flows, which have no class. */
  readonly fold: readonly FoldClass[];
  readonly scope?: Scope;
}

/** The files and names of one moment. */
export interface RowsLake {
  readonly segments: (table: TableName) => readonly Segment[];
  readonly names: NameBook;
  /** Hours since 1970 that can have rows, where they are known; ascending. */
  readonly hours: readonly number[] | undefined;
}

/** A relation of the rows of a question, in parentheses, while its statement is written. */
export interface RowSource {
  readonly sql: string;
  /** Conditions on its columns that make it the question's rows. */
  readonly conditions: readonly string[];
  /** SQL of a row's fold; null of what is never folded. */
  readonly fold: string;
  readonly bindings: Bindings;
  /** The statement that reads it. */
  readonly statement: (sql: string) => Statement;
}

/** When a row is: what rows are ordered by first. A conversation's hour begins with it, or it began within. */
export const timeColumn: Readonly<Record<RowDataset, ColumnName>> = { conversations: "start_time", flows: "time" };

/**
 * The rows of a question within a part of its range: whole hours of conversations.
 * @param prefix what the relation's name begins with: statements of one question share relations by name
 */
export function rowSource(
  question: RowsQuestion,
  lake: RowsLake,
  slice: TimeRange,
  columns: readonly ColumnName[],
  prefix: string,
): RowSource {
  const { dataset, range, filter, scope } = question;
  const bindings = new Bindings(prefix);
  const isOfHours = dataset === "conversations";
  const read = readOf(question, lake, isOfHours ? wholeHours(slice) : slice, prefix);
  const needed: readonly ColumnName[] = isOfHours
    ? [...columns, ...foldColumns, "start_time", "end_time"]
    : [...columns, "time"];
  const sql = sourceSql({
    dataset,
    reads: [read],
    range,
    columns: needed,
    named: [],
    grid: undefined,
    filter,
    scope,
    names: lake.names,
    hours: lake.hours,
    bindings,
  });
  const target = { names: lake.names, relation: read.view, bindings };
  const conditions = isOfHours
    ? [
        // As everywhere else: what went on in the range, if only for an instant.
        `start_time < ${bindings.time(range.to)} AND greatest(epoch_us(end_time), epoch_us(start_time) + 1) > ${bindings.integer(range.from)}`,
        ...notFoldedSql(question.fold, target),
      ]
    : ["true"];
  return {
    sql,
    conditions,
    get fold() {
      return isOfHours ? foldSql(target) : "NULL";
    },
    bindings,
    statement: (text) => ({
      sql: text,
      parameters: bindings.values,
      blockTables: bindings.blockTables,
      reads: [read],
      readsNames: joinedNames(filter, dataset).length > 0,
    }),
  };
}

function readOf({ dataset }: RowsQuestion, { segments, hours }: RowsLake, range: TimeRange, prefix: string): Read {
  const inRange = segmentsInRange(segments(dataset), range);
  const found = hours === undefined ? inRange : segmentsOfHours(inRange, new Set(hours));
  return { view: `${prefix}${dataset}`, table: dataset, range, segments: found, isCut: false };
}
