import { addressToBigInt, type AddressBlock } from "#base/address.js";
import type { AnswerColumn, Cell } from "#model/answer.js";
import type { NamedBlock } from "#model/names.js";
import {
  DuckDBDataChunk,
  DuckDBUUIDValue,
  UUID,
  VARCHAR,
  type DuckDBConnection,
  type DuckDBType,
  type DuckDBValue,
} from "./duckdb-api.ts";

const CHUNK = 2048;

/** Makes a table of blocks of addresses, with columns first and last. */
export async function makeBlocks(
  connection: DuckDBConnection,
  name: string,
  blocks: readonly AddressBlock[],
): Promise<void> {
  await connection.run(`CREATE TEMP TABLE ${name} (first UUID, last UUID)`);
  await append(connection, name, [UUID, UUID], blocks, ends);
}

/** Makes a table of named blocks: first, last, name, role, owner. */
export async function makeNames(
  connection: DuckDBConnection,
  table: string,
  blocks: readonly NamedBlock[],
): Promise<void> {
  await connection.run(`CREATE TEMP TABLE ${table} (first UUID, last UUID, name VARCHAR, role VARCHAR, owner VARCHAR)`);
  await append(connection, table, [UUID, UUID, VARCHAR, VARCHAR, VARCHAR], blocks, (block) => [
    ...ends(block),
    block.name,
    block.role,
    block.owner,
  ]);
}

/** Makes a view of rows that stand ready. Values come as text and are cast: a type has one way in. */
export async function makeRows(
  connection: DuckDBConnection,
  name: string,
  { columns, rows }: { readonly columns: readonly AnswerColumn[]; readonly rows: readonly (readonly Cell[])[] },
): Promise<void> {
  const texts = `${name}_text`;
  await connection.run(`CREATE TEMP TABLE ${texts} (${columns.map((_, at) => `c${at} VARCHAR`).join(", ")})`);
  await append(
    connection,
    texts,
    columns.map(() => VARCHAR),
    rows,
    (row) => columns.map((_, at) => textOrNull(row[at] ?? null)),
  );
  const values = columns.map(
    (column, at) => `CAST(c${at} AS ${plainType(column)}) AS "${column.name.replaceAll('"', '""')}"`,
  );
  await connection.run(`CREATE TEMP VIEW ${name} AS SELECT ${values.join(", ")} FROM ${texts}`);
}

function textOrNull(cell: Cell): string | null {
  if (cell === null || typeof cell === "string") return cell;
  return typeof cell === "object" ? JSON.stringify(cell, bigintText) : String(cell);
}

function bigintText(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}

/** Parquet has no whole numbers of 128 bits, and DuckDB would write sums as DOUBLE and lose digits. */
function plainType({ kind, type }: AnswerColumn): string {
  if (kind === "time") return "TIMESTAMP";
  if (kind === "boolean") return "BOOLEAN";
  if (kind !== "number") return "VARCHAR";
  if (/^U?HUGEINT$/.test(type)) return "DECIMAL(38, 0)";
  return /^U?(?:TINYINT|SMALLINT|INTEGER|BIGINT)$/.test(type) ? type : "DOUBLE";
}

function ends({ first, last }: AddressBlock): DuckDBValue[] {
  return [first, last].map((words) => DuckDBUUIDValue.fromUint128(addressToBigInt(words)));
}

async function append<Row>(
  connection: DuckDBConnection,
  table: string,
  types: readonly DuckDBType[],
  rows: readonly Row[],
  values: (row: Row) => DuckDBValue[],
): Promise<void> {
  const appender = await connection.createAppender(table);
  for (let from = 0; from < rows.length; from += CHUNK) {
    const chunk = DuckDBDataChunk.create(types);
    chunk.setRows(rows.slice(from, from + CHUNK).map(values));
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}
