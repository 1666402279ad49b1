import { createHash } from "node:crypto";
import { WeirError } from "#base/errors.js";
import type { Asker } from "../asker.ts";
import type { Lasting } from "../pool/task.ts";
import { definitionOf, type Task } from "../pool/tasks.ts";
import { ByteCache } from "./byte-cache.ts";
import { SingleFlight } from "./single-flight.ts";

const MINUTE_MS = 60_000;

/** `hit`: kept. `shared`: someone else was asking the same. `miss`: a worker answered. `none`: it may not be kept. */
export type CacheOutcome = "hit" | "shared" | "miss" | "none";

/** An answer as it goes out. */
export interface Answered {
  readonly text: string;
  /** Of this text, quoted as in the header. */
  readonly etag: string;
  readonly cache: CacheOutcome;
}

export interface AnswersDeps {
  /** Asks a worker. */
  readonly ask: (task: Task, asker: Asker) => Promise<string>;
  /** What the lake is at: another text whenever anything in it or its names has changed. */
  readonly lakeVersion: () => string;
  readonly nowMs: () => number;
  readonly maxBytes: number;
}

interface Kept {
  readonly text: string;
  readonly etag: string;
}

/**
 * Answers, kept while they are true. The key of an answer has the question, what its asker may see, the version of lake and
 * names that was current before it was asked (so an answer may be newer than its key, never older), and the minute where it
 * counts from now. A question that several ask at once is asked once; it goes on as long as one of them waits.
 */
export class Answers {
  readonly #deps: AnswersDeps;
  readonly #kept: ByteCache<Kept>;
  readonly #flights = new SingleFlight<Kept>();
  readonly #outcomes: Record<CacheOutcome, number> = { hit: 0, shared: 0, miss: 0, none: 0 };

  constructor(deps: AnswersDeps) {
    this.#deps = deps;
    this.#kept = new ByteCache(deps.maxBytes);
  }

  /** How often each outcome was, since the start; what is kept. */
  state(): {
    readonly outcomes: Readonly<Record<CacheOutcome, number>>;
    readonly bytes: number;
    readonly entries: number;
  } {
    return { outcomes: this.#outcomes, bytes: this.#kept.bytes, entries: this.#kept.size };
  }

  /** @throws WeirError what the worker or the pool says; `interrupted` when the asker went away */
  async ask(task: Task, asker: Asker): Promise<Answered> {
    const { ask, lakeVersion, nowMs } = this.#deps;
    const lasting = lastingOf(task, nowMs());
    if (lasting === "never") return this.#told(keptOf(await ask(task, asker)), "none");
    const minute = lasting === "minute" ? Math.floor(nowMs() / MINUTE_MS) : "";
    const key = digest(
      JSON.stringify([task.name, canonical(task.request), asker.scope ?? null, lakeVersion(), minute]),
    );
    const kept = this.#kept.get(key);
    if (kept !== undefined) return this.#told(kept, "hit");
    const outcome = this.#flights.has(key) ? "shared" : "miss";
    const answer = this.#flights.join(key, asker.signal, async (signal) => {
      const answered = keptOf(await ask(task, { ...asker, signal }));
      this.#kept.set(key, answered);
      return answered;
    });
    try {
      return this.#told(await answer, outcome);
    } catch (error) {
      if (!asker.signal.aborted) throw error;
      throw new WeirError({ code: "interrupted", kind: "environment", message: "stopped", cause: error });
    }
  }

  #told(kept: Kept, cache: CacheOutcome): Answered {
    this.#outcomes[cache]++;
    return { ...kept, cache };
  }
}

function lastingOf(task: Task, nowMs: number): Lasting {
  const { lasting } = definitionOf(task);
  return typeof lasting === "function" ? lasting(task.request, nowMs) : lasting;
}

function keptOf(text: string): Kept {
  return { text, etag: `"${digest(text)}"` };
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 27);
}

/** The same request is the same text, whatever the order of its keys. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, canonical(each)]));
}
