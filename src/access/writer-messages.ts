import type { ErrorData } from "#base/error-data.js";
import type { AccessMethod } from "./access-writer.ts";

/** To the thread that writes. */
export type ToWriter =
  | { readonly type: "run"; readonly id: number; readonly method: AccessMethod; readonly args: readonly unknown[] }
  | { readonly type: "close" };

/** From it. */
export type FromWriter =
  | { readonly type: "open" }
  | { readonly type: "not-open"; readonly error: ErrorData }
  | { readonly type: "done"; readonly id: number; readonly result: unknown }
  | { readonly type: "failed"; readonly id: number; readonly error: ErrorData };
