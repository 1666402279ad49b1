import type { DecodeOutput } from "../decode-output.ts";
import type { ObjectContext } from "../decoder.ts";
import type { RecordText } from "../wanted-texts.ts";

/** A parsed JSON object whose long arrays of flow tuples were left out. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * One JSON object of an object's bytes: an element of a known wrapper array, a line of NDJSON, or a whole document.
 * Arrays under the key `flowTuples` are not parsed: each stands in `value` as `[n]`, and `tuples[n]` is its span, so that a
 * decoder can read the tuples from the bytes.
 */
export interface JsonRecord {
  readonly value: JsonObject;
  /** Number of the record in the object, from 1. */
  readonly position: number;
  readonly bytes: Uint8Array;
  /** The record is `bytes[start, end)`. */
  readonly start: number;
  readonly end: number;
  /** Spans `[from, to)` of the insides of `flowTuples` arrays, two numbers each. */
  readonly tuples: readonly number[];
  /** The record as it stands in the object, where `bytes` are a repaired copy of it. */
  readonly written?: Uint8Array;
}

/** A kind of JSON record. The first registered format that matches decodes it. */
export interface JsonRecordFormat {
  readonly name: string;
  /**
   * Whether what is left of a record that was cut off can be decoded: its complete tuples are facts of their own. Records
   * of other formats are facts as a whole, so a cut one is malformed.
   */
  readonly salvages?: boolean;
  matches(value: JsonObject): boolean;
  /** Makes the decoder of one object's records; it is asked once an object, at the first match. */
  create(context: ObjectContext, output: DecodeOutput): JsonRecordDecoder;
  /** The text of a tuple or event by its number, or undefined; the record's own text stands in for it then. */
  textOf?(record: JsonRecord, subPosition: number, context: ObjectContext): RecordText | undefined;
}

export interface JsonRecordDecoder {
  /** Adds the record's rows and counts to the output. Never throws on data. */
  decode(record: JsonRecord): void;
  /** Completes the rows so far: called before the batches may be read. */
  flush?(): void;
}

/** A record's own text. */
export function recordText({ bytes, start, end, written }: JsonRecord): RecordText {
  const text = new TextDecoder().decode(written ?? bytes.subarray(start, end));
  return { form: "json", text: text.length > TEXT_LIMIT ? `${text.slice(0, TEXT_LIMIT)}…` : text, context: null };
}

/** Characters of a record that are shown: some hold thousands of tuples. */
const TEXT_LIMIT = 100_000;

/** The value as an object; undefined for anything else, arrays too. */
export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

/** The value as text; undefined for anything else and for the empty string. */
export function asText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
