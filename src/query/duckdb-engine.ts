import type { Cell } from "#model/answer.js";
import type { NameBook } from "#model/names.js";
import type { Sandbox } from "#store/index.js";
import { NAMES_TABLE } from "./named-fields.ts";
import type { QueryEngine, Statement, StatementRows } from "./engine.ts";

/** What one statement may use. */
export interface StatementLimits {
  readonly timeoutMs: number;
  readonly maxRows: number;
}

/** Runs statements of one question in a sandbox of its own: every relation is made once, of exactly the files that are read. */
export class DuckDbEngine implements QueryEngine {
  readonly #sandbox: Sandbox;
  readonly #names: NameBook;
  readonly #limits: StatementLimits;
  readonly #made = new Set<string>();

  constructor(sandbox: Sandbox, names: NameBook, limits: StatementLimits) {
    this.#sandbox = sandbox;
    this.#names = names;
    this.#limits = limits;
  }

  async run(statement: Statement): Promise<StatementRows> {
    for (const { view, table, segments } of statement.reads)
      if (this.#isNew(view)) await this.#sandbox.offerSegments(view, table, segments);
    if (statement.readsNames && this.#isNew(NAMES_TABLE))
      await this.#sandbox.offerNames(NAMES_TABLE, this.#names.blocks);
    for (const { name, blocks } of statement.blockTables)
      if (this.#isNew(name)) await this.#sandbox.offerBlocks(name, blocks);
    const stream = await this.#sandbox.query(statement.sql, this.#limits, statement.parameters);
    const rows: (readonly Cell[])[] = [];
    for await (const block of stream.blocks()) for (const row of block) rows.push(row);
    return { columns: stream.columns, rows };
  }

  #isNew(name: string): boolean {
    if (this.#made.has(name)) return false;
    this.#made.add(name);
    return true;
  }
}
