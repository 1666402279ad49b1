/** Bounds on what a filter may ask for: far above what people write, and low enough for hostile input. */
export const filterLimits = {
  /** Characters of a filter. */
  length: 10_000,
  /** Brackets and `not` inside each other. */
  depth: 64,
  /** Values of one list. */
  listValues: 1000,
  /** Characters of a regular expression. */
  patternLength: 500,
} as const;
