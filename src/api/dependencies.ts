import type { AccessControl } from "#access/index.js";
import type { Answers } from "./cache/answers.ts";
import type { Exports } from "./exports/exports.ts";
import type { AuthMode } from "./security/auth-mode.ts";

/** What the routes need. */
export interface ApiDependencies {
  readonly dataDir: string;
  /** Answers of workers, kept while they are true: routes ask with `answerTask`. */
  readonly answers: Answers;
  readonly exports: Exports;
  readonly version: string;
  readonly access: AccessControl;
  readonly auth: AuthMode;
  /** A proxy in front ends TLS and says who asks. */
  readonly isBehindTls: boolean;
}
