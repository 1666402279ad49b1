import type { ColumnName } from "#model/columns.js";
import type { FilterNode } from "#model/filter.js";
import type { NameBook } from "#model/names.js";
import type { Segment } from "#model/segment.js";
import { Bindings } from "./bindings.ts";
import type { Statement } from "./engine.ts";
import { compileFilter, joinedNames } from "./filter-sql.ts";
import { namesJoinSql } from "./named-fields.ts";

/** Two states of the conversations' files: what is in the newer and was not in the older has arrived. */
export interface ArrivalsRequest {
  /** Files that took their place since, and those whose place they took. */
  readonly added: readonly Segment[];
  readonly removed: readonly Segment[];
  readonly filter: FilterNode | undefined;
  /** Only what went on at this time or later, microseconds; null: all. */
  readonly since: number | null;
  readonly names: NameBook;
  readonly limit: number;
}

/** What is told of a conversation that arrived, in this order; `is_new` stands before them. */
export const arrivalColumns = [
  "conversation_id",
  "time",
  "start_time",
  "end_time",
  "chain_start",
  "client_ip",
  "client_port",
  "server_ip",
  "server_port",
  "protocol",
  "class",
  "state",
  "verdict",
  "decided_at",
  "rule_name",
  "client_verdict",
  "server_verdict",
  "client_bytes",
  "server_bytes",
  "attempted_bytes",
  "records",
] as const satisfies readonly ColumnName[];

/** Two rows of a conversation's hour with the same values here are the same state of it. */
const stateColumns = arrivalColumns.filter((name) => name !== "conversation_id" && name !== "time");

/**
 * Conversations' rows whose state is not among the removed files: those that began, and those that grew. In the order in which
 * they began. One row more than the limit says that there are more.
 */
export function arrivalsStatement({ added, removed, filter, since, names, limit }: ArrivalsRequest): Statement {
  const bindings = new Bindings();
  const conditions = ["true"];
  if (filter !== undefined)
    conditions.push(compileFilter(filter, { dataset: "conversations", relation: "arrived", bindings, names }));
  if (since !== null) conditions.push(`end_time >= ${bindings.time(since)}`);
  const joined = [...new Set(joinedNames(filter, "conversations"))];
  const joins = joined.map((column) => namesJoinSql(column, "arrived"));
  const state = (row: string): string => `hash(${stateColumns.map((name) => `${row}.${name}`).join(", ")})`;
  return {
    sql: `WITH met AS (SELECT arrived.* FROM ${["arrived", ...joins].join(" ")} WHERE ${conditions.join(" AND ")})
      SELECT b.conversation_id IS NULL AND met.starts > 0 AS is_new, ${arrivalColumns.map((name) => `met.${name}`).join(", ")}
      FROM met LEFT JOIN before b ON b.conversation_id = met.conversation_id AND b.time = met.time
      WHERE b.conversation_id IS NULL OR ${state("met")} <> ${state("b")}
      ORDER BY met.start_time, met.conversation_id LIMIT ${bindings.integer(limit + 1)}`,
    parameters: bindings.values,
    blockTables: bindings.blockTables,
    reads: [
      { view: "arrived", table: "conversations", segments: added },
      { view: "before", table: "conversations", segments: removed },
    ],
    readsNames: joined.length > 0,
  };
}
