import { formatAddress } from "#base/address.js";
import type { ColumnBatch } from "#model/column-batch.js";
import { DecodeOutput } from "../decode-output.ts";
import type { DecoderState, ObjectContext } from "../decoder.ts";
import { awsTextFormat } from "./aws-text-format.ts";

export type PlainRow = Record<string, string | number>;

/** Arrived at the end of 2026. */
export function contextOf(more: Partial<ObjectContext> = {}): ObjectContext {
  return {
    key: "some/file.log",
    objectId: 7,
    arrivedMicros: Date.UTC(2026, 11, 31) * 1000,
    modifiedMicros: Date.UTC(2026, 11, 30) * 1000,
    ...more,
  };
}

/** The rows of a batch without their nulls: addresses and 64-bit numbers as text, times as ISO 8601. */
export function rowsOf(batch: ColumnBatch): PlainRow[] {
  return Array.from({ length: batch.rows }, (_, index) => {
    const row: PlainRow = {};
    for (const { name, type } of batch.columns()) {
      const value = batch.value(name, index);
      if (value === null) continue;
      if (type === "timestamp") row[name] = new Date(Number(value) / 1000).toISOString();
      else if (typeof value === "object") row[name] = formatAddress(value);
      else row[name] = typeof value === "bigint" ? value.toString() : value;
    }
    return row;
  });
}

export interface Decoded {
  readonly flows: PlainRow[];
  readonly coverage: PlainRow[];
  readonly malformed: PlainRow[];
  readonly report: DecodeOutput["report"];
  readonly state: DecoderState | undefined;
  readonly consumed: number;
}

export interface DecodeOptions {
  readonly context?: Partial<ObjectContext>;
  /** Sizes of the chunks that the bytes arrive in, over and over. */
  readonly chunks?: readonly number[];
  readonly rowLimit?: number;
  readonly state?: DecoderState;
  readonly last?: boolean;
}

/** Decodes as the collector does: chunk by chunk, the unconsumed rest in front of the next one, emptied when full. */
export function decodeText(content: string | Uint8Array, options: DecodeOptions = {}): Decoded {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const context = contextOf(options.context);
  const output = new DecodeOutput(options.rowLimit ?? 64);
  output.beginObject(context);
  const decoder = awsTextFormat.create(context, output, options.state);
  const tables = { flows: [] as PlainRow[], coverage: [] as PlainRow[], malformed: [] as PlainRow[] };
  const empty = (): void => {
    tables.flows.push(...rowsOf(output.flows));
    tables.coverage.push(...rowsOf(output.coverage));
    tables.malformed.push(...rowsOf(output.malformed));
    output.clearRows();
  };
  const sizes = options.chunks ?? [bytes.length];
  let rest = new Uint8Array(0);
  let consumed = 0;
  let arrived = 0;
  for (let turn = 0; ; turn++) {
    const size = sizes[turn % sizes.length] ?? bytes.length;
    const chunk = bytes.subarray(arrived, arrived + Math.max(1, size));
    arrived += chunk.length;
    const joined = new Uint8Array(rest.length + chunk.length);
    joined.set(rest);
    joined.set(chunk, rest.length);
    const last = arrived >= bytes.length && options.last !== false;
    let at = 0;
    for (;;) {
      at = decoder.decode(joined, at, joined.length, last);
      if (!output.isFull) break;
      empty();
    }
    consumed += at;
    rest = joined.slice(at);
    if (arrived >= bytes.length) break;
  }
  empty();
  return { ...tables, report: output.report, state: decoder.state(), consumed };
}
