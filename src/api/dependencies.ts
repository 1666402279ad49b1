import type { LakeKeeper } from "#app/index.js";
import type { EventHub } from "./event-hub.ts";
import type { QueryPool } from "./pool/query-pool.ts";

/** What the routes need. */
export interface ApiDependencies {
  readonly dataDir: string;
  readonly pool: QueryPool;
  readonly keeper: LakeKeeper;
  readonly events: EventHub;
  readonly version: string;
  /** Bytes that one upload may have. */
  readonly uploadBytes: number;
}
