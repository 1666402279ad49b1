import { conditionParts } from "#filter/index.js";

/** One of a filter's conditions that must all hold: what a chip shows. Its text is as the person wrote it. */
export interface FilterPart {
  readonly text: string;
  readonly kind: "test" | "not" | "brackets" | "or";
  /** Where it begins in the filter. */
  readonly from: number;
  readonly to: number;
  readonly field?: string;
  readonly operator?: string;
  readonly value?: string;
}

/** The parts of a filter; one part with the whole text where it cannot be read. */
export function partsOf(filter: string): readonly FilterPart[] {
  if (filter.trim() === "") return [];
  const parts = conditionParts(filter);
  if (parts === undefined) return [{ text: filter.trim(), kind: "brackets", from: 0, to: filter.length }];
  return parts.map(({ from, to, kind, field, operator, value }) => ({
    text: filter.slice(from, to),
    kind,
    from,
    to,
    ...(field !== undefined && { field: filter.slice(field.from, field.to) }),
    ...(operator !== undefined && { operator: filter.slice(operator.from, operator.to) }),
    ...(value !== undefined && { value: filter.slice(value.from, value.to) }),
  }));
}

/** Conditions as one filter. Alternatives go into brackets where they do not stand alone. */
export function joined(texts: readonly string[]): string {
  if (texts.length < 2) return texts[0] ?? "";
  return texts.map((text) => (conditionParts(text)?.[0]?.kind === "or" ? `(${text})` : text)).join(" and ");
}

const opposites: Readonly<Record<string, string>> = {
  "=": "!=",
  "!=": "=",
  in: "not in",
  "not in": "in",
  like: "not like",
  "not like": "like",
  "~": "!~",
  "!~": "~",
  "is known": "is unknown",
  "is unknown": "is known",
};

/** The condition turned around. Done twice it is the same condition again. */
export function negated(part: FilterPart): string {
  const { text, kind, field, operator, value } = part;
  if (kind === "not") return text.replace(/^not\s*/i, "");
  if (kind === "test" && field !== undefined) {
    const opposite = opposites[operator?.toLowerCase().replaceAll(/\s+/g, " ") ?? ""];
    if (opposite !== undefined) return value === undefined ? `${field} ${opposite}` : `${field} ${opposite} ${value}`;
  }
  return kind === "or" ? `not (${text})` : `not ${text}`;
}

/** A filter, and its conditions that are switched off for now. Both are filters; the second asks for nothing. */
export interface FilterState {
  readonly on: string;
  readonly off: string;
}

/** A chip: a condition with what became of it. Those that are off stand behind the others. */
export interface Chip extends FilterPart {
  readonly isOff: boolean;
}

export function chipsOf({ on, off }: FilterState): readonly Chip[] {
  const chips = (filter: string, isOff: boolean): Chip[] => partsOf(filter).map((part) => ({ ...part, isOff }));
  return [...chips(on, false), ...chips(off, true)];
}

/** The state with other chips: each a condition's text, on or off. Empty texts go away. */
export function stateOf(chips: readonly Pick<Chip, "text" | "isOff">[]): FilterState {
  const filterOf = (isOff: boolean): string =>
    joined(chips.filter((chip) => chip.isOff === isOff && chip.text.trim() !== "").map(({ text }) => text.trim()));
  return { on: filterOf(false), off: filterOf(true) };
}
