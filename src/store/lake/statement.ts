import type { DuckDBConnection } from "./duckdb-api.ts";
import { WeirError } from "#base/errors.js";
import { sqlError } from "./sql-errors.ts";

/** A query that was looked through before it may run. */
export interface Statement {
  /** The SELECT, without EXPLAIN before it and without a semicolon behind it. */
  readonly select: string;
  /** `EXPLAIN` or `EXPLAIN ANALYZE` when the plan was asked for. */
  readonly explain: string;
  /** Tables that it names, lower case. Some may be its own CTEs. */
  readonly tables: ReadonlySet<string>;
  /** Whether it asks what tables there are. */
  readonly looksAround: boolean;
}

/**
 * The table functions that a query may call. A list of what is allowed, because some that look harmless write files
 * (`enable_profiling` and `enable_logging` even inside allowed_directories) or run text as SQL (`query`).
 */
const allowedFunctions: ReadonlySet<string> = new Set([
  "range",
  "generate_series",
  "unnest",
  "repeat",
  "repeat_row",
  "summary",
  "json_each",
  "json_tree",
  "duckdb_columns",
  "duckdb_tables",
  "duckdb_views",
  "duckdb_functions",
  "duckdb_types",
  "duckdb_keywords",
  "pragma_table_info",
  "pragma_version",
]);

const EXAMPLE = "Write a SELECT, as in: SELECT count(*) FROM flows";
const EXPLAIN = /^((?:\s|--[^\n]*\n|\/\*[^]*?\*\/)*)explain(\s+analyze)?\b/i;

/**
 * Takes a query apart with DuckDB's own parser, and refuses what is not exactly one SELECT (or EXPLAIN of one) over tables.
 * An EXPLAIN is judged by what it explains: EXPLAIN ANALYZE of a COPY would run the COPY.
 */
export async function parseStatement(connection: DuckDBConnection, sql: string): Promise<Statement> {
  if (sql.includes("\0")) throw refused("sql-mistake", "the query holds a NUL character", "Remove it.");
  if (sql.replaceAll(/--[^\n]*|;|\s/g, "") === "") throw refused("sql-mistake", "the query is empty", EXAMPLE);
  const explained = EXPLAIN.exec(sql);
  const body = explained === null ? sql : sql.slice(explained[0].length);
  let count: number;
  try {
    count = (await connection.extractStatements(body)).count;
  } catch (error) {
    throw sqlError(error);
  }
  if (count === 0) throw refused("sql-mistake", "the query is empty", EXAMPLE);
  if (count > 1)
    throw refused(
      "sql-one-statement",
      `only one statement can run at a time, and this is ${count}`,
      "Run them one by one, or join them with WITH.",
    );
  const tree = await syntaxTree(connection, body);
  const found = { tables: new Set<string>(), functions: new Set<string>(), looksAround: false };
  visit(tree, found);
  for (const name of found.functions)
    if (!allowedFunctions.has(name))
      throw refused(
        "sql-not-allowed",
        `the function ${name}() is not allowed in FROM`,
        "Queries read the tables of the lake: flows, coverage, malformed, objects and segments.",
      );
  return {
    select: body.trim().replace(/;\s*$/, ""),
    explain: explained === null ? "" : `EXPLAIN${explained[2] === undefined ? "" : " ANALYZE"} `,
    tables: found.tables,
    looksAround: found.looksAround,
  };
}

async function syntaxTree(connection: DuckDBConnection, sql: string): Promise<unknown> {
  const reader = await connection.runAndReadAll(
    "SELECT json_serialize_sql($1::VARCHAR, skip_null := true, skip_empty := true)",
    [sql],
  );
  // DuckDB writes infinite constants as JSON does not know them; no value matters here.
  const json = String(reader.getRows()[0]?.[0]).replaceAll(/:(-?Infinity|-?nan)\b/gi, ":null");
  const tree = JSON.parse(json) as { error?: boolean; error_type?: string; error_message?: string };
  if (tree.error !== true) return tree;
  if (tree.error_type !== "not implemented")
    throw sqlError(new Error(tree.error_message ?? "the query cannot be read"));
  throw refused(
    "sql-read-only",
    "only SELECT and EXPLAIN can run here: the lake is read-only",
    "For a PIVOT, name the values: FROM flows PIVOT (count(*) FOR action IN ('allow', 'deny')).",
  );
}

interface Found {
  readonly tables: Set<string>;
  readonly functions: Set<string>;
  looksAround: boolean;
}

function visit(node: unknown, found: Found): void {
  if (Array.isArray(node)) for (const item of node) visit(item, found);
  if (typeof node !== "object" || node === null || Array.isArray(node)) return;
  const entries = node as Readonly<Record<string, unknown>>;
  if (entries["type"] === "BASE_TABLE" && typeof entries["table_name"] === "string")
    found.tables.add(entries["table_name"].toLowerCase());
  if (entries["type"] === "SHOW_REF") showsTable(entries, found);
  if (entries["type"] === "TABLE_FUNCTION") {
    const name = (entries["function"] as { function_name?: unknown } | undefined)?.function_name;
    found.functions.add(typeof name === "string" ? name.toLowerCase() : "?");
    if (typeof name === "string" && /^(duckdb|pragma)_/i.test(name)) found.looksAround = true;
  }
  if (typeof entries["schema_name"] === "string" && /^(information_schema|pg_catalog)$/i.test(entries["schema_name"]))
    found.looksAround = true;
  for (const value of Object.values(entries)) visit(value, found);
}

function showsTable(entries: Readonly<Record<string, unknown>>, found: Found): void {
  found.looksAround = true;
  const name = entries["table_name"];
  if (typeof name === "string") found.tables.add(name.replaceAll('"', "").toLowerCase());
}

function refused(code: string, message: string, next: string): WeirError {
  return new WeirError({ code, kind: "usage", message, next });
}
