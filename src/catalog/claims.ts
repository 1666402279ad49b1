import { WeirError } from "#base/errors.js";
import type { Database, Row } from "./database.ts";
import type { Claim, ClaimDecision, ObjectCandidate, ReadReason } from "./types.ts";

const FIND =
  "SELECT id, status, size, modified, etag, offset, prefix_sha256, decoder_state, claim, claimed_by, total FROM objects WHERE source_id = ? AND key = ?";

/**
 * Gives the candidates that need reading to a writer, in one transaction. An object needs reading when it is new, has another
 * size, time or ETag than when it was read, could not be read or was left out then, or its claimer is dead.
 * @throws WeirError `bad-key` when a key cannot be kept
 */
export function claimObjects(
  db: Database,
  writer: string,
  sourceId: number,
  candidates: readonly ObjectCandidate[],
  isAlive: (writer: string) => boolean,
): ClaimDecision[] {
  const alive = new Map<string, boolean>([[writer, true]]);
  const isHeld = (claimer: string): boolean => {
    const known = alive.get(claimer) ?? isAlive(claimer);
    alive.set(claimer, known);
    return known;
  };
  for (const { key } of candidates) checkKey(key);
  return db.write(() => candidates.map((candidate) => decide(db, writer, sourceId, candidate, isHeld)));
}

function checkKey(key: string): void {
  if (key.isWellFormed() && !key.includes("\0")) return;
  throw new WeirError({
    code: "bad-key",
    kind: "input",
    message: "the object's name is not valid Unicode text",
    place: key.toWellFormed(),
    next: "Rename it, or leave it out.",
  });
}

function decide(
  db: Database,
  writer: string,
  sourceId: number,
  candidate: ObjectCandidate,
  isHeld: (writer: string) => boolean,
): ClaimDecision {
  const { key, size, modifiedMicros, etag } = candidate;
  const row = db.get(FIND, [BigInt(sourceId), key]);
  if (row === undefined) {
    db.run(
      "INSERT INTO objects (source_id, key, status, size, modified, etag, claim, claimed_by) VALUES (?, ?, 'pending', ?, ?, ?, 1, ?)",
      [BigInt(sourceId), key, BigInt(size), BigInt(modifiedMicros), etag ?? null, writer],
    );
    return { outcome: "claimed", claim: claimOf(Number(db.get("SELECT last_insert_rowid() AS id")?.["id"]), 1, candidate, "new") };
  }
  const claimer = row["claimed_by"];
  if (typeof claimer === "string" && isHeld(claimer)) return { outcome: "busy", key };
  const reason = readReason(row, candidate);
  if (reason === undefined) return { outcome: "unchanged", key };
  const claim = Number(row["claim"]) + 1;
  db.run("UPDATE objects SET claim = ?, claimed_by = ? WHERE id = ?", [BigInt(claim), writer, row["id"] === null ? null : BigInt(Number(row["id"]))]);
  return { outcome: "claimed", claim: claimOf(Number(row["id"]), claim, candidate, reason, row) };
}

function readReason(row: Row, { size, modifiedMicros, etag }: ObjectCandidate): ReadReason | undefined {
  if (row["status"] === "pending") return "new";
  // Left out or failed: what stood in the way (a missing layout, a permission) may be mended without a change of the object.
  if (row["status"] === "failed" || row["status"] === "skipped") return "retry";
  const isSame = row["size"] === size && row["modified"] === modifiedMicros && (etag === undefined || row["etag"] === etag);
  if (isSame) return undefined;
  return size > Number(row["size"]) && row["prefix_sha256"] !== null ? "grown" : "rewritten";
}

function claimOf(objectId: number, claim: number, candidate: ObjectCandidate, reason: ReadReason, row?: Row): Claim {
  const text = (name: string): string | null => {
    const value = row?.[name];
    return typeof value === "string" ? value : null;
  };
  return {
    objectId,
    claim,
    candidate,
    reason,
    offset: reason === "grown" ? Number(row?.["offset"] ?? 0) : 0,
    prefixSha256: reason === "grown" ? text("prefix_sha256") : null,
    decoderState: reason === "grown" ? text("decoder_state") : null,
    hasRows: Number(row?.["total"] ?? 0) > 0,
  };
}

/** Gives claims up: the objects are as they were before. */
export function releaseClaims(db: Database, writer: string, claims: readonly Claim[]): void {
  db.write(() => {
    for (const { objectId, claim } of claims)
      db.run("UPDATE objects SET claimed_by = NULL WHERE id = ? AND claim = ? AND claimed_by = ?", [BigInt(objectId), BigInt(claim), writer]);
  });
}
