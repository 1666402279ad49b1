import type { SyntaxNode, Tree } from "@lezer/common";
import type { FilterNode } from "#model/filter.js";
import { filterLimits } from "./limits.ts";
import { readTest } from "./read-test.ts";
import type { FilterReading } from "./reading.ts";

/** Reads a syntax tree and notes every mistake. @returns undefined where there is one */
export function readTree(tree: Tree, reading: FilterReading): FilterNode | undefined {
  const top = tree.topNode.firstChild;
  return top === null ? undefined : readCondition(top, reading, 0);
}

function readCondition(node: SyntaxNode, reading: FilterReading, depth: number): FilterNode | undefined {
  if (depth > filterLimits.depth) {
    reading.diagnostics.push({
      from: node.from,
      to: node.from + 1,
      message: `the filter is nested more than ${filterLimits.depth} deep`,
    });
    return undefined;
  }
  switch (node.name) {
    case "Test":
      return readTest(node, reading);
    case "Group":
      return readInner(node, reading, depth);
    case "Negation": {
      const part = readInner(node, reading, depth);
      return part === undefined ? undefined : { kind: "not", part };
    }
    case "Conjunction":
      return readParts(node, "and", reading, depth);
    case "Disjunction":
      return readParts(node, "or", reading, depth);
    default:
      // What the parser skipped: told as a mistake of syntax.
      return undefined;
  }
}

const conditions = new Set(["Test", "Group", "Negation", "Conjunction", "Disjunction"]);

/** The condition in brackets, or after `not`. */
function readInner(node: SyntaxNode, reading: FilterReading, depth: number): FilterNode | undefined {
  for (let child = node.firstChild; child !== null; child = child.nextSibling)
    if (conditions.has(child.name)) return readCondition(child, reading, depth + 1);
  return undefined;
}

/** All parts are read, so that all mistakes are found. */
function readParts(
  node: SyntaxNode,
  kind: "and" | "or",
  reading: FilterReading,
  depth: number,
): FilterNode | undefined {
  const parts: FilterNode[] = [];
  let isWhole = true;
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (!conditions.has(child.name)) continue;
    const part = readCondition(child, reading, depth);
    if (part === undefined) isWhole = false;
    else parts.push(part);
  }
  return isWhole ? { kind, parts } : undefined;
}
