import { cloudColour, isDeniedVerdict, rankColour, verdictColour } from "../../chart/colours.ts";
import type { Palette } from "../../chart/palette.ts";
import type { Series } from "../../chart/series.ts";
import { cloudText } from "../../state/fields.ts";
import { isDeniedMeasure } from "./measure-text.ts";

const clouds = new Set(["provider", "providers", "client_provider", "server_provider"]);
const verdicts = new Set(["verdict", "client_verdict", "server_verdict", "action"]);

/** The ink of a series: clouds and verdicts have theirs everywhere, others go by rank. */
export function seriesColour(each: Series, rank: number, by: readonly string[], palette: Palette): string {
  const [field = ""] = by;
  const [value = null] = each.values;
  if (each.isOthers) return rankColour(rank, true, palette);
  if (by.length === 1 && clouds.has(field)) return cloudColour(value, palette);
  if (by.length === 1 && verdicts.has(field)) return verdictColour(value, palette);
  return rankColour(rank, false, palette);
}

/** Whether a group is of denied traffic: by one of its values, or because only that is counted. */
export function isDeniedGroup(values: readonly (string | null)[], by: readonly string[], measure: string): boolean {
  return isDeniedMeasure(measure) || by.some((field, at) => verdicts.has(field) && isDeniedVerdict(values[at] ?? null));
}

/** What a value of a dimension is called. */
export function valueLabel(field: string, value: string | null): string {
  if (value === null) return "unknown";
  return clouds.has(field) ? cloudText(value) : value;
}

/** A group in one line. */
export function groupName(
  each: Pick<Series, "values" | "isOthers">,
  by: readonly string[],
  names: Readonly<Record<string, string>>,
): string {
  if (each.isOthers) return "all others";
  if (by.length === 0) return "total";
  return each.values.map((value, at) => names[value ?? ""] ?? valueLabel(by[at] ?? "", value)).join(" · ");
}
