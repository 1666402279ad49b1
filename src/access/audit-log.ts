import { WeirError } from "#base/errors.js";
import type { AuditAsk, AuditEntry, AuditPage } from "#catalog/index.js";
import type { AccessWriter } from "./access-writer.ts";

const FLUSH_MS = 500;
const RETRY_MS = 1000;
const BATCH = 500;
/** Entries that wait at most: some 10 MB of questions. */
const MOST_WAITING = 10_000;
const PRUNE_EVERY = 5000;
const LONGEST = { who: 200, target: 500, detail: 4000 } as const;

/** Collects what was done and asked, and writes it in batches. */
export class AuditLog {
  readonly #writer: AccessWriter;
  #waiting: AuditEntry[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #sincePruned = PRUNE_EVERY;

  constructor(writer: AccessWriter) {
    this.#writer = writer;
  }

  /** What cannot be noted must not be done. @throws WeirError `audit-full` when entries could not be written for long */
  assertRoom(): void {
    if (this.#waiting.length < MOST_WAITING) return;
    throw new WeirError({
      code: "audit-full",
      kind: "environment",
      message: "the audit log cannot be written, so nothing is answered",
      next: "See that the data folder can be written and that no other process keeps the catalog locked.",
    });
  }

  /** Notes an entry; it is written within a second. */
  add({ who, target, detail, ...rest }: AuditEntry): void {
    this.#waiting.push({
      ...rest,
      who: cut(who, LONGEST.who),
      target: cut(target, LONGEST.target),
      detail: detail === null ? null : cut(detail, LONGEST.detail),
    });
    if (this.#waiting.length >= BATCH && this.#writing === undefined) void this.#write();
    else this.#later(FLUSH_MS);
  }

  /** Entries, the newest first, with all that was added before. */
  async list(ask: AuditAsk): Promise<AuditPage> {
    await this.#write();
    return this.#writer.run("audit", ask);
  }

  /** Writes what is left. @throws WeirError `audit-lost` when it could not be written */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    for (let tries = 0; tries < 2 && this.#waiting.length > 0; tries++) await this.#write();
    clearTimeout(this.#timer);
    if (this.#waiting.length === 0) return;
    throw new WeirError({
      code: "audit-lost",
      kind: "environment",
      message: `${this.#waiting.length} entries of the audit log could not be written`,
      next: "Another process kept the catalog locked: see that it is ended before `weir serve` is.",
    });
  }

  #later(ms: number): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => void this.#write(), ms);
    this.#timer.unref();
  }

  /** Writes all that waits; what fails waits on. */
  async #write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing ??= this.#writeBatches().finally(() => {
      this.#writing = undefined;
    });
    await this.#writing;
    // What came while old entries were deleted.
    if (this.#waiting.length > 0) this.#later(FLUSH_MS);
  }

  async #writeBatches(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, BATCH);
      try {
        await this.#writer.run("appendAudit", batch);
      } catch {
        // Locked, or the disk is full: whoever asks next learns of it when there is no more room.
        this.#later(RETRY_MS);
        return;
      }
      this.#waiting = this.#waiting.slice(batch.length);
      this.#sincePruned += batch.length;
    }
    if (this.#sincePruned < PRUNE_EVERY) return;
    this.#sincePruned = 0;
    await this.#writer.run("pruneAudit").catch(() => undefined);
  }
}

function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}
