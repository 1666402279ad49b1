import { WeirError, type ErrorDetails } from "#base/errors.js";

/** A mistake in a text, with its place: what an editor underlines and what an error is made of. */
export interface Diagnostic {
  /** Where it begins and ends in the text, in UTF-16 units; equal where something is missing. */
  readonly from: number;
  readonly to: number;
  /** What is wrong, one sentence. */
  readonly message: string;
  /** What to write in place of the span. */
  readonly suggestion?: string;
  /** What to do, where there is more to say than the suggestion. */
  readonly next?: string;
}

/** Characters that are shown before and after the span of a mistake in a long text. */
const SHOWN_AROUND = 60;
/** Longer spans are cut: the reader needs their beginning. */
const SHOWN_SPAN = 60;

/** A text with a line of carets under one stretch of it. A long text is cut around the place. */
export function underlined(text: string, from: number, to: number): string {
  const lineStart = text.lastIndexOf("\n", from - 1) + 1;
  const nextBreak = text.indexOf("\n", from);
  const lineEnd = nextBreak < 0 ? text.length : nextBreak;
  const end = Math.min(Math.max(to, from + 1), lineEnd, from + SHOWN_SPAN);
  const first = from - lineStart > SHOWN_AROUND ? from - SHOWN_AROUND : lineStart;
  const last = lineEnd - end > SHOWN_AROUND ? end + SHOWN_AROUND : lineEnd;
  const before = `${first > lineStart ? "…" : ""}${text.slice(first, from)}`;
  const line = `${before}${text.slice(from, last)}${last < lineEnd ? "…" : ""}`;
  const carets = "^".repeat(Math.max(1, end - from));
  return `${line.replaceAll(/[\t\r]/g, " ")}\n${" ".repeat(before.length)}${carets}`;
}

/** The error of a mistake in a filter: its place is the text with carets, its span the same for an editor. */
export function filterError(text: string, mistake: Diagnostic): WeirError {
  return new WeirError({ ...detailsOf(text, mistake), span: { from: mistake.from, to: mistake.to } });
}

/** The error of a mistake in a condition on a measure: its place is that text, and no place in a filter. */
export function conditionError(text: string, mistake: Diagnostic): WeirError {
  return new WeirError(detailsOf(text, mistake));
}

function detailsOf(text: string, mistake: Diagnostic): ErrorDetails {
  const next = adviceOf(mistake);
  return {
    code: "bad-filter",
    kind: "usage",
    message: mistake.message,
    place: underlined(text, mistake.from, mistake.to),
    ...(next !== undefined && { next }),
  };
}

/** What to do about a mistake: what there is to say, else the nearest right word. */
export function adviceOf({ suggestion, next }: Diagnostic): string | undefined {
  return next ?? (suggestion === undefined ? undefined : `Did you mean ${suggestion}?`);
}

/** The mistake that is told first: the leftmost. */
export function firstOf(diagnostics: readonly Diagnostic[]): Diagnostic | undefined {
  let first: Diagnostic | undefined;
  for (const diagnostic of diagnostics) if (first === undefined || diagnostic.from < first.from) first = diagnostic;
  return first;
}

/** A word of the text in a message: cut, and without line breaks, so that a message stays one line. */
export function quoted(word: string): string {
  const line = word.replaceAll(/\s+/g, " ");
  return `“${line.length > 40 ? `${line.slice(0, 39)}…` : line}”`;
}
