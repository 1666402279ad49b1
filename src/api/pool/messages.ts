import type { ErrorData } from "#base/error-data.js";
import type { Scope } from "#model/query.js";
import type { TaskLimits } from "./task.ts";
import type { Task } from "./tasks.ts";

/** What a worker is told once, when it starts. */
export interface WorkerConfig {
  readonly dataDir: string;
  readonly limits: TaskLimits;
  /** Longer answers are refused. */
  readonly maxAnswerBytes: number;
}

/** From the server to a worker. */
export type ToWorker =
  | ({ readonly type: "start" } & WorkerConfig)
  | {
      readonly type: "run";
      readonly id: number;
      readonly task: Task;
      readonly scope: Scope | undefined;
      /** Milliseconds since 1970. */
      readonly nowMs: number;
    }
  | { readonly type: "cancel"; readonly id: number }
  /** Ends it: what runs is interrupted. */
  | { readonly type: "stop" };

/** From a worker to the server. */
export type FromWorker =
  | { readonly type: "ready" }
  /** It has the question in hand: if it ends now, the question may be why. */
  | { readonly type: "begun"; readonly id: number }
  | { readonly type: "done"; readonly id: number; readonly text: string; readonly residentBytes: number }
  | { readonly type: "failed"; readonly id: number; readonly error: ErrorData; readonly residentBytes: number };
