import type { SyntaxNode } from "@lezer/common";
import { parser } from "./grammar-tables.ts";
import { filterLimits } from "./limits.ts";
import { syntaxMistake } from "./syntax.ts";

export interface TextSpan {
  readonly from: number;
  readonly to: number;
}

/** One of the conditions of a filter that must all hold, as it stands in the text. */
export interface ConditionPart extends TextSpan {
  /** `or`: alternatives without brackets; they are then the whole filter. */
  readonly kind: "test" | "not" | "brackets" | "or";
  /** Of a test, and of one behind `not`: the field; the operator, or `is known`; the value or the list. */
  readonly field?: TextSpan;
  readonly operator?: TextSpan;
  readonly value?: TextSpan;
}

/** The conditions that `and` joins, outermost, in the order of the text; undefined where the text is no filter. */
export function conditionParts(text: string): readonly ConditionPart[] | undefined {
  if (text.trim() === "") return [];
  if (text.length > filterLimits.length) return undefined;
  const tree = parser.parse(text);
  const top = tree.topNode.firstChild;
  if (top === null || syntaxMistake(tree, text) !== undefined) return undefined;
  if (top.name !== "Conjunction") return [partOf(top)];
  const parts: ConditionPart[] = [];
  for (let child = top.firstChild; child !== null; child = child.nextSibling)
    if (child.name !== "And") parts.push(partOf(child));
  return parts;
}

function partOf(node: SyntaxNode): ConditionPart {
  const { from, to } = node;
  switch (node.name) {
    case "Test":
      return { from, to, kind: "test", ...spansOf(node) };
    case "Negation": {
      const test = node.lastChild?.name === "Test" ? node.lastChild : undefined;
      return { from, to, kind: "not", ...(test !== undefined && spansOf(test)) };
    }
    case "Disjunction":
      return { from, to, kind: "or" };
    default:
      return { from, to, kind: "brackets" };
  }
}

function spansOf(test: SyntaxNode): Pick<ConditionPart, "field" | "operator" | "value"> {
  const span = (node: SyntaxNode | null): TextSpan | undefined =>
    node === null ? undefined : { from: node.from, to: node.to };
  const field = span(test.getChild("Field"));
  const operator = span(test.getChild("Operator") ?? test.getChild("Presence"));
  const value = span(test.getChild("Value") ?? test.getChild("String") ?? test.getChild("List"));
  return {
    ...(field !== undefined && { field }),
    ...(operator !== undefined && { operator }),
    ...(value !== undefined && { value }),
  };
}
