import type { Segment } from "#model/segment.js";
import type { Database } from "./database.ts";
import { addSegments, bumpVersion, retireSegments, touchHours, type HourState } from "./segments.ts";

const HOUR_MICROS = 3_600_000_000;
/** Flows this close to an hour are read with it, see derivation's halo. */
const HALO_MICROS = 900_000_000;

/** What an hour is derived from, of one moment. */
export interface DerivedHour {
  /** Hours since 1970. */
  readonly hour: number;
  /** The catalog's version whose flows were read. */
  readonly changed: number;
  /** Hash of what the next hour goes on with; undefined when nothing passed in the hour. */
  readonly carry: string | undefined;
  /** The hour that goes on with it and has to be derived anew, because it has changed. */
  readonly after: number | undefined;
}

export interface DerivationCommit {
  readonly hours: readonly DerivedHour[];
  readonly functionVersion: number;
  /** The version of the names that were read, see `roleVersion`. */
  readonly roleVersion: number;
  readonly add: readonly Segment[];
  readonly retire: readonly string[];
}

/** The hours whose derivation reads rows of a segment: its own, and those that its first and last rows are the halo of. */
export function hoursReading(segment: Segment): number[] {
  if (segment.table !== "flows") return [];
  const hours = new Set(segment.hours);
  const [first = 0, last = 0] = [segment.hours[0], segment.hours.at(-1)];
  for (const hour of segment.hours) {
    const before = hour === first ? segment.minTime - hour * HOUR_MICROS < HALO_MICROS : true;
    const after = hour === last ? (hour + 1) * HOUR_MICROS - segment.maxTime <= HALO_MICROS : true;
    if (before) hours.add(hour - 1);
    if (after) hours.add(hour + 1);
  }
  return [...hours];
}

/** Hours whose flows changed after they were last derived, in order of time; frozen ones are left out. */
export function dirtyHours(db: Database): HourState[] {
  return db
    .all(`SELECT hour, changed, derived FROM hours WHERE changed > derived AND ${NOT_FROZEN} ORDER BY hour`)
    .map((row) => ({ hour: Number(row["hour"]), changed: Number(row["changed"]), derived: Number(row["derived"]) }));
}

/**
 * Freezes what was derived of the hours before a moment: their flows are about to be deleted, so it can never be made again.
 * With them goes the hour that begins then, because it reads the flows before its beginning, too.
 * @param hour hours since 1970
 */
export function freezeBefore(db: Database, hour: number): void {
  db.run(
    "INSERT INTO frozen_hours (hour) SELECT hour FROM derived_hours WHERE hour <= ? ON CONFLICT (hour) DO NOTHING",
    [BigInt(hour)],
  );
}

/** The condition that an hour is not frozen. */
const NOT_FROZEN = "hour NOT IN (SELECT hour FROM frozen_hours)";

/** Frozen hours that flows came for after all: they are in `flows`, and in no conversation. */
export function lateHours(db: Database): number[] {
  return db
    .all(
      `SELECT hour FROM hours h WHERE changed > derived AND NOT (${NOT_FROZEN}) AND EXISTS (
         SELECT 1 FROM segments s, json_each(s.hours) e WHERE s.table_name = 'flows' AND s.retired_at_ms IS NULL AND s.added > h.derived AND e.value = h.hour) ORDER BY hour`,
    )
    .map((row) => Number(row["hour"]));
}

/** How many of the hours that conversations were assembled of are frozen, and how many of these an older function made. */
export interface HourTotals {
  readonly frozen: number;
  readonly frozenOlder: number;
}

export function hourTotals(db: Database, functionVersion: number): HourTotals {
  const row = db.get(
    `SELECT count(*) AS frozen, count(*) FILTER (WHERE function_version < ?) AS older FROM derived_hours WHERE NOT (${NOT_FROZEN})`,
    [BigInt(functionVersion)],
  );
  return { frozen: Number(row?.["frozen"]), frozenOlder: Number(row?.["older"]) };
}

/** Has every hour derived anew whose flows are still there. */
export function dirtyAllHours(db: Database): void {
  db.run(`UPDATE hours SET derived = 0 WHERE ${NOT_FROZEN}`);
}

/** Hours that an older version of the function made: they are dirty, too. */
export function dirtyOlderHours(db: Database, functionVersion: number): void {
  db.run(
    `UPDATE hours SET derived = 0 WHERE ${NOT_FROZEN} AND hour IN (SELECT hour FROM derived_hours WHERE function_version < ?)`,
    [BigInt(functionVersion)],
  );
}

/**
 * The derived hours next to an hour, and the hash that it was left with. `after` is undefined where a change does not go on: when
 * that hour is frozen.
 * @param emptied hours that have no rows any more, and are not committed yet
 */
export function hourNeighbours(
  db: Database,
  hour: number,
  emptied: readonly number[],
): { before: number | undefined; after: number | undefined; carry: string | undefined; changed: number } {
  const at = [BigInt(hour)];
  const number = (sql: string, more: readonly string[] = []): number | undefined => {
    const value = db.get(sql, [...at, ...more])?.["hour"];
    return value === undefined || value === null ? undefined : Number(value);
  };
  const carry = db.get("SELECT carry FROM derived_hours WHERE hour = ?", at)?.["carry"];
  const after = number("SELECT min(hour) AS hour FROM derived_hours WHERE hour > ?");
  const isFrozen =
    after !== undefined && db.get("SELECT hour FROM frozen_hours WHERE hour = ?", [BigInt(after)]) !== undefined;
  return {
    before: number(
      "SELECT max(hour) AS hour FROM derived_hours WHERE hour < ? AND hour NOT IN (SELECT value FROM json_each(?))",
      [JSON.stringify(emptied)],
    ),
    after: isFrozen ? undefined : after,
    carry: carry === undefined ? undefined : String(carry),
    changed: Number(db.get("SELECT changed FROM hours WHERE hour = ?", at)?.["changed"] ?? 0),
  };
}

/**
 * Makes derived segments part of the lake, in place of what was derived of these hours before. An hour whose flows changed
 * meanwhile stays dirty; all of them do when names did. An hour that goes on with something else than before is dirty from now on,
 * unless it is one of these.
 * @throws WeirError `segments-changed` unless all of `retire` were live
 */
export function commitDerived(
  db: Database,
  { hours, functionVersion, roleVersion: read, add, retire }: DerivationCommit,
  nowMs: number,
): void {
  db.write(() => {
    const areNamesOld = read !== Number(db.get("SELECT value FROM meta WHERE key = 'roles'")?.["value"] ?? 0);
    retireSegments(db, retire, nowMs);
    addSegments(db, add, bumpVersion(db));
    const rows = JSON.stringify(hours.map(({ hour, changed, carry }) => [hour, changed, carry ?? null]));
    if (!areNamesOld)
      db.run(
        "UPDATE hours SET derived = r ->> 1 FROM (SELECT value AS r FROM json_each(?)) WHERE hours.hour = r ->> 0",
        [rows],
      );
    const known = new Set(hours.map(({ hour }) => hour));
    const stale = hours.flatMap(({ after }) => (after === undefined || known.has(after) ? [] : [after]));
    db.run("UPDATE hours SET derived = 0 WHERE hour IN (SELECT value FROM json_each(?))", [JSON.stringify(stale)]);
    db.run("DELETE FROM derived_hours WHERE hour IN (SELECT value ->> 0 FROM json_each(?))", [rows]);
    db.run(
      "INSERT INTO derived_hours (hour, carry, function_version) SELECT value ->> 0, value ->> 2, ? FROM json_each(?) WHERE value ->> 2 IS NOT NULL ON CONFLICT (hour) DO UPDATE SET carry = excluded.carry, function_version = excluded.function_version",
      [BigInt(functionVersion), rows],
    );
  });
}

/** Marks the hours that read any of these segments. */
export function touchReaders(
  db: Database,
  segments: readonly Segment[],
  retired: readonly number[],
  version: number,
): void {
  const around = retired.flatMap((hour) => [hour - 1, hour, hour + 1]);
  touchHours(db, [...around, ...segments.flatMap(hoursReading)], version);
}

/** One process derives at a time. @returns whether it is this writer now */
export function takeDerivation(db: Database, writer: string, isAlive: (writer: string) => boolean): boolean {
  return db.write(() => {
    const holder = db.get("SELECT value FROM meta WHERE key = 'deriver'")?.["value"];
    if (typeof holder === "string" && holder !== writer && isAlive(holder)) return false;
    db.run(
      "INSERT INTO meta (key, value) VALUES ('deriver', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
      [writer],
    );
    return true;
  });
}

export function leaveDerivation(db: Database, writer: string): void {
  db.run("DELETE FROM meta WHERE key = 'deriver' AND value = ?", [writer]);
}
