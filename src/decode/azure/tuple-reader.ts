import type { DecodeOutput } from "../decode-output.ts";
import { endOfElement } from "./span-element.ts";
import { TupleColumns } from "./tuple-columns.ts";
import { markReopened } from "./reopened.ts";
import { parseTuple, type TupleDialect, type TupleGroup } from "./tuple-text.ts";
import { writeTuple } from "./tuple-writer.ts";
import { readUsualTuples, type TupleBlock } from "./usual-tuples.ts";

/** Rows that are reserved at a time; a span may hold a million tuples or none. */
const ROWS_RESERVED = 4096;
/** A usual tuple is at least this long. */
const TUPLE_BYTES = 40;
/** Reads arrays of flow tuples from bytes into rows of `flows`. */
export class TupleReader {
  readonly #output: DecodeOutput;
  readonly #dialect: TupleDialect;
  readonly #logType: string;
  readonly #columns: TupleColumns;
  /** Of the record at hand. */
  #position = 0;
  #subPosition = 0;

  constructor(output: DecodeOutput, dialect: TupleDialect, logType: string) {
    this.#output = output;
    this.#dialect = dialect;
    this.#logType = logType;
    this.#columns = new TupleColumns(output.flows, dialect);
  }

  beginRecord(position: number): void {
    this.#position = position;
    this.#subPosition = 0;
  }

  /** To be called before the batch may be emptied. */
  flush(): void {
    this.#columns.codes = undefined;
  }

  /** Reads the inside of one `flowTuples` array, `bytes[from, to)`. */
  readSpan(bytes: Uint8Array, from: number, to: number, group: TupleGroup): void {
    const { flows } = this.#output;
    const before = flows.rows;
    const block = {
      columns: this.#columns,
      output: this.#output,
      dialect: this.#dialect,
      group,
      at: from,
      to,
      subPosition: this.#subPosition,
    };
    while (block.at < to) {
      flows.reserve(Math.min(ROWS_RESERVED, Math.floor((to - block.at) / TUPLE_BYTES) + 1));
      readUsualTuples(bytes, block);
      if (block.at < to && flows.rows < flows.capacity) {
        block.subPosition++;
        block.at = this.#readUnusual(bytes, block);
      }
    }
    this.#subPosition = block.subPosition;
    if (this.#dialect === "vnet") markReopened(this.#columns, before, flows.rows);
    this.#output.countFlows(this.#logType, flows.rows - before);
  }

  /** Reads one element of the array with care and returns where it ends. */
  #readUnusual(bytes: Uint8Array, { at, to, group, subPosition }: TupleBlock): number {
    const { text, end } = endOfElement(bytes, at, to);
    const output = this.#output;
    const dialect = this.#dialect;
    const tuple = text === undefined ? "type" : parseTuple(text, dialect, group.version);
    const isInRange = typeof tuple !== "string" && output.isTimeInRange(tuple.micros);
    if (typeof tuple !== "string" && isInRange) writeTuple(output, { tuple, dialect, group, subPosition });
    else {
      const reason = typeof tuple === "string" ? `bad-tuple-${tuple}` : "time-out-of-range";
      output.addMalformed(this.#position, subPosition, reason, text ?? bytes.subarray(at, end), this.#logType);
    }
    return end;
  }
}
