/** Bytes that an entry takes beside its texts: its place in the map, and objects. */
const BESIDE = 200;

/** Texts by key, those that were asked for longest ago thrown away when all together would take too many bytes. */
export class ByteCache<T extends { readonly text: string }> {
  readonly #maxBytes: number;
  readonly #entries = new Map<string, T>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): T | undefined {
    const found = this.#entries.get(key);
    if (found === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, found);
    return found;
  }

  /** Keeps a text, unless it alone would take more than a quarter of the room. */
  set(key: string, value: T): void {
    this.delete(key);
    if (bytesOf(key, value) > this.#maxBytes / 4) return;
    this.#entries.set(key, value);
    this.#bytes += bytesOf(key, value);
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes) return;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const found = this.#entries.get(key);
    if (found === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= bytesOf(key, found);
  }
}

/** JavaScript keeps texts with one byte a character, or with two; counted is the larger. */
function bytesOf(key: string, { text }: { readonly text: string }): number {
  return 2 * (key.length + text.length) + BESIDE;
}
