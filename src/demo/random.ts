/**
 * A small seeded generator (sfc32). Only integer operations, the four basic ones and the square root are used on its numbers:
 * these are exact by IEEE 754, so a seed tells the same world on every engine. Logarithms and powers are not.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** The same parts give the same stream; streams of different parts are independent. */
  constructor(...parts: readonly (string | number)[]) {
    const text = parts.join("/");
    this.#a = hashText(text, 0x9e3779b9);
    this.#b = hashText(text, 0x243f6a88);
    this.#c = hashText(text, 0xb7e15162);
    for (let warmUp = 0; warmUp < 12; warmUp++) this.word();
  }

  /** 32 random bits. */
  word(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    this.#c |= 0;
    return sum >>> 0;
  }

  /** A number in [0, 1). */
  fraction(): number {
    return this.word() / 4294967296;
  }

  /** An integer in [0, limit). */
  below(limit: number): number {
    return Math.floor(this.fraction() * limit);
  }

  /** An integer in [low, high]. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError("Cannot pick from an empty list.");
    return item;
  }

  /** Picks early items far more often than late ones, as popularity goes. */
  pickSkewed<Item>(items: readonly Item[]): Item {
    const item = items[Math.floor(this.fraction() * this.fraction() * items.length)];
    if (item === undefined) throw new RangeError("Cannot pick from an empty list.");
    return item;
  }

  /** A heavy-tailed size, Pareto with exponent 4/3: most are near `low`, a few reach `high`. */
  heavyTailed(low: number, high: number): number {
    const share = 1 - this.fraction();
    return Math.min(high, Math.floor(low / Math.sqrt(share * Math.sqrt(share))));
  }

  /** How many things happen when `mean` are expected: whole numbers whose average is `mean`. */
  around(mean: number): number {
    const spread = mean * (0.8 + 0.4 * this.fraction());
    const whole = Math.floor(spread);
    return whole + (this.fraction() < spread - whole ? 1 : 0);
  }

  hex(digits: number): string {
    let text = "";
    while (text.length < digits) text += this.word().toString(16).padStart(8, "0");
    return text.slice(0, digits);
  }

  /** A GUID of version 4, lower case. */
  guid(): string {
    const hex = this.hex(32);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  }
}

/** FNV-1a with a final mix. */
function hashText(text: string, start: number): number {
  let hash = start | 0;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
