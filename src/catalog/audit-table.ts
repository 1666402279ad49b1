import { storableText, type Database, type Parameter, type Row } from "./database.ts";

/** One thing that somebody did or asked. */
export interface AuditEntry {
  readonly atMs: number;
  readonly who: string;
  readonly role: string;
  /** The address that it came from, or `command line`. */
  readonly from: string;
  /** A word with dots: `ask.query`, `user.add`. */
  readonly action: string;
  readonly target: string;
  /** `ok`, or the code of the error. */
  readonly result: string;
  readonly detail: string | null;
  readonly elapsedMs: number | null;
}

export interface StoredAuditEntry extends AuditEntry {
  /** Counts up. */
  readonly number: number;
}

/** Which entries, the newest first. */
export interface AuditAsk {
  readonly who?: string;
  /** A whole action, or its beginning up to a dot: `user`. */
  readonly action?: string;
  readonly result?: "ok" | "failed";
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Only those before this one. */
  readonly before?: number;
  readonly limit: number;
}

export interface AuditPage {
  readonly entries: readonly StoredAuditEntry[];
  /** `before` of the next page; null after the last. */
  readonly next: number | null;
}

const KEPT_DAYS = 400;
/** Questions come by the hundred; what was done must not be pushed out by what was asked. */
const KEPT_QUESTIONS = 200_000;
const KEPT_ACTS = 200_000;
const QUESTION = "action LIKE 'ask.%'";
const DAY_MS = 86_400_000;

/** Writes entries, all or none. */
export function appendAudit(db: Database, entries: readonly AuditEntry[]): void {
  db.write(() => {
    for (const { atMs, who, role, from, action, target, result, detail, elapsedMs } of entries)
      db.run(
        "INSERT INTO audit (at_ms, who, role, came_from, action, target, result, detail, elapsed_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
          BigInt(Math.round(atMs)),
          storableText(who),
          role,
          storableText(from),
          action,
          storableText(target),
          result,
          detail === null ? null : storableText(detail),
          elapsedMs === null ? null : BigInt(Math.round(elapsedMs)),
        ],
      );
  });
}

/** Entries of the audit log, the newest first. */
export function listAudit(db: Database, { who, action, result, fromMs, toMs, before, limit }: AuditAsk): AuditPage {
  const conditions: [string, Parameter[]][] = [];
  if (who !== undefined) conditions.push(["who = ?", [storableText(who)]]);
  if (action !== undefined) {
    const word = storableText(action);
    conditions.push(["(action = ? OR substr(action, 1, length(?) + 1) = ? || '.')", [word, word, word]]);
  }
  if (result !== undefined) conditions.push([`result ${result === "ok" ? "=" : "<>"} 'ok'`, []]);
  if (fromMs !== undefined) conditions.push(["at_ms >= ?", [BigInt(Math.round(fromMs))]]);
  if (toMs !== undefined) conditions.push(["at_ms < ?", [BigInt(Math.round(toMs))]]);
  if (before !== undefined) conditions.push(["number < ?", [BigInt(before)]]);
  const where = conditions.length === 0 ? "" : `WHERE ${conditions.map(([sql]) => sql).join(" AND ")}`;
  const rows = db.all(`SELECT * FROM audit ${where} ORDER BY number DESC LIMIT ?`, [
    ...conditions.flatMap(([, parameters]) => parameters),
    BigInt(limit + 1),
  ]);
  const shown = rows.slice(0, limit);
  return { entries: shown.map(entryOf), next: rows.length > limit ? Number(shown.at(-1)?.["number"]) : null };
}

function entryOf(row: Row): StoredAuditEntry {
  return {
    number: Number(row["number"]),
    atMs: Number(row["at_ms"]),
    who: String(row["who"]),
    role: String(row["role"]),
    from: String(row["came_from"]),
    action: String(row["action"]),
    target: String(row["target"]),
    result: String(row["result"]),
    detail: row["detail"] === null ? null : String(row["detail"]),
    elapsedMs: row["elapsed_ms"] === null ? null : Number(row["elapsed_ms"]),
  };
}

/** Deletes what is older than 400 days, and the oldest of questions and of acts beyond 200,000 each. */
export function pruneAudit(db: Database, nowMs: number): void {
  db.write(() => {
    db.run("DELETE FROM audit WHERE at_ms < ?", [BigInt(nowMs - KEPT_DAYS * DAY_MS)]);
    for (const [which, kept] of [
      [QUESTION, KEPT_QUESTIONS],
      [`NOT ${QUESTION}`, KEPT_ACTS],
    ] as const)
      db.run(
        `DELETE FROM audit WHERE ${which} AND number <= (SELECT number FROM audit WHERE ${which} ORDER BY number DESC LIMIT 1 OFFSET ?)`,
        [BigInt(kept)],
      );
  });
}
