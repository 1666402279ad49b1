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
  readonly #runs: readonly (readonly [FactName, TextRun])[];

  constructor(flows: ColumnBatch) {
    this.#runs = factColumns.map((name) => [name, new TextRun(flows, name)] as const);
  }

  /** Sets the named facts from the next row on; others stay as they are. */
  set(facts: Facts): void {
    for (const [name, run] of this.#runs) if (name in facts) run.set(facts[name]);
  }

  /** To be called before the batch may be read or emptied. */
  flush(): void {
    for (const [, run] of this.#runs) run.end();
  }
}
