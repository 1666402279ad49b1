import { findField, type Field } from "#model/datasets.js";
import type { FilterNode } from "#model/filter.js";
import { quoted } from "./diagnostic.ts";
import { fieldText } from "./fields.ts";
import { quote } from "./quotes.ts";
import { fault, type FilterReading, type Operand, type Test } from "./reading.ts";
import { kindOf, storedWord } from "./values.ts";

type Sign = "=" | "!=" | "<" | "<=" | ">" | ">=";

/**
 * Reads `client.port = server.port`: a word without quotes that names a field is that field.
 * @returns "none" where the operand is a value; undefined after a mistake, which is noted
 */
export function readColumns(
  { field: left }: Test,
  operator: Sign,
  operand: Operand,
  reading: FilterReading,
): FilterNode | undefined | "none" {
  if (operand.isQuoted || !/^[a-z_]/i.test(operand.text)) return "none";
  // A name that people gave may be any one word.
  if (left.named !== undefined && !/[._]/.test(operand.text)) return "none";
  if (left.values !== undefined && storedWord(operand.text, left.values) !== undefined) return "none";
  const right = findField(reading.dataset, operand.text);
  if (right === undefined) return "none";
  const wrong = whyNot(left, right);
  if (wrong === undefined) return { kind: "columns", left: left.name, operator, right: right.name };
  const isText = kindOf(left) === "text";
  return fault(reading, operand, {
    message: wrong,
    ...(isText && {
      next: `If the text ${quoted(operand.text)} is meant, put it in quotes: ${fieldText(left.name)} ${operator} ${quote(operand.text)}.`,
    }),
  });
}

function whyNot(left: Field, right: Field): string | undefined {
  const [leftName, rightName] = [fieldText(left.name), fieldText(right.name)];
  for (const field of [left, right]) {
    const name = fieldText(field.name);
    if (field.named !== undefined) return `${name} comes from weir names and cannot be compared with another field`;
    if (field.type === "service") return `${name} is a port with a protocol and cannot be compared with another field`;
    if (field.columns.length > 1)
      return `${name} is either end: compare one with the other, as in ${field.columns.map(fieldText).join(" = ")}`;
  }
  if (kindOf(left) === kindOf(right)) return undefined;
  return `${leftName} and ${rightName} cannot be compared: they are of different types`;
}
