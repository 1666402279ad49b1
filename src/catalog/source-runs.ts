import { numberOrNull, textOrNull, type Database, type Parameter, type Row } from "./database.ts";

/** What a source has asked its cloud, and what it was told. */
export interface RunRequests {
  readonly lists: number;
  readonly gets: number;
  readonly others: number;
  /** Bytes that were fetched. */
  readonly bytes: number;
  /** Answers that told to slow down. */
  readonly throttled: number;
  readonly retries: number;
}

/** What one run did. */
export interface RunOutcome {
  /** Of the error, for scripts, and what to do about it. */
  readonly code: string | null;
  readonly next: string | null;
  /** Objects that the source showed, that were read, and that could not be. */
  readonly seen: number;
  readonly read: number;
  readonly failed: number;
  /** Stored bytes of what was read, and how long it took. */
  readonly bytes: number;
  readonly seconds: number;
  /** Time of the newest flow that was read, microseconds. */
  readonly newestFlow: number | null;
  readonly requests: RunRequests | null;
}

/** The newest run of a source that is collected, and what all its runs did together. */
export interface SourceRun extends Pick<RunOutcome, "code" | "next" | "seen" | "read" | "failed" | "newestFlow"> {
  readonly startedMs: number;
  /** Who began it; null where an older version kept none. */
  readonly writer: string | null;
  /** Null while it goes on, and where its process died. */
  readonly endedMs: number | null;
  readonly error: string | null;
  /** Runs in a row that failed. */
  readonly failures: number;
  /** End of the newest run that went well. */
  readonly lastGoodMs: number | null;
  /** When it is looked into next, as was planned at its end; null where nobody planned it. */
  readonly nextMs: number | null;
  readonly runs: number;
  /** Of all runs that read something. */
  readonly readBytes: number;
  readonly readSeconds: number;
  readonly requests: RunRequests;
}

const REQUESTS = ["lists", "gets", "others", "bytes", "throttled", "retries"] as const;

/** What has come to `source_runs` since it was first made: column → declaration. Sums are of all runs. */
export const runColumns: Readonly<Record<string, string>> = {
  writer: "TEXT",
  code: "TEXT",
  next: "TEXT",
  seen: "INTEGER NOT NULL DEFAULT 0",
  read: "INTEGER NOT NULL DEFAULT 0",
  failed: "INTEGER NOT NULL DEFAULT 0",
  newest_flow: "INTEGER",
  failures: "INTEGER NOT NULL DEFAULT 0",
  last_good_ms: "INTEGER",
  next_ms: "INTEGER",
  runs: "INTEGER NOT NULL DEFAULT 0",
  sum_read_bytes: "INTEGER NOT NULL DEFAULT 0",
  sum_read_ms: "INTEGER NOT NULL DEFAULT 0",
  ...Object.fromEntries(REQUESTS.map((name) => [`sum_${name}`, "INTEGER NOT NULL DEFAULT 0"])),
};

const sums = ["read_bytes", "read_ms", ...REQUESTS].map((name) => `sum_${name} = sum_${name} + ?`).join(", ");

/** Keeps that a writer begins a run. */
export function startRun(db: Database, sourceId: number, writer: string, nowMs: number): void {
  db.run(
    `INSERT INTO source_runs (source_id, started_at_ms, writer) VALUES (?, ?, ?) ON CONFLICT (source_id) DO UPDATE SET
     started_at_ms = excluded.started_at_ms, writer = excluded.writer, ended_at_ms = NULL, next_ms = NULL`,
    [BigInt(sourceId), BigInt(nowMs), writer],
  );
}

/** Keeps that a writer's run was stopped before its end: how the one before went stands. */
export function stopRun(db: Database, sourceId: number, writer: string, nowMs: number): void {
  db.run("UPDATE source_runs SET ended_at_ms = ? WHERE source_id = ? AND writer = ? AND ended_at_ms IS NULL", [
    BigInt(nowMs),
    BigInt(sourceId),
    writer,
  ]);
}

/** Keeps how a run went. @param error in words; null: it went well */
export function endRun(
  db: Database,
  sourceId: number,
  { nowMs, error, outcome }: { readonly nowMs: number; readonly error: string | null; readonly outcome: RunOutcome },
): void {
  const { code, next, seen, read, failed, bytes, seconds, newestFlow, requests } = outcome;
  const now = BigInt(nowMs);
  const isGood = error === null;
  const readMs = read === 0 ? 0 : Math.round(seconds * 1000);
  const counts: Parameter[] = [read === 0 ? 0n : BigInt(bytes), BigInt(readMs)];
  for (const name of REQUESTS) counts.push(BigInt(Math.round(requests?.[name] ?? 0)));
  db.run(
    `UPDATE source_runs SET ended_at_ms = ?, error = ?, code = ?, next = ?, seen = ?, read = ?, failed = ?,
     newest_flow = max(coalesce(newest_flow, ?), coalesce(?, newest_flow)), failures = ${isGood ? "0" : "failures + 1"},
     last_good_ms = coalesce(?, last_good_ms), runs = runs + 1, ${sums} WHERE source_id = ?`,
    [
      now,
      clean(error),
      clean(code),
      clean(next),
      BigInt(seen),
      BigInt(read),
      BigInt(failed),
      newestFlow === null ? null : BigInt(newestFlow),
      newestFlow === null ? null : BigInt(newestFlow),
      isGood ? now : null,
      ...counts,
      BigInt(sourceId),
    ],
  );
}

/** Keeps when a source is looked into next. */
export function planRun(db: Database, sourceId: number, nextMs: number): void {
  db.run("UPDATE source_runs SET next_ms = ? WHERE source_id = ?", [BigInt(nextMs), BigInt(sourceId)]);
}

/** The run in a row of `source_runs`; null where there is none. */
export function runOf(row: Row): SourceRun | null {
  if (row["started_at_ms"] === null || row["started_at_ms"] === undefined) return null;
  const count = (name: string): number => Number(row[name] ?? 0);
  return {
    startedMs: count("started_at_ms"),
    writer: textOrNull(row["writer"]),
    endedMs: numberOrNull(row["ended_at_ms"]),
    error: textOrNull(row["error"]),
    code: textOrNull(row["code"]),
    next: textOrNull(row["next"]),
    seen: count("seen"),
    read: count("read"),
    failed: count("failed"),
    newestFlow: numberOrNull(row["newest_flow"]),
    failures: count("failures"),
    lastGoodMs: numberOrNull(row["last_good_ms"]),
    nextMs: numberOrNull(row["next_ms"]),
    runs: count("runs"),
    readBytes: count("sum_read_bytes"),
    readSeconds: count("sum_read_ms") / 1000,
    requests: {
      lists: count("sum_lists"),
      gets: count("sum_gets"),
      others: count("sum_others"),
      bytes: count("sum_bytes"),
      throttled: count("sum_throttled"),
      retries: count("sum_retries"),
    },
  };
}

function clean(text: string | null): string | null {
  return text === null ? null : text.toWellFormed().replaceAll("\0", "\uFFFD");
}
