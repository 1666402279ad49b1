import type { Context } from "hono";
import type { Scope } from "#model/query.js";

/** Who asks. */
export interface Asker {
  /** Whose turn it is: questions of different askers take turns. */
  readonly key: string;
  /** What may be seen; undefined: everything. */
  readonly scope: Scope | undefined;
  /** Aborted when the asker goes away. */
  readonly signal: AbortSignal;
}

/** Who sent a request. */
export function askerOf(context: Context): Asker {
  const { key, scope } = context.get("principal");
  return { key, scope, signal: context.req.raw.signal };
}
