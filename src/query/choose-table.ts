import type { TimeRange } from "#model/answer.js";
import { columnOf, type ColumnName } from "#model/columns.js";
import { findField, type DatasetName } from "#model/datasets.js";
import type { FilterNode } from "#model/filter.js";
import type { MeasureName } from "#model/measures.js";
import type { Segment } from "#model/segment.js";
import { tables, type TableName } from "#model/tables.js";
import { holdsFoldedBlocks, isPrivate } from "./address-sets.ts";
import { expiredHours } from "./kept.ts";
import { rowsWithin, segmentsInRange } from "./segments.ts";

/** What a question needs of a table. */
export interface Needs {
  readonly dataset: DatasetName;
  readonly measures: readonly MeasureName[];
  /** Columns that it groups by or filters by. */
  readonly columns: readonly ColumnName[];
  /** Those that it groups by. */
  readonly grouped: readonly ColumnName[];
  readonly filter: FilterNode | undefined;
  readonly range: TimeRange;
  /** Whether rows that stand for hours are fine enough for its steps. */
  readonly onHours: boolean;
  /** Whether only the groups that rank first are shown: then it can be proven that no folded address is among them. */
  readonly isProvable: boolean;
}

export interface Choice {
  readonly table: TableName;
  /** One sentence for people. */
  readonly why: string;
  /** Whether it answers exactly only if a proof holds; see folded-proof.ts. */
  readonly needsProof: boolean;
}

/** Columns of rollups that are no part of what they count, or mean something else than in conversations. */
const counted: ReadonlySet<ColumnName> = new Set([
  "time",
  "folded",
  "starts",
  "records",
  "client_bytes",
  "client_packets",
  "server_bytes",
  "server_packets",
  "attempted_bytes",
]);

const known = (table: TableName): ReadonlySet<ColumnName> =>
  new Set(tables[table].filter((name) => !counted.has(name)));
const minuteColumns = known("rollup_minute");
const hourColumns = known("rollup_hour");

/** The end whose different addresses a measure counts. */
const countedEnd: Partial<Record<MeasureName, ColumnName>> = { clients: "client_ip", servers: "server_ip" };

/**
 * The smallest table that answers exactly. Rollups add up to conversations, so whatever adds may be read from them if they have
 * its columns; different addresses may be counted where they have the addresses themselves, and conversations never. A table that
 * has lost hours to retention which another still has does not answer.
 */
export function chooseTable(needs: Needs, segments: (table: TableName) => readonly Segment[]): Choice {
  const { dataset } = needs;
  if (dataset !== "conversations") return { table: dataset, why: `${dataset} are kept as they are`, needsProof: false };
  const expired = expiredHours(needs.range, segments);
  const answering = (["rollup_minute", "rollup_hour"] as const).filter(
    (table) => whyNot(table, needs, segments) === undefined,
  );
  const least = Math.min(...[...answering, "conversations" as const].map((table) => expired[table]));
  const found = answering
    .filter((table) => expired[table] === least)
    .map((table) => ({ table, rows: rowsWithin(segments(table), needs.range) }))
    .sort((a, b) => a.rows - b.rows)[0];
  if (found !== undefined) {
    const unit = found.table === "rollup_minute" ? "minute, without addresses," : "hour";
    return { table: found.table, why: `sums of each ${unit} answer it exactly`, needsProof: false };
  }
  const why = whyNot("rollup_hour", needs, segments) ?? "sums of that time have expired";
  if (why === FOLDED && expired.rollup_hour <= expired.conversations && isWorthProving(needs, segments))
    return {
      table: "rollup_hour",
      why: "sums of each hour answer it: no address that they fold can rank",
      needsProof: true,
    };
  return { table: "conversations", why, needsProof: false };
}

const FOLDED = "sums of hours hold blocks in place of some public addresses";
/** A proof reads the sums once more, and may fail: they must be so many times fewer than conversations. */
const LEAST_GAIN = 2;

function isWorthProving(needs: Needs, segments: (table: TableName) => readonly Segment[]): boolean {
  const { measures, dataset, filter, range } = needs;
  if (!needs.isProvable || measures.some((measure) => countedEnd[measure] !== undefined)) return false;
  const rows = (table: TableName): number => rowsWithin(segments(table), range);
  return isSafe(filter, dataset, pinnedBy(needs)) && rows("rollup_hour") * LEAST_GAIN <= rows("conversations");
}

function whyNot(
  table: "rollup_minute" | "rollup_hour",
  needs: Needs,
  segments: (table: TableName) => readonly Segment[],
): string | undefined {
  const { measures, range, onHours } = needs;
  const ends = measures.flatMap((measure) => countedEnd[measure] ?? []);
  const has = table === "rollup_minute" ? minuteColumns : hourColumns;
  if (measures.includes("active")) return "conversations that ran can only be counted one by one";
  const missing = [...needs.columns, ...ends].find((column) => !has.has(column));
  if (missing !== undefined) return `only conversations have ${missing}`;
  if (table === "rollup_minute") return undefined;
  if (!onHours) return "steps below an hour are cut from conversations";
  const folded = segmentsInRange(segments(table), range).some(({ columns }) => columns.includes(columnOf("folded").id));
  if (folded && !isExactFolded(needs, ends)) return FOLDED;
  return undefined;
}

/** Whether rows that stand for a block of public addresses are left out whole, or taken whole. */
function isExactFolded(needs: Needs, ends: readonly ColumnName[]): boolean {
  const { filter, grouped, dataset } = needs;
  const pinned = pinnedBy(needs);
  const shown = [...grouped, ...ends].filter((column) => column === "client_ip" || column === "server_ip");
  return shown.every((column) => pinned.has(column)) && isSafe(filter, dataset, pinned);
}

/** Address columns that can hold private addresses alone. */
function pinnedBy({ filter, dataset }: Needs): ReadonlySet<ColumnName> {
  return new Set(conjuncts(filter).flatMap((part) => privateColumns(part, dataset)));
}

/** The parts that must all hold. */
export function conjuncts(filter: FilterNode | undefined): readonly FilterNode[] {
  if (filter === undefined) return [];
  return filter.kind === "and" ? filter.parts.flatMap(conjuncts) : [filter];
}

/** Address columns that a condition holds to private addresses. */
function privateColumns(node: FilterNode, dataset: DatasetName): readonly ColumnName[] {
  if (node.kind !== "in" || node.negated) return [];
  const field = findField(dataset, node.field);
  if (field === undefined || field.columns.length !== 1 || field.named !== undefined) return [];
  return node.values.every((value) => value.type === "addresses" && isPrivate(value.block)) ? field.columns : [];
}

/** Whether no condition on addresses can tell apart those that one folded row stands for. */
function isSafe(node: FilterNode | undefined, dataset: DatasetName, pinned: ReadonlySet<ColumnName>): boolean {
  if (node === undefined) return true;
  if ("parts" in node) return node.parts.every((part) => isSafe(part, dataset, pinned));
  if (node.kind === "not") return isSafe(node.part, dataset, pinned);
  const names = node.kind === "columns" ? [node.left, node.right] : [node.field];
  const fields = names.map((name) => findField(dataset, name));
  const touched = fields.flatMap((field) => field?.columns ?? []).filter((name) => columnOf(name).type === "address");
  if (touched.every((column) => pinned.has(column))) return true;
  if (node.kind === "known") return fields.every((field) => field?.named === undefined);
  if (node.kind !== "in" || fields.some((field) => field?.named !== undefined)) return false;
  return node.values.every(
    (value) => value.type === "addresses" && (isPrivate(value.block) || holdsFoldedBlocks(value.block)),
  );
}
