import { WeirError } from "#base/errors.js";
import type { Segment } from "#model/segment.js";
import type { TableName } from "#model/tables.js";
import type { Database, Row } from "./database.ts";

/** Microseconds, `from` included, `to` not. */
export interface MicrosRange {
  readonly from: number;
  readonly to: number;
}

/** An hour that has, or had, rows. */
export interface HourState {
  /** Hours since 1970. */
  readonly hour: number;
  /** The catalog's version that last changed its rows. */
  readonly changed: number;
  /** The version that was last derived from; the hour is dirty while `changed` is larger. */
  readonly derived: number;
}

/** The catalog's version counts up with every change of the lake. @returns the new one */
export function bumpVersion(db: Database): number {
  const row = db.get(
    "UPDATE meta SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT) WHERE key = 'version' RETURNING value",
  );
  return Number(row?.["value"]);
}

/** Retires exactly these segments. @returns the hours that they touch @throws WeirError `segments-changed` unless all were live */
export function retireSegments(db: Database, ids: readonly string[], nowMs: number): number[] {
  if (ids.length === 0) return [];
  const rows = db.all(
    "UPDATE segments SET retired_at_ms = ? WHERE retired_at_ms IS NULL AND id IN (SELECT value FROM json_each(?)) RETURNING hours",
    [BigInt(nowMs), JSON.stringify(ids)],
  );
  if (rows.length !== ids.length)
    throw new WeirError({
      code: "segments-changed",
      kind: "conflict",
      message: `${ids.length - rows.length} of the files that were read were replaced meanwhile`,
      next: "Nothing was changed: run the command again.",
    });
  return rows.flatMap((row) => JSON.parse(String(row["hours"])) as number[]);
}

export function addSegments(db: Database, segments: readonly Segment[], version: number): void {
  for (const segment of segments) {
    db.run(
      "INSERT INTO segments (id, table_name, path, rows, bytes, min_time, max_time, hours, columns, min_address, max_address, added) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      [
        segment.id,
        segment.table,
        segment.path,
        BigInt(segment.rows),
        BigInt(segment.bytes),
        BigInt(segment.minTime),
        BigInt(segment.maxTime),
        JSON.stringify(segment.hours),
        JSON.stringify(segment.columns),
        segment.minAddress,
        segment.maxAddress,
        BigInt(version),
      ],
    );
    db.run(
      "INSERT INTO segment_objects (segment, object_id, rows) SELECT s.number, CAST(o.key AS INTEGER), o.value FROM segments s, json_each(?) o WHERE s.id = ?",
      [JSON.stringify(segment.objects), segment.id],
    );
  }
}

/** Marks hours as changed by a version: what is derived from them is stale. */
export function touchHours(db: Database, hours: readonly number[], version: number): void {
  if (hours.length === 0) return;
  db.run(
    "INSERT INTO hours (hour, changed) SELECT value, ? FROM json_each(?) WHERE true ON CONFLICT (hour) DO UPDATE SET changed = excluded.changed",
    [BigInt(version), JSON.stringify([...new Set(hours)])],
  );
}

/**
 * Puts segments with the same rows, or the rows that retention leaves, in the place of others. The hours are not marked: what
 * was derived from them stands.
 * @returns false, with nothing changed, unless all of `retire` were live
 */
export function replaceSegments(
  db: Database,
  retire: readonly string[],
  add: readonly Segment[],
  nowMs: number,
): boolean {
  try {
    db.write(() => {
      retireSegments(db, retire, nowMs);
      addSegments(db, add, bumpVersion(db));
    });
    return true;
  } catch (error) {
    if (error instanceof WeirError && error.code === "segments-changed") return false;
    throw error;
  }
}

/** Live segments of a table, those that may hold rows of the range, in order of time. */
export function liveSegments(db: Database, table: TableName, range?: MicrosRange): Segment[] {
  const live = "SELECT * FROM segments WHERE table_name = ? AND retired_at_ms IS NULL";
  const order = "ORDER BY min_time, number";
  const rows =
    range === undefined
      ? db.all(`${live} ${order}`, [table])
      : db.all(`${live} AND min_time < ? AND max_time >= ? ${order}`, [table, BigInt(range.to), BigInt(range.from)]);
  return rows.map((row) => segmentOf(db, row));
}

/** A segment that was retired, and whose file may still be there. */
export interface RetiredSegment {
  readonly segment: Segment;
  readonly retiredAtMs: number;
}

/**
 * Of the segments that a table had at an earlier version of the catalog, those that are live still, and those that may have been
 * live then and were retired since or before, the newest first.
 */
export function earlierSegments(
  db: Database,
  table: TableName,
  version: number,
): { readonly live: readonly Segment[]; readonly retired: readonly RetiredSegment[] } {
  const rows = db.all(
    "SELECT * FROM segments WHERE table_name = ? AND added <= ? ORDER BY retired_at_ms DESC, min_time, number",
    [table, BigInt(version)],
  );
  const isLive = (row: Row): boolean => row["retired_at_ms"] === null;
  return {
    live: rows.filter(isLive).map((row) => segmentOf(db, row)),
    retired: rows
      .filter((row) => !isLive(row))
      .map((row) => ({ segment: segmentOf(db, row), retiredAtMs: Number(row["retired_at_ms"]) })),
  };
}

/** Live segments that hold rows of any of the objects. */
export function segmentsOfObjects(db: Database, objectIds: readonly number[]): Segment[] {
  const rows = db.all(
    `SELECT * FROM segments WHERE retired_at_ms IS NULL AND number IN (
       SELECT o.segment FROM json_each(?) c CROSS JOIN segment_objects o ON o.object_id = c.value) ORDER BY number`,
    [JSON.stringify(objectIds)],
  );
  return rows.map((row) => segmentOf(db, row));
}

/** Takes retired segments, whose files are gone, off the list. */
export function forgetSegments(db: Database, ids: readonly string[]): void {
  if (ids.length === 0) return;
  const list = JSON.stringify(ids);
  const wanted =
    "SELECT number FROM segments WHERE retired_at_ms IS NOT NULL AND id IN (SELECT value FROM json_each(?))";
  db.write(() => {
    db.run(`DELETE FROM segment_objects WHERE segment IN (${wanted})`, [list]);
    db.run(`DELETE FROM segments WHERE number IN (${wanted})`, [list]);
  });
}

function segmentOf(db: Database, row: Row): Segment {
  const text = (name: string): string | null => (typeof row[name] === "string" ? row[name] : null);
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
    // Read when asked for: only maintenance asks, and a segment can hold thousands of objects.
    get objects() {
      objects ??= objectsOf(db, Number(row["number"]));
      return objects;
    },
  };
}

function objectsOf(db: Database, segment: number): Record<number, number> {
  const rows = db.all("SELECT object_id, rows FROM segment_objects WHERE segment = ?", [BigInt(segment)]);
  return Object.fromEntries(rows.map((row) => [Number(row["object_id"]), Number(row["rows"])]));
}
