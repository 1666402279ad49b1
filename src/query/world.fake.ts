import { addressToBigInt, parseAddress, type AddressWords } from "#base/address.js";
import { columnOf, type ColumnName } from "#model/columns.js";
import type { NameBook } from "#model/names.js";
import type { Segment } from "#model/segment.js";
import { tables, type TableName } from "#model/tables.js";
import { openEngine, segmentsSql } from "#store/engine.js";
import type { Engine } from "#store/index.js";
import { addressMacros } from "../store/lake/address-macros.ts";
import { makeBlocks, makeNames } from "../store/lake/sandbox-relations.ts";
import { cellReader, answerColumn } from "../store/lake/cells.ts";
import { deriveMacros } from "../derive/flow-rows-sql.ts";
import { wordTypesSql } from "../derive/codes.ts";
import { PLACE, rollupsSql } from "../derive/outputs-sql.ts";
import type { Row, RowValue } from "../filter/evaluate.fake.ts";
import type { QueryEngine, Statement, StatementRows } from "./engine.ts";
import { NAMES_TABLE } from "./named-fields.ts";

/** Hours before and after clocks change in Berlin, on 29 March 2026 at 01:00 UTC; microseconds. */
export const WORLD_START = Date.UTC(2026, 2, 29) * 1000;
export const HOUR = 3_600_000_000;
export const WORLD_HOURS = 4;

/** Rows of conversations with everything that derivation rolls up from them, in memory. */
export class World implements QueryEngine {
  readonly #engine: Engine;
  readonly #names: NameBook;
  /** Statements that were run, for looking at. */
  readonly ran: Statement[] = [];
  #hasFolded = false;

  private constructor(engine: Engine, names: NameBook) {
    this.#engine = engine;
    this.#names = names;
  }

  /** @param folder where it may spill */
  static async open(folder: string, names: NameBook): Promise<World> {
    const engine = await openEngine(folder, { memoryMb: 500, threads: 1 });
    const { connection } = engine;
    for (const macro of [...addressMacros, ...deriveMacros, ...wordTypesSql]) await connection.run(macro);
    await makeNames(connection, NAMES_TABLE, names.blocks);
    return new World(engine, names);
  }

  close(): void {
    this.#engine.close();
  }

  get names(): NameBook {
    return this.#names;
  }

  /** Puts these rows of conversations, and the rollups of them, in the place of what was there. */
  async fill(rows: readonly Row[]): Promise<void> {
    const { connection } = this.#engine;
    for (const table of Object.keys(tables) as TableName[])
      await connection.run(`CREATE OR REPLACE TEMP TABLE w_${table} AS SELECT * FROM ${segmentsSql(table, [], ".")}`);
    const names = tables.conversations;
    const casts = names.map((name) => `CAST(r ->> '${name}' AS ${sqlTypes[columnOf(name).type]}) AS ${name}`);
    const json = JSON.stringify(
      rows.map((row) => Object.fromEntries(names.map((name) => [name, text(row[name], name)]))),
    );
    await connection.run(
      `INSERT INTO w_conversations BY NAME SELECT ${casts.join(", ")} FROM (SELECT unnest(from_json($1::VARCHAR, '["JSON"]')) AS r)`,
      [json],
    );
    for (let hour = 0; hour < WORLD_HOURS; hour++) await this.#rollUp(WORLD_START + hour * HOUR);
    const folded = await connection.runAndReadAll("SELECT count(*) FROM w_rollup_hour WHERE folded IS NOT NULL");
    this.#hasFolded = Number(folded.getRows()[0]?.[0]) > 0;
  }

  /** As derivation does it, but so few public addresses stay as they are that folding happens. */
  async #rollUp(hour: number): Promise<void> {
    const { connection } = this.#engine;
    const rows = `SELECT * FROM w_conversations WHERE time = make_timestamp(${hour}::BIGINT)`;
    const ends = (["client", "server"] as const).map(
      (end) => `SELECT ${PLACE.map((name) => `${end}_${name} AS ${name}`).join(", ")} FROM (${rows})`,
    );
    await connection.run(
      `CREATE OR REPLACE TEMP TABLE place_of AS SELECT row_number() OVER () AS place, * FROM (${ends.join(" UNION ")})`,
    );
    const at = (end: "client" | "server"): string =>
      `(SELECT place FROM place_of p WHERE ${PLACE.map((name) => `p.${name} IS NOT DISTINCT FROM rows.${end}_${name}`).join(" AND ")})`;
    await connection.run(
      `CREATE OR REPLACE TEMP TABLE conv AS SELECT *, ${at("client")} AS client_place, ${at("server")} AS server_place FROM (${rows}) rows`,
    );
    await connection.run(
      `CREATE OR REPLACE TEMP TABLE large AS SELECT server_ip AS ip FROM conv WHERE NOT is_private(server_ip) ORDER BY ip LIMIT 1`,
    );
    const outputs = rollupsSql(hour);
    for (const table of ["rollup_minute", "rollup_hour", "presence"] as const)
      await connection.run(`INSERT INTO w_${table} BY NAME ${outputs[table]}`);
  }

  segments(table: TableName): Segment[] {
    const hours = Array.from({ length: WORLD_HOURS }, (_, at) => WORLD_START / HOUR + at);
    const columns = tables[table]
      .filter((name) => name !== "folded" || this.#hasFolded)
      .map((name) => columnOf(name).id);
    const base = { path: "", bytes: 1, minAddress: null, maxAddress: null, objects: {}, columns, hours };
    const [minTime, maxTime] = [WORLD_START, WORLD_START + WORLD_HOURS * HOUR - 1];
    // Tables that are smaller in life have fewer rows here, too.
    const rows = { rollup_minute: 10, rollup_hour: 20 }[table as string] ?? 1000;
    return [{ ...base, id: table, table, rows, minTime, maxTime }];
  }

  async run(statement: Statement): Promise<StatementRows> {
    this.ran.push(statement);
    const { connection } = this.#engine;
    for (const { view, table } of statement.reads)
      await connection.run(`CREATE OR REPLACE TEMP VIEW ${view} AS SELECT * FROM w_${table}`);
    for (const { name, blocks } of statement.blockTables) {
      await connection.run(`DROP TABLE IF EXISTS ${name}`);
      await makeBlocks(connection, name, blocks);
    }
    const result = await connection.runAndReadAll(statement.sql, [...statement.parameters]);
    const types = result.columnTypes();
    const readers = types.map(cellReader);
    return {
      columns: result.columnNames().map((name, at) => answerColumn(name, types[at]!)),
      rows: result.getRows().map((row) => row.map((cell, at) => (cell === null ? null : readers[at]!(cell)))),
    };
  }
}

const sqlTypes = {
  timestamp: "TIMESTAMP",
  text: "VARCHAR",
  json: "VARCHAR",
  address: "UUID",
  uint8: "UTINYINT",
  uint16: "USMALLINT",
  uint32: "UINTEGER",
  uint64: "UBIGINT",
  float64: "DOUBLE",
} as const;

function text(value: RowValue, name: ColumnName): string | null {
  if (value === null || value === undefined) return null;
  const { type } = columnOf(name);
  if (type === "timestamp")
    return `${new Date(Number(value) / 1000).toISOString().slice(0, -5)}.${String(Number(value) % 1_000_000).padStart(6, "0")}`;
  if (type !== "address") return String(value);
  const words = (typeof value === "string" ? parseAddress(value) : value) as AddressWords;
  const hex = addressToBigInt(words).toString(16).padStart(32, "0");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
