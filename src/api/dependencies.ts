import type { Exports } from "./exports/exports.ts";
import type { QueryPool } from "./pool/query-pool.ts";

/** What the routes need. */
export interface ApiDependencies {
  readonly dataDir: string;
  readonly pool: QueryPool;
  readonly exports: Exports;
  readonly version: string;
}
