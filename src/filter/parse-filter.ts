import { systemClock } from "#base/clock.js";
import type { DatasetName } from "#model/datasets.js";
import type { FilterNode } from "#model/filter.js";
import { filterError, firstOf, type Diagnostic } from "./diagnostic.ts";
import { parser } from "./grammar-tables.ts";
import { filterLimits } from "./limits.ts";
import { readTree } from "./read-tree.ts";
import { syntaxMistake } from "./syntax.ts";

export interface FilterOptions {
  /** What relative times such as `-2h` are counted from, milliseconds since 1970; now when it is not given. */
  readonly nowMs?: number;
}

/**
 * Reads a condition such as `client.ip in 10.0.0.0/8 and not verdict = allowed` and checks it against a dataset.
 * @throws WeirError `bad-filter`, of the leftmost mistake: its place is the text with carets under the mistake
 */
export function parseFilter(text: string, dataset: DatasetName, options: FilterOptions = {}): FilterNode {
  const { node, diagnostics } = read(text, dataset, options);
  const mistake = firstOf(diagnostics);
  if (mistake !== undefined) throw filterError(text, mistake);
  return node as FilterNode;
}

/** All mistakes of a filter, in the order of the text; empty when it is right. */
export function lintFilter(text: string, dataset: DatasetName, options: FilterOptions = {}): readonly Diagnostic[] {
  return read(text, dataset, options).diagnostics.toSorted((a, b) => a.from - b.from);
}

interface Read {
  readonly node: FilterNode | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

function read(text: string, dataset: DatasetName, { nowMs = systemClock.now() }: FilterOptions): Read {
  if (text.length > filterLimits.length) return { node: undefined, diagnostics: [tooLong(text)] };
  const tree = parser.parse(text);
  const found: Diagnostic[] = [];
  const node = readTree(tree, { text, dataset, nowMs, diagnostics: found });
  const syntax = syntaxMistake(tree, text);
  if (syntax === undefined) return { node, diagnostics: found };
  // What stands at the place of a mistake of syntax was guessed, and says nothing about it.
  return { node: undefined, diagnostics: [syntax, ...found.filter(({ from }) => from !== syntax.from)] };
}

function tooLong(text: string): Diagnostic {
  const { length } = filterLimits;
  return {
    from: length,
    to: text.length,
    message: `the filter has ${text.length.toLocaleString("en")} characters, and ${length.toLocaleString("en")} are the most`,
    next: "Give addresses a name or a role with weir names, and filter by that.",
  };
}
