import type { ErrorKind } from "#base/errors.js";
import type { Scope } from "#model/query.js";
import type { Task } from "./tasks.ts";

/** From the server to a worker. */
export type ToWorker =
  | {
      readonly type: "run";
      readonly id: number;
      readonly task: Task;
      readonly scope: Scope | undefined;
      readonly dataDir: string;
      readonly nowMs: number;
    }
  | { readonly type: "cancel"; readonly id: number };

/** An error as plain data: what a WeirError says. */
export interface ErrorData {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly message: string;
  readonly place: string | undefined;
  readonly next: string | undefined;
}

/** From a worker to the server. */
export type FromWorker =
  | { readonly type: "ready" }
  | { readonly type: "done"; readonly id: number; readonly text: string }
  | { readonly type: "failed"; readonly id: number; readonly error: ErrorData };
