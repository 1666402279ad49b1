import { addressToBigInt, type AddressBlock } from "#base/address.js";
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
