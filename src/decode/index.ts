import type { Decoder, DecoderState, ObjectContext } from "./decoder.ts";
import type { DecodeOutput } from "./decode-output.ts";
import { formats } from "./registry.ts";
import type { WantedTexts } from "./wanted-texts.ts";

export type { Decoder, DecoderState, ObjectContext } from "./decoder.ts";
export { vpcDefaultFields } from "./aws/aws-fields.ts";
export { readLogFormat } from "./aws/aws-layout.ts";
export { awsParquetState, isOcsfTable } from "./aws/aws-parquet.ts";
export { DecodeOutput } from "./decode-output.ts";
export { WantedTexts, type RecordPlace, type RecordText } from "./wanted-texts.ts";

/**
 * The decoder for an object, chosen by its content; undefined when it is no known flow log.
 * @param head the first bytes of the object, decompressed, without a BOM: 64 kB or all of it
 * @param state where an earlier decoder of the same object stopped; its format is kept
 */
export function createDecoder(
  head: Uint8Array,
  context: ObjectContext,
  output: DecodeOutput,
  state?: DecoderState,
): Decoder | undefined {
  const format =
    state === undefined
      ? formats.find((candidate) => candidate.detects(head, context))
      : formats.find(({ name }) => name === state.decoder);
  return format?.create(context, output, state);
}

/** What finds texts of records in an object, chosen by its content like the decoder; undefined when it is no known flow log. */
export function createFinder(
  head: Uint8Array,
  context: ObjectContext,
  output: DecodeOutput,
  wanted: WantedTexts,
): Decoder | undefined {
  return formats.find((candidate) => candidate.detects(head, context))?.createFinder(context, output, wanted);
}

/** Whether an object that begins so is a flow log that is known. @param head as {@link createDecoder} takes it */
export function isKnownFormat(head: Uint8Array, context: ObjectContext): boolean {
  return formats.some((candidate) => candidate.detects(head, context));
}
