import type { NameBook } from "#model/names.js";
import type { Scope } from "#model/query.js";
import type { Segment } from "#model/segment.js";
import type { TableName } from "#model/tables.js";
import type { CheckedQuery } from "./check-query.ts";

/** What planning looks up. Nothing is read by it. */
export interface PlanContext {
  segments(table: TableName): readonly Segment[];
  readonly names: NameBook;
  /** Microseconds: no step may be finer without being drawn from spread bytes. */
  readonly longestWindow: number;
  /** Hours since 1970 that can have rows, found beforehand where the filter names addresses; ascending. */
  readonly hours?: readonly number[];
  /** Whether it was found that an address which sums of hours fold could rank: they do not answer. */
  readonly mayFoldedRank?: boolean;
}

/** What all statements of a plan are made of. */
export interface Planned {
  readonly query: CheckedQuery;
  readonly scope: Scope | undefined;
  readonly context: PlanContext;
  readonly table: TableName;
}
