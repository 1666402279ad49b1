import { addressToBigInt, parseAddress, type AddressWords } from "#base/address.js";
import { findField, type DatasetName, type Field } from "#model/datasets.js";
import type { FilterNode, FilterValue } from "#model/filter.js";
import type { NameBook, NamedBlock } from "#model/names.js";

/**
 * One value of a row. Numbers as number or bigint, times in microseconds since 1970, addresses as four words or as text, text as
 * it is stored; null or left out where it is missing.
 */
export type RowValue = bigint | number | string | AddressWords | null | undefined;

export type Row = Readonly<Record<string, RowValue>>;

/**
 * What a filter means, as plainly as it can be said: the oracle for whatever compiles filters. Every test is true or false: with
 * a missing value it is false, and so its negation is true. A field of two columns passes a test when one of them does.
 */
export function matches(node: FilterNode, row: Row, dataset: DatasetName, names?: NameBook): boolean {
  const values = (name: string): RowValue[] => valuesOf(fieldOf(name, dataset), row, names);
  switch (node.kind) {
    case "and":
      return node.parts.every((part) => matches(part, row, dataset, names));
    case "or":
      return node.parts.some((part) => matches(part, row, dataset, names));
    case "not":
      return !matches(node.part, row, dataset, names);
    case "in": {
      const field = fieldOf(node.field, dataset);
      const isIn = node.values.some((value) =>
        value.type === "service"
          ? isService(value, field, row)
          : values(node.field).some((each) => known(each) && equals(each, value)),
      );
      return isIn !== node.negated;
    }
    case "compare":
      return values(node.field).some((each) => known(each) && isOrdered(each, node.operator, bound(node.value)));
    case "like":
      return values(node.field).some((each) => known(each) && isLike(textOf(each), node.pattern)) !== node.negated;
    case "match":
      return values(node.field).some((each) => known(each) && hasMatch(textOf(each), node.pattern)) !== node.negated;
    case "known":
      return values(node.field).some(known) !== node.negated;
    case "columns":
      return compareColumns(
        values(node.left)[0],
        node.operator,
        values(node.right)[0],
        isText(fieldOf(node.left, dataset)),
      );
  }
}

type Known = Exclude<RowValue, null | undefined>;

function known(value: RowValue): value is Known {
  return value !== null && value !== undefined;
}

function fieldOf(name: string, dataset: DatasetName): Field {
  const field = findField(dataset, name);
  if (field === undefined) throw new Error(`${name} is no field of ${dataset}`);
  return field;
}

function valuesOf({ columns, named }: Field, row: Row, names: NameBook | undefined): RowValue[] {
  const own = columns.map((column) => row[column]);
  if (named === undefined) return own;
  return own.map((address) => (known(address) ? nameOf(address, names)?.[named] : undefined));
}

function nameOf(address: Known, names: NameBook | undefined): NamedBlock | undefined {
  const number = numberOf(address);
  return names?.blocks.find(({ first, last }) => addressToBigInt(first) <= number && number <= addressToBigInt(last));
}

/** A value that has an order, as a number. */
function numberOf(value: Known): number | bigint {
  if (typeof value === "number" || typeof value === "bigint") return value;
  const words = typeof value === "string" ? parseAddress(value) : value;
  if (words === undefined) throw new Error(`${String(value)} is no address`);
  return addressToBigInt(words);
}

function textOf(value: Known): string {
  return String(value);
}

function equals(value: Known, wanted: FilterValue): boolean {
  switch (wanted.type) {
    case "text":
      return textOf(value).toLowerCase() === wanted.text.toLowerCase();
    case "number":
      return numberOf(value) == wanted.number; // oxlint-disable-line eqeqeq -- 1n and 1 are the same number
    case "range":
      return wanted.first <= numberOf(value) && numberOf(value) <= wanted.last;
    case "addresses":
      return (
        addressToBigInt(wanted.block.first) <= numberOf(value) && numberOf(value) <= addressToBigInt(wanted.block.last)
      );
    case "time":
      return numberOf(value) == wanted.micros; // oxlint-disable-line eqeqeq -- 1n and 1 are the same number
    case "service":
      throw new Error("a service is compared with two columns");
  }
}

function isService(
  { first, last, protocol }: Extract<FilterValue, { type: "service" }>,
  field: Field,
  row: Row,
): boolean {
  const own = field.protocol === undefined ? undefined : row[field.protocol];
  if (!known(own) || Number(numberOf(own)) !== protocol) return false;
  return field.columns.some((column) => {
    const port = row[column];
    return known(port) && first <= numberOf(port) && numberOf(port) <= last;
  });
}

/** The number that `<` and its kin compare with. */
function bound(value: FilterValue): number | bigint {
  switch (value.type) {
    case "number":
      return value.number;
    case "time":
      return value.micros;
    case "addresses":
      return addressToBigInt(value.block.first);
    case "text":
    case "range":
    case "service":
      throw new Error(`${value.type} has no order`);
  }
}

function isOrdered(value: Known, operator: "<" | "<=" | ">" | ">=", limit: number | bigint): boolean {
  const number = numberOf(value);
  switch (operator) {
    case "<":
      return number < limit;
    case "<=":
      return number <= limit;
    case ">":
      return number > limit;
    case ">=":
      return number >= limit;
  }
}

type Sign = "=" | "!=" | "<" | "<=" | ">" | ">=";

function isText({ type }: Field): boolean {
  return type === "text" || type === "json";
}

function compareColumns(left: RowValue, operator: Sign, right: RowValue, ofText: boolean): boolean {
  if (operator === "!=") return !compareColumns(left, "=", right, ofText);
  if (!known(left) || !known(right)) return false;
  if (operator !== "=") return isOrdered(left, operator, numberOf(right));
  return ofText ? textOf(left).toLowerCase() === textOf(right).toLowerCase() : numberOf(left) == numberOf(right); // oxlint-disable-line eqeqeq -- 1n and 1 are the same number
}

/** `*` is any characters, `?` is one; letters of either case are the same. */
function isLike(text: string, pattern: string): boolean {
  const source = Array.from(pattern.toLowerCase(), (char) =>
    char === "*" ? ".*" : char === "?" ? "." : char.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&"),
  );
  return new RegExp(`^${source.join("")}$`, "su").test(text.toLowerCase());
}

/** Stands for RE2 with patterns that both read alike. */
function hasMatch(text: string, pattern: string): boolean {
  return new RegExp(pattern, "iu").test(text);
}
