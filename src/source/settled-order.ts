import type { BatchOutcome } from "./remote.ts";

/**
 * Batches settle in any order; what is remembered of them goes on only as far as all before them are settled, and not past one
 * that stayed open.
 */
export class SettledOrder {
  readonly #waiting: { isSettled: boolean; readonly onSettled: () => void }[] = [];
  #isStopped = false;

  /** The next batch's `settled`. @param onSettled called when it and all before it are settled */
  next(onSettled: () => void): (outcome: BatchOutcome) => Promise<void> {
    const place = { isSettled: false, onSettled };
    this.#waiting.push(place);
    return async ({ open }) => {
      if (open.length > 0) this.#isStopped = true;
      place.isSettled = true;
      this.#goOn();
    };
  }

  /** To be done when all that was begun before is settled. */
  afterAll(onSettled: () => void): void {
    this.#waiting.push({ isSettled: true, onSettled });
    this.#goOn();
  }

  #goOn(): void {
    while (!this.#isStopped && this.#waiting[0]?.isSettled === true) this.#waiting.shift()?.onSettled();
  }
}
