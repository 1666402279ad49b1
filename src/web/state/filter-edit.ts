import { fieldText, lintFilter, plainText } from "#filter/index.js";
import { findField, type DatasetName } from "#model/datasets.js";
import { joined, partsOf } from "./filter-chips.ts";

/** A value that an editor or a menu adds to a filter. */
export interface Condition {
  readonly field: string;
  /** Null: `is unknown`. */
  readonly value: string | null;
  readonly negate?: boolean;
}

/** The condition as people write it: `client.ip = 10.0.0.1`. */
export function conditionText({ field: name, value, negate = false }: Condition): string {
  const field = fieldText(name);
  if (value === null) return `${field} is ${negate ? "known" : "unknown"}`;
  return `${field} ${negate ? "!=" : "="} ${plainText(value)}`;
}

/**
 * The filter with one condition more. What stood there of the same single field gives way where the new condition says more: a
 * value takes the place of other values, a value left out joins those that are left out. A filter with a mistake gives way.
 */
export function withCondition(filter: string, condition: Condition, dataset: DatasetName = "conversations"): string {
  const added = conditionText(condition);
  if (filter.trim() === "" || lintFilter(filter, dataset).length > 0) return added;
  const name = findField(dataset, condition.field)?.name;
  const parts = partsOf(filter);
  const texts: string[] = [];
  let isPlaced = false;
  for (const part of parts) {
    const merged = isPlaced || nameOf(part.field, dataset) !== name ? undefined : mergedWith(part, condition, dataset);
    if (merged === undefined) texts.push(part.text);
    else {
      texts.push(merged);
      isPlaced = true;
    }
  }
  return joined(isPlaced ? texts : [...texts, added]);
}

function nameOf(word: string | undefined, dataset: DatasetName): string | undefined {
  return word === undefined ? undefined : findField(dataset, word)?.name;
}

type Part = ReturnType<typeof partsOf>[number];

/** One condition in the place of a part and the new one; undefined where both have to stand. */
function mergedWith(part: Part, condition: Condition, dataset: DatasetName): string | undefined {
  const added = conditionText(condition);
  if (part.text === added) return added;
  const { value, negate = false, field } = condition;
  if (part.kind !== "test" || value === null) return undefined;
  const operator = part.operator?.toLowerCase().replaceAll(/\s+/g, " ");
  if (negate && (operator === "!=" || operator === "not in")) {
    const before = valuesOf(part.value ?? "");
    if (isColumn(part.value, dataset)) return undefined;
    return before.includes(plainText(value))
      ? part.text
      : `${part.field ?? field} not in (${[...before, plainText(value)].join(", ")})`;
  }
  // With two columns, as in ip = A and ip = B, both conditions have a meaning of their own.
  const isSingle = findField(dataset, field)?.columns.length === 1;
  if (!negate && isSingle && (operator === "=" || operator === "in") && !isColumn(part.value, dataset)) return added;
  return undefined;
}

/** Whether a value is another column's name. */
function isColumn(value: string | undefined, dataset: DatasetName): boolean {
  return value !== undefined && /^[a-z]/i.test(value) && findField(dataset, value) !== undefined;
}

/** The values of a list as they are written, or the one value. */
function valuesOf(value: string): string[] {
  if (!value.startsWith("(")) return [value];
  return (value.slice(1, -1).match(/"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'|[^\s,]+/g) ?? []).map((each) =>
    each.trim(),
  );
}

/** The filter of two filters that must both hold: conditions that stand in both once. Empty ones ask for nothing. */
export function both(first: string, second: string): string {
  const texts = [first, second].flatMap((text) => partsOf(text).map((part) => part.text));
  return joined([...new Set(texts)]);
}

/** A filter with conditions more; one with a mistake stays as it is, so that the mistake is told and not passed over. */
export function narrowed(filter: string, conditions: readonly Condition[]): string {
  if (filter.trim() !== "" && lintFilter(filter, "conversations").length > 0) return filter;
  return conditions.reduce((text, condition) => withCondition(text, condition), filter);
}
