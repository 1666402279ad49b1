import type { WeirError } from "#base/errors.js";
import type { ObjectOutcome, ObjectSeries, SourceRun } from "#catalog/index.js";
import type { RecordCounts } from "#model/records.js";
import type { ToldFlowLog } from "#model/told-flow-log.js";
import type { Calendar } from "#query/index.js";
import type { RightsPart, SourceProbe } from "#source/index.js";

/** What is known of a source when it is judged. Nothing of it is kept. */
export interface SourceFacts {
  readonly name: string;
  readonly uri: string;
  readonly kind: string;
  readonly everyMs: number;
  /** The region that the configuration names. */
  readonly region: string | undefined;
  readonly nowMs: number;
  /** What is there now; or why it cannot be looked at, and what it needs. */
  readonly place:
    | { readonly probe: SourceProbe }
    | { readonly error: WeirError; readonly rights: readonly RightsPart[] }
    | { readonly files: number };
  /** This machine's clock minus the cloud's, milliseconds. */
  readonly clockOffsetMs: number | undefined;
  /** What control planes say of the flow logs that deliver here, those that are gone too. */
  readonly told: readonly ToldFlowLog[];
  /** What the lake has of it; undefined where it was never collected. */
  readonly lake: LakeFacts | undefined;
}

/** What the lake has of a source. */
export interface LakeFacts {
  readonly run: SourceRun | null;
  readonly outcomes: readonly ObjectOutcome[];
  readonly series: readonly ObjectSeries[];
  readonly records: RecordCounts;
  /** Time of its newest flow, microseconds. */
  readonly newestFlow: number | null;
  /** What its queue sent that could not be used. */
  readonly queue: {
    readonly malformed: { readonly count: number; readonly reason: string; readonly text: string } | undefined;
    readonly otherBucket: { readonly bucket: string; readonly count: number } | undefined;
  };
  /** Flow logs over the newest day; of the whole lake. */
  readonly flowLogs: Calendar["logs"];
}
