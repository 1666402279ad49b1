import { WeirError } from "#base/errors.js";
import type { Database } from "./database.ts";
import type { ObjectResult } from "./types.ts";

/** An object whose records are kept. */
export type DoneObject = Extract<ObjectResult, { status: "done" }>;

/*
 * Contents are kept once: bytes that gave records are not read a second time under another name. What an object held before it
 * grew stays one of its contents, because those records are in the lake. When an object is read anew from its beginning, its
 * contents go with its rows; whoever was left out for having the same content must be read then (a log that was rotated:
 * `a.log.1` holds what `a.log` held).
 */

/** The object with these bytes that gave records, if there is one. */
export function findContent(db: Database, sha256: string): { objectId: number; key: string } | undefined {
  const row = db.get("SELECT o.id, o.key FROM contents c JOIN objects o ON o.id = c.object_id WHERE c.sha256 = ?", [
    sha256,
  ]);
  return row === undefined ? undefined : { objectId: Number(row["id"]), key: String(row["key"]) };
}

/** @throws WeirError `same-content` when another object, of this commit or of the catalog, holds the same bytes */
export function refuseTwins(db: Database, objects: readonly DoneObject[]): void {
  const contents = withRecords(objects);
  if (contents.length === 0) return;
  const known = db.all("SELECT k.sha256, k.object_id FROM json_each(?) c CROSS JOIN contents k ON k.sha256 = c.value", [
    JSON.stringify(contents.map(({ sha256 }) => sha256)),
  ]);
  const owners = new Map(known.map((row) => [row["sha256"], row["object_id"]]));
  const twins = contents.filter(({ sha256, objectId }) => {
    const owner = owners.get(sha256) ?? objectId;
    owners.set(sha256, owner);
    return owner !== objectId;
  });
  if (twins.length === 0) return;
  throw new WeirError({
    code: "same-content",
    kind: "conflict",
    message: `the same content was committed meanwhile under another name`,
    place: `object ${twins.map(({ objectId }) => objectId).join(", ")}`,
    next: "Nothing was committed and nothing is lost: run the command again.",
  });
}

/** Those of the objects that hold the same bytes as when they were last read. Ask before they are committed. */
export function sameAsBefore(db: Database, objects: readonly DoneObject[]): ReadonlySet<number> {
  const replaced = objects.filter(({ replaces }) => replaces);
  if (replaced.length === 0) return new Set();
  const rows = db.all(
    "SELECT k.object_id FROM json_each(?) c CROSS JOIN objects o ON o.id = c.value ->> 0 AND o.sha256 = c.value ->> 1 JOIN contents k ON k.sha256 = o.sha256 AND k.object_id = o.id",
    [JSON.stringify(replaced.map(({ objectId, sha256 }) => [objectId, sha256]))],
  );
  return new Set(rows.map((row) => Number(row["object_id"])));
}

/**
 * Keeps the contents of objects that are being committed; those of objects read anew go.
 * @param same objects that hold the same bytes as before (see {@link sameAsBefore}): all of their contents stand
 * @param emptied objects whose rows go, and which give no others
 */
export function moveContents(
  db: Database,
  objects: readonly DoneObject[],
  { same, emptied }: { same: ReadonlySet<number>; emptied: readonly number[] },
): void {
  const readAnew = objects.filter(({ replaces, objectId }) => replaces && !same.has(objectId));
  const replaced = [...readAnew.map(({ objectId }) => objectId), ...emptied];
  const gone =
    replaced.length === 0
      ? []
      : db.all("DELETE FROM contents WHERE object_id IN (SELECT value FROM json_each(?)) RETURNING sha256", [
          JSON.stringify(replaced),
        ]);
  const rows = withRecords(objects).flatMap(({ sha256, objectId, beginning }) =>
    [sha256, ...(beginning === undefined ? [] : [beginning])].map((content) => [content, objectId]),
  );
  if (rows.length > 0)
    db.run(
      "INSERT INTO contents (sha256, object_id) SELECT value ->> 0, value ->> 1 FROM json_each(?) WHERE true ON CONFLICT (sha256) DO NOTHING",
      [JSON.stringify(rows)],
    );
  if (gone.length === 0) return;
  db.run(
    `UPDATE objects SET status = 'pending' WHERE status = 'same-content'
       AND sha256 IN (SELECT value FROM json_each(?)) AND NOT EXISTS (SELECT 1 FROM contents c WHERE c.sha256 = objects.sha256)`,
    [JSON.stringify(gone.map((row) => row["sha256"]))],
  );
}

function withRecords(objects: readonly DoneObject[]): DoneObject[] {
  return objects.filter(({ report }) => report.counts.total > 0);
}
