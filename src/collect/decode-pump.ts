import {
  createDecoder,
  type Decoder,
  type DecodeOutput,
  type DecoderState,
  type ObjectContext,
} from "#decode/index.js";

/** Bytes that a decoder may look at to recognise the format. */
const HEAD_BYTES = 64 * 1024;
const BOM = [0xef, 0xbb, 0xbf];
const EMPTY = Buffer.alloc(0);

/**
 * Feeds the chunks of one object to its decoder: finds the format from the first bytes, carries incomplete records over to
 * the next chunk, and has the output written whenever it is full.
 */
export class DecodePump {
  readonly #context: ObjectContext;
  readonly #output: DecodeOutput;
  readonly #flush: () => Promise<void>;
  readonly #resumeFrom: DecoderState | undefined;
  readonly #create: typeof createDecoder;
  #decoder: Decoder | undefined;
  /** Bytes that came and are not consumed: a part of `#buffer`, or of the one chunk that came. */
  #rest: Uint8Array = EMPTY;
  /** Where a rest and the next chunk are put together; used again and again, because a new one for each chunk costs as much as decoding. */
  #buffer: Buffer = EMPTY;
  /** The decoder is asked again when this much is there: it grows while a record does not fit, so that long records are not scanned over and over. */
  #wanted = HEAD_BYTES;
  /** The output's first row of this object. */
  #firstRow: number;
  /** Bytes consumed since the start of the content, a BOM included. */
  consumed = 0;

  /**
   * @param resumeFrom where an earlier reading stopped; the first chunk then begins behind what it consumed
   * @param create makes the decoder from the first bytes
   */
  constructor(
    context: ObjectContext,
    output: DecodeOutput,
    flush: () => Promise<void>,
    resumeFrom?: DecoderState,
    create: typeof createDecoder = createDecoder,
  ) {
    this.#context = context;
    this.#output = output;
    this.#flush = flush;
    this.#resumeFrom = resumeFrom;
    this.#create = create;
    this.#firstRow = output.flows.rows;
  }

  /** The decoder's state behind the last consumed byte, or undefined when a grown object must be read whole. */
  state(): DecoderState | undefined {
    return this.#decoder?.state();
  }

  /** Takes the next bytes. @returns false when the content is no known flow log: nothing more is needed then */
  async push(chunk: Uint8Array): Promise<boolean> {
    this.#rest = this.#rest.length === 0 ? chunk : this.#append(chunk);
    if (this.#rest.length < this.#wanted) return true;
    return this.#decode(false);
  }

  /**
   * No more bytes come.
   * @param final whether an unterminated last record counts; else it waits for the object to grow. `cut`: the rest is lost
   */
  async end(final: boolean | "cut"): Promise<boolean> {
    const isRead = await this.#decode(final);
    this.#output.noteBorrowedTimes(this.#firstRow);
    return isRead;
  }

  /** Whether bytes wait for more that are more than closing brackets: a record without its end. */
  get hasUnfinished(): boolean {
    return this.#rest.some((byte) => byte > 0x20 && byte !== 0x5d && byte !== 0x7d);
  }

  #append(chunk: Uint8Array): Uint8Array {
    const rest = this.#rest;
    const length = rest.length + chunk.length;
    const isInBuffer = rest.buffer === this.#buffer.buffer;
    if (isInBuffer && rest.byteOffset + length <= this.#buffer.length) {
      this.#buffer.set(chunk, rest.byteOffset + rest.length);
      return this.#buffer.subarray(rest.byteOffset, rest.byteOffset + length);
    }
    if (length <= this.#buffer.length) {
      this.#buffer.set(rest, 0);
    } else {
      const buffer = Buffer.allocUnsafeSlow(length * 2);
      buffer.set(rest, 0);
      this.#buffer = buffer;
    }
    this.#buffer.set(chunk, rest.length);
    return this.#buffer.subarray(0, length);
  }

  async #decode(last: boolean | "cut"): Promise<boolean> {
    const decoder = this.#decoder ?? this.#findDecoder();
    if (decoder === undefined) return false;
    const bytes = this.#rest;
    let at = 0;
    for (;;) {
      at = decoder.decode(bytes, at, bytes.length, last);
      if (!this.#output.isFull) break;
      this.#output.noteBorrowedTimes(this.#firstRow);
      await this.#flush();
      this.#firstRow = 0;
    }
    this.consumed += at;
    this.#rest = bytes.subarray(at);
    this.#wanted = at === 0 ? Math.max(HEAD_BYTES, bytes.length * 2) : 1;
    return true;
  }

  #findDecoder(): Decoder | undefined {
    if (this.#resumeFrom === undefined && BOM.every((byte, index) => this.#rest[index] === byte)) {
      this.#rest = this.#rest.subarray(BOM.length);
      this.consumed = BOM.length;
    }
    const head = this.#rest.subarray(0, HEAD_BYTES);
    this.#decoder = this.#create(head, this.#context, this.#output, this.#resumeFrom);
    return this.#decoder;
  }
}
