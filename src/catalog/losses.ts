import type { Database } from "./database.ts";
import { bumpVersion, retireSegments, touchHours } from "./segments.ts";

const OF_SEGMENTS = `
  SELECT DISTINCT p.object_id FROM json_each(?) c CROSS JOIN segments s ON s.id = c.value
    CROSS JOIN segment_objects p ON p.segment = s.number`;

// Whoever is reading one of them on from where it stopped must not commit: what it does not read again is lost.
const READ_AGAIN = `
  UPDATE objects SET status = 'pending', claim = claim + 1, claimed_by = NULL, claimed_etag = NULL,
    offset = 0, prefix_sha256 = NULL, decoder_state = NULL, settled = 0
  WHERE id IN (${OF_SEGMENTS})`;

/** Keys of the objects with rows in these segments. */
export function objectsInSegments(db: Database, ids: readonly string[]): string[] {
  if (ids.length === 0) return [];
  return db
    .all(`SELECT key FROM objects WHERE id IN (${OF_SEGMENTS}) ORDER BY key`, [JSON.stringify(ids)])
    .map((row) => String(row["key"]));
}

/**
 * Takes segments whose files are lost off the list, and has the objects with rows in them read again as a whole: their rows in
 * other segments stay until then, and are replaced by what is read.
 * @throws WeirError `segments-changed` unless all were live: nothing was changed
 */
export function loseSegments(db: Database, ids: readonly string[], nowMs: number): void {
  if (ids.length === 0) return;
  db.write(() => {
    const hours = retireSegments(db, ids, nowMs);
    db.run(READ_AGAIN, [JSON.stringify(ids)]);
    touchHours(db, hours, bumpVersion(db));
  });
}
