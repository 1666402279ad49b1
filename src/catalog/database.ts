import { existsSync } from "node:fs";
import Libsql from "libsql";
import { messageOf, WeirError } from "#base/errors.js";

/** What a statement may be given. A boolean, a Date or a lone Buffer would abort the process. */
export type Parameter = string | bigint | number | null | Uint8Array;

export type Row = Readonly<Record<string, string | number | null | Uint8Array>>;

/** A cell that holds text; null for any other. */
export function textOrNull(cell: Row[string] | undefined): string | null {
  return typeof cell === "string" ? cell : null;
}

/** A cell that holds a number; null for an empty one. */
export function numberOrNull(cell: Row[string] | undefined): number | null {
  return cell === null || cell === undefined ? null : Number(cell);
}

const BUSY_MS = 30_000;
const CACHE_KIB = 32_768;
/** Pages of 4 KiB. */
const CHECKPOINT_PAGES = 8192;

/**
 * Checks parameters before libsql sees them: it aborts the process on a boolean, a Date or a lone Buffer, binds whole
 * numbers as REAL, and takes missing parameters as NULL.
 * @returns the parameters in the one array that libsql takes
 * @throws RangeError when they cannot be bound: a fault of the caller, never of the data
 */
export function bind(sql: string, parameters: readonly Parameter[]): Parameter[] {
  const wanted = countPlaceholders(sql);
  if (parameters.length !== wanted)
    throw new RangeError(`${wanted} parameters wanted, ${parameters.length} given: ${sql}`);
  return parameters.map((value) => {
    if (isBindable(value)) return value;
    throw new RangeError(`a ${typeof value} that is not allowed was given to ${sql}`);
  });
}

/** Checked for what callers without types give, too. A whole number that must stay one is given as a bigint. */
function isBindable(value: unknown): value is Parameter {
  if (value === null || value instanceof Uint8Array) return true;
  // libsql would wrap a larger one around.
  if (typeof value === "bigint") return BigInt.asIntN(64, value) === value;
  if (typeof value === "number") return Number.isFinite(value);
  return typeof value === "string" && value.isWellFormed() && !value.includes("\0");
}

/** Placeholders are `?` alone; the statements of this module have none in texts. */
function countPlaceholders(sql: string): number {
  return sql.split("?").length - 1;
}

/** A text that SQLite and libsql can keep: NUL and lone surrogates become U+FFFD. For what is shown, not for identities. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\uFFFD");
}

/** A SQLite database whose statements all go through {@link bind}. */
export class Database {
  readonly path: string;
  readonly #db: Libsql.Database;
  readonly #statements = new Map<string, Libsql.Statement>();

  /** @throws WeirError when the file cannot be opened */
  constructor(path: string, mode: "write" | "read") {
    this.path = path;
    // SQLite would make the file, and libsql ignores its options against that.
    if (mode === "read" && !existsSync(path)) throw noCatalog(path);
    this.#db = open(path);
    this.#try(() => {
      this.#db.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
      if (mode === "write") this.#db.exec("PRAGMA journal_mode = WAL");
      this.#db.exec("PRAGMA synchronous = FULL");
      // Both in place of 2 to 4 MB: names and hashes of many objects lie scattered over their indexes.
      this.#db.exec(`PRAGMA cache_size = -${CACHE_KIB}`);
      this.#db.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
      // libsql ignores its `readonly` option.
      if (mode === "read") this.#db.exec("PRAGMA query_only = ON");
    });
  }

  /** Statements without parameters, such as the schema. */
  exec(sql: string): void {
    this.#try(() => this.#db.exec(sql));
  }

  /** @returns the number of rows changed */
  run(sql: string, parameters: readonly Parameter[] = []): number {
    return this.#try(() => this.#prepare(sql).run(bind(sql, parameters)).changes);
  }

  get(sql: string, parameters: readonly Parameter[] = []): Row | undefined {
    const row = this.#try(() => this.#prepare(sql).get(bind(sql, parameters))) as Row | undefined;
    if (row === undefined) return undefined;
    const { _metadata, ...columns } = row;
    return columns;
  }

  all(sql: string, parameters: readonly Parameter[] = []): Row[] {
    return this.#try(() => this.#prepare(sql).all(bind(sql, parameters))) as Row[];
  }

  /** Runs `work` in one writing transaction: all of it, or nothing. */
  write<T>(work: () => T): T {
    return this.#transaction("BEGIN IMMEDIATE", work);
  }

  /** Runs `work` in one reading transaction: all that it sees is of one moment. */
  read<T>(work: () => T): T {
    return this.#transaction("BEGIN", work);
  }

  close(): void {
    this.#db.close();
  }

  #transaction<T>(begin: string, work: () => T): T {
    this.exec(begin);
    let result: T;
    try {
      result = work();
      this.exec("COMMIT");
    } catch (error) {
      try {
        this.#db.exec("ROLLBACK");
      } catch {
        // A failed COMMIT has rolled back already; the first error is the one to tell.
      }
      throw error;
    }
    return result;
  }

  #prepare(sql: string): Libsql.Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #try<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw explain(error, this.path);
    }
  }
}

function open(path: string): Libsql.Database {
  try {
    return new Libsql(path);
  } catch (error) {
    throw explain(error, path);
  }
}

/** Opens a SQLite file to hold its lock, and nothing else. @returns undefined when another process holds it */
export function holdLock(path: string): { release(): void } | undefined {
  const db = open(path);
  try {
    db.exec("PRAGMA busy_timeout = 0");
    // Else a journal file lies beside it, and stays there when the process is killed.
    db.exec("PRAGMA journal_mode = MEMORY");
    db.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    db.close();
    if (isBusy(error)) return undefined;
    throw explain(error, path);
  }
  return { release: () => db.close() };
}

/** What a reader is told. */
export function noCatalog(path: string): WeirError {
  return new WeirError({
    code: "no-lake",
    kind: "environment",
    message: "there is no catalog here",
    place: path,
    next: "Name the data folder of a lake with --data, or read logs into a new one with `weir ingest PATH`.",
  });
}

function isBusy(error: unknown): boolean {
  return /SQLITE_BUSY|database is locked/.test(`${codeOf(error)} ${messageOf(error)}`);
}

function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? code : "";
}

/** SQLite's environment errors as something that a person can act on; everything else as it is. */
function explain(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || error instanceof WeirError || error instanceof RangeError) return error;
  const text = `${codeOf(error)} ${error.message}`;
  const told = EXPLANATIONS.find(({ pattern }) => pattern.test(text));
  if (told === undefined) return error;
  const { code, message, next } = told;
  return new WeirError({
    code,
    kind: "environment",
    message: `${message}: ${error.message}`,
    place: path,
    next,
    cause: error,
  });
}

const EXPLANATIONS = [
  {
    pattern: /output file already exists/,
    code: "file-exists",
    message: "the copy was not written",
    next: "Name a file that does not exist yet.",
  },
  {
    pattern: /READONLY|readonly|attempt to write/,
    code: "lake-read-only",
    message: "the catalog cannot be written",
    next: "Make the data folder writable, or name another one with --data.",
  },
  {
    pattern: /SQLITE_FULL|disk is full|IOERR/,
    code: "disk-full",
    message: "the catalog could not be written to disk",
    next: "Make room on the disk and run the command again: nothing that was committed is lost.",
  },
  {
    pattern: /CANTOPEN|unable to open/i,
    code: "catalog-unopenable",
    message: "the catalog cannot be opened",
    next: "See that the data folder exists and that you may read and write it, or name another one with --data.",
  },
  {
    pattern: /NOTADB|CORRUPT|malformed|not a database/,
    code: "catalog-corrupt",
    message: "the catalog is damaged",
    next: "Restore catalog.db from a backup, or move the data folder away and ingest the logs again.",
  },
  {
    pattern: /SQLITE_BUSY|database is locked/,
    code: "catalog-busy",
    message: "another process has kept the catalog locked for too long",
    next: "Wait for it, or end it, and run the command again.",
  },
] as const;
