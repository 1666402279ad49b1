const SPACE = 0x20;
const ZERO = 0x30;

export const asciiBytes = (text: string): Uint8Array => Buffer.from(text, "latin1");

/** ASCII text built in one buffer: no strings are made on the way. */
export class ByteText {
  #buffer: Buffer;
  #length = 0;

  constructor(capacity: number) {
    this.#buffer = Buffer.allocUnsafe(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** Whether so many more bytes fit. */
  hasRoomFor(bytes: number): boolean {
    return this.#length + bytes <= this.#buffer.length;
  }

  text(bytes: Uint8Array): this {
    const buffer = this.#buffer;
    let at = this.#length;
    for (const byte of bytes) buffer[at++] = byte;
    this.#length = at;
    return this;
  }

  space(): this {
    this.#buffer[this.#length++] = SPACE;
    return this;
  }

  /** Writes an unsigned integer and a space. */
  number(value: number): this {
    const buffer = this.#buffer;
    let digits = 1;
    for (let limit = 10; limit <= value; limit *= 10) digits++;
    let rest = value;
    for (let at = this.#length + digits - 1; at >= this.#length; at--) {
      const quotient = rest < 0x80000000 ? (rest / 10) | 0 : Math.floor(rest / 10);
      buffer[at] = ZERO + (rest - quotient * 10);
      rest = quotient;
    }
    this.#length += digits;
    buffer[this.#length++] = SPACE;
    return this;
  }

  /** Hands over what was written and goes on in a fresh buffer. */
  take(): Buffer {
    const written = this.#buffer.subarray(0, this.#length);
    this.#buffer = Buffer.allocUnsafe(this.#buffer.length);
    this.#length = 0;
    return written;
  }
}
