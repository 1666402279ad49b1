import { lintFilter, parseFilter } from "#filter/index.js";

/** Filters that must all hold, as one text. What is no filter is left out: the query bar says what is wrong with it. */
export function joinFilters(...filters: readonly (string | undefined)[]): string {
  return filters
    .filter((text): text is string => text !== undefined && text.trim() !== "")
    .filter((text) => lintFilter(text, "conversations").length === 0)
    .map((text, _, all) => (all.length > 1 && parseFilter(text, "conversations").kind === "or" ? `(${text})` : text))
    .join(" and ");
}
