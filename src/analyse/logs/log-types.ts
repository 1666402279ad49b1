import type { TimeRange } from "#model/answer.js";
import type { BetterTexts } from "#model/better-log.js";
import type { LogKinds } from "#model/log-kinds.js";
import type { ToldFlowLog } from "#model/told-flow-log.js";
import type { LogQuestionId } from "#model/log-questions.js";

/** `partly`: for some of the traffic, or only roughly. */
export type LogGrade = "yes" | "partly" | "no";

/** A header line (`format`), the control plane (`told`), or which fields records fill (`records`). */
export type FieldsBasis = "format" | "told" | "records";

/** Whether a flow log can answer one question. */
export interface GradedQuestion {
  readonly question: LogQuestionId;
  readonly grade: LogGrade;
  /** One line: what is so, and what is missing. */
  readonly finding: string;
  /** Fields or settings that a better flow log has and this one has not, by their names in the cloud. */
  readonly missing: readonly string[];
  /** Whether another flow log of this cloud would answer better. False: no flow log of this kind can. */
  readonly canMend: boolean;
}

/** Columns of flows that are counted where they have a value. */
export const countedColumns = [
  "direction",
  "observation_point",
  "tcp_flags",
  "src_hop_ip",
  "dst_hop_ip",
  "traffic_path",
  "rule_name",
  "reject_reason",
  "src_bytes",
  "src_packets",
  "dst_bytes",
  "account_id",
  "region",
  "network_id",
  "subnet_id",
  "instance_id",
  "az_id",
  "encryption",
  "observer_id",
  "resource_id",
  "src_pod",
  "dst_pod",
  "connection_direction",
] as const;

export type CountedColumn = (typeof countedColumns)[number];

/** What a flow log's records of a range say about the log. Records without the id of a flow log are one for each log type. */
export interface LogFacts {
  /** Empty for records without one. */
  readonly flowLog: string;
  readonly logType: string;
  /** Records of flows; how many of them have a value, by column. */
  readonly records: number;
  readonly filled: Readonly<Record<CountedColumn, number>>;
  readonly observers: number;
  /** Time of the oldest and newest record, microseconds. */
  readonly first: number;
  readonly last: number;
  /** The longest stretch of time that a record stands for. Seconds. */
  readonly longestS: number;
  readonly lowestVersion: number | null;
  readonly allowed: number;
  readonly denied: number;
  readonly isSampled: boolean;
  /** Records by state; without a state they are in none. */
  readonly states: { readonly begin: number; readonly continue: number; readonly end: number; readonly deny: number };
  /** Of the records that should count: those with counters that are known to be too low. */
  readonly unreliable: number;
  readonly account: string | null;
  readonly region: string | null;
  /** The one network that its interfaces are in; null where there are several or none is told. */
  readonly network: string | null;
  /** The one resource that it is on (Azure). */
  readonly resource: string | null;
  /** The flow log as a resource (Azure). */
  readonly logResource: string | null;
  /** Windows in which the cloud says that nothing passed, and in which it says that it lost records. */
  readonly windows: { readonly nodata: number; readonly skipdata: number };
  /** What its cloud's control plane says of it; null where nothing was told. */
  readonly told: ToldFlowLog | null;
  /** Azure: the networks behind a security group that no VNet flow log covers, as the control plane says; null where nothing was told. */
  readonly behind: readonly string[] | null;
  /** Field names in order; null where they are not known. */
  readonly fields: readonly string[] | null;
  /** From a header line, by the control plane, or told by which fields records fill. */
  readonly fieldsFrom: FieldsBasis;
  /** What people call it. */
  readonly name: string | null;
}

/** One flow log, judged. */
export interface GradedLog {
  readonly flowLog: string;
  readonly name: string | null;
  readonly logType: string;
  readonly records: number;
  readonly observers: number;
  readonly first: number;
  readonly last: number;
  readonly account: string | null;
  readonly region: string | null;
  readonly network: string | null;
  readonly resource: string | null;
  readonly logResource: string | null;
  /** What is known of its fields comes from there. */
  readonly basis: FieldsBasis;
  readonly fields: readonly string[] | null;
  /** What its cloud's control plane says of it; null where nothing was told. */
  readonly told: ToldFlowLog | null;
  /** Azure: the networks behind a security group that no VNet flow log covers, as the control plane says; null where nothing was told. */
  readonly behind: readonly string[] | null;
  /** Null where records have no verdict. */
  readonly kinds: LogKinds | null;
  /** In the order of the questions. */
  readonly grades: readonly GradedQuestion[];
  /** A flow log that answers more; null where none of its kind can. */
  readonly better: BetterTexts | null;
}

export interface LogsAnswer {
  readonly range: TimeRange;
  readonly logs: readonly GradedLog[];
  /** Flow logs that the control plane has, and that wrote nothing in the range. */
  readonly silent: readonly ToldFlowLog[];
}
