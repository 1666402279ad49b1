import { createHash } from "node:crypto";
import { recordKinds } from "#model/records.js";
import type { Database, Row } from "./database.ts";
import type { ObjectCandidate } from "./types.ts";

/*
 * A source of a year has a hundred million objects, and what is known of one takes half a kilobyte. Once retention has removed all
 * that an object gave, only three things of it are still needed: that it was read (a hash of what it was), and what it counted (one
 * row a source). A version that was forgotten is not read again; another version of it is a new object.
 */

/** Objects that one transaction looks at. */
const SLICE = 5000;
/** Bytes of SHA-256: of 10^8 objects a year one is taken for another once in ten thousand million years. */
const HASH_BYTES = 10;

const COUNTERS = ["total", ...recordKinds] as const;

const END_OF_SLICE = `
  SELECT max(id) AS last, coalesce(sum(read_at_ms < ?), 0) AS old, coalesce(sum(read_at_ms >= ?), 0) AS young
  FROM (SELECT id, read_at_ms FROM objects WHERE id > ? ORDER BY id LIMIT ${SLICE})`;

// The newest object stays: numbers of objects go on from it. So does what was left out as the twin of an object that is kept: when
// that one is rewritten, the twin is to be read.
const OVER = `
  SELECT id, source_id, key, size, modified, etag FROM objects o
  WHERE id > ? AND id <= ? AND id < (SELECT max(id) FROM objects) AND claimed_by IS NULL AND read_at_ms < ?
    AND NOT EXISTS (SELECT 1 FROM segment_objects p WHERE p.object_id = o.id)
    AND (status = 'done' OR status = 'same-content' AND NOT EXISTS (SELECT 1 FROM contents c WHERE c.sha256 = o.sha256))`;

const OBJECTS = "SELECT value FROM json_each(?)";
const REMEMBER =
  "INSERT INTO forgotten_objects (hash) SELECT unhex(value) FROM json_each(?) WHERE true ON CONFLICT DO NOTHING";

// Files are filed under one source, whoever reads them; whose folder they lay in is not known any more when they are gone.
const COUNT = `
  INSERT INTO forgotten_totals (source_id, status, objects, bytes, read_at_ms, ${COUNTERS.join(", ")})
  SELECT coalesce((SELECT s.id FROM sources s WHERE s.kind = 'folder' AND o.key > s.uri
      AND substr(o.key, 1, length(s.uri)) = s.uri AND substr(o.key, length(rtrim(s.uri, '/\\')) + 1, 1) IN ('/', '\\')
      ORDER BY length(s.uri) DESC LIMIT 1), o.source_id) AS owner,
    o.status, count(*), sum(o.size), max(o.read_at_ms), ${COUNTERS.map((name) => `sum(o.${name})`).join(", ")}
  FROM objects o WHERE o.id IN (${OBJECTS}) GROUP BY owner, o.status
  ON CONFLICT (source_id, status) DO UPDATE SET objects = objects + excluded.objects, bytes = bytes + excluded.bytes,
    read_at_ms = max(read_at_ms, excluded.read_at_ms), ${COUNTERS.map((name) => `${name} = ${name} + excluded.${name}`).join(", ")}`;

const TALLY = `
  INSERT INTO forgotten_tallies (tally, name, records)
  SELECT tally, name, sum(records) FROM object_tallies WHERE object_id IN (${OBJECTS}) GROUP BY tally, name
  ON CONFLICT (tally, name) DO UPDATE SET records = records + excluded.records`;

const PARTS = ["contents", "object_tallies", "object_notes"] as const;

/**
 * Forgets objects that were read before a moment and of which no segment holds a row any more. What was left out, failed or waits
 * is kept. @returns how many
 */
export function forgetObjects(db: Database, beforeMs: number): number {
  const before = BigInt(beforeMs);
  let forgotten = 0;
  for (let from = 0n; ;) {
    const slice = db.get(END_OF_SLICE, [before, before, from]);
    if (typeof slice?.["last"] !== "number") return forgotten;
    const last = BigInt(slice["last"]);
    forgotten += db.write(() => forgetRows(db, db.all(OVER, [from, last, before])));
    // Numbers are given in the order of time: behind objects that were all read later there is none that was read before.
    if (slice["old"] === 0 && slice["young"] !== 0) return forgotten;
    from = last;
  }
}

function forgetRows(db: Database, rows: readonly Row[]): number {
  if (rows.length === 0) return 0;
  const ids = JSON.stringify(rows.map(({ id }) => id));
  db.run(REMEMBER, [
    JSON.stringify(rows.map((row) => hashOf(Number(row["source_id"]), String(row["key"]), versionOf(row)))),
  ]);
  db.run(COUNT, [ids]);
  db.run(TALLY, [ids]);
  for (const table of PARTS) db.run(`DELETE FROM ${table} WHERE object_id IN (${OBJECTS})`, [ids]);
  db.run(`DELETE FROM objects WHERE id IN (${OBJECTS})`, [ids]);
  return rows.length;
}

/** Those of the candidates that were read just as they are from one of these sources, and are forgotten. */
export function forgottenAmong(
  db: Database,
  sourceIds: readonly number[],
  candidates: readonly ObjectCandidate[],
): ReadonlySet<ObjectCandidate> {
  if (candidates.length === 0 || db.get("SELECT 1 AS found FROM forgotten_objects LIMIT 1") === undefined)
    return new Set();
  const hashes = candidates.flatMap((candidate): [string, ObjectCandidate][] => {
    const { key, size, modifiedMicros, etag } = candidate;
    const versions = [`${size}:${modifiedMicros}`, ...(etag === undefined ? [] : [`${size}:"${etag}"`])];
    return sourceIds.flatMap((id) =>
      versions.map((version): [string, ObjectCandidate] => [hashOf(id, key, version), candidate]),
    );
  });
  const found = db.all(
    "SELECT c.value AS hash FROM json_each(?) c CROSS JOIN forgotten_objects f ON f.hash = unhex(c.value)",
    [JSON.stringify(hashes.map(([hash]) => hash))],
  );
  const known = new Set(found.map(({ hash }) => hash));
  return new Set(hashes.flatMap(([hash, candidate]) => (known.has(hash) ? [candidate] : [])));
}

/** What tells one version of an object from another, as claims compare them: its ETag where it has one, else its time. */
function versionOf({ size, modified, etag }: Row): string {
  return etag === null ? `${String(size)}:${String(modified)}` : `${String(size)}:"${String(etag)}"`;
}

function hashOf(sourceId: number, key: string, version: string): string {
  return createHash("sha256")
    .update(JSON.stringify([sourceId, key, version]))
    .digest("hex")
    .slice(0, 2 * HASH_BYTES);
}
