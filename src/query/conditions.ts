import { parseCidr, type AddressWords } from "#base/address.js";
import { WeirError } from "#base/errors.js";
import { columnOf, type ColumnName } from "#model/columns.js";
import { findDatasetColumn } from "./dimensions.ts";
import type { TopDataset } from "./top-dataset.ts";

const OPERATORS = ["!=", "<=", ">=", "=", "<", ">"] as const;
type Operator = (typeof OPERATORS)[number];

/** Collects the values that a plan binds, and gives their names in SQL. */
export class Bindings {
  readonly values: (string | number | bigint)[] = [];

  bind(value: string | number | bigint): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

/**
 * One condition such as `dst_port=443`, `src_ip=10.0.0.0/8`, `ip=10.0.0.1` (either end), `action!=allow`, as SQL.
 * A missing value equals nothing, so `!=` includes it: a tool for security must not hide the unknown.
 * @throws WeirError that names the part that cannot be read
 */
export function conditionSql(text: string, bindings: Bindings, dataset: TopDataset): string {
  const match = /^\s*([A-Za-z][\w.-]*?)\s*(!=|<=|>=|=|<|>)\s*(.*?)\s*$/.exec(text);
  if (match === null)
    throw mistake(`“${text}” is no condition`, "Write COLUMN=VALUE, as in dst_port=443 or src_ip=10.0.0.0/8.");
  const [, word = "", operator = "=", value = ""] = match;
  const name = word.toLowerCase().replaceAll(/[.-]/g, "_");
  const ends = dataset.made.find((dimension) => dimension.word === name)?.eitherEnd;
  if (ends !== undefined) {
    const parts = ends.map((end) =>
      compare(findDatasetColumn(end, "--where", dataset), operator as Operator, value, bindings, dataset),
    );
    return `(${parts.join(operator === "!=" ? " AND " : " OR ")})`;
  }
  const column = name === "port" ? dataset.servicePort : findDatasetColumn(word, "--where", dataset);
  return compare(column, operator as Operator, value, bindings, dataset);
}

/** The columns that a condition reads, by the word it begins with. */
export function columnsOfCondition(text: string, dataset: TopDataset): readonly string[] {
  const word = /^\s*([A-Za-z][\w.-]*?)\s*[!<=>]/.exec(text)?.[1] ?? "";
  const name = word.toLowerCase().replaceAll(/[.-]/g, "_");
  const ends = dataset.made.find((dimension) => dimension.word === name)?.eitherEnd;
  return ends ?? [name === "port" ? dataset.servicePort : findDatasetColumn(word, "--where", dataset)];
}

function compare(
  column: ColumnName,
  operator: Operator,
  value: string,
  bindings: Bindings,
  dataset: TopDataset,
): string {
  const { type } = columnOf(column);
  if (type === "address") return compareAddress(column, operator, value, bindings);
  if (type === "text" || type === "json") return compareText(column, operator, value, bindings, dataset);
  const number = type === "timestamp" ? `${bindings.bind(value)}::TIMESTAMP` : boundNumber(column, value, bindings);
  return operator === "!=" ? `${column} IS DISTINCT FROM ${number}` : `${column} ${operator} ${number}`;
}

function compareText(
  column: ColumnName,
  operator: Operator,
  value: string,
  bindings: Bindings,
  { verdicts }: TopDataset,
): string {
  const isVerdict = column === verdicts.column || column.endsWith("_verdict");
  const stored = isVerdict ? (verdicts.words[value.toLowerCase()] ?? value) : value;
  const { values } = columnOf(column);
  if (values !== undefined && !values.includes(stored.toLowerCase()))
    throw mistake(`${column} is never “${value}”`, `It is one of ${values.join(", ")}.`);
  if (operator !== "=" && operator !== "!=")
    throw mistake(`${column} is text and knows = and != only`, `Write ${column}=${value}.`);
  const same = `lower(${column}) = lower(${bindings.bind(stored)})`;
  return operator === "=" ? same : `(${same}) IS NOT TRUE`;
}

function compareAddress(column: ColumnName, operator: Operator, value: string, bindings: Bindings): string {
  const block = parseCidr(value);
  if (block === undefined)
    throw mistake(
      `“${value}” is neither an address nor a block of addresses`,
      `Write ${column}=10.0.0.1 or ${column}=10.0.0.0/8.`,
    );
  const [first, last] = [block.first, block.last].map((words) => `${bindings.bind(uuidText(words))}::UUID`);
  if (operator === "=") return `${column} BETWEEN ${first} AND ${last}`;
  if (operator === "!=") return `(${column} BETWEEN ${first} AND ${last}) IS NOT TRUE`;
  return `${column} ${operator} ${operator === "<" || operator === ">=" ? first : last}`;
}

/** How DuckDB writes the 128 bits of an address. */
function uuidText(words: AddressWords): string {
  const hex = words.map((word) => word.toString(16).padStart(8, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function boundNumber(column: ColumnName, value: string, bindings: Bindings): string {
  const number = Number(value);
  if (value === "" || !Number.isFinite(number))
    throw mistake(`${column} is a number, and “${value}” is none`, `Write ${column}=443.`);
  return bindings.bind(number);
}

function mistake(message: string, next: string): WeirError {
  return new WeirError({ code: "bad-condition", kind: "usage", message, place: "--where", next });
}
