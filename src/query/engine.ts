import type { AnswerColumn, Cell } from "#model/answer.js";
import type { BlockTable, BoundValue } from "./bindings.ts";
import type { Read } from "./source-sql.ts";

/** A relation of some segments of one table. */
export type Relation = Pick<Read, "view" | "table" | "segments">;

/** One statement: SQL without any value of the question in it, what it binds, and the relations that it reads. */
export interface Statement {
  readonly sql: string;
  readonly parameters: readonly BoundValue[];
  readonly blockTables: readonly BlockTable[];
  readonly reads: readonly Relation[];
  /** Whether it joins the names of addresses. */
  readonly readsNames: boolean;
}

export interface StatementRows {
  readonly columns: readonly AnswerColumn[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Whoever runs statements over the lake. Statements of one question share relations and small tables by name. */
export interface QueryEngine {
  run(statement: Statement): Promise<StatementRows>;
}
