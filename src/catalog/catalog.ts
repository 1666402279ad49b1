import { systemClock, type Clock } from "#base/clock.js";
import { WeirError } from "#base/errors.js";
import type { Segment } from "#model/segment.js";
import { tableNames, type TableName } from "#model/tables.js";
import { AccessTables } from "./access-tables.ts";
import { claimObjects, releaseClaims, type ClaimOptions } from "./claims.ts";
import { commitGroup } from "./commits.ts";
import { findContent } from "./contents.ts";
import { Database } from "./database.ts";
import { forgetObjects } from "./forgotten.ts";
import {
  commitDerived,
  dirtyAllHours,
  dirtyHours,
  dirtyOlderHours,
  freezeBefore,
  hourNeighbours,
  hourTotals,
  lateHours,
  leaveDerivation,
  takeDerivation,
  type DerivationCommit,
  type HourTotals,
} from "./hours.ts";
import { loseSegments, objectsInSegments } from "./losses.ts";
import { PushTable } from "./push-table.ts";
import { bringUpToDate, isOlderSchema, prepareSchema } from "./schema.ts";
import { SourceCatalog } from "./source-catalog.ts";
import { SegmentCatalog } from "./segment-catalog.ts";
import { liveSegments, replaceSegments, type HourState, type MicrosRange } from "./segments.ts";
import {
  derivationTotals,
  listObjects,
  listProblems,
  objectTotals,
  tableTotals,
  tally,
  type CatalogProblem,
  type DerivationTotals,
  type ObjectTotals,
} from "./totals.ts";
import type { Claim, ClaimDecision, CommitRequest, ObjectCandidate, ObjectRow, TableTotals } from "./types.ts";
import { ToldTables } from "./told-tables.ts";
import { ViewTable } from "./view-table.ts";

/** The live segments of all tables at one moment. */
export interface CatalogSnapshot {
  readonly version: number;
  readonly segments: Readonly<Record<TableName, readonly Segment[]>>;
}

const DEFAULT_RETENTION_DAYS: Readonly<Record<TableName, number>> = {
  flows: 14,
  coverage: 14,
  malformed: 30,
  observations: 90,
  conversations: 90,
  carry: 90,
  observers: 400,
  rollup_minute: 400,
  rollup_hour: 400,
  presence: 400,
};

/** The truth about sources, objects and segments. Calls are synchronous; each is one transaction. */
export class Catalog extends SegmentCatalog {
  /** Where objects come from, and how collecting them goes. */
  readonly sources: SourceCatalog;
  /** Users, tokens, sessions and the audit log. */
  readonly access: AccessTables;
  readonly views: ViewTable;
  /** What was pushed, so that it is not counted twice. */
  readonly push: PushTable;
  /** What control planes said of flow logs. */
  readonly told: ToldTables;
  readonly #db: Database;
  readonly #clock: Clock;

  constructor(db: Database, clock: Clock) {
    super(db, clock);
    this.sources = new SourceCatalog(db, clock);
    this.#db = db;
    this.#clock = clock;
    this.access = new AccessTables(db, clock);
    this.views = new ViewTable(db, clock);
    this.push = new PushTable(db, clock);
    this.told = new ToldTables(db);
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
    { final = false, reread = false, kin = [] }: ClaimOptions = {},
  ): ClaimDecision[] {
    const nowMs = this.#clock.now();
    return claimObjects(this.#db, { writer, sourceId, candidates, isAlive, nowMs, final, reread, kin });
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

  /** Puts segments in the place of others, see {@link replaceSegments}. @returns false, with nothing changed, unless all of `retire` were live */
  replace(retire: readonly string[], add: readonly Segment[]): boolean {
    return replaceSegments(this.#db, retire, add, this.#clock.now());
  }

  /** Counts up with every change of the lake. */
  version(): number {
    return Number(this.#db.get("SELECT value FROM meta WHERE key = 'version'")?.["value"] ?? 0);
  }

  /** Live segments of a table, those that may hold rows of the range, in order of time. */
  liveSegments(table: TableName, range?: MicrosRange): Segment[] {
    return liveSegments(this.#db, table, range);
  }

  /** The live segments of all tables, of one moment. */
  snapshot(): CatalogSnapshot {
    return this.#db.read(() => {
      const segments = Object.fromEntries(tableNames.map((table) => [table, liveSegments(this.#db, table)]));
      return { version: this.version(), segments: segments as Record<TableName, Segment[]> };
    });
  }

  /** Keys of the objects with rows in these segments. */
  objectsInSegments(ids: readonly string[]): string[] {
    return objectsInSegments(this.#db, ids);
  }

  /** See {@link loseSegments}. */
  lose(ids: readonly string[]): void {
    loseSegments(this.#db, ids, this.#clock.now());
  }

  /** The object with these bytes that gave records, if there is one. */
  findContent(sha256: string): { objectId: number; key: string } | undefined {
    return findContent(this.#db, sha256);
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

  derivationTotals(): DerivationTotals {
    return derivationTotals(this.#db);
  }

  /** See {@link dirtyHours}. */
  dirtyHours(): HourState[] {
    return dirtyHours(this.#db);
  }

  /** See {@link HourTotals}. */
  hourTotals(functionVersion: number): HourTotals {
    return hourTotals(this.#db, functionVersion);
  }

  /** Has hours derived anew: all of them, or those that an older version of the function made. */
  dirtyHoursAgain(which: "all" | { readonly olderThan: number }): void {
    if (which === "all") dirtyAllHours(this.#db);
    else dirtyOlderHours(this.#db, which.olderThan);
  }

  /** See {@link freezeBefore}. */
  freezeBefore(hour: number): void {
    freezeBefore(this.#db, hour);
  }

  /** See {@link lateHours}. */
  lateHours(): number[] {
    return lateHours(this.#db);
  }

  /** The flows of a range and what is known of an hour, of one moment: see {@link hourNeighbours}. */
  hourInput(
    hour: number,
    range: MicrosRange,
    emptied: readonly number[] = [],
  ): ReturnType<typeof hourNeighbours> & { readonly flows: Segment[] } {
    return this.#db.read(() => ({
      ...hourNeighbours(this.#db, hour, emptied),
      flows: liveSegments(this.#db, "flows", range),
    }));
  }

  /** See {@link commitDerived}. @returns false, with nothing changed, unless all of `retire` were live */
  commitDerived(commit: DerivationCommit): boolean {
    try {
      commitDerived(this.#db, commit, this.#clock.now());
      return true;
    } catch (error) {
      if (error instanceof WeirError && error.code === "segments-changed") return false;
      throw error;
    }
  }

  takeDerivation(writer: string, isAlive: (writer: string) => boolean): boolean {
    return takeDerivation(this.#db, writer, isAlive);
  }

  leaveDerivation(writer: string): void {
    leaveDerivation(this.#db, writer);
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

  /** See {@link forgetObjects}. */
  forgetObjects(beforeMs: number): number {
    return forgetObjects(this.#db, beforeMs);
  }

  /** Writes a whole copy of the catalog to a new file, while others go on. */
  backup(path: string): void {
    this.#db.run("VACUUM INTO ?", [path]);
  }

  close(): void {
    this.#db.close();
  }
}

/**
 * Opens the catalog of a lake. In mode `write` it is made if there is none; that of an older version is brought up to date, also to
 * be read.
 * @throws WeirError when the file cannot be opened or written, is damaged, or was written by a newer version
 */
export function openCatalog(path: string, options: { mode: "write" | "read"; clock?: Clock }): Catalog {
  const db = new Database(path, options.mode);
  try {
    if (options.mode === "write") prepareSchema(db);
    else if (isOlderSchema(db)) bringUpToDate(path);
  } catch (error) {
    db.close();
    throw error;
  }
  return new Catalog(db, options.clock ?? systemClock);
}
