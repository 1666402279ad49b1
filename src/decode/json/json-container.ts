import { JsonScanner } from "./json-scanner.ts";

/** What a container finds, in the order of the bytes. */
export interface JsonHandler {
  /** A whole object: `bytes[start, start + scanner.at)`. Returns where to go on if it turns out to be broken. */
  record(bytes: Uint8Array, start: number, scanner: JsonScanner): number | undefined;
  /** An object that ends early, at `end`: at the end of all bytes, or where its closers do not fit. */
  cut(bytes: Uint8Array, start: number, end: number, scanner: JsonScanner): void;
  /** Bytes that are no record. At most the first kilobyte of them. */
  garbage(reason: "not-json" | "record-too-large" | "record-too-deep", text: Uint8Array): void;
  /** Closers that are missing or too many; nothing else is lost. */
  unclosed(): void;
  /** Whether to stop after the record at hand. */
  readonly isFull: boolean;
}

/** Where a container stands: `o` in a wrapper object behind its array, `a` in an array; the outermost first. */
type Frames = string;

const FRAME_LIMIT = 64;
const TEXT_KEPT = 1024;
const BLANK_KEPT = 65_536;

const LF = 0x0a;
const SPACE = 0x20;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Walks through JSON documents in a row, through arrays and through the arrays of wrapper objects, and hands over each
 * object that is a record. Closers are consumed only when something follows them, because a growing blob gets its next
 * records before them.
 */
export class JsonContainer {
  readonly #handler: JsonHandler;
  readonly #recordLimit: number;
  readonly #scanner = new JsonScanner();
  /** Frames at the last consumed byte. */
  frames: Frames;
  /** `record`, `members` (of a wrapper behind its array), `skip` (a record that is too large), `garbage`, or between these. */
  #mode: "between" | "record" | "members" | "skip" | "garbage" = "between";
  /** The bytes ended inside of an object. */
  #isCut = false;
  /** Bytes of the object at hand that were let go of. */
  #discarded = 0;
  readonly #text = new Uint8Array(TEXT_KEPT);
  #textLength = 0;

  constructor(handler: JsonHandler, recordLimit: number, frames: Frames = "") {
    this.#handler = handler;
    this.#recordLimit = recordLimit;
    this.frames = frames;
  }

  /** Whether the last consumed byte ends a record, so that a later decoder can go on behind it. */
  get isBetween(): boolean {
    return this.#mode === "between" && !this.#isCut;
  }

  /** As {@link Decoder.decode}. */
  decode(bytes: Uint8Array, start: number, end: number, last: boolean): number {
    this.#scanner.beginBytes(bytes);
    let at = start;
    for (;;) {
      const next = this.#step(bytes, at, end, last);
      if (next < 0) return -1 - next;
      at = next;
      if (this.#handler.isFull && this.#mode === "between") return at;
    }
  }

  /** Consumes the next thing and returns where it ends; `-1 - offset` when nothing more can be consumed. */
  #step(bytes: Uint8Array, at: number, end: number, last: boolean): number {
    switch (this.#mode) {
      case "between":
        return this.#between(bytes, at, end, last);
      case "record":
        return this.#record(bytes, at, end, last);
      case "members":
      case "skip":
        return this.#discard(bytes, at, end, last);
      case "garbage":
        break;
    }
    return this.#garbage(bytes, at, end, last);
  }

  #between(bytes: Uint8Array, start: number, end: number, last: boolean): number {
    let { frames } = this;
    for (let at = start; at < end; at++) {
      const byte = bytes[at] as number;
      if (byte <= SPACE) continue;
      const frame = frames.at(-1);
      if (frame === "o" && (byte === OPEN_BRACE || byte === OPEN_BRACKET)) {
        this.#handler.unclosed();
        frames = frames.slice(0, -1);
      }
      if (byte === OPEN_BRACE) return this.#enter("record", frames, at);
      if (byte === COMMA) {
        if (frame === "o") return this.#enter("members", frames, at + 1);
      } else if (byte === OPEN_BRACKET && frames.length < FRAME_LIMIT) {
        return this.#enter("between", `${frames}a`, at + 1);
      } else if (byte === CLOSE_BRACKET || byte === CLOSE_BRACE) {
        frames = this.#close(frames, byte === CLOSE_BRACKET ? "a" : "o");
      } else return this.#enter("garbage", frames, at);
    }
    if (last && frames !== "") this.#handler.unclosed();
    // A flood of blanks or closers is no reason to keep them all.
    if (end - start > BLANK_KEPT) return -1 - this.#enter("between", frames, end);
    return -1 - start;
  }

  #close(frames: Frames, frame: "a" | "o"): Frames {
    const opened = frames.lastIndexOf(frame);
    if (opened !== frames.length - 1 || opened < 0) this.#handler.unclosed();
    return opened < 0 ? frames : frames.slice(0, opened);
  }

  #enter(mode: "between" | "record" | "members" | "garbage", frames: Frames, at: number): number {
    this.frames = frames;
    this.#mode = mode;
    this.#textLength = 0;
    this.#discarded = 0;
    if (mode === "record" || mode === "members") this.#scanner.begin(mode === "members");
    return at;
  }

  #record(bytes: Uint8Array, start: number, end: number, last: boolean): number {
    const scanner = this.#scanner;
    const result = scanner.scan(bytes, start, end, last);
    const at = start + scanner.at;
    if (result === "wrapper") return this.#openWrapper(at);
    if (scanner.at > this.#recordLimit) {
      this.#keepText(bytes, start, at);
      if (result !== "more") return this.#reject("record-too-large", at);
      this.#mode = "skip";
      this.#discarded = scanner.needed;
      return start + this.#discarded;
    }
    if (result === "more") {
      if (!last) return -1 - start;
      this.#isCut = true;
      this.#handler.cut(bytes, start, end, scanner);
      return this.#enter("between", "", end);
    }
    this.#mode = "between";
    if (result === "broken") {
      this.#handler.cut(bytes, start, at, scanner);
      return at;
    }
    if (scanner.isTooDeep) {
      this.#keepText(bytes, start, at);
      return this.#reject("record-too-deep", at);
    }
    return this.#handler.record(bytes, start, scanner) ?? at;
  }

  #openWrapper(at: number): number {
    if (this.frames.length + 2 <= FRAME_LIMIT) return this.#enter("between", `${this.frames}oa`, at);
    return this.#enter("garbage", this.frames, at);
  }

  /** Scans on without keeping the bytes. */
  #discard(bytes: Uint8Array, start: number, end: number, last: boolean): number {
    const scanner = this.#scanner;
    // The object's first byte may be gone: the scanner only counts from it.
    const base = start - this.#discarded;
    const result = scanner.scan(bytes, base, end, last);
    const at = base + scanner.at;
    if (result === "wrapper") return this.#openWrapper(at);
    if (result === "more" && !last) {
      this.#discarded = Math.max(this.#discarded, scanner.needed);
      return -1 - (base + this.#discarded);
    }
    if (this.#mode === "skip") return this.#reject("record-too-large", result === "more" ? end : at);
    if (result !== "end") this.#handler.unclosed();
    if (result === "more") {
      this.#isCut = true;
      return this.#enter("between", "", end);
    }
    return this.#enter("between", this.frames.slice(0, -1), at);
  }

  /** To the end of the line, the next object or the end of the array. */
  #garbage(bytes: Uint8Array, start: number, end: number, last: boolean): number {
    const inArray = this.frames.endsWith("a");
    let at = start;
    for (; at < end; at++) {
      const byte = bytes[at] as number;
      if (byte === LF || byte === OPEN_BRACE || (byte === CLOSE_BRACKET && inArray)) break;
    }
    this.#keepText(bytes, start, at);
    if (at < end || last) return this.#reject("not-json", at);
    return -1 - end;
  }

  #keepText(bytes: Uint8Array, start: number, end: number): void {
    const piece = bytes.subarray(start, Math.min(end, start + TEXT_KEPT - this.#textLength));
    this.#text.set(piece, this.#textLength);
    this.#textLength += piece.length;
  }

  #reject(reason: "not-json" | "record-too-large" | "record-too-deep", at: number): number {
    this.#handler.garbage(reason, this.#text.subarray(0, this.#textLength));
    return this.#enter("between", this.frames, at);
  }
}
