import type { DecodeOutput } from "../decode-output.ts";
import type { Decoder, DecoderState, FormatDefinition, ObjectContext } from "../decoder.ts";
import type { WantedTexts } from "../wanted-texts.ts";
import { JsonContainer, type JsonHandler } from "./json-container.ts";
import { parseObject, readJson, salvageJson, textOf, type ReadJson } from "./json-reader.ts";
import { closeCutJson } from "./json-repair.ts";
import { recordText, type JsonRecordDecoder, type JsonRecordFormat } from "./json-record.ts";
import type { JsonScanner } from "./json-scanner.ts";

const RECORD_LIMIT = 64 * 1024 * 1024;
/** Records of a head that are looked at. */
const RECORDS_PROBED = 16;

/** Objects of JSON: documents, arrays, wrapper objects and lines, in any mixture. */
export function createJsonFormat(formats: readonly JsonRecordFormat[], recordLimit = RECORD_LIMIT): FormatDefinition {
  return {
    name: "json",
    detects: (head) => detects(head, formats),
    create: (context, output, state) => new JsonDecoder({ formats, recordLimit, context, output }, state),
    createFinder: (context, output, wanted) =>
      new JsonDecoder({ formats: findersOf(formats, wanted), recordLimit, context, output }),
  };
}

/** The same formats, which find texts in the place of decoding: the decoder around them counts the records as ever. */
function findersOf(formats: readonly JsonRecordFormat[], wanted: WantedTexts): JsonRecordFormat[] {
  return formats.map((format) => ({
    name: format.name,
    ...(format.salvages !== undefined && { salvages: format.salvages }),
    matches: (value) => format.matches(value),
    create: (context) => ({
      decode: (record) =>
        wanted.meet(
          record.position,
          (subPosition) =>
            (subPosition === null ? undefined : format.textOf?.(record, subPosition, context)) ?? recordText(record),
        ),
    }),
  }));
}

interface JsonDecoderParts {
  readonly formats: readonly JsonRecordFormat[];
  readonly recordLimit: number;
  readonly context: ObjectContext;
  readonly output: DecodeOutput;
}

class JsonDecoder implements Decoder, JsonHandler {
  readonly #parts: JsonDecoderParts;
  readonly #container: JsonContainer;
  readonly #decoders = new Map<JsonRecordFormat, JsonRecordDecoder>();
  #current: JsonRecordDecoder | undefined;
  #position: number;
  /** Something was lost: a grown object may have it whole, so it is read from the start. */
  #isDamaged = false;

  constructor(parts: JsonDecoderParts, state?: DecoderState) {
    this.#parts = parts;
    const frames = state?.detail["frames"];
    const isKnown = typeof frames === "string" && /^[ao]{0,64}$/.test(frames);
    this.#container = new JsonContainer(this, parts.recordLimit, isKnown ? frames : "");
    this.#position = state?.position ?? 0;
  }

  get isFull(): boolean {
    return this.#parts.output.isFull;
  }

  decode(bytes: Uint8Array, start: number, end: number, last: boolean | "cut"): number {
    // A Buffer is of another hidden class than a plain array: the inner loops see only one kind.
    const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const done = this.#container.decode(plain, start, end, last !== false);
    this.#current?.flush?.();
    return done;
  }

  state(): DecoderState | undefined {
    if (this.#isDamaged || !this.#container.isBetween) return undefined;
    return { decoder: "json", position: this.#position, detail: { frames: this.#container.frames } };
  }

  record(bytes: Uint8Array, start: number, scanner: JsonScanner): number | undefined {
    this.#position++;
    const read = readJson(bytes, start, scanner);
    if (read === undefined) return this.#reject(bytes, start, start + scanner.at);
    if (read.isRepaired) this.#noteRepair();
    const format = this.#parts.formats.find((candidate) => candidate.matches(read.value));
    if (format === undefined) this.#addMalformed("unknown-record", bytes.subarray(start, start + scanner.at));
    else this.#decode(format, read, read.bytes === bytes ? undefined : bytes.subarray(start, start + scanner.at));
    return undefined;
  }

  cut(bytes: Uint8Array, start: number, end: number, scanner: JsonScanner): void {
    this.#position++;
    this.#isDamaged = true;
    const read = salvageJson(bytes, start, end, scanner);
    const format = this.#parts.formats.find(
      (candidate) => candidate.salvages === true && read !== undefined && candidate.matches(read.value),
    );
    if (read === undefined || format === undefined) {
      this.#noteCut();
      this.#addMalformed("truncated-record", bytes.subarray(start, end));
      return;
    }
    if (read.isRepaired) this.#noteRepair();
    this.#decode(format, read, bytes.subarray(start, end));
    if (read.lost === "" && !read.isCutInTuples) return this.unclosed();
    this.#noteCut();
    const tail = bytes.subarray(Math.max(start, end - 256), end);
    this.#addMalformed("truncated-record", read.lost === "" ? tail : read.lost);
  }

  garbage(reason: string, text: Uint8Array): void {
    this.#position++;
    this.#isDamaged = true;
    this.#addMalformed(reason, text);
  }

  unclosed(): void {
    this.#parts.output.addNote(
      "unclosed",
      "The closing brackets of the JSON document are missing or do not fit; all records before them were read.",
    );
  }

  #decode(format: JsonRecordFormat, read: ReadJson, written: Uint8Array | undefined): void {
    let decoder = this.#decoders.get(format);
    if (decoder === undefined) {
      decoder = format.create(this.#parts.context, this.#parts.output);
      this.#decoders.set(format, decoder);
    }
    // Rows of one decoder at a time: what it has begun ends before another adds rows.
    if (this.#current !== decoder) this.#current?.flush?.();
    this.#current = decoder;
    const { value, bytes, start, end, tuples } = read;
    const record = { value, position: this.#position, bytes, start, end, tuples };
    decoder.decode(written === undefined ? record : { ...record, written });
  }

  /** A balanced object that is no JSON. If it swallowed lines, the next one that begins an object is tried. */
  #reject(bytes: Uint8Array, start: number, end: number): number {
    let resync = start + 1;
    while (resync < end && !(bytes[resync] === 0x7b && bytes[resync - 1] === 0x0a)) resync++;
    this.#isDamaged = true;
    this.#addMalformed("not-json", bytes.subarray(start, resync));
    return resync;
  }

  #addMalformed(reason: string, text: Uint8Array | string): void {
    this.#parts.output.addMalformed(this.#position, 0, reason, text);
  }

  #noteRepair(): void {
    this.#parts.output.addNote(
      "repaired-escape",
      "Backslashes that JSON does not allow were dropped, as a copy from a web page has them.",
    );
  }

  #noteCut(): void {
    this.#parts.output.addNote(
      "truncated",
      "A record ends early; its complete flows were read and the rest is kept as malformed.",
    );
  }
}

/** Whether one of the first records in the head is of a known format, or the head is a wrapper without records yet. */
function detects(head: Uint8Array, formats: readonly JsonRecordFormat[]): boolean {
  const probe = { isFull: false, isKnown: false, records: 0 };
  const look = (read: ReadJson | undefined): void => {
    probe.records++;
    if (read !== undefined && formats.some((format) => format.matches(read.value))) probe.isKnown = true;
    probe.isFull = probe.isKnown || probe.records >= RECORDS_PROBED;
  };
  const handler: JsonHandler = {
    record: (bytes, start, scanner) => {
      look(readJson(bytes, start, scanner));
      return undefined;
    },
    cut: (bytes, start, end, scanner) => {
      look(salvageJson(bytes, start, end, scanner));
      if (probe.isKnown) return;
      // The head may end in the middle of a long text, such as a message in base64: its key tells enough.
      const closed = closeCutJson(`${textOf(bytes, start, end)}"`);
      const value = closed === undefined ? undefined : parseObject(closed.text);
      probe.isKnown = value !== undefined && formats.some((format) => format.matches(value));
    },
    garbage: () => look(undefined),
    unclosed: () => undefined,
    get isFull() {
      return probe.isFull;
    },
  };
  const first = textOf(head, 0, Math.min(head.length, 4096)).trimStart()[0];
  if (first !== "{" && first !== "[") return false;
  const container = new JsonContainer(handler, RECORD_LIMIT);
  container.decode(new Uint8Array(head.buffer, head.byteOffset, head.byteLength), 0, head.length, true);
  return probe.isKnown || (probe.records === 0 && container.frames.includes("o"));
}
