/**
 * An object's keys in the order in which S3 lists them: by the bytes of UTF-8. Adding is cheap, and sorting waits until
 * somebody lists.
 */
export class SortedKeys {
  #keys: string[] = [];
  #sorted = true;

  /** Of a key that is not yet in it. */
  add(key: string): void {
    this.#keys.push(key);
    this.#sorted = false;
  }

  delete(key: string): void {
    const at = this.firstFrom(key);
    if (this.#keys[at] === key) this.#keys.splice(at, 1);
  }

  at(index: number): string | undefined {
    return this.#order()[index];
  }

  /** Index of the first key that is `key` or comes after it. */
  firstFrom(key: string): number {
    return this.#first((candidate) => compareKeys(candidate, key) >= 0);
  }

  /** Index of the first key after `key`. */
  firstAfter(key: string): number {
    return this.#first((candidate) => compareKeys(candidate, key) > 0);
  }

  /** Index of the first key after all that begin with `prefix`. */
  firstBehind(prefix: string): number {
    return this.#first((candidate) => compareKeys(candidate, prefix) > 0 && !candidate.startsWith(prefix));
  }

  #order(): readonly string[] {
    if (!this.#sorted) this.#keys.sort(compareKeys);
    this.#sorted = true;
    return this.#keys;
  }

  /** Binary search in keys that do not fulfil the condition up to some point, and fulfil it from there on. */
  #first(fulfilled: (key: string) => boolean): number {
    const keys = this.#order();
    let low = 0;
    let high = keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (fulfilled(keys[middle] ?? "")) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** Order of UTF-8: JavaScript's own, but for surrogates, which come after all other code units. */
function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const x = a.charCodeAt(at);
    const y = b.charCodeAt(at);
    if (x !== y) return weight(x) - weight(y);
  }
  return a.length - b.length;
}

function weight(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
