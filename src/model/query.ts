import type { TimeRange } from "./answer.ts";
import type { DatasetName, FieldName } from "./datasets.ts";
import type { FilterNode } from "./filter.ts";
import type { MeasureName } from "./measures.ts";

/** What an answer is grouped by: a field, or the time as `hour` or `day`. */
export type Dimension = FieldName;

/** A question: one model for command line, server, screens, detections and analyses. */
export interface Query {
  readonly dataset: DatasetName;
  readonly range: TimeRange;
  readonly filter?: FilterNode;
  /** Empty: the total. */
  readonly by: readonly Dimension[];
  /** The first ranks the rows unless `order` says otherwise. */
  readonly measures: readonly MeasureName[];
  /** A time series: one row for each group and step. `auto`: as fine as is useful and exact. */
  readonly step?: number | "auto";
  readonly having?: readonly MeasureCondition[];
  readonly order?: { readonly measure: MeasureName; readonly descending: boolean };
  readonly limit?: number;
  /** Whether one more row sums up what the limit cuts off. */
  readonly others?: boolean;
  /** The same question of another time, beside this one: the stretch of the same length before it, or any. */
  readonly compare?: "previous" | TimeRange;
  /** Days and hours begin when they do there: an IANA name. */
  readonly timeZone: string;
}

/** A condition on a measure of a row. */
export interface MeasureCondition {
  readonly measure: MeasureName;
  readonly operator: "=" | "!=" | "<" | "<=" | ">" | ">=";
  readonly value: number;
}

/** What the caller may see: an argument of its own, never part of the filter. Undefined: everything. */
export interface Scope {
  readonly accounts?: readonly string[];
}
