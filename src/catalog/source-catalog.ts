import type { Clock } from "#base/clock.js";
import { noRecords, type RecordCounts } from "#model/records.js";
import { numberOrNull, textOrNull, type Database, type Parameter } from "./database.ts";
import { added, counters, foundObject, type FoundObject } from "./found-object.ts";
import { outcomesOf, seriesOf, type ObjectOutcome, type ObjectOwner, type ObjectSeries } from "./source-objects.ts";
import { endRun, planRun, runOf, startRun, stopRun, type RunOutcome, type SourceRun } from "./source-runs.ts";
import type { ObjectCandidate, ObjectRow } from "./types.ts";

/** The objects of one source, counted. */
export interface SourceTotals {
  readonly sourceId: number;
  readonly objects: Readonly<Record<ObjectRow["status"], number>>;
  readonly records: RecordCounts;
  /** Stored bytes of the objects that were read. */
  readonly bytes: number;
  readonly lastReadMs: number | null;
}

/** A source as the catalog has it, with its newest run if it is collected on schedule. */
export interface SourceRow {
  readonly sourceId: number;
  readonly kind: string;
  readonly uri: string;
  readonly run: SourceRun | null;
}

/**
 * Objects whose keys begin so belong to another source than the one that they are filed under: whoever reads a file first, it is
 * one object. Of folders in folders the inner one counts.
 */
export interface SourceFolder {
  readonly sourceId: number;
  /** With a separator at its end. */
  readonly prefix: string;
}

export interface ObjectSearch {
  readonly status?: string;
  /** Part of the key, without case. */
  readonly text?: string;
  readonly sourceId?: number;
  /** Only objects with a lower number: the next page of those before. */
  readonly before?: number;
  readonly limit: number;
}

/** An object that was uploaded before: what tells whether another one is the same, grown. */
export interface EarlierUpload {
  readonly key: string;
  readonly size: number;
  readonly offset: number;
  readonly prefixSha256: string | null;
}

const NOTHING_DONE: RunOutcome = {
  code: null,
  next: null,
  seen: 0,
  read: 0,
  failed: 0,
  bytes: 0,
  seconds: 0,
  newestFlow: null,
  requests: null,
};
const sums = counters.map((kind) => `sum(${kind}) AS ${kind}`).join(", ");
// The longest prefix is the innermost folder.
const OWNER = `coalesce((SELECT f.value ->> 0 FROM json_each(?) f
  WHERE substr(o.key, 1, length(f.value ->> 1)) = f.value ->> 1 ORDER BY length(f.value ->> 1) DESC LIMIT 1), o.source_id)`;

/** What the catalog knows of sources. Calls are synchronous; each is one transaction. */
export class SourceCatalog {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor(db: Database, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  list(): SourceRow[] {
    return this.#db
      .all("SELECT s.id, s.kind, s.uri, r.* FROM sources s LEFT JOIN source_runs r ON r.source_id = s.id ORDER BY s.id")
      .map((row) => ({
        sourceId: Number(row["id"]),
        kind: String(row["kind"]),
        uri: String(row["uri"]),
        run: runOf(row),
      }));
  }

  /** @param writer who dies with the run, if it dies */
  runStarted(sourceId: number, writer: string): void {
    startRun(this.#db, sourceId, writer, this.#clock.now());
  }

  /** It was asked to stop. */
  runStopped(sourceId: number, writer: string): void {
    stopRun(this.#db, sourceId, writer, this.#clock.now());
  }

  /** @param error in words; null: it went well */
  runEnded(sourceId: number, error: string | null, outcome: RunOutcome = NOTHING_DONE): void {
    endRun(this.#db, sourceId, { nowMs: this.#clock.now(), error, outcome });
  }

  /** @param nextMs when it is looked into next */
  runPlanned(sourceId: number, nextMs: number): void {
    planRun(this.#db, sourceId, nextMs);
  }

  totals(folders: readonly SourceFolder[]): SourceTotals[] {
    const rows = this.#db.all(
      `SELECT ${OWNER} AS owner, status, count(*) AS objects, ${sums}, coalesce(sum(size) FILTER (WHERE status = 'done'), 0) AS bytes, max(read_at_ms) AS read_at
       FROM objects o GROUP BY owner, status
       UNION ALL
       SELECT source_id, status, objects, ${counters.join(", ")}, iif(status = 'done', bytes, 0), read_at_ms FROM forgotten_totals
       ORDER BY owner`,
      [foldersJson(folders)],
    );
    const found = new Map<number, SourceTotals>();
    for (const row of rows) {
      const sourceId = Number(row["owner"]);
      const before = found.get(sourceId) ?? { ...emptyTotals(), sourceId };
      const status = row["status"] as ObjectRow["status"];
      const readMs = numberOrNull(row["read_at"]);
      found.set(sourceId, {
        sourceId,
        objects: { ...before.objects, [status]: before.objects[status] + Number(row["objects"]) },
        records: added(before.records, row),
        bytes: before.bytes + Number(row["bytes"]),
        lastReadMs: readMs === null ? before.lastReadMs : Math.max(readMs, before.lastReadMs ?? readMs),
      });
    }
    return [...found.values()];
  }

  /** Whose each of these objects is: object → source. */
  owners(objectIds: readonly number[], folders: readonly SourceFolder[]): Map<number, number> {
    const rows = this.#db.all(
      `SELECT o.id, ${OWNER} AS owner FROM json_each(?) c CROSS JOIN objects o ON o.id = c.value`,
      [foldersJson(folders), JSON.stringify(objectIds)],
    );
    return new Map(rows.map((row) => [Number(row["id"]), Number(row["owner"])]));
  }

  /** Objects, the newest first. */
  objects(search: ObjectSearch, folders: readonly SourceFolder[]): FoundObject[] {
    const parameters: Parameter[] = [foldersJson(folders)];
    const conditions = ["true"];
    const where = (sql: string, value: Parameter): void => {
      conditions.push(sql);
      parameters.push(value);
    };
    if (search.status !== undefined) where("status = ?", search.status);
    if (search.text !== undefined) where("instr(lower(key), lower(?)) > 0", search.text);
    if (search.before !== undefined) where("id < ?", BigInt(search.before));
    if (search.sourceId !== undefined) where("owner = ?", BigInt(search.sourceId));
    parameters.push(BigInt(search.limit));
    const rows = this.#db.all(
      `SELECT * FROM (SELECT o.*, s.uri AS source, ${OWNER} AS owner FROM objects o JOIN sources s ON s.id = o.source_id)
       WHERE ${conditions.join(" AND ")} ORDER BY id DESC LIMIT ?`,
      parameters,
    );
    return rows.map(foundObject);
  }

  /**
   * Objects of a source that were left out or failed not long ago, by key: as `size:modified`. What has not changed since need not
   * be tried again at once.
   */
  triedSince(sourceId: number, sinceMs: number): Map<string, string> {
    return this.#versions("status IN ('skipped', 'failed')", sourceId, sinceMs);
  }

  /** Those of them that hold nothing to be read, whatever somebody has mended since: see {@link triedSince}. */
  leftOutSince(sourceId: number, sinceMs: number): Map<string, string> {
    return this.#versions("status = 'skipped' AND code <> 'format-unknown'", sourceId, sinceMs);
  }

  #versions(which: string, sourceId: number, sinceMs: number): Map<string, string> {
    const rows = this.#db.all(
      `SELECT key, size, modified FROM objects WHERE source_id = ? AND status <> 'done' AND ${which} AND read_at_ms > ?`,
      [BigInt(sourceId), BigInt(sinceMs)],
    );
    return new Map(rows.map((row) => [String(row["key"]), `${String(row["size"])}:${String(row["modified"])}`]));
  }

  /**
   * Objects of a source that wait to be read: left by a process that died, lost from the lake, or failed before that time. What can
   * never be read (archived objects) does not wait. Those that have waited longest come first.
   */
  waiting(sourceId: number, failedBeforeMs: number, limit: number): ObjectCandidate[] {
    return this.#db
      .all(
        `SELECT key, size, modified, coalesce(etag, claimed_etag) AS etag FROM objects
         WHERE source_id = ? AND status <> 'done' AND status IN ('pending', 'failed') AND (status = 'pending' OR read_at_ms <= ?)
         ORDER BY read_at_ms, id LIMIT ?`,
        [BigInt(sourceId), BigInt(failedBeforeMs), BigInt(limit)],
      )
      .map((row) => {
        const etag = textOrNull(row["etag"]);
        return {
          key: String(row["key"]),
          size: Number(row["size"]),
          modifiedMicros: Number(row["modified"]),
          ...(etag !== null && { etag }),
        };
      });
  }

  /** What became of objects, by outcome. */
  outcomes(owner: ObjectOwner): ObjectOutcome[] {
    return outcomesOf(this.#db, owner);
  }

  /** Objects by the flow log or interface that writes them. */
  series(owner: ObjectOwner): ObjectSeries[] {
    return seriesOf(this.#db, owner);
  }

  /** What a source remembers between its runs, by name. */
  memory(sourceId: number): Map<string, string> {
    const rows = this.#db.all("SELECT name, value FROM source_memory WHERE source_id = ?", [BigInt(sourceId)]);
    return new Map(rows.map((row) => [String(row["name"]), String(row["value"])]));
  }

  /** @param changes null: forgotten */
  remember(sourceId: number, changes: ReadonlyMap<string, string | null>): void {
    const rows = [...changes].map(([name, value]) => [name, value]);
    const json = JSON.stringify(rows);
    this.#db.write(() => {
      this.#db.run(
        `DELETE FROM source_memory WHERE source_id = ? AND name IN (SELECT value ->> 0 FROM json_each(?) WHERE value ->> 1 IS NULL)`,
        [BigInt(sourceId), json],
      );
      this.#db.run(
        `INSERT INTO source_memory (source_id, name, value) SELECT ?, value ->> 0, value ->> 1 FROM json_each(?) WHERE value ->> 1 IS NOT NULL
         ON CONFLICT (source_id, name) DO UPDATE SET value = excluded.value`,
        [BigInt(sourceId), json],
      );
    });
  }

  /** Objects of a source whose keys end so, those that were read. */
  endingWith(sourceId: number, ending: string): EarlierUpload[] {
    return this.#db
      .all(
        "SELECT key, size, offset, prefix_sha256 FROM objects WHERE source_id = ? AND status = 'done' AND substr(key, -length(?)) = ? ORDER BY id DESC LIMIT 1000",
        [BigInt(sourceId), ending, ending],
      )
      .map((row) => ({
        key: String(row["key"]),
        size: Number(row["size"]),
        offset: Number(row["offset"]),
        prefixSha256: textOrNull(row["prefix_sha256"]),
      }));
  }
}

function foldersJson(folders: readonly SourceFolder[]): string {
  return JSON.stringify(folders.map(({ sourceId, prefix }) => [sourceId, prefix]));
}

function emptyTotals(): Omit<SourceTotals, "sourceId"> {
  return {
    objects: { pending: 0, done: 0, "same-content": 0, skipped: 0, failed: 0 },
    records: noRecords(),
    bytes: 0,
    lastReadMs: null,
  };
}
