import type { QueryPool } from "./pool/query-pool.ts";

/** What the routes need. */
export interface ApiDependencies {
  readonly dataDir: string;
  readonly pool: QueryPool;
  readonly version: string;
}
