import type { ColumnData } from "#model/column-batch.js";
import type { DecodeOutput } from "../decode-output.ts";
import type { ObjectContext } from "../decoder.ts";
import { parseIsoTime } from "../json/iso-time.ts";
import { asObject, type JsonObject, type JsonRecord } from "../json/json-record.ts";
import { RecordFacts, type Facts } from "./record-facts.ts";
import { fillRows, fillTimes } from "./rows.ts";
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

/** How one kind of Azure record is laid out. A decoder has its own: it may remember the last record's facts. */
export interface RecordLayout {
  readonly dialect: TupleDialect;
  readonly logType: string;
  readonly versions: readonly number[];
  version(value: JsonObject): unknown;
  /** Facts of the whole record; the same object as before when they are the same. */
  facts(value: JsonObject): Facts;
  extra(value: JsonObject): Extra | undefined;
  /** The arrays of tuples, in order. Calls `damage` for members that have the wrong type. */
  arrays(value: JsonObject, damage: () => void): readonly TupleArray[];
}

/** Decodes the records of one layout. */
export class RecordDecoder {
  readonly #context: ObjectContext;
  readonly #output: DecodeOutput;
  readonly #layout: RecordLayout;
  readonly #facts: RecordFacts;
  readonly #reader: TupleReader;
  #pending = new Uint8Array(16);
  #learned: Facts | undefined;
  readonly #columns: Readonly<Record<"version" | "object" | "position" | "logged", ColumnData>>;

  constructor(context: ObjectContext, output: DecodeOutput, layout: RecordLayout) {
    this.#context = context;
    this.#output = output;
    this.#layout = layout;
    const { flows } = output;
    this.#facts = new RecordFacts(flows);
    this.#reader = new TupleReader(output, layout.dialect, layout.logType);
    this.#columns = {
      version: flows.column("log_version"),
      object: flows.column("object_id"),
      position: flows.column("position"),
      logged: flows.column("logged_time"),
    };
  }

  decode(record: JsonRecord): void {
    const layout = this.#layout;
    const { value, tuples } = record;
    const version = versionOf(layout.version(value));
    if (version === undefined || !layout.versions.includes(version)) {
      this.#addMalformed(record, "unknown-version", record.start, record.end);
      return;
    }
    const { flows } = this.#output;
    const first = flows.rows;
    this.#setFacts(layout.facts(value));
    this.#reader.beginRecord(record.position);
    const recordExtra = layout.extra(value);
    const pending = this.#expect(tuples.length >> 1);
    let unread = tuples.length >> 1;
    const damage = (): void => this.#addMalformed(record, "bad-structure", record.start, record.end);
    for (const array of layout.arrays(value, damage)) {
      const index = spanIndex(array.tuples);
      if (index === undefined || index * 2 >= tuples.length || pending[index] !== 1) {
        if (array.tuples !== undefined && array.tuples !== null) damage();
        continue;
      }
      pending[index] = 0;
      unread--;
      this.#facts.setGroup(array.facts);
      const before = flows.rows;
      const [from, to] = [tuples[index * 2] as number, tuples[index * 2 + 1] as number];
      this.#reader.readSpan(record.bytes, from, to, { version, rule: array.rule, acl: array.acl });
      if (recordExtra !== undefined || array.extra !== undefined)
        this.#addExtra(before, { ...recordExtra, ...array.extra });
    }
    if (unread > 0) this.#rejectUnread(record, pending);
    this.#finish(first, record, version);
  }

  #setFacts(facts: Facts): void {
    this.#facts.setRecord(facts);
    if (facts === this.#learned) return;
    this.#learned = facts;
    const { flow_log_id: flowLog, flow_log_resource_id: resource } = facts;
    if (flowLog !== undefined && resource !== undefined) this.#output.learnResource(flowLog, resource);
  }

  /** One byte a span, 1: not read yet. */
  #expect(spans: number): Uint8Array {
    if (this.#pending.length < spans) this.#pending = new Uint8Array(spans * 2);
    this.#pending.fill(1, 0, spans);
    return this.#pending;
  }

  #rejectUnread(record: JsonRecord, pending: Uint8Array): void {
    const { tuples } = record;
    for (let index = 0; index * 2 < tuples.length; index++) {
      if (pending[index] !== 1) continue;
      this.#addMalformed(record, "misplaced-tuples", tuples[index * 2] as number, tuples[index * 2 + 1] as number);
    }
  }

  flush(): void {
    this.#facts.flush();
    this.#reader.flush();
  }

  /** Fills what differs from record to record. */
  #finish(first: number, { value, position }: JsonRecord, version: number): void {
    const { rows } = this.#output.flows;
    if (rows === first) return;
    const { version: versions, object, position: positions, logged } = this.#columns;
    fillRows(versions, first, rows, version);
    fillRows(object, first, rows, this.#context.objectId);
    fillRows(positions, first, rows, position);
    const time = parseIsoTime(value["time"]);
    if (time !== undefined) fillTimes(logged, first, rows, time);
  }

  /** Adds members to `ext` of the rows from `first` on, beside what is there. */
  #addExtra(first: number, extra: Extra): void {
    const { flows } = this.#output;
    for (const name of Object.keys(extra)) this.#output.addUnknownField(name);
    const text = JSON.stringify(extra);
    for (let row = first; row < flows.rows; row++) {
      const own = flows.value("ext", row);
      flows.setText(
        "ext",
        row,
        typeof own === "string" ? JSON.stringify({ ...extra, ...asObject(JSON.parse(own)) }) : text,
      );
    }
  }

  #addMalformed(record: JsonRecord, reason: string, from: number, to: number): void {
    this.#output.addMalformed(record.position, 0, reason, record.bytes.subarray(from, to), this.#layout.logType);
  }
}

function versionOf(value: unknown): number | undefined {
  const version = typeof value === "string" ? Number(value) : value;
  return typeof version === "number" ? version : undefined;
}

/** The number of the span that stands in the place of an array of tuples. */
export function spanIndex(value: unknown): number | undefined {
  const index: unknown = Array.isArray(value) && value.length === 1 ? value[0] : undefined;
  return typeof index === "number" ? index : undefined;
}
