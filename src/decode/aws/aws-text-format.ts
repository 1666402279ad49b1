import type { DecodeOutput } from "../decode-output.ts";
import type { Decoder, DecoderState, FormatDefinition, ObjectContext } from "../decoder.ts";
import { detectsAwsText } from "./aws-detect.ts";
import { parseLayout, type LayoutOrigin } from "./aws-layout.ts";
import { AwsLineDecoder } from "./aws-line-decoder.ts";
import { LineFinder } from "./line-finder.ts";
import { LINE_LIMIT } from "./line-words.ts";

const NAME = "aws-text";
const LF = 0x0a;
const origins: readonly LayoutOrigin[] = ["header", "configured", "known", "implied"];

/** VPC flow logs (v2 to v11) and Transit Gateway flow logs (v6) as lines of text. */
export const awsTextFormat: FormatDefinition = {
  name: NAME,
  detects: detectsAwsText,
  create: (context, output, state) => new AwsTextDecoder(context, output, state),
  createFinder: (_context, _output, wanted) => new LineFinder(wanted),
};

class AwsTextDecoder implements Decoder {
  readonly #lines: AwsLineDecoder;
  readonly #output: DecodeOutput;
  /** In a line that is too long, whose beginning was counted already. */
  #isSkipping = false;
  /** The last line had no line feed: it may go on in a later version of the object. */
  #isOpenEnded = false;

  constructor(context: ObjectContext, output: DecodeOutput, state?: DecoderState) {
    this.#output = output;
    this.#lines = new AwsLineDecoder(context, output);
    if (state === undefined) return;
    this.#lines.line = state.position;
    const { layout, origin, prefixed } = state.detail;
    const from = origins.find((name) => name === origin);
    if (typeof layout === "string" && from !== undefined) this.#lines.layout = parseLayout(layout, from);
    this.#lines.isPrefixed = prefixed === true;
  }

  decode(bytes: Uint8Array, start: number, end: number, last: boolean | "cut"): number {
    // A Buffer is of another hidden class than a plain array: the inner loop must see only one.
    const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#lines.resume();
    const at = this.#decode(plain, start, end, last);
    this.#lines.release();
    return at;
  }

  state(): DecoderState | undefined {
    if (this.#isSkipping || this.#isOpenEnded) return undefined;
    const { layout, isPrefixed, line } = this.#lines;
    const detail = layout ? { layout: layout.names.join(" "), origin: layout.origin, prefixed: isPrefixed } : {};
    return { decoder: NAME, position: line, detail };
  }

  #decode(bytes: Uint8Array, start: number, end: number, last: boolean | "cut"): number {
    let from = start;
    if (this.#isSkipping) {
      const found = bytes.indexOf(LF, from);
      const isFound = found >= 0 && found < end;
      if (!isFound) return end;
      this.#isSkipping = false;
      from = found + 1;
    }
    const complete = Math.max(from, lastLineFeed(bytes, from, end) + 1);
    const at = this.#lines.readLines(bytes, from, complete);
    if (at < complete || at === end) return at;
    if (end - at > LINE_LIMIT) {
      this.#readRest(bytes.subarray(at, at + LINE_LIMIT + 1));
      this.#isSkipping = true;
      return end;
    }
    if (last === false || this.#output.isFull) return at;
    if (last === "cut") this.#lines.readCutLine(bytes.subarray(at, end));
    else this.#readRest(bytes.subarray(at, end));
    this.#isOpenEnded = true;
    return end;
  }

  #readRest(line: Uint8Array): void {
    this.#lines.line++;
    this.#lines.readLine(line, { position: this.#lines.line, subPosition: 0 });
  }
}

function lastLineFeed(bytes: Uint8Array, from: number, end: number): number {
  let at = end - 1;
  while (at >= from && bytes[at] !== LF) at--;
  return at;
}
