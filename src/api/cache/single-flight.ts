/** Work that is under way, by key: who wants the same meanwhile waits for the same. */
export class SingleFlight<T> {
  readonly #flights = new Map<string, Flight<T>>();

  has(key: string): boolean {
    return this.#flights.has(key);
  }

  /**
   * Joins the work of a key, or begins it.
   * @param signal of the one who waits: when it is aborted, this promise rejects, and the work goes on for the others; it is
   * aborted itself when nobody waits any more
   */
  async join(key: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    let flight = this.#flights.get(key);
    if (flight === undefined) {
      const begun = new Flight(work);
      flight = begun;
      this.#flights.set(key, begun);
      const forget = (): void => {
        if (this.#flights.get(key) === begun) this.#flights.delete(key);
      };
      begun.whenOver(forget);
    }
    return flight.wait(signal);
  }
}

class Flight<T> {
  readonly #controller = new AbortController();
  readonly #result: Promise<T>;
  #waiting = 0;
  #forget: () => void = () => undefined;

  constructor(work: (signal: AbortSignal) => Promise<T>) {
    this.#result = work(this.#controller.signal);
  }

  whenOver(forget: () => void): void {
    this.#forget = forget;
    this.#result.then(forget, forget);
  }

  async wait(signal: AbortSignal): Promise<T> {
    this.#waiting++;
    let leave: () => void = () => undefined;
    const left = new Promise<never>((_, reject) => {
      leave = () => reject(signal.reason as Error);
      signal.addEventListener("abort", leave, { once: true });
    });
    if (signal.aborted) leave();
    try {
      return await Promise.race([this.#result, left]);
    } finally {
      signal.removeEventListener("abort", leave);
      if (--this.#waiting === 0 && signal.aborted) {
        // Who comes now must not join what is being stopped.
        this.#forget();
        this.#controller.abort();
      }
    }
  }
}
