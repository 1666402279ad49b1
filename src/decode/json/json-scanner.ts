/** What a scan came to. `more`: the bytes end inside the value. */
export type ScanResult = "more" | "end" | "wrapper" | "broken";

/** Nesting of objects and arrays in one record; deeper ones are malformed. */
const DEPTH_LIMIT = 64;

/** Bytes in which an array of tuples is expected to end; a longer one is scanned byte by byte. */
const JUMP_LIMIT = 4 * 1024 * 1024;
/** Bytes of a string from which its end is searched for by the engine. */
const LEAP_FROM = 24;
/** Bytes of a key that may still be compared. */
const KEY_LIMIT = 64;

const LF = 0x0a;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

const tupleKey = bytesOf("flowTuples");
/** Objects with an array under one of these keys are wrappers: the elements are the records. */
const wrapperKeys = ["records", "events", "entries"].map(bytesOf);

/**
 * Finds the end of a JSON object and the arrays of flow tuples in it, without parsing it. It can stop at any byte and go
 * on when more bytes are there; all its offsets are relative to the object's first byte, so that the bytes may move.
 */
export class JsonScanner {
  /** Bytes of the object that were scanned. */
  at = 0;
  /** Insides of the `flowTuples` arrays, `[from, to)` each. */
  spans: number[] = [];
  /** Where the inside of the `flowTuples` array begins that is not closed yet; -1: in none. */
  openSpan = -1;
  /** A key or a tuple has a backslash in it, or one stands outside of a string: the record must be normalised. */
  hasEscapes = false;
  isTooDeep = false;
  /** First byte of the string that the scan stands in; -1: in none. */
  openString = -1;
  #depth = 0;
  #spanDepth = 0;
  #isJumping = false;
  #stringStart = 0;
  #stringEnd = 0;
  #isStringEscaped = false;
  /** The last byte that means something: tells which tokens may follow. */
  #previous = 0;
  /** The bytes at hand. Buffer searches with memchr, ten times faster than a typed array of its own. */
  #search: Buffer = Buffer.alloc(0);
  /** Offsets in the bytes at hand of the next backslash and line feed; below the place in question: not known. */
  #nextBackslash = -1;
  #nextLineFeed = -1;
  /** 1 at each depth that is an array. */
  readonly #isArray = new Uint8Array(DEPTH_LIMIT + 1);

  /** Begins an object at its `{`, or, `inside` true, behind a member of an object. */
  begin(inside = false): void {
    this.at = 0;
    this.spans = [];
    this.openSpan = -1;
    this.hasEscapes = false;
    this.isTooDeep = false;
    this.openString = -1;
    this.#depth = inside ? 1 : 0;
    this.#isArray[1] = 0;
    this.#previous = inside ? QUOTE : COLON;
    this.#isJumping = false;
    this.#stringStart = 0;
    this.#stringEnd = 0;
    this.#isStringEscaped = false;
  }

  /** To be called when other bytes come, or the same ones at another place. */
  beginBytes(bytes: Uint8Array): void {
    this.#search = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#nextBackslash = -1;
    this.#nextLineFeed = -1;
  }

  /** The first byte that the scan may still look at, relative to the object's first byte. */
  get needed(): number {
    const isKeyNeeded = this.#previous === QUOTE || this.#previous === COLON;
    const from = this.openString >= 0 ? this.openString : isKeyNeeded ? this.#stringStart : this.at;
    return this.at - from > KEY_LIMIT ? this.at : from;
  }

  /**
   * Goes on at `bytes[start + at]`. Afterwards `at` is behind the object's end, behind the `[` of a wrapper's array, or,
   * when broken, at the byte from which to look for the next record.
   */
  scan(bytes: Uint8Array, start: number, end: number, last: boolean): ScanResult {
    for (;;) {
      if (this.#isJumping && !this.#jump(bytes, start, end)) return "more";
      if (this.openString >= 0) {
        const found = this.#scanString(bytes, start, end, last);
        if (found !== "end") return found;
      }
      const result = this.#scanStructure(bytes, start, end);
      if (result !== undefined) return result;
    }
  }

  /** To the closing quote of the string at hand. */
  #scanString(bytes: Uint8Array, start: number, end: number, last: boolean): ScanResult {
    let at = start + this.at;
    const leapAt = at + LEAP_FROM;
    for (; at < end; at++) {
      if (at === leapAt) at = this.#leap(at, end);
      const byte = bytes[at];
      if (byte === QUOTE) {
        this.#stringStart = this.openString;
        this.#stringEnd = at - start;
        this.openString = -1;
        this.#previous = QUOTE;
        this.at = at + 1 - start;
        if (this.#isStringEscaped && this.openSpan >= 0) this.hasEscapes = true;
        return "end";
      }
      if (byte === BACKSLASH) {
        if (at + 1 >= end) break;
        this.#isStringEscaped = true;
        at++;
      } else if (byte === LF) {
        if (at + 1 >= end && !last) break;
        // A line that was cut off in a string: the next one begins a record of its own.
        if (at + 1 < end && bytes[at + 1] === OPEN_BRACE) {
          this.at = at + 1 - start;
          return "broken";
        }
      }
    }
    this.at = at - start;
    return "more";
  }

  /** To the next string (undefined), or to a result. */
  // oxlint-disable-next-line max-lines-per-function -- the inner loop: one function, local variables
  #scanStructure(bytes: Uint8Array, start: number, end: number): ScanResult | undefined {
    let at = start + this.at;
    let previous = this.#previous;
    const isArray = this.#isArray;
    for (; at < end; at++) {
      const byte = bytes[at] as number;
      if (byte === QUOTE) {
        this.openString = at + 1 - start;
        this.#isStringEscaped = false;
        this.#previous = previous;
        this.at = at + 1 - start;
        return undefined;
      }
      if (byte <= SPACE) continue;
      if (byte === COLON) {
        if (this.#isStringEscaped && previous === QUOTE) this.hasEscapes = true;
      } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        const depth = this.#depth;
        const inArray = depth <= DEPTH_LIMIT && isArray[depth] === 1;
        if (previous !== COLON && previous !== OPEN_BRACKET && !(previous === COMMA && inArray)) {
          this.at = at - start;
          return "broken";
        }
        this.#depth = depth + 1;
        if (depth + 1 > DEPTH_LIMIT) this.isTooDeep = true;
        else isArray[depth + 1] = byte === OPEN_BRACKET ? 1 : 0;
        if (byte === OPEN_BRACKET && previous === COLON && this.openSpan < 0) {
          if (this.#isKey(bytes, start, tupleKey)) {
            this.openSpan = at + 1 - start;
            this.#spanDepth = depth + 1;
            this.#isJumping = true;
            this.#previous = OPEN_BRACKET;
            this.at = at + 1 - start;
            return this.#jump(bytes, start, end) ? undefined : "more";
          }
          if (depth === 1 && wrapperKeys.some((key) => this.#isKey(bytes, start, key))) {
            this.at = at + 1 - start;
            return "wrapper";
          }
        }
      } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        const depth = this.#depth;
        if (depth <= DEPTH_LIMIT && (isArray[depth] === 1) !== (byte === CLOSE_BRACKET)) {
          this.at = at - start;
          return "broken";
        }
        if (depth === this.#spanDepth && this.openSpan >= 0) {
          this.spans.push(this.openSpan, at - start);
          this.openSpan = -1;
        }
        this.#depth = depth - 1;
        if (depth === 1) {
          this.at = at + 1 - start;
          return "end";
        }
      } else if (byte === BACKSLASH) {
        this.hasEscapes = true;
        continue;
      }
      previous = byte;
    }
    this.#previous = previous;
    this.at = at - start;
    return "more";
  }

  /**
   * Jumps to the `]` of a `flowTuples` array, if it is surely that: no backslash before it, and the quote before it closes
   * a string, because it stands behind a letter or digit, or behind the empty counters `,,`. Otherwise nothing is skipped.
   * False: the `]` is not there yet.
   */
  #jump(bytes: Uint8Array, start: number, end: number): boolean {
    const from = start + this.at;
    const close = this.#search.indexOf(CLOSE_BRACKET, from);
    const isThere = close >= 0 && close < end;
    if (!isThere && end - from < JUMP_LIMIT) return false;
    this.#isJumping = false;
    if (!isThere) return true;
    let quote = close - 1;
    while (quote > from && (bytes[quote] as number) <= SPACE) quote--;
    if (bytes[quote] !== QUOTE || quote - 2 <= from) return true;
    const before = bytes[quote - 1] as number;
    const isClosing = isWordByte(before) || (before === COMMA && bytes[quote - 2] === COMMA);
    if (!isClosing || this.#hasBackslash(from, close)) return true;
    this.at = close - start;
    this.#previous = QUOTE;
    return true;
  }

  /** Whether `bytes[from, to)` has a backslash; the next one is searched for once. */
  #hasBackslash(from: number, to: number): boolean {
    if (this.#nextBackslash < from) this.#nextBackslash = nextOf(BACKSLASH, this.#search, from);
    return this.#nextBackslash < to;
  }

  #hasLineFeed(from: number, to: number): boolean {
    if (this.#nextLineFeed < from) this.#nextLineFeed = nextOf(LF, this.#search, from);
    return this.#nextLineFeed < to;
  }

  /** The closing quote of a long string without any surprise in it, or `from`. */
  #leap(from: number, end: number): number {
    const close = this.#search.indexOf(QUOTE, from);
    if (close < 0 || close >= end) return from;
    return this.#hasBackslash(from, close) || this.#hasLineFeed(from, close) ? from : close;
  }

  #isKey(bytes: Uint8Array, start: number, key: Uint8Array): boolean {
    if (this.#stringEnd - this.#stringStart !== key.length) return false;
    const from = start + this.#stringStart;
    return key.every((byte, at) => bytes[from + at] === byte);
  }
}

function nextOf(byte: number, bytes: Buffer, from: number): number {
  const at = bytes.indexOf(byte, from);
  return at < 0 ? Number.MAX_SAFE_INTEGER : at;
}

function isWordByte(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
