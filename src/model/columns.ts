import type { ColumnDefinition } from "./column-definition.ts";
import { awsColumns } from "./columns-aws.ts";
import { coreColumns } from "./columns-core.ts";
import { derivedColumns } from "./columns-derived.ts";
import { gcpColumns } from "./columns-gcp.ts";

/**
 * The column catalogue: the only place where a column is declared. Types, storage, filters, completion, headings and the
 * reference page are read from it. Adding a column is one entry here and one line in a decoder, or in derivation.
 * A column means the same in every table that has it.
 */
export const columns = { ...coreColumns, ...awsColumns, ...gcpColumns, ...derivedColumns } as const;

export type ColumnName = keyof typeof columns;

export function columnOf(name: ColumnName): ColumnDefinition {
  return columns[name];
}

export const columnNames = Object.keys(columns) as readonly ColumnName[];

/** Columns of evidence: what a decoder can fill. */
export const evidenceColumns = columnNames.filter((name) => !(name in derivedColumns));

/** The column of some that a person names: its own name or an alias, `.` and `-` read as `_`, case ignored. */
export function findColumn(word: string, among: readonly ColumnName[] = evidenceColumns): ColumnName | undefined {
  const name = word.toLowerCase().replaceAll(/[.-]/g, "_");
  return (
    among.find((column) => column === name) ?? among.find((column) => columnOf(column).aliases?.includes(name) === true)
  );
}
