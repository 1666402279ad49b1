import { WeirError } from "#base/errors.js";
import { recordKinds } from "#model/records.js";
import { moveContents, refuseTwins, sameAsBefore, type DoneObject } from "./contents.ts";
import { storableText, type Database } from "./database.ts";
import { touchReaders } from "./hours.ts";
import { addSegments, bumpVersion, retireSegments } from "./segments.ts";
import type { CommitRequest, ObjectResult } from "./types.ts";

type ToldObject = Exclude<ObjectResult, { status: "done" }>;

const COUNT_NAMES = ["total", ...recordKinds] as const;
const FIRST_COUNT = 12;

// One statement for all objects of a commit; field 10 says whether the counts start anew. LIMIT has the rows laid out once:
// without it each field would have its row written as text again.
const COMMIT_DONE = `
  UPDATE objects SET status = 'done', size = r ->> 1, modified = r ->> 2, sha256 = r ->> 3, offset = r ->> 4,
    prefix_sha256 = r ->> 5, decoder_state = r ->> 6, decoder = r ->> 7, decoder_version = r ->> 8,
    flow_log_id = r ->> 9, settled = r ->> 11, read_at_ms = ?, code = NULL, message = NULL, claimed_by = NULL,
    etag = coalesce(r ->> ${FIRST_COUNT + COUNT_NAMES.length + 1}, claimed_etag), claimed_etag = NULL,
    ${COUNT_NAMES.map((name, at) => `${name} = iif(r ->> 10, 0, ${name}) + (r ->> ${FIRST_COUNT + at})`).join(", ")}
  FROM (SELECT value AS r FROM json_each(?) LIMIT -1) WHERE objects.id = r ->> 0 AND objects.claim = r ->> ${FIRST_COUNT + COUNT_NAMES.length}`;

/** Objects whose rows go, because their content stands under another name. */
const EMPTY = `
  UPDATE objects SET offset = 0, prefix_sha256 = NULL, decoder_state = NULL, settled = 0, ${COUNT_NAMES.map((name) => `${name} = 0`).join(", ")}
  WHERE id IN (SELECT value FROM json_each(?))`;

// What was read of the object before stays, if its rows do: reading can go on behind them.
const COMMIT_TOLD = `
  UPDATE objects SET status = iif(? = 'same-content' AND NOT EXISTS (SELECT 1 FROM contents WHERE contents.sha256 = ?), 'pending', ?),
    size = ?, modified = ?, sha256 = coalesce(?, sha256), code = ?, message = ?, read_at_ms = ?, claimed_by = NULL,
    etag = coalesce(?, claimed_etag), claimed_etag = NULL
  WHERE id = ? AND claim = ?`;

const ADD_TALLIES = `
  INSERT INTO object_tallies (object_id, tally, name, records) SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?) WHERE true
  ON CONFLICT (object_id, tally, name) DO UPDATE SET records = records + excluded.records`;
const ADD_NOTES = `
  INSERT INTO object_notes (object_id, code, message) SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?) WHERE true
  ON CONFLICT (object_id, code) DO UPDATE SET message = excluded.message`;
const ADD_FORMATS = `
  INSERT INTO flow_log_formats (flow_log_id, fields) SELECT value ->> 0, value ->> 1 FROM json_each(?) WHERE true
  ON CONFLICT (flow_log_id) DO UPDATE SET fields = excluded.fields`;
const ADD_RESOURCES = `
  INSERT INTO flow_log_resources (flow_log_id, resource_id) SELECT value ->> 0, value ->> 1 FROM json_each(?) WHERE true
  ON CONFLICT (flow_log_id) DO UPDATE SET resource_id = excluded.resource_id`;

/** Makes objects and segments part of the lake: all of it, or nothing. @returns the catalog's new version */
export function commitGroup(db: Database, request: CommitRequest, nowMs: number): number {
  return db.write(() => {
    mustHoldClaims(db, request);
    const done = request.objects.filter((object) => object.status === "done");
    refuseTwins(db, done);
    const same = sameAsBefore(db, done);
    commitDone(db, done, nowMs);
    const emptied = request.objects.flatMap((object) =>
      object.status !== "done" && object.replaces === true ? [object.objectId] : [],
    );
    moveContents(db, done, { same, emptied });
    clearReports(db, [...done.filter(({ replaces }) => replaces).map(({ objectId }) => objectId), ...emptied]);
    writeReports(db, done);
    if (emptied.length > 0) db.run(EMPTY, [JSON.stringify(emptied)]);
    for (const object of request.objects) if (object.status !== "done") commitTold(db, object, nowMs);
    const version = bumpVersion(db);
    const hours = retireSegments(db, request.retire, nowMs);
    addSegments(db, request.segments, version);
    touchReaders(db, request.segments, hours, version);
    return version;
  });
}

/** Each object must still be this writer's by exactly the claim that it was read under. */
function mustHoldClaims(db: Database, { writer, objects }: CommitRequest): void {
  const ids = JSON.stringify(objects.map(({ objectId }) => objectId));
  const rows = db.all(
    "SELECT o.id, o.claim FROM json_each(?) c CROSS JOIN objects o ON o.id = c.value WHERE o.claimed_by = ?",
    [ids, writer],
  );
  const held = new Map(rows.map((row) => [row["id"], row["claim"]]));
  // Named twice, an object is lost the second time.
  const lost = objects.filter(({ objectId, claim }) => !(held.get(objectId) === claim && held.delete(objectId)));
  if (lost.length === 0) return;
  throw new WeirError({
    code: "claim-lost",
    kind: "conflict",
    message: `another process has taken over ${lost.length === 1 ? "an object" : `${lost.length} objects`} that this one was reading`,
    place: `object ${lost.map(({ objectId }) => objectId).join(", ")}`,
    next: "Nothing was committed and nothing is lost: run the command again.",
  });
}

function commitDone(db: Database, objects: readonly DoneObject[], nowMs: number): void {
  if (objects.length === 0) return;
  const rows = objects.map((object) => [
    object.objectId,
    object.size,
    object.modifiedMicros,
    object.sha256,
    object.offset,
    object.prefixSha256,
    object.decoderState,
    object.decoder,
    object.decoderVersion,
    storable(object.flowLogId),
    object.replaces ? 1 : 0,
    object.settled ? 1 : 0,
    ...COUNT_NAMES.map((name) => object.report.counts[name]),
    object.claim,
    object.etag ?? null,
  ]);
  mustChange(db.run(COMMIT_DONE, [BigInt(nowMs), JSON.stringify(rows)]), objects.length);
}

function commitTold(db: Database, object: ToldObject, nowMs: number): void {
  const { status, sha256, size, modifiedMicros, code, message, objectId, claim } = object;
  const changed = db.run(COMMIT_TOLD, [
    status,
    sha256,
    status,
    BigInt(size),
    BigInt(modifiedMicros),
    sha256,
    code,
    storableText(message),
    BigInt(nowMs),
    object.etag ?? null,
    BigInt(objectId),
    BigInt(claim),
  ]);
  mustChange(changed, 1);
}

/** The claims were compared a moment ago in this transaction. */
function mustChange(changed: number, wanted: number): void {
  if (changed !== wanted) throw new Error(`${changed} objects changed in place of ${wanted}`);
}

function storable(text: string | null): string | null {
  return text === null ? null : storableText(text);
}

/** What was told of objects whose rows go. */
function clearReports(db: Database, objectIds: readonly number[]): void {
  if (objectIds.length === 0) return;
  for (const table of ["object_tallies", "object_notes"])
    db.run(`DELETE FROM ${table} WHERE object_id IN (SELECT value FROM json_each(?))`, [JSON.stringify(objectIds)]);
}

function writeReports(db: Database, objects: readonly DoneObject[]): void {
  runOnRows(db, ADD_TALLIES, objects.flatMap(tallyRows));
  runOnRows(
    db,
    ADD_NOTES,
    objects.flatMap(({ objectId, report }) =>
      report.notes.map(({ code, message }) => [objectId, code, storableText(message)]),
    ),
  );
  runOnRows(
    db,
    ADD_FORMATS,
    objects.flatMap(({ report }) => Object.entries(report.learnedFormats).map((row) => row.map(storableText))),
  );
  runOnRows(
    db,
    ADD_RESOURCES,
    objects.flatMap(({ report }) =>
      Object.entries(report.flowLogResources).map((row) => row.map((id) => storableText(id.toLowerCase()))),
    ),
  );
}

function tallyRows({ objectId, report }: DoneObject): (string | number)[][] {
  const tallies = { type: report.flowsByType, reason: report.reasons, field: report.unknownFields };
  return Object.entries(tallies).flatMap(([tally, records]) =>
    Object.entries(records).map(([name, count]) => [objectId, tally, storableText(name), count]),
  );
}

/** Runs a statement on rows handed over as one JSON text, unless there are none. */
function runOnRows(db: Database, sql: string, rows: readonly (readonly (string | number | null)[])[]): void {
  if (rows.length > 0) db.run(sql, [JSON.stringify(rows)]);
}
