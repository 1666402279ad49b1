import type { DuckDBConnection, DuckDBPreparedStatement, DuckDBResult } from "./duckdb-api.ts";
import type { AddressBlock } from "#base/address.js";
import { WeirError } from "#base/errors.js";
import type { ObjectRow } from "#catalog/index.js";
import type { AnswerColumn, Cell, RowStream } from "#model/answer.js";
import type { NamedBlock } from "#model/names.js";
import type { Segment } from "#model/segment.js";
import { tableNames, type TableName } from "#model/tables.js";
import { addressTextSql } from "./address-text-sql.ts";
import { answerColumn, cellReader } from "./cells.ts";
import { fillObjects, fillSegments } from "./sandbox-tables.ts";
import { segmentsSql } from "./read-segments.ts";
import { makeBlocks, makeNames, makeRows } from "./sandbox-relations.ts";
import { sqlError } from "./sql-errors.ts";
import { sqlText } from "./sql-literal.ts";
import { parseStatement, type Statement } from "./statement.ts";

/** What one query may use. */
export interface QueryLimits {
  readonly timeoutMs: number;
  /** More rows than this are an error. */
  readonly maxRows: number;
}

/** What a sandbox shows: the live files, and the objects that they came from. */
export interface LakeFiles {
  segments(table: TableName): readonly Segment[];
  objects(): readonly ObjectRow[];
}

/** A value bound to a parameter `$1`, `$2`, … of a query. */
export type Parameter = string | number | bigint | null;

/** Tables that a query can name. */
const offered = [...tableNames, "objects", "segments"] as const;

/** What a sandbox is made of: a connection to an engine that is locked already. */
export interface SandboxParts {
  readonly connection: DuckDBConnection;
  readonly dataDir: string;
  readonly files: LakeFiles;
  readonly close: () => void;
}

/**
 * A DuckDB that can read the lake and do nothing else: no other file, no network, no writing, no settings. Views and tables
 * are made when a query first names them, because binding thousands of files takes time; they are temporary, and gone with
 * the connection.
 */
export class Sandbox implements AsyncDisposable {
  readonly #connection: DuckDBConnection;
  readonly #dataDir: string;
  readonly #files: LakeFiles;
  readonly #close: () => void;
  readonly #made = new Set<string>();

  constructor({ connection, dataDir, files, close }: SandboxParts) {
    this.#connection = connection;
    this.#dataDir = dataDir;
    this.#files = files;
    this.#close = close;
  }

  /**
   * Runs one SELECT or EXPLAIN.
   * @throws WeirError that says what was wrong with the query, what it may not do, or which limit it met
   */
  async query(sql: string, limits: QueryLimits, parameters: readonly Parameter[] = []): Promise<RowStream> {
    const statement = await this.#check(sql);
    const deadline = new Deadline(this.#connection, limits.timeoutMs);
    try {
      const prepared = await this.#prepare(statement.explain + statement.select, parameters);
      return new ResultStream(await prepared.stream(), deadline, limits);
    } catch (error) {
      throw deadline.explain(error);
    }
  }

  /** Writes what a SELECT gives as a Parquet file to the one path that the sandbox was opened for, addresses as text. @returns rows */
  async copyTo(file: string, sql: string, limits: QueryLimits, parameters: readonly Parameter[] = []): Promise<number> {
    const statement = await this.#check(sql);
    if (statement.explain !== "")
      throw new WeirError({
        code: "sql-mistake",
        kind: "usage",
        message: "an EXPLAIN cannot be exported",
        next: "Give the SELECT alone.",
      });
    const deadline = new Deadline(this.#connection, limits.timeoutMs);
    try {
      const shape = await this.#prepare(statement.select, parameters);
      const columns = Array.from({ length: shape.columnCount }, (_, at) => ({
        name: shape.columnName(at),
        type: shape.columnType(at),
      }));
      const source = columns.map((_, at) => `c${at}`).join(", ");
      const outputs = columns.map(
        ({ name, type }, at) => `${addressTextSql(`c${at}`, type)} AS "${name.replaceAll('"', '""')}"`,
      );
      const select = `SELECT ${outputs.join(", ")} FROM (${statement.select}\n) AS rows(${source})`;
      const copy = `COPY (${select}) TO ${sqlText(file)} (FORMAT parquet, COMPRESSION zstd)`;
      return (await (await this.#prepare(copy, parameters)).run()).rowsChanged;
    } catch (error) {
      throw deadline.explain(error);
    } finally {
      deadline.clear();
    }
  }

  /** Makes a relation of some segments of a table. The name is of the program's making, never of a person's. */
  async offerSegments(name: string, table: TableName, segments: readonly Segment[]): Promise<void> {
    await this.#connection.run(
      `CREATE TEMP VIEW ${name} AS SELECT * FROM ${segmentsSql(table, segments, this.#dataDir)}`,
    );
  }

  /** Makes a small table of blocks of addresses: first and last, both included. */
  async offerBlocks(name: string, blocks: readonly AddressBlock[]): Promise<void> {
    await makeBlocks(this.#connection, name, blocks);
  }

  /** Makes a table of named blocks: first, last, name, role, owner. */
  async offerNames(name: string, blocks: readonly NamedBlock[]): Promise<void> {
    await makeNames(this.#connection, name, blocks);
  }

  /** Makes a relation of rows that stand ready, to be written by {@link copyTo}: addresses are text, sums of any size exact. */
  async offerRows(name: string, columns: readonly AnswerColumn[], rows: readonly (readonly Cell[])[]): Promise<void> {
    await makeRows(this.#connection, name, { columns, rows });
  }

  /** Stops the query that runs, if one does. */
  interrupt(): void {
    this.#connection.interrupt();
  }

  close(): void {
    this.#close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  async #check(sql: string): Promise<Statement> {
    const statement = await parseStatement(this.#connection, sql);
    try {
      for (const name of offered) if (statement.looksAround || statement.tables.has(name)) await this.#make(name);
    } catch (error) {
      throw sqlError(error);
    }
    return statement;
  }

  async #prepare(sql: string, parameters: readonly Parameter[]): Promise<DuckDBPreparedStatement> {
    const prepared = await this.#connection.prepare(sql);
    if (prepared.parameterCount !== parameters.length)
      throw new WeirError({
        code: "sql-mistake",
        kind: "usage",
        message: "the query has parameters without values",
        next: "Write the values into the query.",
      });
    prepared.bind([...parameters]);
    return prepared;
  }

  async #make(name: (typeof offered)[number]): Promise<void> {
    if (this.#made.has(name)) return;
    this.#made.add(name);
    const connection = this.#connection;
    if (name === "objects") return fillObjects(connection, this.#files.objects());
    if (name === "segments")
      return fillSegments(
        connection,
        tableNames.flatMap((table) => this.#files.segments(table)),
      );
    await connection.run(
      `CREATE TEMP VIEW ${name} AS SELECT * FROM ${segmentsSql(name, this.#files.segments(name), this.#dataDir)}`,
    );
  }
}

/** The end of a query's time: interrupts it, and tells an interruption from other errors. */
class Deadline {
  readonly #timer: NodeJS.Timeout;
  readonly #timeoutMs: number;
  #passed = false;

  constructor(connection: DuckDBConnection, timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
    this.#timer = setTimeout(() => {
      this.#passed = true;
      connection.interrupt();
    }, timeoutMs);
    // A running query keeps the process alive by itself; an answer that nobody reads must not.
    this.#timer.unref();
  }

  clear(): void {
    clearTimeout(this.#timer);
  }

  explain(error: unknown): WeirError {
    this.clear();
    if (!this.#passed) return sqlError(error);
    return new WeirError({
      code: "query-timeout",
      kind: "environment",
      message: `the query did not end within ${this.#timeoutMs / 1000} s and was stopped`,
      next: "Narrow it (WHERE time >= …), or give it more time with --timeout.",
      cause: error,
    });
  }

  /** A query that streams is not interrupted while nobody fetches: its time can end between two blocks. */
  check(): void {
    if (this.#passed) throw this.explain(undefined);
  }
}

class ResultStream implements RowStream {
  readonly columns: readonly AnswerColumn[];
  readonly #result: DuckDBResult;
  readonly #deadline: Deadline;
  readonly #limits: QueryLimits;

  constructor(result: DuckDBResult, deadline: Deadline, limits: QueryLimits) {
    this.#result = result;
    this.#deadline = deadline;
    this.#limits = limits;
    const types = result.columnTypes();
    this.columns = result
      .deduplicatedColumnNames()
      .map((name, at) => answerColumn(name, types[at] as (typeof types)[number]));
  }

  async *blocks(): AsyncGenerator<readonly (readonly Cell[])[]> {
    const readers = this.#result.columnTypes().map(cellReader);
    let rows = 0;
    try {
      for (;;) {
        const chunk = await this.#result.fetchChunk();
        if (chunk === null || chunk.rowCount === 0) return;
        this.#deadline.check();
        const left = this.#limits.maxRows - rows;
        rows += chunk.rowCount;
        const vectors = readers.map((read, at) => ({ read, vector: chunk.getColumnVector(at) }));
        yield Array.from({ length: Math.min(left, chunk.rowCount) }, (_, row) =>
          vectors.map(({ read, vector }) => readCell(read, vector.getItem(row))),
        );
        if (rows > this.#limits.maxRows) throw tooManyRows(this.#limits.maxRows);
      }
    } catch (error) {
      throw this.#deadline.explain(error);
    } finally {
      this.#deadline.clear();
    }
  }
}

function readCell(read: (value: never) => Cell, value: unknown): Cell {
  return value === null || value === undefined ? null : read(value as never);
}

function tooManyRows(limit: number): WeirError {
  return new WeirError({
    code: "too-many-rows",
    kind: "environment",
    message: `the query gives more than ${limit} rows; the rest was not read`,
    next: "Add LIMIT or an aggregate, raise --max-rows, or write them all with `weir export --sql`.",
  });
}
