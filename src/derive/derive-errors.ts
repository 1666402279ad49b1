import { messageOf, WeirError } from "#base/errors.js";
import { HOUR } from "./limits.ts";

/** When what the files stand for changed again and again before they could take its place. */
export function tooBusy(): WeirError {
  return new WeirError({
    code: "segments-changed",
    kind: "conflict",
    message: "other processes kept changing what conversations were made of",
    next: "Nothing is lost: run `weir store derive`.",
  });
}

// DuckDB gives no codes, only words.
export const isShortOfMemory = (error: unknown): boolean => messageOf(error).startsWith("Out of Memory Error");

/** When an hour needs more memory than may be taken for it. */
export function shortOfMemory(error: unknown, hour: number, rows: number): WeirError {
  return new WeirError({
    code: "derivation-out-of-memory",
    kind: "environment",
    message: `the conversations of an hour of about ${Math.round(rows).toLocaleString("en")} flows did not fit into memory: ${messageOf(error).split("\n")[0] ?? ""}`,
    place: `the hour of ${new Date((hour * HOUR) / 1000).toISOString()}`,
    next: "What was committed is whole. Run `weir store compact`, which makes hours cheaper to read, then `weir store derive`.",
    cause: error,
  });
}
