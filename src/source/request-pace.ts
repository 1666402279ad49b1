/**
 * How many requests are under way at once: fewer after an answer that told to slow down, slowly more again while all goes well
 * (additive increase, multiplicative decrease).
 */
export class RequestPace {
  readonly #most: number;
  #limit: number;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(most: number) {
    this.#most = most;
    this.#limit = most;
  }

  /** As many as may be under way just now. */
  get limit(): number {
    return Math.max(1, Math.floor(this.#limit));
  }

  /** Waits for a place, and does it. @param isSlowed whether what came of it says that there were too many requests */
  async run<T>(work: () => Promise<T>, isSlowed: (result: T | undefined, error: unknown) => boolean): Promise<T> {
    while (this.#running >= this.limit) await new Promise<void>((enter) => this.#waiting.push(enter));
    this.#running++;
    try {
      const result = await work();
      this.#learn(isSlowed(result, undefined));
      return result;
    } catch (error) {
      this.#learn(isSlowed(undefined, error));
      throw error;
    } finally {
      this.#running--;
      while (this.#waiting.length > 0 && this.#running < this.limit) {
        this.#waiting.shift()?.();
        break;
      }
    }
  }

  #learn(isSlowed: boolean): void {
    this.#limit = isSlowed ? Math.max(1, this.#limit / 2) : Math.min(this.#most, this.#limit + 1 / this.#limit);
  }
}
