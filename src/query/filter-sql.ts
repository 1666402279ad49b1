import type { AddressBlock } from "#base/address.js";
import { columnOf, type ColumnName } from "#model/columns.js";
import { findField, type DatasetName, type Field, type FieldName } from "#model/datasets.js";
import type { FilterNode, FilterValue } from "#model/filter.js";
import type { NameBook } from "#model/names.js";
import { inBlocksSql } from "./address-sets.ts";
import type { Bindings } from "./bindings.ts";
import { globSql, idsNamed, namedBlocks, namedColumn } from "./named-fields.ts";

/** What a filter is compiled for. */
export interface FilterTarget {
  readonly dataset: DatasetName;
  /** The relation whose columns the condition names. */
  readonly relation: string;
  readonly bindings: Bindings;
  readonly names: NameBook;
}

/**
 * A filter as a condition in SQL, with every value bound. A comparison with a missing value does not hold, and its negation
 * does: nothing that is unknown is hidden. Fields made of names are looked up among the names now; where that is not possible
 * (a regular expression, column against column) the condition reads the columns of {@link namedColumn}, see {@link joinedNames}.
 */
export function compileFilter(node: FilterNode, target: FilterTarget): string {
  if ("parts" in node) {
    if (node.parts.length === 0) return node.kind === "and" ? "true" : "false";
    return `(${node.parts.map((part) => compileFilter(part, target)).join(node.kind === "and" ? " AND " : " OR ")})`;
  }
  if (node.kind === "not") return isNotTrue(compileFilter(node.part, target));
  if (node.kind === "columns") return columnsSql(node, target);
  const field = fieldOf(target.dataset, node.field);
  const parts = field.columns.map((column) => leafSql(node, field, column, target));
  return maybeNegated(`(${parts.join(" OR ")})`, "negated" in node && node.negated);
}

/** A field that a checked filter or question names. */
export function fieldOf(dataset: DatasetName, name: FieldName): Field {
  const field = findField(dataset, name);
  if (field === undefined) throw new RangeError(`${dataset} have no field ${name}`);
  return field;
}

/** The columns that a filter reads, with those of addresses whose names it asks for. */
export function columnsOfFilter(node: FilterNode | undefined, dataset: DatasetName): ColumnName[] {
  return leavesOf(node).flatMap((leaf) =>
    fieldsOfLeaf(leaf).flatMap((name) => {
      const { columns, protocol } = fieldOf(dataset, name);
      const withProtocol = leaf.kind === "in" && leaf.values.some(({ type }) => type === "service");
      return [...columns, ...(withProtocol ? [protocol ?? "protocol"] : [])];
    }),
  );
}

/** The address columns whose names a filter compares as columns: they must be joined. */
export function joinedNames(node: FilterNode | undefined, dataset: DatasetName): ColumnName[] {
  return leavesOf(node)
    .filter(({ kind }) => kind === "columns" || kind === "match")
    .flatMap(fieldsOfLeaf)
    .map((name) => fieldOf(dataset, name))
    .flatMap(({ named, columns }) => (named === undefined ? [] : columns));
}

type Leaf = Exclude<FilterNode, { readonly parts: unknown } | { readonly part: unknown }>;

function leavesOf(node: FilterNode | undefined): Leaf[] {
  if (node === undefined) return [];
  if ("parts" in node) return node.parts.flatMap(leavesOf);
  return node.kind === "not" ? leavesOf(node.part) : [node];
}

function fieldsOfLeaf(leaf: Leaf): FieldName[] {
  return leaf.kind === "columns" ? [leaf.left, leaf.right] : [leaf.field];
}

function isNotTrue(condition: string): string {
  return `(${condition} IS NOT TRUE)`;
}

function maybeNegated(condition: string, negated: boolean): string {
  return negated ? isNotTrue(condition) : condition;
}

type FieldLeaf = Exclude<Leaf, { readonly left: unknown }>;

function leafSql(leaf: FieldLeaf, field: Field, column: ColumnName, target: FilterTarget): string {
  const { bindings, relation, names } = target;
  if (field.named !== undefined && leaf.kind !== "match")
    return inBlocksSql(column, namedBlocks(names, field.named, leaf), relation, bindings);
  const text = field.named === undefined ? textSql(column) : namedColumn(column, field.named);
  switch (leaf.kind) {
    case "in":
      return valuesSql(leaf.values, field, column, target);
    case "compare":
      return compareSql(column, leaf.operator, leaf.value, bindings);
    case "like":
      return `${text} ILIKE ${bindings.bind(globSql(leaf.pattern))} ESCAPE '\\'`;
    case "match":
      return `regexp_matches(${text}, ${bindings.bind(leaf.pattern)}, 'i')`;
    case "known":
      return `${column} IS NOT NULL`;
  }
}

/** A column's value as the text that people write. */
function textSql(column: ColumnName): string {
  const { type } = columnOf(column);
  if (type === "address") return `ip_text(${column})`;
  return type === "text" || type === "json" ? column : `${column}::VARCHAR`;
}

function valuesSql(values: readonly FilterValue[], field: Field, column: ColumnName, target: FilterTarget): string {
  const { bindings, relation, names } = target;
  const blocks: AddressBlock[] = [];
  const texts: string[] = [];
  const parts: string[] = [];
  for (const value of values)
    if (value.type === "addresses") blocks.push(value.block);
    else if (value.type === "text") texts.push(value.text, ...idsNamed(names, column, value.text));
    else parts.push(valueSql(value, field, column, bindings));
  if (blocks.length > 0) parts.push(inBlocksSql(column, blocks, relation, bindings));
  if (texts.length > 0) parts.push(textsSql(texts, column, bindings));
  return parts.length === 0 ? "false" : `(${parts.join(" OR ")})`;
}

function textsSql(texts: readonly string[], column: ColumnName, bindings: Bindings): string {
  // A closed set of words is stored in lower case: compared as it is, it leaves out row groups.
  const isClosed = columnOf(column).values !== undefined;
  const bound = [...new Set(texts)].map((text) =>
    isClosed ? bindings.bind(text.toLowerCase()) : `lower(${bindings.bind(text)})`,
  );
  const value = isClosed ? column : `lower(${textSql(column)})`;
  return bound.length === 1 ? `${value} = ${bound.join("")}` : `${value} IN (${bound.join(", ")})`;
}

function valueSql(
  value: Exclude<FilterValue, { type: "addresses" | "text" }>,
  field: Field,
  column: ColumnName,
  bindings: Bindings,
): string {
  switch (value.type) {
    case "number":
      return `${column} = ${numberSql(value.number, bindings)}`;
    case "range":
      return `${column} BETWEEN ${numberSql(value.first, bindings)} AND ${numberSql(value.last, bindings)}`;
    case "time":
      return `${column} = ${bindings.time(value.micros)}`;
    case "service":
      return `(${column} BETWEEN ${numberSql(value.first, bindings)} AND ${numberSql(value.last, bindings)} AND ${field.protocol ?? "protocol"} = ${numberSql(value.protocol, bindings)})`;
  }
}

/** HUGEINT holds every whole number of the lake; where it can, the engine compares in the column's own type. */
function numberSql(number: bigint | number, bindings: Bindings): string {
  return typeof number === "bigint" || Number.isSafeInteger(number)
    ? `${bindings.bind(BigInt(number))}::HUGEINT`
    : `${bindings.bind(number)}::DOUBLE`;
}

type Operator = "<" | "<=" | ">" | ">=";

function compareSql(column: ColumnName, operator: Operator, value: FilterValue, bindings: Bindings): string {
  switch (value.type) {
    case "number":
      return `${column} ${operator} ${numberSql(value.number, bindings)}`;
    case "time":
      return `${column} ${operator} ${bindings.time(value.micros)}`;
    case "text":
      return `lower(${textSql(column)}) ${operator} lower(${bindings.bind(value.text)})`;
    case "addresses": {
      const { first, last } = value.block;
      return `${column} ${operator} ${bindings.address(operator === "<" || operator === ">=" ? first : last)}`;
    }
    case "range":
    case "service":
      throw new RangeError(`${column} ${operator} takes no ${value.type}`);
  }
}

function columnsSql(node: Extract<FilterNode, { kind: "columns" }>, { dataset }: FilterTarget): string {
  const operands = [node.left, node.right].map((name) => {
    const { columns, named } = fieldOf(dataset, name);
    return columns.map((column) => {
      if (named !== undefined) return `lower(${namedColumn(column, named)})`;
      return columnOf(column).type === "text" ? `lower(${column})` : column;
    });
  });
  const [left = [], right = []] = operands;
  const operator = node.operator === "!=" ? "=" : node.operator;
  const pairs = left.flatMap((one) => right.map((other) => `${one} ${operator} ${other}`));
  return maybeNegated(`(${pairs.join(" OR ")})`, node.operator === "!=");
}
