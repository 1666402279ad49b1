import { ColumnBatch } from "#model/column-batch.js";
import { countRecords, emptyReport, type ObjectReport, type RecordKind } from "#model/records.js";
import type { ObjectContext } from "./object-context.ts";

/** The text of malformed records is kept for this many of an object and reason; the rest is counted. */
const MALFORMED_KEPT = 10_000;
/** Bytes of a malformed record's text that are kept. */
const MALFORMED_TEXT = 1024;
const UNKNOWN_FIELDS_KEPT = 1000;
const NOTES_KEPT = 100;
const RESOURCES_KEPT = 1000;
const BATCH_TEXT_BYTES = 64 * 1024 * 1024;

/** 2006-01-01: AWS opened that year, so nothing earlier can be a cloud's flow. */
const EARLIEST_MICROS = 1_136_073_600_000_000;
const DAY_MICROS = 86_400_000_000;

const decoder = new TextDecoder();

/** Where decoders put rows and counts. One output serves many objects, one after another. */
export class DecodeOutput {
  readonly flows: ColumnBatch;
  readonly coverage: ColumnBatch;
  readonly malformed: ColumnBatch;
  /** About the object at hand. */
  report: ObjectReport = emptyReport();
  readonly #rowLimit: number;
  #context: ObjectContext | undefined;

  /** @param rowLimit rows of any table at which the output counts as full */
  constructor(rowLimit: number) {
    this.#rowLimit = rowLimit;
    this.flows = new ColumnBatch("flows", rowLimit);
    this.coverage = new ColumnBatch("coverage", 64);
    this.malformed = new ColumnBatch("malformed", 64);
  }

  /** Whether the batches should be written out before more is decoded. */
  get isFull(): boolean {
    const rows = Math.max(this.flows.rows, this.coverage.rows, this.malformed.rows);
    if (rows >= this.#rowLimit) return true;
    return this.flows.textBytes + this.malformed.textBytes + this.coverage.textBytes >= BATCH_TEXT_BYTES;
  }

  get isEmpty(): boolean {
    return this.flows.rows + this.coverage.rows + this.malformed.rows === 0;
  }

  beginObject(context: ObjectContext): void {
    this.report = emptyReport();
    this.#context = context;
  }

  /** Empties the batches; the report of the object at hand stays. */
  clearRows(): void {
    this.flows.clear();
    this.coverage.clear();
    this.malformed.clear();
  }

  count(kind: RecordKind, records = 1): void {
    countRecords(this.report.counts, kind, records);
  }

  /** Counts flows of one log type: rows that the decoder has added to `flows`. */
  countFlows(logType: string, rows: number): void {
    if (rows === 0) return;
    this.count("flows", rows);
    this.report.flowsByType[logType] = (this.report.flowsByType[logType] ?? 0) + rows;
  }

  /** Whether a record's time can be true: not before 2006, not more than a day after the object arrived. */
  isTimeInRange(micros: number): boolean {
    return micros >= EARLIEST_MICROS && micros <= this.latestMicros;
  }

  /** The latest time that a record of this object may have. */
  get latestMicros(): number {
    return (this.#context?.arrivedMicros ?? 0) + DAY_MICROS;
  }

  get earliestMicros(): number {
    return EARLIEST_MICROS;
  }

  /**
   * Counts a record that cannot be read and keeps its text.
   * @param position line or record number, from 1
   * @param subPosition tuple or event number in the record, from 1; 0 for the record itself
   * @param reason stable, kebab-case: `bad-address`
   */
  addMalformed(
    position: number,
    subPosition: number,
    reason: string,
    text: Uint8Array | string,
    logType?: string,
  ): void {
    this.count("malformed");
    const seen = this.report.reasons[reason] ?? 0;
    this.report.reasons[reason] = seen + 1;
    if (seen >= MALFORMED_KEPT) return;
    const batch = this.malformed;
    batch.reserve(1);
    const row = batch.rows;
    batch.setTime("time", row, this.#context?.arrivedMicros ?? 0);
    batch.setText("reason", row, reason);
    batch.setText("text", row, cutText(text));
    batch.setNumber("object_id", row, this.#context?.objectId ?? 0);
    batch.setNumber("position", row, position);
    if (subPosition > 0) batch.setNumber("sub_position", row, subPosition);
    if (logType !== undefined) batch.setText("log_type", row, logType);
    batch.rows++;
  }

  /** Counts a field that no column holds; its value goes to `ext`. */
  addUnknownField(name: string, records = 1): void {
    const fields = this.report.unknownFields;
    const key = name.slice(0, 200);
    if (fields[key] === undefined && Object.keys(fields).length >= UNKNOWN_FIELDS_KEPT) return;
    fields[key] = (fields[key] ?? 0) + records;
  }

  /** Keeps which resource of the control plane a flow log is. */
  learnResource(flowLog: string, resource: string): void {
    const known = this.report.flowLogResources;
    if (known[flowLog] === undefined && Object.keys(known).length >= RESOURCES_KEPT) return;
    known[flowLog] = resource;
  }

  /** Tells a person something about the object; each code once. */
  addNote(code: string, message: string): void {
    const { notes } = this.report;
    if (notes.length >= NOTES_KEPT || notes.some((note) => note.code === code)) return;
    notes.push({ code, message });
  }
}

function cutText(text: Uint8Array | string): string {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text.slice(0, MALFORMED_TEXT)) : text;
  if (bytes.length <= MALFORMED_TEXT) return decoder.decode(bytes);
  let end = MALFORMED_TEXT;
  // Not in the middle of a character: continuation bytes are 10xxxxxx.
  while (end > MALFORMED_TEXT - 4 && ((bytes[end] as number) & 0xc0) === 0x80) end--;
  return decoder.decode(bytes.subarray(0, end));
}
