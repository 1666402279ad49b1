import type { Decoder, DecoderState } from "../decoder.ts";
import type { WantedTexts } from "../wanted-texts.ts";
import { LINE_LIMIT } from "./line-words.ts";

const LF = 0x0a;
const decoder = new TextDecoder();

/** Finds lines by their number, as {@link awsTextFormat} counts them: each line feed ends one. */
export class LineFinder implements Decoder {
  readonly #wanted: WantedTexts;
  /** Lines that ended. */
  #lines = 0;
  /** The beginning of a line that is too long to be kept. */
  #long: string | undefined;

  constructor(wanted: WantedTexts) {
    this.#wanted = wanted;
  }

  decode(bytes: Uint8Array, start: number, end: number, last: boolean | "cut"): number {
    let at = start;
    for (;;) {
      const found = bytes.subarray(at, end).indexOf(LF);
      if (found < 0) break;
      this.#meet(bytes, at, at + found);
      at += found + 1;
    }
    if (at < end && last !== false) {
      this.#meet(bytes, at, end);
      return end;
    }
    if (end - at <= LINE_LIMIT) return at;
    this.#long ??= textOf(bytes, at, at + LINE_LIMIT);
    return end;
  }

  state(): DecoderState | undefined {
    return undefined;
  }

  #meet(bytes: Uint8Array, from: number, to: number): void {
    this.#lines++;
    const long = this.#long;
    this.#long = undefined;
    this.#wanted.meet(this.#lines, () => ({
      form: "line",
      text: long ?? textOf(bytes, from, Math.min(to, from + LINE_LIMIT)),
      context: null,
    }));
  }
}

function textOf(bytes: Uint8Array, from: number, to: number): string {
  return decoder.decode(bytes.subarray(from, to)).replace(/\r$/, "");
}
