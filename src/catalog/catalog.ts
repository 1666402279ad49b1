import { systemClock, type Clock } from "#base/clock.js";
import type { Segment } from "#model/segment.js";
import { tableNames, type TableName } from "#model/tables.js";
import { claimObjects, releaseClaims } from "./claims.ts";
import { commitGroup, replaceSegments } from "./commits.ts";
import { Database, type Row } from "./database.ts";
import { prepareSchema } from "./schema.ts";
import { listObjects, listProblems, objectTotals, tableTotals, tally, type CatalogProblem, type ObjectTotals } from "./totals.ts";
import type { Claim, ClaimDecision, CommitRequest, ObjectCandidate, ObjectRow, TableTotals } from "./types.ts";

/** The live segments of all tables at one moment. */
export interface CatalogSnapshot {
  readonly version: number;
  readonly segments: Readonly<Record<TableName, readonly Segment[]>>;
}

/** Microseconds, `from` included, `to` not. */
export interface MicrosRange {
  readonly from: number;
  readonly to: number;
}

const DEFAULT_RETENTION_DAYS: Readonly<Record<TableName, number>> = { flows: 14, coverage: 14, malformed: 30 };

/** The truth about sources, objects and segments. Calls are synchronous; each is one transaction. */
export class Catalog {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor(db: Database, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /** The number of a source, which is made if there is none. */
  ensureSource(kind: string, uri: string): number {
    return this.#db.write(() => {
      this.#db.run("INSERT INTO sources (kind, uri) VALUES (?, ?) ON CONFLICT (kind, uri) DO NOTHING", [kind, uri]);
      return Number(this.#db.get("SELECT id FROM sources WHERE kind = ? AND uri = ?", [kind, uri])?.["id"]);
    });
  }

  /** See {@link claimObjects}. */
  claim(
    writer: string,
    sourceId: number,
    candidates: readonly ObjectCandidate[],
    isAlive: (writer: string) => boolean,
  ): ClaimDecision[] {
    return claimObjects(this.#db, writer, sourceId, candidates, isAlive);
  }

  release(writer: string, claims: readonly Claim[]): void {
    releaseClaims(this.#db, writer, claims);
  }

  /**
   * Makes objects and segments part of the lake, all or nothing. @returns the catalog's new version
   * @throws WeirError `claim-lost`, `segments-changed` or `same-content`, all of kind conflict: nothing was changed
   */
  commit(request: CommitRequest): number {
    return commitGroup(this.#db, request, this.#clock.now());
  }

  /** Puts segments in the place of others. @returns false, with nothing changed, unless all of `retire` were live */
  replace(retire: readonly string[], add: readonly Segment[]): boolean {
    return replaceSegments(this.#db, retire, add, this.#clock.now());
  }

  /** Counts up with every change of the lake. */
  version(): number {
    return Number(this.#db.get("SELECT value FROM meta WHERE key = 'version'")?.["value"] ?? 0);
  }

  /** Live segments of a table, those that may hold rows of the range, in order of time. */
  liveSegments(table: TableName, range?: MicrosRange): Segment[] {
    return this.#db.read(() => this.#live(table, range));
  }

  /** The live segments of all tables, of one moment. */
  snapshot(): CatalogSnapshot {
    return this.#db.read(() => {
      const segments = Object.fromEntries(tableNames.map((table) => [table, this.#live(table)]));
      return { version: this.version(), segments: segments as Record<TableName, Segment[]> };
    });
  }

  /** Live segments that hold rows of any of the objects. */
  segmentsOfObjects(objectIds: readonly number[]): Segment[] {
    return this.#db.read(() => {
      const rows = new Map<string, Row>();
      for (const id of objectIds)
        for (const row of this.#db.all(
          "SELECT s.* FROM segment_objects o JOIN segments s ON s.id = o.segment_id WHERE o.object_id = ? AND s.retired_at_ms IS NULL",
          [BigInt(id)],
        ))
          rows.set(String(row["id"]), row);
      return [...rows.values()].map((row) => this.#segment(row));
    });
  }

  /** Segments retired before a moment: nobody reads their files any more once the longest query is over. */
  retiredSegments(beforeMs: number): { id: string; path: string }[] {
    return this.#db
      .all("SELECT id, path FROM segments WHERE retired_at_ms IS NOT NULL AND retired_at_ms <= ?", [BigInt(beforeMs)])
      .map((row) => ({ id: String(row["id"]), path: String(row["path"]) }));
  }

  /** Takes retired segments, whose files are gone, off the list. */
  forgetSegments(ids: readonly string[]): void {
    this.#db.write(() => {
      for (const id of ids) {
        this.#db.run("DELETE FROM segment_objects WHERE segment_id = ?", [id]);
        this.#db.run("DELETE FROM segments WHERE id = ? AND retired_at_ms IS NOT NULL", [id]);
      }
    });
  }

  /** The paths of all segments, live and retired. */
  listedPaths(): Set<string> {
    return new Set(this.#db.all("SELECT path FROM segments").map((row) => String(row["path"])));
  }

  /** The object with these bytes that gave records, if there is one. */
  findContent(sha256: string): { objectId: number; key: string } | undefined {
    const row = this.#db.get("SELECT id, key FROM objects WHERE sha256 = ? AND status = 'done' AND total > 0", [sha256]);
    return row === undefined ? undefined : { objectId: Number(row["id"]), key: String(row["key"]) };
  }

  objectById(objectId: number): ObjectRow | undefined {
    return listObjects(this.#db, { objectId })[0];
  }

  objects(filter: { status?: ObjectRow["status"]; limit?: number } = {}): ObjectRow[] {
    return listObjects(this.#db, filter);
  }

  objectTotals(): ObjectTotals {
    return objectTotals(this.#db);
  }

  /** Fields that the catalogue does not know → records that have them. */
  unknownFields(): Record<string, number> {
    return tally(this.#db, "field");
  }

  /** Layouts learned from header lines: flow-log id → field names separated by spaces. */
  knownFormats(): Record<string, string> {
    const rows = this.#db.all("SELECT flow_log_id, fields FROM flow_log_formats");
    return Object.fromEntries(rows.map((row) => [String(row["flow_log_id"]), String(row["fields"])]));
  }

  problems(limit: number): CatalogProblem[] {
    return listProblems(this.#db, limit);
  }

  tableTotals(): TableTotals[] {
    return tableTotals(this.#db);
  }

  /** Days that a table's rows are kept. */
  retentionDays(table: TableName): number {
    const value = this.#db.get("SELECT value FROM meta WHERE key = ?", [`retention.${table}`])?.["value"];
    return value === undefined ? DEFAULT_RETENTION_DAYS[table] : Number(value);
  }

  setRetentionDays(table: TableName, days: number): void {
    this.#db.run("INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", [
      `retention.${table}`,
      String(days),
    ]);
  }

  /** Writes a whole copy of the catalog to a new file, while others go on. */
  backup(path: string): void {
    this.#db.run("VACUUM INTO ?", [path]);
  }

  close(): void {
    this.#db.close();
  }

  #live(table: TableName, range?: MicrosRange): Segment[] {
    const rows =
      range === undefined
        ? this.#db.all("SELECT * FROM segments WHERE table_name = ? AND retired_at_ms IS NULL ORDER BY min_time, id", [table])
        : this.#db.all(
            "SELECT * FROM segments WHERE table_name = ? AND retired_at_ms IS NULL AND min_time < ? AND max_time >= ? ORDER BY min_time, id",
            [table, BigInt(range.to), BigInt(range.from)],
          );
    return rows.map((row) => this.#segment(row));
  }

  #segment(row: Row): Segment {
    const text = (name: string): string | null => (typeof row[name] === "string" ? row[name] : null);
    const catalog = this;
    let objects: Segment["objects"] | undefined;
    return {
      id: String(row["id"]),
      table: row["table_name"] as TableName,
      path: String(row["path"]),
      rows: Number(row["rows"]),
      bytes: Number(row["bytes"]),
      minTime: Number(row["min_time"]),
      maxTime: Number(row["max_time"]),
      hours: JSON.parse(String(row["hours"])) as number[],
      columns: JSON.parse(String(row["columns"])) as number[],
      minAddress: text("min_address"),
      maxAddress: text("max_address"),
      // Only maintenance asks, and a segment can hold thousands of objects.
      get objects() {
        objects ??= catalog.#segmentObjects(String(row["id"]));
        return objects;
      },
    };
  }

  #segmentObjects(id: string): Record<number, number> {
    const rows = this.#db.all("SELECT object_id, rows FROM segment_objects WHERE segment_id = ?", [id]);
    return Object.fromEntries(rows.map((row) => [Number(row["object_id"]), Number(row["rows"])]));
  }
}

/**
 * Opens the catalog of a lake. In mode `write` it is made if there is none.
 * @throws WeirError when the file cannot be opened or written, is damaged, or was written by a newer version
 */
export function openCatalog(path: string, options: { mode: "write" | "read"; clock?: Clock }): Catalog {
  const db = new Database(path, options.mode);
  prepareSchema(db, options.mode);
  return new Catalog(db, options.clock ?? systemClock);
}
