import { WeirError } from "#base/errors.js";
import { knownWord } from "#base/known-word.js";
import { parseFilter } from "#filter/index.js";
import type { TimeRange } from "#model/answer.js";
import { columnOf, type ColumnName } from "#model/columns.js";
import { datasetNames, type DatasetName } from "#model/datasets.js";
import type { FilterNode } from "#model/filter.js";
import type { NameBook } from "#model/names.js";
import { isEvidence, tableNames, tables, type TableName } from "#model/tables.js";
import type { Scope } from "#model/query.js";
import {
  Bindings,
  compileFilter,
  joinedNames,
  namesJoinSql,
  scopeSql,
  type BlockTable,
  type BoundValue,
} from "#query/index.js";
import type { LakeFiles } from "#store/index.js";

/** What is exported, as a person asks for it. */
export interface ExportQuestion {
  /** A dataset or another table, unless `sql` is given. */
  readonly dataset: string;
  /** Only rows that it keeps, in the words of the dataset. */
  readonly filter?: string;
  readonly sql?: string;
  /** Microseconds since 1970. */
  readonly from?: number;
  readonly to?: number;
  /** Sorted, the same way for the same lake whatever its files; else as the files have it. */
  readonly order?: "time";
  /** Also columns that have no value in any file. */
  readonly allColumns: boolean;
  /** What the caller may see, of datasets; undefined: everything. */
  readonly scope?: Scope;
}

/** The one statement that reads what is asked for, and what has to be there for it. */
export interface ExportPlan {
  readonly sql: string;
  readonly parameters: readonly BoundValue[];
  readonly blockTables: readonly BlockTable[];
  /** Whether it joins the names of addresses. */
  readonly readsNames: boolean;
}

const catalogTables = ["objects", "segments"] as const;
type CatalogTable = (typeof catalogTables)[number];

/** What can be exported by its name. */
export type ExportTable = TableName | CatalogTable;

const exportTables: readonly ExportTable[] = [...tableNames, ...catalogTables];

/** Rows that stand for hours, and say when within them. */
const spanTables: ReadonlySet<string> = new Set(["conversations", "observations"]);

const MINUTE = 60_000_000;
const HOUR = 60 * MINUTE;

/** What the rows of a table stand for, microseconds: a range of time takes whole ones. */
function grainOf(table: TableName): number {
  if (isEvidence(table)) return 1;
  return table === "rollup_minute" ? MINUTE : table === "presence" ? 24 * HOUR : HOUR;
}

/**
 * What `dataset` names; undefined with a query of one's own.
 * @throws WeirError `unknown-dataset`
 */
function tableOf({ dataset, sql }: ExportQuestion): ExportTable | undefined {
  if (sql !== undefined) return undefined;
  return knownWord(dataset, exportTables, "dataset", "--dataset");
}

/** The range of time that is taken: whole minutes, hours or days where rows stand for those and do not say when within them. */
export function exportRange(question: ExportQuestion): TimeRange {
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = question;
  return spanTables.has(tableOf(question) ?? "") ? { from, to } : wholeRange(question);
}

/** The range of time that rows stand for which are read. */
export function wholeRange(question: ExportQuestion): TimeRange {
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = question;
  const table = tableOf(question);
  const grain = table === undefined || isCatalogTable(table) ? 1 : grainOf(table);
  return { from: Math.floor(from / grain) * grain, to: Math.ceil(to / grain) * grain };
}

/**
 * @param names the names that a filter may ask for
 * @throws WeirError when what is asked for does not go together, or the filter cannot be read
 */
export function planExport(question: ExportQuestion, files: LakeFiles, names: NameBook): ExportPlan {
  const { sql, order } = question;
  const table = tableOf(question);
  if (table === undefined) return plain(sql ?? "");
  const filter = filterOf(question, table);
  if (isCatalogTable(table)) {
    refuseTime(question, table);
    return plain(`SELECT * FROM ${table}${order === undefined ? "" : " ORDER BY ALL"}`);
  }
  const bindings = new Bindings();
  const { from, to } = wholeRange(question);
  const conditions = [
    ...(Number.isFinite(from) ? [`time >= ${bindings.time(from)}`] : []),
    ...(Number.isFinite(to) ? [`time < ${bindings.time(to)}`] : []),
    ...within(question, table, bindings),
    ...scopeOf(question, table, bindings),
    ...(filter === undefined ? [] : [compileFilter(filter.node, { ...filter, relation: table, bindings, names })]),
  ];
  const joined = filter === undefined ? [] : [...new Set(joinedNames(filter.node, filter.dataset))];
  const joins = joined.map((column) => ` ${namesJoinSql(column, table)}`).join("");
  const where = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
  const columns = exportColumns(table, question, files).join(", ");
  return {
    sql: `SELECT ${columns} FROM ${table}${joins}${where}${order === undefined ? "" : orderSql(table)}`,
    parameters: bindings.values,
    blockTables: bindings.blockTables,
    readsNames: joined.length > 0,
  };
}

/** Of the whole hours, the rows that were under way within the range itself: as the console lists them. */
function within({ from, to }: ExportQuestion, table: TableName, bindings: Bindings): string[] {
  if (!spanTables.has(table)) return [];
  return [
    ...(from === undefined
      ? []
      : [`greatest(epoch_us(end_time), epoch_us(start_time) + 1) > ${bindings.integer(from)}`]),
    ...(to === undefined ? [] : [`start_time < ${bindings.time(to)}`]),
  ];
}

/** @throws WeirError `outside-scope` where rows do not say whose they are */
function scopeOf({ scope }: ExportQuestion, table: TableName, bindings: Bindings): string[] {
  if (scope === undefined) return [];
  return [scopeSql(scope, datasetNames.find((name) => name === table) ?? "presence", bindings)];
}

function plain(sql: string): ExportPlan {
  return { sql, parameters: [], blockTables: [], readsNames: false };
}

interface CheckedFilter {
  readonly node: FilterNode;
  readonly dataset: DatasetName;
}

/** @throws WeirError `no-filter` where the language has no words for a table */
function filterOf({ filter }: ExportQuestion, table: ExportTable): CheckedFilter | undefined {
  if (filter === undefined) return undefined;
  const dataset = datasetNames.find((name) => name === table);
  if (dataset !== undefined) return { node: parseFilter(filter, dataset), dataset };
  throw new WeirError({
    code: "no-filter",
    kind: "usage",
    message: `${table} takes no filter`,
    place: filter,
    next: `Filters are for ${datasetNames.join(", ")}; for other tables use --sql.`,
  });
}

function isCatalogTable(table: string): table is CatalogTable {
  return catalogTables.some((name) => name === table);
}

function refuseTime({ from, to }: ExportQuestion, table: CatalogTable): void {
  if (from === undefined && to === undefined) return;
  throw new WeirError({
    code: "no-time",
    kind: "usage",
    message: `${table} has no time to choose by`,
    place: "--from, --to",
    next: "Leave them out, or use --sql.",
  });
}

/** Rows that are alike in all columns may change places; no others. */
function orderSql(table: TableName): string {
  const tie: readonly ColumnName[] = isEvidence(table)
    ? ["object_id", "position", "sub_position"]
    : table === "conversations"
      ? ["start_time", "conversation_id"]
      : [];
  // `time` is the first column of every table.
  return tie.length === 0 ? " ORDER BY ALL" : ` ORDER BY time, ${tie.join(", ")}`;
}

/** A hundred columns exist and most logs fill twenty: the others are left out unless they are asked for. */
function exportColumns(table: TableName, { allColumns }: ExportQuestion, files: LakeFiles): readonly ColumnName[] {
  const all = tables[table];
  if (allColumns) return all;
  const present = new Set(files.segments(table).flatMap(({ columns }) => columns));
  const some = all.filter((name) => present.has(columnOf(name).id));
  return some.length === 0 ? all : some;
}
