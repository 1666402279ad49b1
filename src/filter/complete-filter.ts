import { datasetFields, findField, type DatasetName, type Field } from "#model/datasets.js";
import { fieldText } from "./fields.ts";
import { plainText } from "./format-filter.ts";
import { parser } from "./grammar-tables.ts";
import { filterLimits } from "./limits.ts";
import { operatorsOf } from "./operators.ts";
import { placeIn, type Place } from "./place.ts";
import { isClosed, unquote } from "./quotes.ts";
import { kindOf, numberWords } from "./values.ts";

export interface CompletionOption {
  /** What is written in place of the span. */
  readonly label: string;
  readonly kind: "field" | "operator" | "value" | "keyword";
  /** What it means, one line. */
  readonly detail: string;
}

export interface Completion {
  /** The stretch of the text that an option takes the place of: the word at the cursor. */
  readonly from: number;
  readonly to: number;
  /** The ones that begin with what was typed come first. */
  readonly options: readonly CompletionOption[];
}

/** Values of a field that are in the data and go with what was typed, the likeliest first. */
export type ValueSource = (field: Field, typed: string) => Promise<readonly string[]> | readonly string[];

/** Options that one completion has at most. */
const MOST_OPTIONS = 60;

/** What may be written at the cursor: a field, then an operator, then a value, then what joins conditions. */
export async function completeFilter(
  text: string,
  cursor: number,
  dataset: DatasetName,
  values?: ValueSource,
): Promise<Completion> {
  const at = Math.max(0, Math.min(cursor, text.length));
  const word = wordAt(text, at);
  if (text.length > filterLimits.length) return { from: at, to: at, options: [] };
  const before = text.slice(0, word.from);
  const place = placeIn(parser.parse(before), true);
  const options = await optionsAt(place, { before, typed: word.typed, dataset, values });
  return { from: word.from, to: word.to, options: chosen(options, word.typed) };
}

/** The word that the cursor is in or after; in quotes, all from the quote on. */
function wordAt(text: string, at: number): { readonly from: number; readonly to: number; readonly typed: string } {
  const before = text.slice(0, at);
  const { before: last } = placeIn(parser.parse(before), true);
  const open = last === undefined ? "" : before.slice(last.from);
  if (last !== undefined && /^["']/.test(open) && !isClosed(open)) {
    const rest = /^[^\s"',()]*["']?/.exec(text.slice(at))?.[0] ?? "";
    return { from: last.from, to: at + rest.length, typed: unquote(`${open}"`) };
  }
  const typed = /(?:[^\s()"',=<>!~]*|!)$/.exec(before)?.[0] ?? "";
  const rest = /^[^\s()"',=<>!~]*/.exec(text.slice(at))?.[0] ?? "";
  return { from: at - typed.length, to: at + rest.length, typed };
}

interface Asked {
  readonly before: string;
  readonly typed: string;
  readonly dataset: DatasetName;
  readonly values: ValueSource | undefined;
}

async function optionsAt(place: Place, asked: Asked): Promise<readonly CompletionOption[]> {
  const textAt = (span: { from: number; to: number } | undefined): string => asked.before.slice(span?.from, span?.to);
  const field = place.field === undefined ? undefined : findField(asked.dataset, textAt(place.field));
  switch (place.expected) {
    case "condition":
      return [...fieldOptions(asked.dataset, asked.typed), keyword("not", "turns the next condition around")];
    case "operator":
      return field === undefined ? [] : operatorsOf(field).map(operator);
    case "afterNot":
      return (field === undefined ? [] : operatorsOf(field))
        .filter((sign) => sign.startsWith("not "))
        .map((sign) => operator(sign.slice("not ".length)));
    case "presence":
      return [keyword("known", "there is a value"), keyword("unknown", "there is none")];
    case "value":
    case "listValue": {
      if (field === undefined) return [];
      const isCompared = place.expected === "value" && /^(?:!?=|[<>]=?)$/.test(textAt(place.operator));
      return [...(await valueOptions(field, asked)), ...(isCompared ? columnOptions(field, asked.dataset) : [])];
    }
    case "listEnd":
      return [keyword(",", "one more value"), keyword(")", "ends the list")];
    case "end":
      return [
        keyword("and", "both conditions"),
        keyword("or", "either condition"),
        ...(place.open.length > 0 ? [keyword(")", "closes the bracket")] : []),
      ];
  }
}

function keyword(label: string, detail: string): CompletionOption {
  return { label, kind: "keyword", detail };
}

const operatorMeanings: Readonly<Record<string, string>> = {
  "=": "is one value, block or range",
  "!=": "is not, or is not known",
  in: "is one of a list",
  "not in": "is none of a list, or is not known",
  like: "matches a pattern with * and ?",
  "not like": "does not match, or is not known",
  "~": "a regular expression matches some part",
  "!~": "no part matches, or is not known",
  "<": "is less",
  "<=": "is not more",
  ">": "is more",
  ">=": "is not less",
  "is known": "there is a value",
  "is unknown": "there is none",
};

function operator(label: string): CompletionOption {
  return { label, kind: "operator", detail: operatorMeanings[label] ?? "" };
}

/** Fields by their names, then by another word for them where that is what was typed. */
function fieldOptions(dataset: DatasetName, typed: string): CompletionOption[] {
  const wanted = normal(typed);
  const option = (name: string, detail: string): CompletionOption => ({
    label: fieldText(name),
    kind: "field",
    detail,
  });
  const fields = datasetFields(dataset);
  const byName = fields.map((field) => option(field.name, field.description));
  const byAlias = fields
    .filter((field) => wanted !== "" && !field.name.includes(wanted))
    .flatMap(({ aliases, description }) =>
      aliases.filter((alias) => alias.includes(wanted)).map((alias) => option(alias, description)),
    );
  return [...byName, ...byAlias];
}

async function valueOptions(field: Field, { typed, values }: Asked): Promise<CompletionOption[]> {
  const option = (label: string, detail: string): CompletionOption => ({ label, kind: "value", detail });
  const own = field.values?.map((value) => option(value, field.heading)) ?? [];
  const words = Object.entries(numberWords(field)).map(([word, number]) => option(word, String(number)));
  const times = kindOf(field) === "time" ? ["-1h", "-24h", "-7d"].map((ago) => option(ago, "before now")) : [];
  const found = values === undefined || field.values !== undefined ? [] : await values(field, typed);
  const isText = kindOf(field) === "text";
  return [
    ...own,
    ...times,
    ...found.map((value) => option(isText ? plainText(value) : value, "in the data")),
    ...words,
  ];
}

/** Columns that the field can be compared with. */
function columnOptions(field: Field, dataset: DatasetName): CompletionOption[] {
  if (!isPlainColumn(field) || field.values !== undefined) return [];
  return datasetFields(dataset)
    .filter((other) => other !== field && isPlainColumn(other) && other.values === undefined)
    .filter((other) => kindOf(other) === kindOf(field))
    .map((other) => ({ label: fieldText(other.name), kind: "field", detail: other.description }));
}

function isPlainColumn({ columns, named, type }: Field): boolean {
  return columns.length === 1 && named === undefined && type !== "service";
}

/** Options that contain what was typed; those that begin with it first. */
function chosen(options: readonly CompletionOption[], typed: string): CompletionOption[] {
  const wanted = normal(typed);
  const unique = [...new Map(options.map((option) => [option.label, option])).values()];
  const begins = unique.filter(({ label }) => normal(label).startsWith(wanted));
  const contains = unique.filter(
    ({ label }) => !begins.some((each) => each.label === label) && normal(label).includes(wanted),
  );
  return [...begins, ...contains].slice(0, MOST_OPTIONS);
}

/** How words are compared: case, quotes, and which of `.` `_` `-` stands between make no difference. */
function normal(word: string): string {
  return word.toLowerCase().replace(/^["']/, "").replaceAll(/[.-]/g, "_");
}
