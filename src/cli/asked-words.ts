import type { AskRequest } from "#app/index.js";

/** The words of a question that every command which asks takes. */
export interface AskedOptions {
  readonly by?: readonly string[];
  readonly dataset?: string;
  readonly measure?: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly others: boolean;
  readonly compare?: string;
  readonly tz?: string;
}

/** The question that options and filter words ask, as far as they were given. */
export function askedWords(filter: readonly string[], options: AskedOptions): Omit<AskRequest, "nowMs"> {
  const { by, dataset, measure, from, to, others, compare, tz } = options;
  return {
    ...(filter.length > 0 && { filter: filter.join(" ") }),
    ...(by !== undefined && { by }),
    ...(dataset !== undefined && { dataset }),
    ...(measure !== undefined && { measures: measure }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(compare !== undefined && { compare }),
    ...(tz !== undefined && { timeZone: tz }),
    others,
  };
}
