import type { SyntaxNode } from "@lezer/common";
import { findField, type Field } from "#model/datasets.js";
import type { FilterNode, FilterValue } from "#model/filter.js";
import { blockMeant, withoutMapped } from "./addresses.ts";
import { readColumns } from "./read-columns.ts";
import { quoted } from "./diagnostic.ts";
import { fieldText, unknownField } from "./fields.ts";
import { filterLimits } from "./limits.ts";
import { kindText, operatorsOf } from "./operators.ts";
import { isClosed, unquote } from "./quotes.ts";
import { fault, type FilterReading, type Operand, type Test } from "./reading.ts";
import { regularExpressionFault } from "./regular-expression.ts";
import { kindOf, readValue } from "./values.ts";

/** Reads `server.port = 443`; mistakes are noted. */
export function readTest(node: SyntaxNode, reading: FilterReading): FilterNode | undefined {
  const fieldNode = node.getChild("Field");
  if (fieldNode === null || fieldNode.from === fieldNode.to) return undefined;
  const word = reading.text.slice(fieldNode.from, fieldNode.to);
  const field = findField(reading.dataset, word);
  if (field === undefined) {
    reading.diagnostics.push(unknownField(word, fieldNode.from, reading.dataset));
    return undefined;
  }
  // A test that is not whole is a mistake of syntax, which is told elsewhere.
  if (hasError(node)) return undefined;
  const presence = node.getChild("Presence");
  if (presence !== null) return { kind: "known", field: field.name, negated: presence.getChild("Unknown") !== null };
  const test = testOf(node, field, reading);
  return test === undefined ? undefined : nodeOf(test, reading);
}

/** Whether the parser met something that it could not take, anywhere below. */
export function hasError(node: SyntaxNode): boolean {
  let found = false;
  node.cursor().iterate((each) => {
    if (each.type.isError) found = true;
    return !found;
  });
  return found;
}

function testOf(node: SyntaxNode, field: Field, reading: FilterReading): Test | undefined {
  const operatorNode = node.getChild("Operator");
  if (operatorNode === null) return undefined;
  const { from: operatorFrom, to: operatorTo } = operatorNode;
  const operator = reading.text.slice(operatorFrom, operatorTo).toLowerCase().replaceAll(/\s+/g, " ");
  const list = node.getChild("List");
  const operands: Operand[] = [];
  for (let child = (list ?? node).firstChild; child !== null; child = child.nextSibling) {
    if (child.name !== "Value" && child.name !== "String") continue;
    const operand = operandOf(child, reading);
    if (operand === undefined) return undefined;
    operands.push(operand);
  }
  return {
    field,
    operator,
    operatorFrom,
    operatorTo,
    operands,
    ...(list !== null && { list: { from: list.from, to: list.to } }),
  };
}

function operandOf({ name, from, to }: SyntaxNode, { text, diagnostics }: FilterReading): Operand | undefined {
  const written = text.slice(from, to);
  if (name === "Value") return { from, to, text: written, isQuoted: false };
  if (isClosed(written)) return { from, to, text: unquote(written), isQuoted: true };
  diagnostics.push({ from, to, message: "the quote is never closed", next: `Close it with ${written[0]}.` });
  return undefined;
}

function nodeOf(test: Test, reading: FilterReading): FilterNode | undefined {
  switch (test.operator) {
    case "=":
    case "!=":
    case "in":
    case "not in":
      return readMembership(test, reading);
    case "<":
    case "<=":
    case ">":
    case ">=":
      return readComparison(test, test.operator, reading);
    default:
      return readPattern(test, reading);
  }
}

function readMembership(test: Test, reading: FilterReading): FilterNode | undefined {
  const { field, operator, operands, list } = test;
  const [only] = operands;
  if (list === undefined && only !== undefined && (operator === "=" || operator === "!=")) {
    const columns = readColumns(test, operator, only, reading);
    if (columns !== "none") return columns;
  }
  if (list !== undefined && operands.length === 0) return fault(reading, list, { message: "the list is empty" });
  if (list !== undefined && operands.length > filterLimits.listValues)
    return fault(reading, list, { message: `the list has more than ${filterLimits.listValues} values` });
  const read = operands.flatMap((operand) => valueOf(operand, field, reading) ?? []);
  if (read.length < operands.length) return undefined;
  const values = read.flatMap((value): readonly FilterValue[] =>
    value.type === "addresses" ? withoutMapped(value.block).map((block) => ({ type: "addresses", block })) : [value],
  );
  return { kind: "in", field: field.name, values, negated: operator === "!=" || operator === "not in" };
}

function valueOf(operand: Operand, field: Field, reading: FilterReading): FilterValue | undefined {
  const read = readValue(operand.text, operand.isQuoted, field, reading.nowMs);
  return "value" in read ? read.value : fault(reading, operand, read.fault);
}

type Order = "<" | "<=" | ">" | ">=";

function readComparison(test: Test, operator: Order, reading: FilterReading): FilterNode | undefined {
  const { field, operands, list } = test;
  const [operand] = operands;
  const name = fieldText(field.name);
  const kind = kindOf(field);
  if (kind === "text" || kind === "service")
    return fault(reading, operatorPlace(test), {
      message: `${name} is ${kind === "text" ? "text" : "a port with a protocol"} and has no order`,
      next: `Operators of ${name}: ${operatorsOf(field).join(", ")}.`,
    });
  if (list !== undefined || operand === undefined)
    return fault(reading, list ?? operatorPlace(test), { message: `${operator} takes one value, not a list` });
  const columns = readColumns(test, operator, operand, reading);
  if (columns !== "none") return columns;
  const value = valueOf(operand, field, reading);
  if (value === undefined) return undefined;
  if (value.type === "range" || (value.type === "addresses" && value.block.first.join() !== value.block.last.join()))
    return fault(reading, operand, {
      message: `${operator} takes one value, and ${quoted(operand.text)} is many`,
      next: `Write ${name} in ${operand.text}, or compare with one end of it.`,
    });
  return { kind: "compare", field: field.name, operator, value };
}

function readPattern(test: Test, reading: FilterReading): FilterNode | undefined {
  const { field, operator, operands, list } = test;
  const [operand] = operands;
  const name = fieldText(field.name);
  const kind = kindOf(field);
  if (kind !== "text") {
    const block = kind === "address" && operand !== undefined ? blockMeant(operand.text) : undefined;
    return fault(reading, operatorPlace(test), {
      message: `${operator} is for text, and ${name} is ${kindText[kind]}`,
      next:
        block === undefined ? `Operators of ${name}: ${operatorsOf(field).join(", ")}.` : `Write ${name} in ${block}.`,
    });
  }
  if (list !== undefined || operand === undefined)
    return fault(reading, list ?? operatorPlace(test), {
      message: `${operator} takes one pattern, not a list`,
      next: `Join several with or: ${name} ${operator} a or ${name} ${operator} b.`,
    });
  const { text: pattern } = operand;
  const negated = operator === "not like" || operator === "!~";
  if (operator.endsWith("like")) return { kind: "like", field: field.name, pattern, negated };
  const wrong = regularExpressionFault(pattern);
  return wrong === undefined ? { kind: "match", field: field.name, pattern, negated } : fault(reading, operand, wrong);
}

function operatorPlace({ operatorFrom, operatorTo }: Test): { from: number; to: number } {
  return { from: operatorFrom, to: operatorTo };
}
