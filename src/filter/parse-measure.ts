import type { SyntaxNode } from "@lezer/common";
import type { WeirError } from "#base/errors.js";
import { nearestWord } from "#base/nearest.js";
import { datasetNames, type DatasetName } from "#model/datasets.js";
import { measureOf, measuresOf, type MeasureName } from "#model/measures.js";
import type { MeasureCondition } from "#model/query.js";
import { conditionError, firstOf, quoted, type Diagnostic } from "./diagnostic.ts";
import { parser } from "./grammar-tables.ts";
import { filterLimits } from "./limits.ts";
import { readNumber, unitAdvice, type UnitKind } from "./numbers.ts";
import { syntaxMistake } from "./syntax.ts";

/**
 * Reads a condition on a measure, such as `bytes > 1GB`, in the words and units of filters.
 * @throws WeirError `bad-filter` with the place of the mistake
 */
export function parseMeasureCondition(text: string, dataset: DatasetName): MeasureCondition {
  if (text.length > filterLimits.length)
    throw notOne(text, { from: filterLimits.length, to: text.length, message: "the condition is too long" });
  const tree = parser.parse(text);
  const mistakes: Diagnostic[] = [];
  const syntax = syntaxMistake(tree, text);
  if (syntax !== undefined) mistakes.push(syntax);
  const top = tree.topNode.firstChild;
  const condition = top === null ? undefined : readMeasure(top, text, dataset, mistakes);
  const mistake = firstOf(mistakes);
  if (mistake !== undefined || condition === undefined) throw notOne(text, mistake);
  return condition;
}

function notOne(text: string, mistake: Diagnostic | undefined): WeirError {
  return conditionError(text, mistake ?? { from: 0, to: text.length, message: "this is no condition on a measure" });
}

type Sign = MeasureCondition["operator"];
const signs: readonly string[] = ["=", "!=", "<", "<=", ">", ">="] satisfies Sign[];

function readMeasure(
  node: SyntaxNode,
  text: string,
  dataset: DatasetName,
  mistakes: Diagnostic[],
): MeasureCondition | undefined {
  const mistake = (place: { from: number; to: number }, what: Omit<Diagnostic, "from" | "to">): undefined => {
    mistakes.push({ from: place.from, to: place.to, ...what });
  };
  if (node.type.isError) return undefined;
  if (node.name !== "Test")
    return mistake(node, {
      message: "a condition on measures is one comparison",
      next: "Give one --having for each: all of them must hold.",
    });
  const [field, operator, value] = [node.getChild("Field"), node.getChild("Operator"), node.getChild("Value")];
  if (field === null || field.from === field.to) return undefined;
  const word = text.slice(field.from, field.to);
  const measure = findMeasure(word, dataset);
  if (measure === undefined) return mistake(field, unknownMeasure(word, dataset));
  if (operator === null) {
    const presence = node.getChild("Presence");
    return presence === null ? undefined : mistake(presence, { message: "a measure is always known", next: COMPARE });
  }
  const sign = text.slice(operator.from, operator.to);
  if (!signs.includes(sign))
    return mistake(operator, { message: `a measure is compared with one number, and ${sign} does not`, next: COMPARE });
  const operand = value ?? node.getChild("String") ?? node.getChild("List");
  if (operand === null) return undefined;
  const written = text.slice(operand.from, operand.to);
  const unit = unitOfMeasure(measure);
  const number = readNumber(written, unit);
  if (number === undefined)
    return mistake(operand, {
      message: `${measure} is a number, and ${quoted(written)} is none`,
      next: `Write ${unitAdvice[unit]}.`,
    });
  return { measure, operator: sign as Sign, value: Number(number) };
}

const COMPARE = "Compare it with = != < <= > >=, as in bytes > 1GB.";

/** The measure that a person names: `.` and `-` read as `_`, case ignored. */
function findMeasure(word: string, dataset: DatasetName): MeasureName | undefined {
  const name = word.toLowerCase().replaceAll(/[.-]/g, "_");
  return measuresOf(dataset).find((measure) => measure === name);
}

function unknownMeasure(word: string, dataset: DatasetName): Omit<Diagnostic, "from" | "to"> {
  const name = word.toLowerCase().replaceAll(/[.-]/g, "_");
  const known = measuresOf(dataset);
  const message = `${quoted(word)} is no measure of ${dataset}`;
  const suggestion = nearestWord(name, known) ?? known.find((measure) => measure.endsWith(`_${name}`));
  const elsewhere = datasetNames.find((each) => measuresOf(each).some((measure) => measure === name));
  const or = elsewhere === undefined ? "" : `It is a measure of ${elsewhere}: ask --dataset ${elsewhere}.`;
  if (suggestion !== undefined)
    return { message, suggestion, next: `Did you mean ${suggestion}?${or === "" ? "" : ` ${or}`}` };
  return { message, next: or === "" ? `Its measures are ${known.join(", ")}.` : or };
}

/** Counts take `5k`, as packets do. */
function unitOfMeasure(measure: MeasureName): UnitKind {
  return measureOf(measure).unit ?? "packets";
}
