import type { DecodeOutput } from "../decode-output.ts";
import type { ObjectContext } from "../decoder.ts";
import { parseIsoTime } from "../json/iso-time.ts";
import { asObject, type JsonObject, type JsonRecord } from "../json/json-record.ts";
import { RecordFacts, type Facts } from "./record-facts.ts";
import { TupleReader } from "./tuple-reader.ts";
import type { TupleDialect } from "./tuple-text.ts";

/** An array of tuples and what is said of it around. */
export interface TupleArray {
  /** The value of `flowTuples`: `[n]`, the number of the span. */
  readonly tuples: unknown;
  readonly rule: string | undefined;
  readonly acl: string | undefined;
  readonly facts: Facts;
  readonly extra: Extra | undefined;
}

/** Members that no column holds, by dotted name. */
export type Extra = Readonly<Record<string, unknown>>;

/** How one kind of Azure record is laid out. */
export interface RecordLayout {
  readonly dialect: TupleDialect;
  readonly logType: string;
  readonly versions: readonly number[];
  version(value: JsonObject): unknown;
  /** Facts of the whole record. */
  facts(value: JsonObject): Facts;
  extra(value: JsonObject): Extra | undefined;
  /** The arrays of tuples, in order. Calls `damage` for members that have the wrong type. */
  arrays(value: JsonObject, damage: () => void): Iterable<TupleArray>;
}

/** Decodes the records of one layout. */
export class RecordDecoder {
  readonly #context: ObjectContext;
  readonly #output: DecodeOutput;
  readonly #layout: RecordLayout;
  readonly #facts: RecordFacts;
  readonly #reader: TupleReader;

  constructor(context: ObjectContext, output: DecodeOutput, layout: RecordLayout) {
    this.#context = context;
    this.#output = output;
    this.#layout = layout;
    this.#facts = new RecordFacts(output.flows);
    this.#reader = new TupleReader(output, layout.dialect, layout.logType);
  }

  decode(record: JsonRecord): void {
    const layout = this.#layout;
    const { value, position } = record;
    const version = versionOf(layout.version(value));
    if (version === undefined || !layout.versions.includes(version)) {
      this.#addMalformed(record, "unknown-version", record.bytes.subarray(record.start, record.end));
      return;
    }
    const { flows } = this.#output;
    const first = flows.rows;
    this.#facts.set(layout.facts(value));
    this.#reader.beginRecord(position);
    const recordExtra = layout.extra(value);
    const pending = new Set(Array.from({ length: record.tuples.length / 2 }, (_, index) => index));
    const damage = (): void => this.#addMalformed(record, "bad-structure", record.bytes.subarray(record.start, record.end));
    for (const array of layout.arrays(value, damage)) {
      const index = spanIndex(array.tuples);
      if (index === undefined || !pending.delete(index)) {
        if (array.tuples !== undefined && array.tuples !== null) damage();
        continue;
      }
      this.#facts.set(array.facts);
      const before = flows.rows;
      const [from = 0, to = 0] = record.tuples.slice(index * 2, index * 2 + 2);
      this.#reader.readSpan(record.bytes, from, to, { version, rule: array.rule, acl: array.acl });
      if (recordExtra !== undefined || array.extra !== undefined) this.#addExtra(before, { ...recordExtra, ...array.extra });
    }
    for (const index of pending) {
      const [from, to] = record.tuples.slice(index * 2, index * 2 + 2);
      this.#addMalformed(record, "misplaced-tuples", record.bytes.subarray(from, to));
    }
    this.#finish(first, record, version);
  }

  flush(): void {
    this.#facts.flush();
    this.#reader.flush();
  }

  /** Fills what differs from record to record. */
  #finish(first: number, { value, position }: JsonRecord, version: number): void {
    const { flows } = this.#output;
    const { rows } = flows;
    if (rows === first) return;
    flows.fillNumber("log_version", first, rows, version);
    flows.fillNumber("object_id", first, rows, this.#context.objectId);
    flows.fillNumber("position", first, rows, position);
    const logged = parseIsoTime(value["time"]);
    if (logged !== undefined) for (let row = first; row < rows; row++) flows.setTime("logged_time", row, logged);
  }

  /** Adds members to `ext` of the rows from `first` on, beside what is there. */
  #addExtra(first: number, extra: Extra): void {
    const { flows } = this.#output;
    for (const name of Object.keys(extra)) this.#output.addUnknownField(name);
    const text = JSON.stringify(extra);
    for (let row = first; row < flows.rows; row++) {
      const own = flows.value("ext", row);
      flows.setText("ext", row, typeof own === "string" ? JSON.stringify({ ...extra, ...asObject(JSON.parse(own)) }) : text);
    }
  }

  #addMalformed(record: JsonRecord, reason: string, text: Uint8Array): void {
    this.#output.addMalformed(record.position, 0, reason, text, this.#layout.logType);
  }
}

function versionOf(value: unknown): number | undefined {
  const version = typeof value === "string" ? Number(value) : value;
  return typeof version === "number" ? version : undefined;
}

function spanIndex(value: unknown): number | undefined {
  const index: unknown = Array.isArray(value) && value.length === 1 ? value[0] : undefined;
  return typeof index === "number" ? index : undefined;
}
