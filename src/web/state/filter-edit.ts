import { formatFilter, lintFilter, parseFilter, plainText } from "#filter/index.js";
import type { DatasetName } from "#model/datasets.js";

/** A value that an editor or a menu adds to a filter. */
export interface Condition {
  readonly field: string;
  /** Null: `is unknown`. */
  readonly value: string | null;
  readonly negate?: boolean;
}

export function conditionText({ field, value, negate = false }: Condition): string {
  if (value === null) return `${field} is ${negate ? "known" : "unknown"}`;
  return `${field} ${negate ? "!=" : "="} ${plainText(value)}`;
}

/** The filter with one condition more; a filter with `or` in it goes into brackets. */
export function withCondition(filter: string, condition: Condition, dataset: DatasetName = "conversations"): string {
  const added = conditionText(condition);
  if (filter.trim() === "") return added;
  if (lintFilter(filter, dataset).length > 0) return added;
  const node = parseFilter(filter, dataset);
  const before = formatFilter(node);
  if (before === added || before.split(" and ").includes(added)) return filter;
  return node.kind === "or" ? `(${before}) and ${added}` : `${before} and ${added}`;
}

/** A filter with conditions more; one with a mistake stays as it is, so that the mistake is told and not passed over. */
export function narrowed(filter: string, conditions: readonly Condition[]): string {
  if (filter.trim() !== "" && lintFilter(filter, "conversations").length > 0) return filter;
  return conditions.reduce((text, condition) => withCondition(text, condition), filter);
}
