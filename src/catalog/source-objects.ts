import type { Database } from "./database.ts";
import type { ObjectRow } from "./types.ts";

/** Whose objects: those filed under a source, and of files those whose keys begin so. */
export interface ObjectOwner {
  readonly sourceId: number;
  readonly prefix: string;
}

/** Objects of a source with one outcome, counted. Those that are `done` with a code are damaged: a part of them could be read. */
export interface ObjectOutcome {
  readonly status: ObjectRow["status"];
  readonly code: string | null;
  readonly objects: number;
  /** Of one of them. */
  readonly key: string;
  readonly message: string | null;
}

/** Objects that one interface or one flow log writes, one after another. */
export interface ObjectSeries {
  /** A flow-log id, or what a blob's name says beside its time. Somebody else's text. */
  readonly name: string;
  readonly objects: number;
  /** Keys in the order of their time, where they hold one. */
  readonly firstKey: string;
  readonly lastKey: string;
  /** Last change of any of them, microseconds. */
  readonly firstModified: number;
  readonly lastModified: number;
}

const MOST_SERIES = 20_000;
const OWN = "source_id = ? AND substr(key, 1, length(?)) = ?";

/** What became of the objects of a source, by outcome, most objects first. */
export function outcomesOf(db: Database, { sourceId, prefix }: ObjectOwner): ObjectOutcome[] {
  return db
    .all(
      `SELECT status, code, count(*) AS objects, max(key) AS key, max(message) AS message FROM (
         SELECT status, code, key, message FROM objects WHERE ${OWN}
         UNION ALL
         SELECT status, n.code, key, n.message FROM object_notes n JOIN objects o ON o.id = n.object_id
         WHERE n.code IN ('truncated-gzip', 'corrupt-gzip') AND status = 'done' AND ${OWN})
       GROUP BY status, code ORDER BY objects DESC`,
      [BigInt(sourceId), prefix, prefix, BigInt(sourceId), prefix, prefix],
    )
    .map((row) => ({
      status: row["status"] as ObjectRow["status"],
      code: typeof row["code"] === "string" ? row["code"] : null,
      objects: Number(row["objects"]),
      key: String(row["key"]),
      message: typeof row["message"] === "string" ? row["message"] : null,
    }));
}

/**
 * Objects of a source by what writes them: for blobs of Azure the part of their names beside the time (flow log and interface), for
 * objects of AWS the flow-log id. At most 20,000, those that wrote last first.
 */
export function seriesOf(db: Database, { sourceId, prefix }: ObjectOwner): ObjectSeries[] {
  return db
    .all(
      `SELECT CASE
         WHEN instr(key, '/y=') > 0 THEN substr(key, 1, instr(key, '/y=')) || replace(substr(key, instr(key, 'macAddress=')), '/PT1H.json', '')
         WHEN instr(key, '_fl-') > 0 THEN substr(key, instr(key, '_fl-') + 1, instr(substr(key, instr(key, '_fl-') + 1), '_') - 1)
         ELSE coalesce(flow_log_id, '') END AS name,
       count(*) AS objects, min(key) AS first_key, max(key) AS last_key, min(modified) AS first_modified, max(modified) AS last_modified
       FROM objects WHERE ${OWN} AND status = 'done' GROUP BY name ORDER BY last_modified DESC LIMIT ?`,
      [BigInt(sourceId), prefix, prefix, BigInt(MOST_SERIES)],
    )
    .map((row) => ({
      name: String(row["name"]),
      objects: Number(row["objects"]),
      firstKey: String(row["first_key"]),
      lastKey: String(row["last_key"]),
      firstModified: Number(row["first_modified"]),
      lastModified: Number(row["last_modified"]),
    }));
}
