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
import type { Row, RowValue } from "../filter/evaluate.fake.ts";
import { privateBlocks } from "./address-sets.ts";
import type { QueryEngine, Statement, StatementRows } from "./engine.ts";
import { NAMES_TABLE } from "./named-fields.ts";

/** Hours before and after clocks change in Berlin, on 29 March 2026 at 01:00 UTC; microseconds. */
export const WORLD_START = Date.UTC(2026, 2, 29) * 1000;
export const HOUR = 3_600_000_000;
export const WORLD_HOURS = 4;
const MINUTE = 60_000_000;
const summed: readonly ColumnName[] = [
  "starts",
  "records",
  "client_bytes",
  "client_packets",
  "server_bytes",
  "server_packets",
  "attempted_bytes",
];

/** Rows of conversations with everything that derivation rolls up from them, in memory. */
export class World implements QueryEngine {
  readonly #engine: Engine;
  readonly #names: NameBook;
  /** Statements that were run, for looking at. */
  readonly ran: Statement[] = [];
  #hasFolded = false;
  /** The oldest hour that is kept of tables whose rows have expired, microseconds. */
  readonly #keptSince = new Map<TableName, number>();

  private constructor(engine: Engine, names: NameBook) {
    this.#engine = engine;
    this.#names = names;
  }

  /** @param folder where it may spill */
  static async open(folder: string, names: NameBook): Promise<World> {
    const engine = await openEngine(folder, { memoryMb: 500, threads: 1 });
    const { connection } = engine;
    for (const macro of [...addressMacros, ...rollupMacros()]) await connection.run(macro);
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
  async put(rows: readonly Row[]): Promise<void> {
    const { connection } = this.#engine;
    this.#keptSince.clear();
    for (const table of Object.keys(tables) as TableName[])
      await connection.run(`CREATE OR REPLACE TEMP TABLE w_${table} AS SELECT * FROM ${segmentsSql(table, [], ".")}`);
    await this.insert("conversations", rows);
    for (let hour = 0; hour < WORLD_HOURS; hour++) await this.#rollUp(WORLD_START + hour * HOUR);
    const folded = await connection.runAndReadAll("SELECT count(*) FROM w_rollup_hour WHERE folded IS NOT NULL");
    this.#hasFolded = Number(folded.getRows()[0]?.[0]) > 0;
  }

  /** Adds rows to a table, as they are. */
  async insert(table: TableName, rows: readonly Row[]): Promise<void> {
    const names = tables[table];
    const casts = names.map((name) => `CAST(r ->> '${name}' AS ${sqlTypes[columnOf(name).type]}) AS ${name}`);
    const json = JSON.stringify(
      rows.map((row) => Object.fromEntries(names.map((name) => [name, text(row[name], name)]))),
    );
    await this.#engine.connection.run(
      `INSERT INTO w_${table} BY NAME SELECT ${casts.join(", ")} FROM (SELECT unnest(from_json($1::VARCHAR, '["JSON"]')) AS r)`,
      [json],
    );
  }

  /** Deletes the rows of a table that are older, as retention does. */
  async expire(table: TableName, before: number): Promise<void> {
    await this.#engine.connection.run(`DELETE FROM w_${table} WHERE time < make_timestamp(${before}::BIGINT)`);
    this.#keptSince.set(table, before);
  }

  /** What derivation rolls up of an hour, in plain words; one public server stays as it is, all other public addresses fold. */
  async #rollUp(hour: number): Promise<void> {
    const { connection } = this.#engine;
    const rows = `(SELECT * FROM w_conversations WHERE time = make_timestamp(${hour}::BIGINT))`;
    const groups = (table: "rollup_minute" | "rollup_hour"): string =>
      tables[table]
        .filter((name) => !summed.includes(name) && !["time", "client_ip", "server_ip", "folded"].includes(name))
        .join(", ");
    const sums = summed.map((name) => `sum(${name}) AS ${name}`).join(", ");
    const spread = summed
      .filter((name) => name !== "starts" && name !== "records")
      .map((name) => `share_of(${name}, f, u, m, m + ${MINUTE}) AS ${name}`)
      .join(", ");
    await connection.run(`INSERT INTO w_rollup_minute BY NAME
      WITH spans AS (SELECT *, epoch_us(start_time) AS f, greatest(epoch_us(end_time), epoch_us(start_time)) AS u, greatest(epoch_us(chain_start), ${hour}) AS began FROM ${rows}),
        minutes AS (SELECT ${groups("rollup_minute")}, m, if(m = began // ${MINUTE} * ${MINUTE}, starts, 0) AS starts, if(m = f // ${MINUTE} * ${MINUTE}, records, 0) AS records, ${spread}
          FROM (SELECT *, unnest(range(f // ${MINUTE} * ${MINUTE}, greatest(u, f + 1), ${MINUTE})) AS m FROM spans))
      SELECT make_timestamp(m) AS time, ${groups("rollup_minute")}, ${sums} FROM minutes GROUP BY ALL`);
    const folds = (end: string): string =>
      `NOT is_private(${end}_ip) AND ${end}_ip IS DISTINCT FROM (SELECT min(server_ip) FROM ${rows} WHERE NOT is_private(server_ip))`;
    const block = (end: string): string =>
      `CASE WHEN ${end}_ip::VARCHAR LIKE '00000000-0000-0000-0000-ffff%' THEN (left(${end}_ip::VARCHAR, 34) || '00')::UUID ELSE (left(${end}_ip::VARCHAR, 13) || '-0000-0000-000000000000')::UUID END`;
    await connection.run(`INSERT INTO w_rollup_hour BY NAME
      WITH folded AS (SELECT *, ${folds("client")} AS fold_client, ${folds("server")} AS fold_server FROM ${rows})
      SELECT time, if(fold_client, ${block("client")}, client_ip) AS client_ip, if(fold_server, ${block("server")}, server_ip) AS server_ip,
        CASE WHEN fold_client AND fold_server THEN 'both' WHEN fold_client THEN 'client' WHEN fold_server THEN 'server' END AS folded, ${groups("rollup_hour")}, ${sums}
      FROM folded GROUP BY ALL`);
    await connection.run(`INSERT INTO w_presence BY NAME
      SELECT time, 'default' AS realm, address, (1 << ((${hour} // ${HOUR}) % 24))::UINTEGER AS hours_seen FROM (SELECT time, client_ip AS address FROM ${rows} UNION SELECT time, server_ip FROM ${rows})`);
  }

  segments(table: TableName): Segment[] {
    const since = this.#keptSince.get(table) ?? WORLD_START;
    const hours = Array.from({ length: WORLD_HOURS }, (_, at) => WORLD_START / HOUR + at).filter(
      (hour) => hour * HOUR >= since,
    );
    if (hours.length === 0) return [];
    const columns = tables[table]
      .filter((name) => name !== "folded" || this.#hasFolded)
      .map((name) => columnOf(name).id);
    const base = { path: "", bytes: 1, minAddress: null, maxAddress: null, objects: {}, columns, hours };
    const [minTime, maxTime] = [Math.max(since, WORLD_START), WORLD_START + WORLD_HOURS * HOUR - 1];
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
    const names = result.columnNames();
    const readers = result.columnTypes().map(cellReader);
    return {
      columns: result.columnTypes().map((type, at) => answerColumn(names[at] ?? "", type)),
      rows: result
        .getRows()
        .map((row) => row.map((cell, at) => (cell === null ? null : (readers[at]?.(cell) ?? null)))),
    };
  }
}

/** What is private, and what of a count over [t0, t1) falls into [a, b): as derivation has them. */
function rollupMacros(): string[] {
  const uuid = (words: AddressWords): string => `'${uuidText(words)}'::UUID`;
  const within = privateBlocks.map(({ first, last }) => `a BETWEEN ${uuid(first)} AND ${uuid(last)}`).join(" OR ");
  const until = (end: string): string => `((n::HUGEINT * (greatest(least(t1, ${end}), t0) - t0)) // (t1 - t0))`;
  return [
    `CREATE MACRO is_private(a) AS (${within})`,
    `CREATE MACRO share_of(n, t0, t1, a, b) AS (CASE WHEN t1 <= t0 THEN (CASE WHEN t0 >= a AND t0 < b THEN n ELSE 0 END) ELSE (${until("b")} - ${until("a")})::UBIGINT END)`,
  ];
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
  return uuidText((typeof value === "string" ? parseAddress(value) : value) as AddressWords);
}

function uuidText(words: AddressWords): string {
  const hex = addressToBigInt(words).toString(16).padStart(32, "0");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
