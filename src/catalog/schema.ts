import { messageOf, WeirError } from "#base/errors.js";
import { Database, noCatalog } from "./database.ts";
import { runColumns } from "./source-runs.ts";
import { TABLES } from "./tables-sql.ts";

// 2: names, derived hours. 3: frozen hours. 4: users, tokens, sessions, audit, saved views, runs of sources.
// 5: what sources remember, parts of objects, what runs of sources counted, what was pushed. 6: an index of what is not read.
// 7: what is forgotten, who runs a source, what control planes told of flow logs; parts of objects, which nobody read, are gone.
const SCHEMA_VERSION = 7;

/** Makes the tables and columns that are missing. @throws WeirError `catalog-newer` when a newer Weir made them */
export function prepareSchema(db: Database): void {
  if (schemaOf(db) === SCHEMA_VERSION) return;
  db.write(() => {
    db.exec(TABLES);
    addColumns(db, "source_runs", runColumns);
    db.run(
      "INSERT INTO meta (key, value) VALUES ('schema', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
      [String(SCHEMA_VERSION)],
    );
    db.run("INSERT INTO meta (key, value) VALUES ('version', '0') ON CONFLICT (key) DO NOTHING");
  });
}

/**
 * Whether an older Weir made the tables.
 * @throws WeirError `catalog-newer` when a newer Weir made them, `no-lake` when there are none
 */
export function isOlderSchema(db: Database): boolean {
  const found = schemaOf(db);
  // Its writer is just making it, or died over it.
  if (found === 0) throw noCatalog(db.path);
  return found < SCHEMA_VERSION;
}

/** Does what {@link prepareSchema} does, for somebody who only reads. @throws WeirError `catalog-older` when it cannot be written */
export function bringUpToDate(path: string): void {
  const db = new Database(path, "write");
  try {
    prepareSchema(db);
  } catch (error) {
    throw new WeirError({
      code: "catalog-older",
      kind: "environment",
      message: `an older version wrote the lake, and it could not be brought up to date: ${messageOf(error)}`,
      place: path,
      next: "Make the data folder writable for this once, or ask with the version that wrote it.",
      cause: error,
    });
  } finally {
    db.close();
  }
}

function schemaOf(db: Database): number {
  const hasMeta = db.get("SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'meta'") !== undefined;
  const found = hasMeta ? Number(db.get("SELECT value FROM meta WHERE key = 'schema'")?.["value"] ?? 0) : 0;
  if (found <= SCHEMA_VERSION) return found;
  throw new WeirError({
    code: "catalog-newer",
    kind: "environment",
    message: `the lake was written by a newer version (schema ${found}, this one knows ${SCHEMA_VERSION})`,
    place: db.path,
    next: "Update Weir, or name another data folder with --data.",
  });
}

/** Columns that a table has got since it was first made. */
function addColumns(db: Database, table: string, columns: Readonly<Record<string, string>>): void {
  const found = new Set(db.all(`SELECT name FROM pragma_table_info('${table}')`).map(({ name }) => name));
  for (const [column, declaration] of Object.entries(columns))
    if (!found.has(column)) db.exec(`ALTER TABLE ${table} ADD COLUMN ${column} ${declaration}`);
}
