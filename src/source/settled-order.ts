import type { BatchOutcome } from "./remote.ts";

/**
 * Batches settle in any order; what is remembered of them goes on only as far as all before them are settled, and not past one
 * that stayed open.
 */
export class SettledOrder {
  readonly #waiting: { isSettled: boolean; readonly then: () => void }[] = [];
  #isStopped = false;

  /** The next batch's `settled`. @param then what to do when it and all before it are settled */
  next(then: () => void): (outcome: BatchOutcome) => Promise<void> {
    const place = { isSettled: false, then };
    this.#waiting.push(place);
    return async ({ open }) => {
      if (open.length > 0) this.#isStopped = true;
      place.isSettled = true;
      this.#goOn();
    };
  }

  /** To be done when all that was begun before is settled. */
  afterAll(then: () => void): void {
    this.#waiting.push({ isSettled: true, then });
    this.#goOn();
  }

  #goOn(): void {
    while (!this.#isStopped && this.#waiting[0]?.isSettled === true) this.#waiting.shift()?.then();
  }
}
