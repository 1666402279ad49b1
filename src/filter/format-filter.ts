import { datasetNames, findField } from "#model/datasets.js";
import type { FilterNode, FilterValue } from "#model/filter.js";
import { idKey } from "#model/names.js";
import { protocolText } from "#model/protocols.js";
import { blockText } from "./addresses.ts";
import { fieldText } from "./fields.ts";
import { keywords } from "./keywords.ts";
import { quote } from "./quotes.ts";

/** A filter's text: what a person would have written. Read again it is the same filter. */
export function formatFilter(node: FilterNode): string {
  switch (node.kind) {
    case "and":
    case "or":
      // Around “and” in “or”, too: nobody should have to know which of them binds tighter.
      return node.parts.map(inBrackets).join(` ${node.kind} `);
    case "not":
      return `not ${inBrackets(node.part)}`;
    case "in":
      return membershipText(node);
    case "compare":
      return `${fieldText(node.field)} ${node.operator} ${valueText(node.value, node.field)}`;
    case "like":
      return `${fieldText(node.field)} ${node.negated ? "not like" : "like"} ${patternText(node.pattern)}`;
    case "match":
      return `${fieldText(node.field)} ${node.negated ? "!~" : "~"} ${patternText(node.pattern)}`;
    case "known":
      return `${fieldText(node.field)} is ${node.negated ? "unknown" : "known"}`;
    case "columns":
      return `${fieldText(node.left)} ${node.operator} ${fieldText(node.right)}`;
  }
}

function inBrackets(part: FilterNode): string {
  return part.kind === "and" || part.kind === "or" ? `(${formatFilter(part)})` : formatFilter(part);
}

function membershipText({ field, values, negated }: Extract<FilterNode, { kind: "in" }>): string {
  const texts = values.map((value) => valueText(value, field));
  return texts.length === 1
    ? `${fieldText(field)} ${negated ? "!=" : "="} ${texts[0]}`
    : `${fieldText(field)} ${negated ? "not in" : "in"} (${texts.join(", ")})`;
}

function valueText(value: FilterValue, field: string): string {
  switch (value.type) {
    case "text":
      return plainText(value.text);
    case "number":
      return field === "protocol" ? protocolText(Number(value.number)) : String(value.number);
    case "range":
      return `${value.first}-${value.last}`;
    case "addresses":
      return blockText(value.block);
    case "time":
      return timeText(value.micros);
    case "service": {
      const { first, last, protocol } = value;
      return `${first === last ? first : `${first}-${last}`}/${protocolText(protocol)}`;
    }
  }
}

/** A text as a value: without quotes where it reads as itself. */
export function plainText(text: string): string {
  const isPlain =
    /^[\w/.*%@$][\w/.:*+%@$-]*$/.test(text) &&
    idKey(text) === text &&
    !keywords.includes(text.toLowerCase()) &&
    datasetNames.every((dataset) => findField(dataset, text) === undefined);
  return isPlain ? text : quote(text);
}

function patternText(pattern: string): string {
  return /^[^\s()"',=<>!~][^\s()",]*$/.test(pattern) && !keywords.includes(pattern.toLowerCase())
    ? pattern
    : quote(pattern);
}

/** RFC 3339 in UTC, with microseconds where there are any. */
function timeText(micros: number): string {
  const seconds = Math.floor(micros / 1_000_000);
  const rest = micros - seconds * 1_000_000;
  const fraction = rest === 0 ? "" : `.${String(rest).padStart(6, "0").replace(/0+$/, "")}`;
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}${fraction}Z`;
}
