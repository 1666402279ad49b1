import type { ColumnBatch } from "#model/column-batch.js";
import { TextRun } from "./text-run.ts";

const factColumns = [
  "provider",
  "log_type",
  "bytes_kind",
  "flow_log_id",
  "flow_log_resource_id",
  "observer_id",
  "observer_type",
  "log_account_id",
  "account_id",
  "region",
  "network_id",
  "subnet_id",
  "resource_id",
  "acl_guid",
  "rule_name",
  "acl_id",
  "acl_kind",
] as const;

/** Facts that all tuples of a record or a rule share. */
export type FactName = (typeof factColumns)[number];
export type Facts = Readonly<Partial<Record<FactName, string | undefined>>>;

/** Fills the shared columns of rows that follow one another. */
export class RecordFacts {
  readonly #runs: Readonly<Record<FactName, TextRun>>;
  #recordFacts: Facts | undefined;

  constructor(flows: ColumnBatch) {
    const runs = factColumns.map((name) => [name, new TextRun(flows, name)] as const);
    this.#runs = Object.fromEntries(runs) as Record<FactName, TextRun>;
  }

  /** Sets the facts of a record from the next row on; the same object again costs nothing. */
  setRecord(facts: Facts): void {
    if (facts === this.#recordFacts) return;
    this.#recordFacts = facts;
    this.setGroup(facts);
  }

  /** Sets the named facts from the next row on; others stay as they are. */
  setGroup(facts: Facts): void {
    for (const name in facts) this.#runs[name as FactName].set(facts[name as FactName]);
  }

  /** To be called before the batch may be read or emptied. */
  flush(): void {
    for (const name of factColumns) this.#runs[name].end();
    this.#recordFacts = undefined;
  }
}
