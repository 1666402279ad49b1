import type { RowStream } from "#model/answer.js";

/** Runs SQL over the tables of the lake, restricted to the segments that it was opened with. */
export interface TableReader {
  query(sql: string, parameters: readonly (string | number | bigint)[]): Promise<RowStream>;
}
