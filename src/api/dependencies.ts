import type { AccessControl } from "#access/index.js";
import type { LakeKeeper } from "#app/index.js";
import type { Answers } from "./cache/answers.ts";
import type { EventHub } from "./event-hub.ts";
import type { Exports } from "./exports/exports.ts";
import type { PushDoor } from "./push/push-door.ts";
import type { AuthMode } from "./security/auth-mode.ts";

/** What the routes need. */
export interface ApiDependencies {
  readonly dataDir: string;
  /** Answers of workers, kept while they are true: routes ask with `answerTask`. */
  readonly answers: Answers;
  readonly exports: Exports;
  readonly keeper: LakeKeeper;
  readonly events: EventHub;
  readonly push: PushDoor;
  /** Bytes that one upload may have. */
  readonly uploadBytes: number;
  readonly version: string;
  readonly access: AccessControl;
  readonly auth: AuthMode;
  /** A proxy in front ends TLS and says who asks. */
  readonly isBehindTls: boolean;
}
