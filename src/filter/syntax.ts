import type { Tree } from "@lezer/common";
import { nearestWord } from "#base/nearest.js";
import { quoted, type Diagnostic } from "./diagnostic.ts";
import { placeIn, type Place } from "./place.ts";

/** The first place where the text is no filter any more, told; undefined when it is one. */
export function syntaxMistake(tree: Tree, text: string): Diagnostic | undefined {
  const place = placeIn(tree);
  return place.mistake === undefined ? undefined : describe(text, place.mistake, place);
}

const EXAMPLE = "Write FIELD OPERATOR VALUE, as in server.port = 443.";

function describe(text: string, at: number, place: Place): Diagnostic {
  const foreign = foreignSign(text, at, place);
  if (foreign !== undefined) return foreign;
  const found = /^(?:"[^"]*"?|[(),]|[^\s()",]+)/.exec(text.slice(at))?.[0] ?? "";
  const span = { from: at, to: at + found.length };
  if (text.trim() === "") return { ...span, message: "the condition is empty", next: EXAMPLE };
  const it = found === "" ? "nothing stands" : `${quoted(found)} stands`;
  const { before, open } = place;
  switch (place.expected) {
    case "condition":
      return {
        ...span,
        message: `${it} where a condition should`,
        next: /^["']/.test(found) ? "Fields are written without quotes, as in server.port = 443." : EXAMPLE,
      };
    case "operator":
      return missingOperator(text.slice(before?.from, before?.to), found, span, it);
    case "afterNot":
      return { ...span, message: `${it} where “in” or “like” should, after “not”`, ...near(found, ["in", "like"]) };
    case "presence":
      return missingPresence(text, found, span, it);
    case "value":
      return {
        ...span,
        message: `${it} where a value should`,
        ...(found !== "" && { next: "Put quotes around a value that begins with a sign." }),
      };
    case "listValue":
      return { ...span, message: `${it} where a value of the list should` };
    case "listEnd":
      return found === ""
        ? unclosed(open, "the list is never closed")
        : { ...span, message: `${it} where a comma or ) should`, next: "Values of a list are separated by commas." };
    case "end":
      return afterCondition(text, found, span, open);
  }
}

type Span = { readonly from: number; readonly to: number };

function afterCondition(text: string, found: string, span: Span, open: readonly number[]): Diagnostic {
  if (found === "") return unclosed(open, "the bracket is never closed");
  if (found === ")") return { ...span, message: "this bracket closes nothing" };
  if (found.startsWith('"'))
    return { ...span, message: "a quote stands in the middle of a value", next: "Put quotes around the whole value." };
  const message = `${quoted(found)} stands where “and” or “or” should`;
  const joint = near(found, ["and", "or"]);
  if (joint.suggestion !== undefined) return { ...span, message, ...joint };
  if (found === ",") return { ...span, message, next: "Put a list in brackets, as in server.port in (22, 443)." };
  if (/[“”„‘’]/.test(text.slice(0, span.to)))
    return { ...span, message, next: 'Straight quotes hold a value together: "web server".' };
  return { ...span, message, next: "Join conditions with “and” or “or”, and put quotes around a value with blanks." };
}

function unclosed(open: readonly number[], message: string): Diagnostic {
  const from = open.at(-1) ?? 0;
  return { from, to: from + 1, message, next: "Close it with )." };
}

const operatorWords = ["in", "not", "like", "is"];

function missingOperator(field: string, found: string, span: Span, it: string): Diagnostic {
  const message = `${it} where an operator should, after ${field}`;
  const meant = near(found, operatorWords);
  if (meant.suggestion !== undefined) return { ...span, message, ...meant };
  const example = found === "" || /^[()",]/.test(found) ? "…" : found;
  return {
    ...span,
    message,
    next: `Write ${field} = ${example}, or one of != < <= > >= in, not in, like, ~, is known.`,
  };
}

/** Words of other languages after `is`. */
const missing = new Set(["null", "missing", "empty", "none", "undefined"]);

function missingPresence(text: string, found: string, span: Span, it: string): Diagnostic {
  const [negation, word = found] = /^not\s+(\w+)/i.exec(text.slice(span.from)) ?? [];
  const isUnknown = missing.has(word.toLowerCase()) || near(word, ["unknown", "known"]).suggestion === "unknown";
  const message = `${it} where “known” or “unknown” should`;
  if (negation !== undefined)
    return { from: span.from, to: span.from + negation.length, message, suggestion: isUnknown ? "known" : "unknown" };
  return { ...span, message, ...(isUnknown ? { suggestion: "unknown" } : near(word, ["known"])) };
}

function near(found: string, words: readonly string[]): { suggestion?: string } {
  const suggestion = nearestWord(found, words);
  return suggestion === undefined ? {} : { suggestion };
}

/** Signs of other languages, and ours, by what may come at their place. */
const foreignOperators: Readonly<Record<string, string>> = {
  "==": "=",
  "===": "=",
  "<>": "!=",
  "!==": "!=",
  "=!": "!=",
  "=<": "<=",
  "=>": ">=",
  "=~": "~",
  "~=": "~",
  ":": "=",
  ":=": "=",
  equals: "=",
  eq: "=",
  ne: "!=",
  matches: "~",
  contains: "~",
};
const foreignJoints: Readonly<Record<string, string>> = { "&&": "and", "&": "and", "||": "or", "|": "or" };

function foreignSign(text: string, at: number, { expected, before }: Place): Diagnostic | undefined {
  // Two signs that touch are read as two tokens: the first was taken for the operator.
  const from = expected === "value" && before?.to === at ? before.from : at;
  const run = /^(?:[=!<>~:]+|[&|]+|[a-z]+)/i.exec(text.slice(from))?.[0] ?? "";
  const known = expected === "operator" || expected === "value" ? foreignOperators : foreignJoints;
  const word = run.toLowerCase();
  const place = { from, to: from + run.length };
  if (expected === "condition" && run === "!") return told(place, run, "not");
  if (expected === "condition" || !Object.hasOwn(known, word)) return undefined;
  return told(place, run, known[word] as string);
}

function told(place: Span, run: string, suggestion: string): Diagnostic {
  return { ...place, message: `${quoted(run)} is no operator of filters`, suggestion };
}
