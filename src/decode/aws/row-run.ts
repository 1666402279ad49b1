import type { ColumnBatch } from "#model/column-batch.js";
import { columnOf, type ColumnName } from "#model/columns.js";
import { tables } from "#model/tables.js";
import type { DecodeOutput } from "../decode-output.ts";
import type { KeyFacts } from "./aws-key.ts";
import type { AwsLayout } from "./aws-layout.ts";
import type { LineTarget } from "./line-target.ts";

/** Where a single line comes from. */
export interface LinePlace {
  /** Line or record number in the object, from 1. */
  readonly position: number;
  /** Event number in the record, from 1; 0: none. */
  readonly subPosition: number;
}

/** What the envelope of a record says about it. */
export interface EnvelopeFacts {
  /** Owner of the log, as a subscription's message names it. */
  readonly accountId?: string;
  /** Interface that a log stream is named after: the observer of records that name none. */
  readonly interfaceId?: string;
}

/**
 * The rows that came one after another from one layout. What is the same in all of them is filled in at once when the run
 * ends.
 */
export class RowRun {
  readonly #output: DecodeOutput;
  readonly #objectId: number;
  readonly #key: KeyFacts;
  #envelope: EnvelopeFacts = {};
  #target: LineTarget | undefined;
  #from = 0;
  #to = 0;

  constructor(output: DecodeOutput, objectId: number, key: KeyFacts) {
    this.#output = output;
    this.#objectId = objectId;
    this.#key = key;
  }

  /** Tells what the envelope says about the rows to come. */
  enterEnvelope(facts: EnvelopeFacts): void {
    if (facts.accountId === this.#envelope.accountId && facts.interfaceId === this.#envelope.interfaceId) return;
    this.close();
    this.#envelope = facts;
  }

  /** To be called before rows are added: closes the run that these rows do not continue. */
  open(target: LineTarget): void {
    const { rows } = this.#output.flows;
    if (target === this.#target && rows === this.#to) return;
    this.close();
    this.#target = target;
    this.#from = rows;
    this.#to = rows;
  }

  /** To be called when rows were added. */
  advance(): void {
    this.#to = this.#output.flows.rows;
  }

  /** Fills in the columns that are the same in all rows of the run, and counts them. */
  close(): void {
    const target = this.#target;
    const from = this.#from;
    const to = this.#to;
    this.#target = undefined;
    this.#from = to;
    if (target === undefined) return;
    countExtFields(target, this.#output);
    if (to === from) return;
    const { flows } = this.#output;
    const logType = logTypeOf(target.layout);
    for (const [name, value] of this.#constants(target)) flows.fillText(name, from, to, value);
    flows.fillNumber("object_id", from, to, this.#objectId);
    if (target.layout.filled.has("observer_id")) clearWhereNull(target, from, to);
    this.#output.countFlows(logType, to - from);
  }

  /** Turns the row behind the last one, of a record that says NODATA or SKIPDATA, into a row of `coverage`. */
  addCoverage(target: LineTarget): void {
    const { flows, coverage } = this.#output;
    const from = flows.rows;
    coverage.reserve(1);
    const row = coverage.rows;
    for (const [name, value] of this.#constants(target)) if (isCoverage(name)) coverage.setText(name, row, value);
    for (const name of tables.coverage) {
      if (name === "status" || !flows.isValid(name, from)) continue;
      const value = flows.value(name, from);
      const { type } = columnOf(name);
      if (typeof value === "string") coverage.setText(name, row, value);
      else if (typeof value === "number") coverage.setNumber(name, row, value);
      else if (typeof value === "bigint" && type === "timestamp") coverage.setTime(name, row, Number(value));
    }
    const status = target.status === 1 ? "nodata" : "skipdata";
    coverage.setText("status", row, status);
    coverage.setNumber("object_id", row, this.#objectId);
    coverage.rows++;
    flows.discardRow();
    this.#output.count(status);
  }

  *#constants(target: LineTarget): Generator<[ColumnName, string]> {
    const { layout } = target;
    yield ["provider", "aws"];
    yield ["log_type", logTypeOf(layout)];
    yield ["bytes_kind", "ip"];
    yield ["counter_quality", "exact"];
    if (this.#key.flowLogId !== undefined) yield ["flow_log_id", this.#key.flowLogId];
    const logAccount = this.#envelope.accountId ?? this.#key.accountId;
    if (logAccount !== undefined) yield ["log_account_id", logAccount];
    if (this.#key.region !== undefined && !layout.filled.has("region")) yield ["region", this.#key.region];
    if (!target.hasAction && !target.hasLosses) yield ["action", "observed"];
    if (layout.isGateway) yield ["observation_point", "transit"];
    if (layout.filled.has("observer_id")) {
      if (!layout.filled.has("resource_id")) yield ["observer_type", layout.isGateway ? "attachment" : "interface"];
    } else if (!layout.filled.has("resource_id") && this.#envelope.interfaceId !== undefined) {
      yield ["observer_id", this.#envelope.interfaceId];
      yield ["observer_type", "interface"];
    }
  }
}

/** The format family of records of a layout. */
export function logTypeOf(layout: AwsLayout): string {
  return layout.isGateway ? "aws_tgw" : "aws_vpc";
}

const coverageColumns: ReadonlySet<ColumnName> = new Set(tables.coverage);

function isCoverage(name: ColumnName): boolean {
  return coverageColumns.has(name);
}

/** A record without an observer has no type of observer either. */
function clearWhereNull(target: LineTarget, from: number, to: number): void {
  const observer = target.batch.column("observer_id").valid;
  const type = target.batch.column("observer_type").valid;
  const lastGroup = (to - 1) >> 3;
  for (let group = from >> 3; group <= lastGroup; group++) {
    const before = group === from >> 3 ? (1 << (from & 7)) - 1 : 0;
    type[group] = (type[group] as number) & ((observer[group] as number) | before);
  }
}

function countExtFields(target: LineTarget, output: DecodeOutput): void {
  for (const token of target.extTokens) {
    const records = target.extCounts[token] as number;
    if (records > 0) output.addUnknownField(target.layout.names[token] as string, records);
    target.extCounts[token] = 0;
  }
}

/** Turns the line numbers of rows from `from` on into places of events, and gives the rows the times of their events. */
export function placeEvents(batch: ColumnBatch, from: number, times: Float64Array, before: LinePlace): void {
  for (let row = from; row < batch.rows; row++) {
    const line = Number(batch.value("position", row));
    batch.setNumber("position", row, before.position);
    batch.setNumber("sub_position", row, before.subPosition + line);
    const time = times[line - 1] ?? -1;
    if (time < 0) continue;
    if (batch.table === "flows" && !batch.isValid("logged_time", row)) batch.setTime("logged_time", row, time);
    if (batch.value("time_basis", row) !== "object") continue;
    batch.setTime("time", row, time);
    batch.setText("time_basis", row, "envelope");
  }
}
