const decoder = new TextDecoder();
const encoder = new TextEncoder();

/**
 * The distinct values of one text column of a batch, each with a small code. Values are UTF-8 bytes, found by hash and
 * compared byte for byte, so that a hot decoder makes no string. Codes count up from 0 in order of first appearance.
 */
export class TextDictionary {
  /** How many values there are. */
  size = 0;
  #bytes = new Uint8Array(4096);
  #used = 0;
  /** `#starts[code]` to `#starts[code + 1]` are the value's bytes. */
  #starts = new Uint32Array(257);
  #hashes = new Uint32Array(256);
  /** Open addressing: code + 1, 0 = free. */
  #slots = new Uint32Array(512);

  /** Bytes held by the values: what a batch counts against its limit. */
  get byteLength(): number {
    return this.#used;
  }

  /** The code of `bytes[start, end)`, which becomes a value if it is none yet. */
  codeOf(bytes: Uint8Array, start: number, end: number): number {
    let hash = 0x811c9dc5;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
    return this.codeOfHashed(bytes, start, end, hash);
  }

  /** As {@link codeOf}, for a caller that has computed the FNV-1a hash while it looked for the value's end. */
  codeOfHashed(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const mask = this.#slots.length - 1;
    const hash32 = hash >>> 0;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (;;) {
      const entry = this.#slots[slot] as number;
      if (entry === 0) return this.#add(bytes, start, end, hash32, slot);
      if (this.#hashes[entry - 1] === hash32 && this.#equals(entry - 1, bytes, start, end)) return entry - 1;
      slot = (slot + 1) & mask;
    }
  }

  codeOfText(text: string): number {
    const bytes = encoder.encode(text);
    return this.codeOf(bytes, 0, bytes.length);
  }

  /** The value as text; bytes that are not UTF-8 become U+FFFD. */
  textAt(code: number): string {
    return decoder.decode(this.#bytes.subarray(this.#starts[code], this.#starts[code + 1]));
  }

  clear(): void {
    this.size = 0;
    this.#used = 0;
    this.#slots.fill(0);
  }

  #equals(code: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.#starts[code] as number;
    const length = end - start;
    if ((this.#starts[code + 1] as number) - from !== length) return false;
    const own = this.#bytes;
    for (let at = 0; at < length; at++) if (own[from + at] !== bytes[start + at]) return false;
    return true;
  }

  #add(bytes: Uint8Array, start: number, end: number, hash: number, slot: number): number {
    const code = this.size;
    const length = end - start;
    if (this.#used + length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#used + length));
      grown.set(this.#bytes.subarray(0, this.#used));
      this.#bytes = grown;
    }
    if (code + 1 >= this.#hashes.length) this.#growCodes();
    this.#bytes.set(bytes.subarray(start, end), this.#used);
    this.#starts[code] = this.#used;
    this.#used += length;
    this.#starts[code + 1] = this.#used;
    this.#hashes[code] = hash;
    this.size = code + 1;
    this.#slots[slot] = code + 1;
    if (this.size * 2 > this.#slots.length) this.#rehash();
    return code;
  }

  #growCodes(): void {
    const starts = new Uint32Array(this.#hashes.length * 2 + 1);
    starts.set(this.#starts);
    this.#starts = starts;
    const hashes = new Uint32Array(this.#hashes.length * 2);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
  }

  #rehash(): void {
    const slots = new Uint32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let code = 0; code < this.size; code++) {
      const hash = this.#hashes[code] as number;
      let slot = (hash ^ (hash >>> 15)) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = code + 1;
    }
    this.#slots = slots;
  }
}
