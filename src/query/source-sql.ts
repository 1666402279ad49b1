import type { TimeRange } from "#model/answer.js";
import type { ColumnName } from "#model/columns.js";
import type { DatasetName } from "#model/datasets.js";
import type { FilterNode } from "#model/filter.js";
import type { NameBook } from "#model/names.js";
import type { Scope } from "#model/query.js";
import type { Segment } from "#model/segment.js";
import { tables, type TableName } from "#model/tables.js";
import { conjuncts } from "./choose-table.ts";
import { compileFilter, fieldOf, joinedNames, type FilterTarget } from "./filter-sql.ts";
import type { Bindings } from "./bindings.ts";
import { namedAlias } from "./dimensions.ts";
import { beginningColumns, spreadColumns } from "./measures-sql.ts";
import { namedColumn, namesJoinSql } from "./named-fields.ts";
import { scopeSql } from "./scope-sql.ts";
import { gridKeySql, HOUR, keyOfBeginSql, stepBeginSql, type TimeGrid } from "./time-grid.ts";
import { offsetSql } from "./time-zone.ts";

/** Rows of one table for a stretch of time: what the engine makes a relation of, and nothing else. */
export interface Read {
  /** The relation's name in the statement. */
  readonly view: string;
  readonly table: TableName;
  readonly range: TimeRange;
  readonly segments: readonly Segment[];
  /** Rows stand for an hour of which the range or a step takes a part: they are cut. */
  readonly isCut: boolean;
}

/** What is read, as one relation: columns as they are, `step_key` where time is cut, names where they are asked for. */
export interface SourceRequest {
  readonly dataset: DatasetName;
  readonly reads: readonly Read[];
  /** The whole range that counts. */
  readonly range: TimeRange;
  readonly columns: readonly ColumnName[];
  /** Address columns whose names are read. */
  readonly named: readonly ColumnName[];
  readonly grid: TimeGrid | undefined;
  readonly filter: FilterNode | undefined;
  readonly scope: Scope | undefined;
  readonly names: NameBook;
  /** Hours since 1970 that can have rows, where they are known; ascending. */
  readonly hours: readonly number[] | undefined;
  readonly bindings: Bindings;
}

/** SQL of a relation in parentheses. */
export function sourceSql(request: SourceRequest): string {
  return `(${request.reads.map((read) => readSql(read, request)).join(" UNION ALL ")})`;
}

function readSql(read: Read, request: SourceRequest): string {
  const columns = [...new Set(request.columns)];
  const aliases = request.named.flatMap((column) =>
    parts.map((part) => [namedColumn(column, part), namedAlias(column, part)] as const),
  );
  const outputs = [...columns, ...aliases.map(([, alias]) => alias)];
  const known = new Set<ColumnName>(tables[read.table]);
  const selected = [
    // Of the hours at the ends of a range, what only sums of hours know.
    ...columns.map((column) => (known.has(column) ? column : `NULL AS ${column}`)),
    ...aliases.map(([sql, alias]) => `${sql} AS ${alias}`),
  ];
  if (!read.isCut) {
    const key = request.grid === undefined ? [] : [`${gridKeySql(request.grid, "epoch_us(time)")} AS step_key`];
    return scansSql([...selected, ...key, ...(selected.length + key.length === 0 ? ["1 AS one"] : [])], read, request);
  }
  const spans = [
    // What an observation counts is the hour's, though its records may reach beyond it.
    "epoch_us(greatest(start_time, time)) AS span_from",
    `least(greatest(epoch_us(end_time), epoch_us(start_time)), epoch_us(time) + ${HOUR}) AS span_to`,
    ...(tables[read.table].includes("chain_start") ? ["greatest(epoch_us(chain_start), epoch_us(time)) AS began"] : []),
  ];
  return cutSql(scansSql([...selected, ...spans], read, request), outputs, request);
}

const parts = ["name", "role", "owner"] as const;

/** One scan; two where an address may be at either end, because neither prunes by an OR over two columns. */
function scansSql(selected: readonly string[], read: Read, request: SourceRequest): string {
  const { dataset, filter, scope, bindings, names } = request;
  const target: FilterTarget = { dataset, relation: read.view, bindings, names };
  const rest = conjuncts(filter);
  const either = rest.find((part) => isEitherEnd(part, dataset));
  const conditions = [
    timeSql(read, request),
    ...(scope === undefined ? [] : [scopeSql(scope, dataset, bindings)]),
    ...rest.filter((part) => part !== either).map((part) => compileFilter(part, target)),
  ];
  const joins = [...new Set([...request.named, ...joinedNames(filter, dataset)])].map((column) =>
    namesJoinSql(column, read.view),
  );
  const scan = (...more: readonly string[]): string =>
    `SELECT ${selected.join(", ")} FROM ${[read.view, ...joins].join(" ")} WHERE ${[...conditions, ...more].join(" AND ")}`;
  if (either === undefined || either.kind !== "in") return scan();
  const [client = "", server = ""] = fieldOf(dataset, either.field).columns.map((column) =>
    compileFilter({ ...either, field: column }, target),
  );
  return `${scan(server)} UNION ALL ${scan(client, `${server} IS NOT TRUE`)}`;
}

/** A condition that one of the two addresses is among some. */
export function isEitherEnd(node: FilterNode, dataset: DatasetName): boolean {
  if (node.kind !== "in" || node.negated || !node.values.every(({ type }) => type === "addresses")) return false;
  const { columns, named } = fieldOf(dataset, node.field);
  return columns.length === 2 && named === undefined;
}

function timeSql(read: Read, { hours, bindings }: SourceRequest): string {
  const { from, to } = read.range;
  const first = read.isCut ? Math.floor(from / HOUR) * HOUR : from;
  const conditions = [`time >= ${bindings.time(first)} AND time < ${bindings.time(to)}`];
  if (read.isCut)
    conditions.push(
      `start_time < ${bindings.time(to)} AND greatest(epoch_us(end_time), epoch_us(start_time) + 1) > ${bindings.integer(from)}`,
    );
  const runs = hours === undefined ? [] : runsOf(hours);
  if (hours !== undefined && runs.length <= MOST_RUNS)
    conditions.push(
      runs.length === 0
        ? "false"
        : `(${runs.map(([begin, end]) => `time >= ${bindings.time(begin * HOUR)} AND time < ${bindings.time(end * HOUR)}`).join(" OR ")})`,
    );
  return conditions.join(" AND ");
}

/** More stretches than this are left to the choice of files. */
const MOST_RUNS = 64;

/** Hours that follow one another as stretches, the end not included. */
function runsOf(hours: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const hour of hours) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === hour) last[1] = hour + 1;
    else runs.push([hour, hour + 1]);
  }
  return runs;
}

/**
 * Cuts rows by the ends of the range, and by steps where there are any. What a row counts is spread evenly over its stretch of
 * time, as differences of one running sum: the parts of a row add up to it exactly, and minutes to steps.
 */
function cutSql(rows: string, outputs: readonly string[], { range, grid, bindings }: SourceRequest): string {
  // Bound when they are first named: an answer that only counts different things needs neither.
  const bound = new Map<number, string>();
  const edge = (micros: number): string => {
    const known = bound.get(micros) ?? bindings.integer(micros);
    bound.set(micros, known);
    return known;
  };
  const [from, to] = [(): string => edge(range.from), (): string => edge(range.to)];
  if (grid === undefined) return `SELECT ${outputs.map((name) => cutColumn(name, from, to)).join(", ")} FROM (${rows})`;
  const offset = offsetSql(grid.zone, "span_from");
  const step = bindings.integer(grid.step);
  const local = (at: string): string => (offset === "0" ? at : `(${at} + ${offset})`);
  const cells = `SELECT *, unnest(range(${stepBeginSql(grid, local("span_from"))}, ${local("greatest(span_to, span_from + 1)")}, ${step})) AS begin FROM (${rows})`;
  const begin = offset === "0" ? "begin" : `(begin - ${offset})`;
  const bounds = `SELECT *, greatest(${begin}, ${from()}) AS cell_from, least(${begin} + ${step}, ${to()}) AS cell_to, ${keyOfBeginSql(grid, "begin", offset)} AS step_key FROM (${cells})`;
  return `SELECT ${[
    ...outputs.map((name) =>
      cutColumn(
        name,
        () => "cell_from",
        () => "cell_to",
      ),
    ),
    "step_key",
  ].join(", ")} FROM (${bounds}) WHERE cell_from < cell_to`;
}

function cutColumn(name: string, from: () => string, to: () => string): string {
  const column = name as ColumnName;
  if (spreadColumns.has(column)) return `${shareSql(name, from(), to())} AS ${name}`;
  if (!beginningColumns.has(column)) return name;
  const at = column === "starts" ? "began" : "span_from";
  return `CASE WHEN ${at} >= ${from()} AND ${at} < ${to()} THEN ${name} ELSE 0 END AS ${name}`;
}

/** A row spans an hour at most: with counts below this, products fit into 64 bits, and dividing those is ten times as fast. */
const SMALL = 2 ** 31;

/** The part of a count over [span_from, span_to) that falls into a stretch; see derivation, which rolls up minutes the same way. */
function shareSql(count: string, from: string, to: string): string {
  const until = (end: string, type: "BIGINT" | "HUGEINT"): string =>
    `(${count}::${type} * (greatest(least(span_to, ${end}), span_from) - span_from)) // (span_to - span_from)`;
  const part = (type: "BIGINT" | "HUGEINT"): string => `${until(to, type)} - ${until(from, type)}`;
  return `CASE WHEN span_to <= span_from THEN (CASE WHEN span_from >= ${from} AND span_from < ${to} THEN ${count} ELSE 0 END) WHEN span_from >= ${from} AND span_to <= ${to} THEN ${count} WHEN ${count} < ${SMALL} THEN ${part("BIGINT")} ELSE ${part("HUGEINT")} END`;
}
