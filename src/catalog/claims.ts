import { WeirError } from "#base/errors.js";
import type { Database, Row } from "./database.ts";
import { forgottenAmong } from "./forgotten.ts";
import type { Claim, ClaimDecision, ObjectCandidate, ReadReason } from "./types.ts";

/** A last line without an end counts once an object has been left alone for this long; readers agree. */
const SETTLED_MICROS = 60_000_000;

// One statement for all candidates, and one row of all that was found: a call into SQLite costs more than a row, and what a row
// costs on its way into JavaScript more than finding it. CROSS JOIN keeps the list outside.
const FIND = `
  SELECT json_group_array(json_object('id', o.id, 'key', o.key, 'status', o.status, 'size', o.size, 'modified', o.modified,
    'etag', o.etag, 'offset', o.offset, 'claim', o.claim, 'claimed_by', o.claimed_by, 'settled', o.settled, 'total', o.total,
    'code', o.code, 'resumable', o.prefix_sha256 IS NOT NULL AND o.decoder_state IS NOT NULL)) AS found
  FROM json_each(?) c CROSS JOIN objects o ON o.source_id = ? AND o.key = c.value`;
const STATES =
  "SELECT o.id, o.prefix_sha256, o.decoder_state FROM json_each(?) c CROSS JOIN objects o ON o.id = c.value";
const ADD = `
  INSERT INTO objects (id, source_id, key, status, size, modified, claim, claimed_by, claimed_etag)
  SELECT value ->> 0, ?, value ->> 1, 'pending', value ->> 2, value ->> 3, 1, ?, value ->> 4 FROM json_each(?)`;
// One of each key: a lake of an earlier version may have it under several of these sources.
const ADOPT = `
  UPDATE objects SET source_id = ? WHERE id IN (
    SELECT min(o.id) FROM json_each(?) s CROSS JOIN json_each(?) c CROSS JOIN objects o ON o.source_id = s.value AND o.key = c.value
    GROUP BY o.key)`;
const TAKE = `
  UPDATE objects SET claim = claim + 1, claimed_by = ?, claimed_etag = c.etag
  FROM (SELECT value ->> 0 AS id, value ->> 1 AS etag FROM json_each(?)) c WHERE objects.id = c.id`;
const GIVE_BACK = `
  UPDATE objects SET claimed_by = NULL
  FROM (SELECT value ->> 0 AS id, value ->> 1 AS claim FROM json_each(?)) c
  WHERE objects.id = c.id AND objects.claim = c.claim AND objects.claimed_by = ?`;

/** Who claims what, and when. */
export interface ClaimRequest {
  readonly writer: string;
  readonly sourceId: number;
  readonly candidates: readonly ObjectCandidate[];
  readonly isAlive: (writer: string) => boolean;
  readonly nowMs: number;
  /** Whether unfinished last lines count now, however young their object is. */
  readonly final: boolean;
  /** Whether objects are read again, whole, although nothing about them has changed: their rows are replaced. */
  readonly reread: boolean;
  /**
   * Sources of the same place, such as a container and a prefix of it, whose keys mean the same: what one of them has found before
   * is not new, and is this source's from now on.
   */
  readonly kin: readonly number[];
}

/** How objects are claimed, see {@link ClaimRequest}. */
export type ClaimOptions = Partial<Pick<ClaimRequest, "final" | "reread" | "kin">>;

/**
 * Gives the candidates that need reading to a writer, in one transaction. An object needs reading when it is new, has another
 * size, time or ETag than when it was read, could not be read or was left out then (but for what is archived), ended in a line that has become old
 * enough to count, or was left by a dead claimer.
 * @throws WeirError `bad-key` when a key cannot be kept
 */
export function claimObjects(db: Database, request: ClaimRequest): ClaimDecision[] {
  for (const { key } of request.candidates) checkKey(key);
  return db.write(() => new Claiming(db, request).decide());
}

/** Whether the catalog can keep a key as it is. */
export function isKeepableKey(key: string): boolean {
  return key.isWellFormed() && !key.includes("\0");
}

function checkKey(key: string): void {
  if (isKeepableKey(key)) return;
  throw new WeirError({
    code: "bad-key",
    kind: "input",
    message: "the object's name is not valid Unicode text",
    place: key.toWellFormed().replaceAll("\0", "\uFFFD"),
    next: "Rename it, or leave it out.",
  });
}

/** One call of {@link claimObjects}. */
class Claiming {
  readonly #db: Database;
  readonly #request: ClaimRequest;
  readonly #alive: Map<string, boolean>;
  readonly #added: [number, string, number, number, string | null][] = [];
  readonly #taken: [number, string | null][] = [];

  constructor(db: Database, request: ClaimRequest) {
    this.#db = db;
    this.#request = request;
    this.#alive = new Map([[request.writer, true]]);
  }

  decide(): ClaimDecision[] {
    const { candidates, sourceId, writer, reread, kin } = this.#request;
    const known = this.#find(candidates.map(({ key }) => key));
    // The newest object is never forgotten, so numbers are never given twice.
    let nextId = Number(this.#db.get("SELECT coalesce(max(id), 0) AS id FROM objects")?.["id"]) + 1;
    const gone = reread
      ? new Set<ObjectCandidate>()
      : forgottenAmong(
          this.#db,
          [sourceId, ...kin],
          candidates.filter(({ key }) => !known.has(key)),
        );
    const seen = new Set<string>();
    const decisions = candidates.map((candidate): ClaimDecision => {
      const { key } = candidate;
      // A key that is named twice has been given to this writer a moment ago.
      if (seen.has(key)) return { outcome: "busy", key };
      seen.add(key);
      const row = known.get(key);
      if (gone.has(candidate)) return { outcome: "unchanged", key };
      return row === undefined ? this.#add(nextId++, candidate) : this.#decideKnown(row, candidate);
    });
    if (this.#added.length > 0) this.#db.run(ADD, [BigInt(sourceId), writer, JSON.stringify(this.#added)]);
    if (this.#taken.length > 0) this.#db.run(TAKE, [writer, JSON.stringify(this.#taken)]);
    return withStates(this.#db, decisions);
  }

  /** The rows of those that are known, by key. */
  #find(keys: readonly string[]): Map<string, Row> {
    const { sourceId, kin } = this.#request;
    const find = (wanted: readonly string[]): [string, Row][] => {
      const row = this.#db.get(FIND, [JSON.stringify(wanted), BigInt(sourceId)]);
      return (JSON.parse(String(row?.["found"])) as Row[]).map((each) => [String(each["key"]), each]);
    };
    const known = new Map(find(keys));
    if (kin.length === 0 || known.size === keys.length) return known;
    const others = keys.filter((key) => !known.has(key));
    const adopted = this.#db.run(ADOPT, [BigInt(sourceId), JSON.stringify(kin), JSON.stringify(others)]);
    return adopted === 0 ? known : new Map([...known, ...find(others)]);
  }

  #add(objectId: number, candidate: ObjectCandidate): ClaimDecision {
    const { key, size, modifiedMicros, etag } = candidate;
    this.#added.push([objectId, key, size, modifiedMicros, etag ?? null]);
    return { outcome: "claimed", claim: { ...unread, objectId, claim: 1, candidate, reason: "new", hasRows: false } };
  }

  #decideKnown(row: Row, candidate: ObjectCandidate): ClaimDecision {
    const { key, etag } = candidate;
    const claimer = row["claimed_by"];
    if (typeof claimer === "string" && this.#isAlive(claimer)) return { outcome: "busy", key };
    const reason = readReason(row, candidate, this.#request);
    if (reason === undefined) return { outcome: "unchanged", key };
    const objectId = Number(row["id"]);
    this.#taken.push([objectId, etag ?? null]);
    const offset = reason === "grown" ? Number(row["offset"]) : 0;
    const hasRows = Number(row["total"]) > 0;
    return {
      outcome: "claimed",
      claim: { ...unread, objectId, claim: Number(row["claim"]) + 1, candidate, reason, offset, hasRows },
    };
  }

  #isAlive(writer: string): boolean {
    const known = this.#alive.get(writer) ?? this.#request.isAlive(writer);
    this.#alive.set(writer, known);
    return known;
  }
}

const unread = { offset: 0, prefixSha256: null, decoderState: null } as const;

/** `undefined`: the object stands in the catalog as it is. */
function readReason(row: Row, candidate: ObjectCandidate, request: ClaimRequest): ReadReason | undefined {
  const status = row["status"];
  // Its bytes cannot be had, however often one asks, until somebody restores it.
  const isArchived = status === "skipped" && row["code"] === "archived";
  if (isArchived && candidate.isRestored !== true && isSameVersion(row, candidate)) return undefined;
  if (status === "pending") return row["claimed_by"] === null ? "new" : "retry";
  // Left out or failed: what stood in the way (a missing layout, a permission) may be mended without a change of the object.
  const mustTry = status === "failed" || status === "skipped";
  if (request.reread) return Number(row["total"]) > 0 ? "rewritten" : "retry";
  if (!mustTry && isSameVersion(row, candidate) && !hasRipeTail(row, candidate, request)) return undefined;
  if (row["resumable"] === 1 && candidate.size > Number(row["offset"]) && candidate.size >= Number(row["size"]))
    return "grown";
  return !mustTry && Number(row["total"]) > 0 ? "rewritten" : "retry";
}

function isSameVersion(row: Row, { size, modifiedMicros, etag }: ObjectCandidate): boolean {
  if (row["size"] !== size) return false;
  return etag !== undefined && row["etag"] !== null ? row["etag"] === etag : row["modified"] === modifiedMicros;
}

/** Whether the object ended in an unfinished line when it was last read, young then, and is old enough now for it to count. */
function hasRipeTail(row: Row, { size, modifiedMicros }: ObjectCandidate, { nowMs, final }: ClaimRequest): boolean {
  if (row["status"] !== "done" || row["settled"] === 1 || Number(row["offset"]) >= size) return false;
  return final || nowMs * 1000 - modifiedMicros > SETTLED_MICROS;
}

/** Decoder states can be long: only those of grown objects are read. */
function withStates(db: Database, decisions: ClaimDecision[]): ClaimDecision[] {
  const grown = decisions.flatMap((decision) =>
    decision.outcome === "claimed" && decision.claim.reason === "grown" ? [decision.claim.objectId] : [],
  );
  if (grown.length === 0) return decisions;
  const states = new Map(db.all(STATES, [JSON.stringify(grown)]).map((row) => [row["id"], row]));
  return decisions.map((decision) => {
    const state =
      decision.outcome === "claimed" && decision.claim.reason === "grown"
        ? states.get(decision.claim.objectId)
        : undefined;
    if (decision.outcome !== "claimed" || state === undefined) return decision;
    const claim = {
      ...decision.claim,
      prefixSha256: String(state["prefix_sha256"]),
      decoderState: String(state["decoder_state"]),
    };
    return { outcome: "claimed", claim };
  });
}

/** Gives claims up: the objects are as they were before. */
export function releaseClaims(db: Database, writer: string, claims: readonly Claim[]): void {
  if (claims.length === 0) return;
  const list = JSON.stringify(claims.map(({ objectId, claim }) => [objectId, claim]));
  db.write(() => db.run(GIVE_BACK, [list, writer]));
}
