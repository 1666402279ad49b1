import type { Tree } from "@lezer/common";
import { nearestWord } from "#base/nearest.js";
import { quoted, type Diagnostic } from "./diagnostic.ts";

/** What may come next at a place of a text. */
export type Expected = "condition" | "operator" | "afterNot" | "presence" | "value" | "listValue" | "listEnd" | "end";

/** A place of a text: what was read before it, and what may follow. */
export interface Place {
  readonly expected: Expected;
  /** The last token before it, a field or another. */
  readonly before: { readonly from: number; readonly to: number } | undefined;
  /** Brackets that are open. */
  readonly open: readonly number[];
  /** The field of the test that it is in. */
  readonly field: { readonly from: number; readonly to: number } | undefined;
}

interface Token {
  readonly name: string;
  readonly parent: string;
  readonly from: number;
  readonly to: number;
}

/** What the tokens of a tree leave to be expected, up to its first mistake or its end. */
export function placeIn(tree: Tree, limit = Number.POSITIVE_INFINITY): Place & { readonly mistake?: number } {
  const open: number[] = [];
  let last: Token | undefined;
  let beforeLast: Token | undefined;
  let field: Token | undefined;
  let mistake: number | undefined;
  tree.iterate({
    enter: ({ type, from, to, node }) => {
      if (mistake !== undefined || from >= limit) return false;
      if (type.isError) {
        mistake = from;
        return false;
      }
      if (from === to || (node.firstChild !== null && type.name !== "Field")) return true;
      const token = { name: type.name, parent: node.parent?.name ?? "", from, to };
      if (token.name === "(") open.push(from);
      else if (token.name === ")") open.pop();
      else if (token.name === "Field") field = token;
      [beforeLast, last] = [last, token];
      return true;
    },
  });
  const expected = last === undefined ? "condition" : expectedAfter(last, beforeLast);
  return { expected, before: last, open, field, ...(mistake !== undefined && { mistake }) };
}

function expectedAfter({ name, parent }: Token, beforeIt: Token | undefined): Expected {
  switch (name) {
    case "Field":
      return "operator";
    case "Not":
      return beforeIt?.name === "Field" ? "afterNot" : "condition";
    case "Is":
      return "presence";
    case "CompareSign":
    case "MatchSign":
    case "In":
    case "Like":
      return "value";
    case ",":
      return "listValue";
    case "(":
      return parent === "List" ? "listValue" : "condition";
    case "Value":
    case "String":
      return parent === "List" ? "listEnd" : "end";
    case "And":
    case "Or":
      return "condition";
    default:
      return "end";
  }
}

/** The first place where the text is no filter any more, told; undefined when it is one. */
export function syntaxMistake(tree: Tree, text: string): Diagnostic | undefined {
  const place = placeIn(tree);
  return place.mistake === undefined ? undefined : describe(text, place.mistake, place);
}

const EXAMPLE = "Write FIELD OPERATOR VALUE, as in server.port = 443.";

function describe(text: string, at: number, place: Place): Diagnostic {
  const foreign = foreignSign(text, at, place);
  if (foreign !== undefined) return foreign;
  const found = /^(?:[()",]|[^\s()",]+)/.exec(text.slice(at))?.[0] ?? "";
  const span = { from: at, to: at + found.length };
  if (text.trim() === "") return { ...span, message: "the filter is empty", next: EXAMPLE };
  const it = found === "" ? "the filter ends" : `${quoted(found)} stands`;
  const { before, open } = place;
  switch (place.expected) {
    case "condition":
      return {
        ...span,
        message: `${it} where a condition should`,
        next: EXAMPLE,
      };
    case "operator":
      return missingOperator(text.slice(before?.from, before?.to), found, span, it);
    case "afterNot":
      return { ...span, message: `${it} where in or like should, after not`, ...near(found, ["in", "like"]) };
    case "presence":
      return { ...span, message: `${it} where known or unknown should`, ...presence(found) };
    case "value":
      return { ...span, message: `${it} where a value should` };
    case "listValue":
      return { ...span, message: `${it} where a value of the list should` };
    case "listEnd":
      return found === ""
        ? unclosed(open, "the list is never closed")
        : { ...span, message: `${it} where a comma or ) should`, next: "Values of a list are separated by commas." };
    case "end":
      return afterCondition(found, span, open);
  }
}

function afterCondition(found: string, span: { from: number; to: number }, open: readonly number[]): Diagnostic {
  if (found === "") return unclosed(open, "the bracket is never closed");
  if (found === ")") return { ...span, message: "this bracket closes nothing" };
  if (found.startsWith('"'))
    return { ...span, message: "a quote stands in the middle of a value", next: "Put quotes around the whole value." };
  const suggestion = near(found, ["and", "or"]);
  if (suggestion.suggestion !== undefined)
    return { ...span, message: `${quoted(found)} stands where and or or should`, ...suggestion };
  return {
    ...span,
    message: `${quoted(found)} stands where and or or should`,
    next: "Write and or or between two conditions, and quotes around a value with blanks.",
  };
}

function unclosed(open: readonly number[], message: string): Diagnostic {
  const from = open.at(-1) ?? 0;
  return { from, to: from + 1, message, next: "Close it with )." };
}

const operatorWords = ["in", "not", "like", "is"];

function missingOperator(field: string, found: string, span: { from: number; to: number }, it: string): Diagnostic {
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

function presence(found: string): { suggestion?: string } {
  const word = found.toLowerCase();
  if (["null", "missing", "empty", "none", "not"].includes(word)) return { suggestion: "unknown" };
  return near(found, ["known", "unknown"]);
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

function told(place: { from: number; to: number }, run: string, suggestion: string): Diagnostic {
  return { ...place, message: `${quoted(run)} is no operator of filters`, suggestion };
}
