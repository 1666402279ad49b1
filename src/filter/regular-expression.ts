import { filterLimits } from "./limits.ts";
import type { Fault } from "./values.ts";

/** Why a regular expression is refused; undefined when it is accepted. */
export function regularExpressionFault(pattern: string): Fault | undefined {
  const { patternLength } = filterLimits;
  return pattern.length > patternLength
    ? { message: `the regular expression is longer than ${patternLength} characters` }
    : undefined;
}
