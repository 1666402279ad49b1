import { WeirError } from "#base/errors.js";

/** One file of a form. Its bytes must be read before the next part is asked for. */
export interface FormFile {
  /** What the sender calls it; any text. */
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

const MOST_HEADER = 16_384;
const CRLF = Buffer.from("\r\n");
const HEADER_END = Buffer.from("\r\n\r\n");

/** The boundary of a multipart form; undefined when the content type is none. */
export function boundaryOf(contentType: string): string | undefined {
  if (!/^multipart\/form-data\s*(?:;|$)/i.test(contentType)) return undefined;
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) throw badForm("its content type names no boundary");
  return boundary;
}

/**
 * The files of a multipart form, as they come: nothing but the bytes around a boundary is held in memory. Fields without a file are
 * passed over.
 * @throws WeirError `bad-form`
 */
export async function* readForm(body: AsyncIterable<Uint8Array>, boundary: string): AsyncGenerator<FormFile> {
  const form = new FormReader(body, Buffer.from(`\r\n--${boundary}`));
  for (;;) {
    const header = await form.nextHeader();
    if (header === undefined) return;
    const name = fileName(header);
    const bytes = form.part();
    if (name !== undefined) yield { name, bytes };
    // Whoever asked for the file may have left it unread.
    for await (const chunk of bytes) void chunk;
  }
}

class FormReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #delimiter: Buffer;
  /** What was read and not handed on. A form begins as if a line had ended. */
  #held: Buffer = CRLF;
  #isAtEnd = false;

  constructor(body: AsyncIterable<Uint8Array>, delimiter: Buffer) {
    this.#chunks = body[Symbol.asyncIterator]();
    this.#delimiter = delimiter;
  }

  /** Goes to the next part. @returns its header, undefined at the form's end */
  async nextHeader(): Promise<string | undefined> {
    // What stands before the first part means nothing.
    for await (const chunk of this.part()) void chunk;
    await this.#fill(2);
    if (this.#held.subarray(0, 2).toString("latin1") === "--") return undefined;
    for (;;) {
      const end = this.#held.indexOf(HEADER_END);
      if (end >= 0) {
        const header = this.#held.subarray(0, end).toString("utf8");
        this.#held = this.#held.subarray(end + HEADER_END.length);
        // An empty part has its boundary right behind the header's end.
        this.#isAtEnd = false;
        return header;
      }
      if (this.#held.length > MOST_HEADER) throw badForm("a part's header is too long");
      if (!(await this.#more())) throw cutOff();
    }
  }

  /** The bytes up to the next boundary, which is passed. */
  async *part(): AsyncGenerator<Uint8Array> {
    while (!this.#isAtEnd) {
      const at = this.#held.indexOf(this.#delimiter);
      if (at >= 0) {
        const rest = this.#held.subarray(0, at);
        this.#held = this.#held.subarray(at + this.#delimiter.length);
        this.#isAtEnd = true;
        if (rest.length > 0) yield rest;
        return;
      }
      // The boundary may begin in what is held and end in what comes.
      const sure = this.#held.length - this.#delimiter.length + 1;
      if (sure > 0) {
        const bytes = this.#held.subarray(0, sure);
        this.#held = this.#held.subarray(sure);
        yield bytes;
      }
      if (!(await this.#more())) throw cutOff();
    }
  }

  async #fill(bytes: number): Promise<void> {
    while (this.#held.length < bytes) if (!(await this.#more())) throw cutOff();
  }

  async #more(): Promise<boolean> {
    const { value, done } = await this.#chunks.next();
    if (done === true) return false;
    this.#held = this.#held.length === 0 ? Buffer.from(value) : Buffer.concat([this.#held, value]);
    return true;
  }
}

/** Browsers write quotes and line ends in names as percent codes. */
function fileName(header: string): string | undefined {
  const disposition = /^content-disposition:(.*)$/im.exec(header)?.[1] ?? "";
  const name = /;\s*filename="((?:\\"|[^"])*)"/i.exec(disposition)?.[1];
  return name?.replaceAll('\\"', '"').replaceAll(/%(22|0D|0A)/gi, (code) => decodeURIComponent(code));
}

function cutOff(): WeirError {
  return badForm("it ends before its last boundary");
}

function badForm(what: string): WeirError {
  return new WeirError({
    code: "bad-form",
    kind: "usage",
    message: `the form cannot be read: ${what}`,
    next: "Send multipart/form-data with files in it, or one file as the body with ?name=.",
  });
}
