import type { TimeRange } from "#model/answer.js";

/** `bad`: answers are wrong or missing because of it. `warn`: some answers are weaker for it. */
export type TrustLevel = "ok" | "warn" | "bad";

/** One thing that answers rest on, judged. */
export interface TrustCheck {
  /** Stable, for scripts. */
  readonly code: string;
  readonly level: TrustLevel;
  /** One line: what is so. */
  readonly finding: string;
  /** What follows from it for answers; null where all is well. */
  readonly reason: string | null;
  /** What to do about it. */
  readonly next: string | null;
  /** Single cases, the largest first. */
  readonly details: readonly string[];
}

export interface TrustAnswer {
  readonly range: TimeRange;
  readonly checks: readonly TrustCheck[];
}

export function fine(code: string, finding: string): TrustCheck {
  return { code, level: "ok", finding, reason: null, next: null, details: [] };
}
