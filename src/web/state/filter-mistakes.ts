import { lintFilter, type Diagnostic } from "#filter/index.js";
import type { DatasetName } from "#model/datasets.js";

/** A mistake of a filter, told for the page. */
export interface Mistake extends Pick<Diagnostic, "from" | "to" | "message" | "suggestion"> {
  /** What to do. */
  readonly next?: string;
}

/** All mistakes of a filter; empty when it is right or asks for nothing. */
export function mistakesOf(filter: string, dataset: DatasetName): readonly Mistake[] {
  if (filter.trim() === "") return [];
  return lintFilter(filter, dataset).map(({ from, to, message, suggestion, next }) => ({
    from,
    to,
    message: sentence(message),
    ...(suggestion !== undefined && { suggestion }),
    ...(next !== undefined && { next: forThePage(next) }),
  }));
}

function sentence(message: string): string {
  return `${message.slice(0, 1).toUpperCase()}${message.slice(1)}.`;
}

/** Advice without the words of the command line. */
function forThePage(next: string): string {
  return next
    .replaceAll(/: ask --dataset flows\./g, ": the page Conversations can show flows.")
    .replaceAll(/: ask --dataset \w+\./g, ".")
    .replace(/Give the condition on it as --having\.\s*/, "");
}

/** The filter with the suggestion of one mistake in its place. */
export function withSuggestion(filter: string, { from, to, suggestion }: Mistake): string {
  return suggestion === undefined ? filter : `${filter.slice(0, from)}${suggestion}${filter.slice(to)}`;
}

/** Suggestions that are tried one after the other. */
const MOST_STEPS = 20;

/** The filter with all suggestions followed, where that makes it right; else undefined. */
export function corrected(filter: string, dataset: DatasetName): string | undefined {
  let text = filter;
  for (let step = 0; step < MOST_STEPS; step++) {
    const [mistake] = mistakesOf(text, dataset);
    if (mistake === undefined) return step === 0 ? undefined : text;
    if (mistake.suggestion === undefined) return undefined;
    text = withSuggestion(text, mistake);
  }
  return undefined;
}

/** Whether a filter that a dataset does not know is right in the words of another: `src.ip = …` in those of flows. */
export function otherWords(filter: string, dataset: DatasetName): "conversations" | "flows" | undefined {
  return (["conversations", "flows"] as const).find(
    (other) => other !== dataset && filter.trim() !== "" && lintFilter(filter, other).length === 0,
  );
}
