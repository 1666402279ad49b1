import { formatAddress } from "#base/address.js";
import type { ColumnBatch } from "#model/column-batch.js";
import type { ObjectReport } from "#model/records.js";
import { createDecoder, DecodeOutput, type DecoderState } from "../index.ts";

/** A row by column name: addresses as text, 64-bit numbers as bigint, no nulls. */
export type PlainRow = Record<string, string | number | bigint>;

export interface Decoded {
  readonly rows: PlainRow[];
  readonly coverage: PlainRow[];
  readonly malformed: PlainRow[];
  readonly report: ObjectReport;
  readonly state: DecoderState | undefined;
  /** Bytes consumed. */
  readonly done: number;
}

export interface DecodeOptions {
  /** Sizes of the pieces that the bytes come in, over and over. */
  readonly pieces?: readonly number[];
  /** Rows at which the output is full. */
  readonly rowLimit?: number;
  readonly state?: DecoderState | undefined;
  /** Where to begin, with `state`. */
  readonly from?: number;
}

/** 2027-01-01: later than anything in the fixtures. */
const ARRIVED = Date.UTC(2027, 0) * 1000;

/** Decodes a whole object as the collector does: piece by piece, emptying the output when it is full. */
export function decodeWhole(content: string | Uint8Array, options: DecodeOptions = {}): Decoded | undefined {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const output = new DecodeOutput(options.rowLimit ?? 100_000);
  const context = { key: "object", objectId: 7, arrivedMicros: ARRIVED, modifiedMicros: ARRIVED };
  output.beginObject(context);
  const decoder = createDecoder(bytes.subarray(0, 65_536), context, output, options.state);
  if (decoder === undefined) return undefined;
  const rows: PlainRow[] = [];
  const coverage: PlainRow[] = [];
  const malformed: PlainRow[] = [];
  const drain = (): void => {
    rows.push(...plainRows(output.flows));
    coverage.push(...plainRows(output.coverage));
    malformed.push(...plainRows(output.malformed));
    output.clearRows();
  };
  let done = options.from ?? 0;
  const pieces = options.pieces ?? [bytes.length];
  for (let end = done, piece = 0; ; piece++) {
    end = Math.min(bytes.length, end + Math.max(1, pieces[piece % pieces.length] ?? 1));
    const last = end === bytes.length;
    // What is left is copied to another place, as a reader with a moving buffer does, with rubbish behind it.
    for (;;) {
      const moved = new Uint8Array(end - done + 8).fill(0x22);
      moved.set(bytes.subarray(done, end), 3);
      done += decoder.decode(moved, 3, 3 + end - done, last) - 3;
      if (!output.isFull) break;
      drain();
    }
    if (last) break;
  }
  drain();
  return { rows, coverage, malformed, report: output.report, state: decoder.state(), done };
}

function plainRows(batch: ColumnBatch): PlainRow[] {
  return Array.from({ length: batch.rows }, (_, row) => {
    const plain: PlainRow = {};
    for (const { name } of batch.columns()) {
      const value = batch.value(name, row);
      if (value !== null) plain[name] = typeof value === "object" ? formatAddress(value) : value;
    }
    return plain;
  });
}
