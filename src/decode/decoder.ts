import type { DecodeOutput } from "./decode-output.ts";

/** What is known of an object besides its bytes. A decoder uses it only for what the records do not say. */
export interface ObjectContext {
  /** Path or key, as its source names it. Untrusted text. */
  readonly key: string;
  /** The catalog's number of the object. */
  readonly objectId: number;
  /** When the object arrived, microseconds: records more than a day later are malformed. */
  readonly arrivedMicros: number;
  /** When the object was last changed, microseconds: the time of records that have none. */
  readonly modifiedMicros: number;
  /** A layout that the user configured: AWS `LogFormat`, with or without `${}`. It stands in for a missing header. */
  readonly logFormat?: string;
  /** Layouts known for flow-log ids, from earlier objects: `fl-…` → field names separated by spaces. */
  readonly knownFormats?: Readonly<Record<string, string>>;
}

/** Where a decoder stands in an object that may grow. Plain JSON. */
export interface DecoderState {
  /** The decoder that wrote it, by its registered name. */
  readonly decoder: string;
  /** Lines or records so far: positions go on from here. */
  readonly position: number;
  /** Whatever else the decoder needs to go on, such as the header in force. */
  readonly detail: Readonly<Record<string, string | number | boolean>>;
}

/**
 * Turns the bytes of one object into rows of a {@link DecodeOutput}. It never throws on data: what cannot be read is
 * counted and kept as malformed.
 */
export interface Decoder {
  /**
   * Decodes whole records of `bytes[start, end)` and returns the offset behind the last byte that it is done with. It stops
   * early when the output is full; the caller then empties the output and calls again from the returned offset. What is
   * left at the end of the range is an incomplete record: the caller presents it again with more bytes behind it.
   * @param last nothing follows `end`: an unterminated last record is read too
   */
  decode(bytes: Uint8Array, start: number, end: number, last: boolean): number;
  /**
   * The state from which a grown object can be read on, from the byte behind the last one consumed. Undefined when that
   * is not safe, as when the last record was incomplete: a grown object is then read whole.
   */
  state(): DecoderState | undefined;
}

/** A family of objects that share a container. Chosen by content, never by name. */
export interface FormatDefinition {
  readonly name: string;
  /** Whether an object that begins with `head` (decompressed, at most 64 kB, BOM removed) is of this family. */
  detects(head: Uint8Array, context: ObjectContext): boolean;
  create(context: ObjectContext, output: DecodeOutput, state?: DecoderState): Decoder;
}
