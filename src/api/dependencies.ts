import type { AccessControl } from "#access/index.js";
import type { QueryPool } from "./pool/query-pool.ts";
import type { AuthMode } from "./security/auth-mode.ts";

/** What the routes need. */
export interface ApiDependencies {
  readonly dataDir: string;
  readonly pool: QueryPool;
  readonly version: string;
  readonly access: AccessControl;
  readonly auth: AuthMode;
  /** A proxy in front ends TLS and says who asks. */
  readonly isBehindTls: boolean;
}
