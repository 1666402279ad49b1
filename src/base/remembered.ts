/** What is read once under a key and then remembered, at most so many things: those that were read first are forgotten. */
export class Remembered {
  readonly #most: number;
  readonly #known = new Map<string, Promise<unknown>>();

  constructor(most: number) {
    this.#most = most;
  }

  /** What was read under the key, or reads it now. What fails is not remembered. */
  async once<T>(key: string, read: () => Promise<T>): Promise<T> {
    const known = this.#known.get(key) as Promise<T> | undefined;
    if (known !== undefined) return known;
    const reading = read();
    this.#known.set(key, reading);
    const [oldest] = this.#known.keys();
    if (this.#known.size > this.#most && oldest !== undefined) this.#known.delete(oldest);
    try {
      return await reading;
    } catch (error) {
      if (this.#known.get(key) === reading) this.#known.delete(key);
      throw error;
    }
  }
}
