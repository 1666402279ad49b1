import { noRecords, recordKinds, type RecordCounts } from "#model/records.js";
import { tableNames, type TableName } from "#model/tables.js";
import { textOrNull, type Database, type Parameter, type Row } from "./database.ts";
import { dirtyHours, hourTotals, lateHours } from "./hours.ts";
import type { ObjectContent, ObjectRow, TableTotals } from "./types.ts";

/** All objects together. */
export interface ObjectTotals {
  /** Objects by status. */
  readonly objects: Readonly<Record<ObjectRow["status"], number>>;
  readonly records: RecordCounts;
  /** Flows by log_type. */
  readonly flowsByType: Readonly<Record<string, number>>;
  /** Malformed records by reason. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Stored bytes of the objects that were read. */
  readonly bytes: number;
}

/** A thing about an object that a person should know. */
export interface CatalogProblem {
  readonly key: string;
  readonly code: string;
  readonly message: string;
}

const OBJECT_NAMES = ["id", "key", "status", "size", "sha256", "read_at_ms", "decoder", "code", "message", "total"];
const objectColumns = [...OBJECT_NAMES, ...recordKinds].map((name) => `o.${name}`).join(", ");

const counters = ["total", ...recordKinds];
const sums = counters.map((kind) => `coalesce(sum(${kind}), 0) AS ${kind}`).join(", ");

function countsOf(row: Row | undefined): RecordCounts {
  const counts = noRecords();
  for (const kind of ["total", ...recordKinds] as const) counts[kind] = Number(row?.[kind] ?? 0);
  return counts;
}

export function objectTotals(db: Database): ObjectTotals {
  return db.read(() => {
    const objects = { pending: 0, done: 0, "same-content": 0, skipped: 0, failed: 0 };
    const all = "SELECT status, count(*) AS objects FROM objects GROUP BY status";
    for (const row of db.all(
      `SELECT status, sum(objects) AS objects FROM (${all} UNION ALL SELECT status, objects FROM forgotten_totals) GROUP BY status`,
    ))
      objects[row["status"] as keyof typeof objects] = Number(row["objects"]);
    const counted = `status, ${counters.join(", ")}`;
    const row = db.get(
      `SELECT ${sums}, coalesce(sum(bytes) FILTER (WHERE status = 'done'), 0) AS bytes
       FROM (SELECT size AS bytes, ${counted} FROM objects UNION ALL SELECT bytes, ${counted} FROM forgotten_totals)`,
    );
    return {
      objects,
      records: countsOf(row),
      flowsByType: tally(db, "type"),
      reasons: tally(db, "reason"),
      bytes: Number(row?.["bytes"]),
    };
  });
}

/** Records by name of one kind of tally: log types, reasons, unknown fields. */
export function tally(db: Database, kind: "type" | "reason" | "field"): Record<string, number> {
  const rows = db.all(
    `SELECT name, sum(records) AS records FROM (
       SELECT name, records FROM object_tallies WHERE tally = ? UNION ALL SELECT name, records FROM forgotten_tallies WHERE tally = ?
     ) GROUP BY name ORDER BY records DESC`,
    [kind, kind],
  );
  return Object.fromEntries(rows.map((row) => [String(row["name"]), Number(row["records"])]));
}

export function listObjects(db: Database, filter: { status?: string; limit?: number; objectId?: number }): ObjectRow[] {
  const conditions: string[] = [];
  const parameters: Parameter[] = [];
  if (filter.status !== undefined) {
    conditions.push("o.status = ?");
    parameters.push(filter.status);
  }
  if (filter.objectId !== undefined) {
    conditions.push("o.id = ?");
    parameters.push(BigInt(filter.objectId));
  }
  const where = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
  const limit = filter.limit === undefined ? "" : "LIMIT ?";
  if (filter.limit !== undefined) parameters.push(BigInt(filter.limit));
  return db
    .all(
      `SELECT ${objectColumns}, s.uri AS source FROM objects o JOIN sources s ON s.id = o.source_id ${where} ORDER BY o.id ${limit}`,
      parameters,
    )
    .map((row) => ({
      objectId: Number(row["id"]),
      source: String(row["source"]),
      key: String(row["key"]),
      status: row["status"] as ObjectRow["status"],
      size: Number(row["size"]),
      sha256: textOrNull(row["sha256"]),
      readAtMs: row["read_at_ms"] === null ? null : Number(row["read_at_ms"]),
      decoder: textOrNull(row["decoder"]),
      code: textOrNull(row["code"]),
      message: textOrNull(row["message"]),
      counts: countsOf(row),
    }));
}

/** What a person should know of single objects: those left out or failed, and notes on those that were read. Newest first. */
export function listProblems(db: Database, limit: number): CatalogProblem[] {
  return db
    .all(
      `SELECT key, code, message FROM (
         SELECT key, code, message, read_at_ms FROM objects WHERE code IS NOT NULL
         UNION ALL
         SELECT o.key, n.code, n.message, o.read_at_ms FROM object_notes n JOIN objects o ON o.id = n.object_id
       ) ORDER BY read_at_ms DESC, key LIMIT ?`,
      [BigInt(limit)],
    )
    .map((row) => ({ key: String(row["key"]), code: String(row["code"]), message: String(row["message"]) }));
}

/** How far derivation is, in hours. An hour in which nothing passed is none of these. */
export interface DerivationTotals {
  /** Hours that conversations were derived of, whether or not that has to be done again. */
  readonly derived: number;
  /** Hours whose flows changed after they were last derived. */
  readonly dirty: number;
  /** Of the derived hours those whose flows are gone: kept as they are. */
  readonly frozen: number;
  /** Of the frozen hours those that records came for after all: these are in `flows`, and in no conversation. */
  readonly late: number;
}

export function derivationTotals(db: Database): DerivationTotals {
  return db.read(() => {
    const derived = Number(db.get("SELECT count(*) AS derived FROM derived_hours")?.["derived"]);
    return { derived, dirty: dirtyHours(db).length, frozen: hourTotals(db, 0).frozen, late: lateHours(db).length };
  });
}

export function tableTotals(db: Database): TableTotals[] {
  const rows = db.all(
    "SELECT table_name, count(*) AS segments, sum(rows) AS rows, sum(bytes) AS bytes, min(min_time) AS min_time, max(max_time) AS max_time FROM segments WHERE retired_at_ms IS NULL GROUP BY table_name",
  );
  const byTable = new Map(rows.map((row) => [row["table_name"] as TableName, row]));
  return tableNames.map((table) => {
    const row = byTable.get(table);
    const time = (name: string): number | null => (row === undefined ? null : Number(row[name]));
    const number = (name: string): number => Number(row?.[name] ?? 0);
    return {
      table,
      segments: number("segments"),
      rows: number("rows"),
      bytes: number("bytes"),
      minTime: time("min_time"),
      maxTime: time("max_time"),
    };
  });
}

/** See {@link ObjectContent}. */
export function objectContents(db: Database, objectIds: readonly number[]): ObjectContent[] {
  const rows = db.all(
    "SELECT o.id, s.kind, o.key, o.size, o.sha256, o.offset, o.prefix_sha256 FROM json_each(?) c CROSS JOIN objects o ON o.id = c.value JOIN sources s ON s.id = o.source_id",
    [JSON.stringify(objectIds)],
  );
  return rows.map((row) => ({
    objectId: Number(row["id"]),
    kind: String(row["kind"]),
    key: String(row["key"]),
    size: Number(row["size"]),
    sha256: textOrNull(row["sha256"]),
    offset: Number(row["offset"]),
    prefixSha256: textOrNull(row["prefix_sha256"]),
  }));
}
