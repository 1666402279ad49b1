import type { Tree } from "@lezer/common";

/** What may come next at a place of a text. */
export type Expected = "condition" | "operator" | "afterNot" | "presence" | "value" | "listValue" | "listEnd" | "end";

/** A place of a text: what was read before it, and what may follow. */
export interface Place {
  readonly expected: Expected;
  /** The last token before it, a field or another. */
  readonly before: { readonly from: number; readonly to: number } | undefined;
  /** Brackets that are open. */
  readonly open: readonly number[];
  /** The field and the operator of the test that it is in, or comes after. */
  readonly field: { readonly from: number; readonly to: number } | undefined;
  readonly operator: { readonly from: number; readonly to: number } | undefined;
}

interface Token {
  readonly name: string;
  readonly parent: string;
  readonly from: number;
  readonly to: number;
}

/**
 * What the tokens of a tree leave to be expected: at its first mistake, which is told, or at its end. With `toTheEnd` mistakes
 * are passed over.
 */
export function placeIn(tree: Tree, toTheEnd = false): Place & { readonly mistake?: number } {
  const open: number[] = [];
  let last: Token | undefined;
  let beforeLast: Token | undefined;
  let field: Token | undefined;
  let operator: Token | undefined;
  let mistake: number | undefined;
  tree.iterate({
    enter: ({ type, from, to, node }) => {
      if (type.isError) mistake ??= from;
      if (type.isError || (mistake !== undefined && !toTheEnd)) return false;
      if (from === to || (node.firstChild !== null && type.name !== "Field")) return true;
      const token = { name: type.name, parent: node.parent?.name ?? "", from, to };
      if (token.name === "(") open.push(from);
      else if (token.name === ")") open.pop();
      else if (token.name === "Field") field = token;
      else if (token.parent === "Operator") operator = token;
      [beforeLast, last] = [last, token];
      return true;
    },
  });
  const expected = last === undefined ? "condition" : expectedAfter(last, beforeLast);
  return { expected, before: last, open, field, operator, ...(mistake !== undefined && { mistake }) };
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
