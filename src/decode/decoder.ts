import type { DecodeOutput } from "./decode-output.ts";
import type { ObjectContext } from "./object-context.ts";
import type { WantedTexts } from "./wanted-texts.ts";

export type { ObjectContext } from "./object-context.ts";

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
   * @param last nothing follows `end`: an unterminated last record is read too; `cut`: it ends there by damage, so that a line
   * without its end is malformed, even where what is left of it looks like a record (a number may have lost its last digits)
   */
  decode(bytes: Uint8Array, start: number, end: number, last: boolean | "cut"): number;
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
  /** As {@link create}, of what only finds the texts of records: positions are counted in the same way. */
  createFinder(context: ObjectContext, output: DecodeOutput, wanted: WantedTexts): Decoder;
}
