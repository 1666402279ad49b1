import { setTimeout as sleep } from "node:timers/promises";
import type { Lake } from "#store/index.js";

/** Derives this long after the derivation before ended: with its own time what was committed is seen within a minute. */
const EVERY_MS = 40_000;
/** Where derivation takes long, reading goes first: it gets a quarter of the time at most. */
const REST = 3;

/**
 * Derives while a long run still reads, so that a durable object is seen in conversations within a minute and not when
 * everything is read. A short run never gets to it.
 */
export class AlongDerivation {
  readonly #lake: Lake;
  readonly #everyMs: number;
  readonly #stopping = new AbortController();
  readonly #running: Promise<unknown>;

  constructor(lake: Lake, everyMs = EVERY_MS) {
    this.#lake = lake;
    this.#everyMs = everyMs;
    // The failure is told by stop(), which everybody calls.
    this.#running = this.#run().then(
      () => undefined,
      (error: unknown) => error,
    );
  }

  /** Ends it, after the hour in hand. @throws what made a derivation fail */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const failure = await this.#running;
    if (failure !== undefined) throw failure;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let waitMs = this.#everyMs;
    for (;;) {
      await sleep(waitMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      if (this.#lake.catalog.dirtyHours().length === 0) continue;
      const { deriveLake } = await import("#derive/index.js");
      const { seconds } = await deriveLake(this.#lake, { signal, once: true });
      waitMs = Math.max(this.#everyMs, REST * seconds * 1000);
    }
  }
}
