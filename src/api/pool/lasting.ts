import { readTime } from "#base/time.js";
import type { Lasting } from "./task.ts";

/** A time that counts from now, anywhere in a text: `now`, or a length of time back such as `-2h`. */
const FROM_NOW = /(?:^|[\s=<>!(,.])(?:now|-\d+(?:\.\d+)?(?:ms|[smhdw]))(?![\w.-])/i;

/** The words of a question that can name a time. */
export interface TimedRequest {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly filter?: string | undefined;
  readonly compare?: string | undefined;
}

/**
 * How long the answer to a question about a range of time lasts: of the lake's past, as long as the lake; of what counts from
 * now or ends later than now, a minute.
 */
export function lastingOf({ from, to, filter, compare }: TimedRequest, nowMs: number): Lasting {
  const words = [from, to, filter, compare].filter((word) => word !== undefined);
  if (words.some((word) => FROM_NOW.test(word))) return "minute";
  const end = to === undefined ? undefined : readTime(to, nowMs);
  return end !== undefined && end > nowMs * 1000 ? "minute" : "lake";
}
