import { WeirError } from "#base/errors.js";
import { recordKinds, type ObjectReport } from "#model/records.js";
import type { Segment } from "#model/segment.js";
import { storableText, type Database, type Parameter } from "./database.ts";
import type { CommitRequest, ObjectResult } from "./types.ts";

type DoneObject = Extract<ObjectResult, { status: "done" }>;
type ToldObject = Exclude<ObjectResult, { status: "done" }>;

const COUNT_NAMES = ["total", ...recordKinds] as const;

function conflict(code: string, message: string): WeirError {
  return new WeirError({ code, kind: "conflict", message, next: "The work is done over with what the catalog says now." });
}

/** Makes objects and segments part of the lake: all of it, or nothing. @returns the catalog's new version */
export function commitGroup(db: Database, request: CommitRequest, nowMs: number): number {
  return db.write(() => {
    for (const object of request.objects) {
      if (object.status === "done") commitDone(db, request.writer, object, nowMs);
      else commitTold(db, request.writer, object, nowMs);
    }
    return changeSegments(db, request.retire, request.segments, nowMs);
  });
}

/** Retires segments and adds those that take their place: compaction and retention. @returns false when one of them is not live any more */
export function replaceSegments(db: Database, retire: readonly string[], add: readonly Segment[], nowMs: number): boolean {
  try {
    db.write(() => changeSegments(db, retire, add, nowMs));
    return true;
  } catch (error) {
    if (error instanceof WeirError && error.code === "segments-changed") return false;
    throw error;
  }
}

function changeSegments(db: Database, retire: readonly string[], add: readonly Segment[], nowMs: number): number {
  db.run("UPDATE meta SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT) WHERE key = 'version'");
  const version = Number(db.get("SELECT value FROM meta WHERE key = 'version'")?.["value"]);
  const hours = new Set<number>();
  for (const id of retire) {
    const row = db.get("SELECT hours FROM segments WHERE id = ? AND retired_at_ms IS NULL", [id]);
    if (row === undefined) throw conflict("segments-changed", `segment ${id} was replaced meanwhile`);
    for (const hour of JSON.parse(String(row["hours"])) as number[]) hours.add(hour);
    db.run("UPDATE segments SET retired_at_ms = ? WHERE id = ?", [BigInt(nowMs), id]);
  }
  for (const segment of add) {
    addSegment(db, segment, version);
    for (const hour of segment.hours) hours.add(hour);
  }
  for (const hour of hours)
    db.run("INSERT INTO hours (hour, changed) VALUES (?, ?) ON CONFLICT (hour) DO UPDATE SET changed = excluded.changed", [
      BigInt(hour),
      BigInt(version),
    ]);
  return version;
}

function addSegment(db: Database, segment: Segment, version: number): void {
  db.run(
    "INSERT INTO segments (id, table_name, path, rows, bytes, min_time, max_time, hours, columns, min_address, max_address, added) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [
      ...[segment.id, segment.table, segment.path, BigInt(segment.rows), BigInt(segment.bytes)],
      ...[BigInt(segment.minTime), BigInt(segment.maxTime), JSON.stringify(segment.hours), JSON.stringify(segment.columns)],
      ...[segment.minAddress, segment.maxAddress, BigInt(version)],
    ],
  );
  for (const [objectId, rows] of Object.entries(segment.objects))
    db.run("INSERT INTO segment_objects (segment_id, object_id, rows) VALUES (?, ?, ?)", [segment.id, BigInt(objectId), BigInt(rows)]);
}

function mustStand(changed: number, objectId: number): void {
  if (changed !== 1) throw conflict("claim-lost", `another process has taken over object ${objectId}`);
}

function commitDone(db: Database, writer: string, object: DoneObject, nowMs: number): void {
  const { counts } = object.report;
  if (counts.total > 0) refuseTwin(db, object);
  const keep = isContinuation(db, object);
  const countSql = COUNT_NAMES.map((name) => (keep ? `${name} = ${name} + ?` : `${name} = ?`)).join(", ");
  const changed = db.run(
    `UPDATE objects SET status = 'done', size = ?, modified = ?, sha256 = ?, offset = ?, prefix_sha256 = ?, decoder_state = ?, decoder = ?, decoder_version = ?, flow_log_id = ?, read_at_ms = ?, code = NULL, message = NULL, claimed_by = NULL, ${countSql} WHERE id = ? AND claim = ? AND claimed_by = ?`,
    [
      ...[BigInt(object.size), BigInt(object.modifiedMicros), object.sha256, BigInt(object.offset), object.prefixSha256],
      ...[object.decoderState, object.decoder, BigInt(object.decoderVersion), object.flowLogId, BigInt(nowMs)],
      ...COUNT_NAMES.map((name) => BigInt(counts[name])),
      ...[BigInt(object.objectId), BigInt(object.claim), writer],
    ],
  );
  mustStand(changed, object.objectId);
  writeReport(db, object.objectId, object.report, keep);
}

/** Whether this reading went on where an earlier one stopped, so that its counts are added. */
function isContinuation(db: Database, object: DoneObject): boolean {
  if (object.replaces) return false;
  const row = db.get("SELECT status FROM objects WHERE id = ?", [BigInt(object.objectId)]);
  return row?.["status"] === "done";
}

function refuseTwin(db: Database, object: DoneObject): void {
  const twin = db.get("SELECT id FROM objects WHERE sha256 = ? AND status = 'done' AND total > 0 AND id <> ?", [
    object.sha256,
    BigInt(object.objectId),
  ]);
  if (twin !== undefined) throw conflict("same-content", `object ${object.objectId} has the content of object ${String(twin["id"])}`);
}

function writeReport(db: Database, objectId: number, report: ObjectReport, keep: boolean): void {
  const id = BigInt(objectId);
  if (!keep) {
    db.run("DELETE FROM object_tallies WHERE object_id = ?", [id]);
    db.run("DELETE FROM object_notes WHERE object_id = ?", [id]);
  }
  const tallies = { type: report.flowsByType, reason: report.reasons, field: report.unknownFields };
  for (const [tally, records] of Object.entries(tallies))
    for (const [name, count] of Object.entries(records))
      db.run(
        "INSERT INTO object_tallies (object_id, tally, name, records) VALUES (?, ?, ?, ?) ON CONFLICT (object_id, tally, name) DO UPDATE SET records = records + excluded.records",
        [id, tally, storableText(name), BigInt(count)],
      );
  for (const { code, message } of report.notes)
    db.run("INSERT INTO object_notes (object_id, code, message) VALUES (?, ?, ?) ON CONFLICT (object_id, code) DO UPDATE SET message = excluded.message", [
      id,
      code,
      storableText(message),
    ]);
  for (const [flowLogId, fields] of Object.entries(report.learnedFormats))
    db.run("INSERT INTO flow_log_formats (flow_log_id, fields) VALUES (?, ?) ON CONFLICT (flow_log_id) DO UPDATE SET fields = excluded.fields", [
      storableText(flowLogId),
      storableText(fields),
    ]);
}

function commitTold(db: Database, writer: string, object: ToldObject, nowMs: number): void {
  const row = db.get("SELECT total FROM objects WHERE id = ?", [BigInt(object.objectId)]);
  // An object whose rows are in the lake keeps them and its status; what went wrong since is a note.
  const hasRows = Number(row?.["total"] ?? 0) > 0;
  const facts: Parameter[] = hasRows ? [] : [object.status];
  const changed = db.run(
    `UPDATE objects SET ${hasRows ? "" : "status = ?, "}size = ?, modified = ?, sha256 = ?, prefix_sha256 = NULL, decoder_state = NULL, code = ?, message = ?, read_at_ms = ?, claimed_by = NULL WHERE id = ? AND claim = ? AND claimed_by = ?`,
    [
      ...facts,
      ...[BigInt(object.size), BigInt(object.modifiedMicros), object.sha256, object.code, storableText(object.message), BigInt(nowMs)],
      ...[BigInt(object.objectId), BigInt(object.claim), writer],
    ],
  );
  mustStand(changed, object.objectId);
}
