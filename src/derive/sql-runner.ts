/** Runs statements on the engine that derives; rows come back as plain values. */
export interface SqlRunner {
  /** @param values what `$1`, `$2` … stand for: input text goes this way and never into the statement */
  run(sql: string, values?: readonly string[]): Promise<void>;
  rows(sql: string): Promise<readonly (readonly unknown[])[]>;
}
