import type { CoverageOfKind } from "./answer.ts";
import type { DescribedFlowLog, ToldFlowLog } from "./told-flow-log.ts";

/**
 * How much of one kind of record, of what was allowed or of what was denied, a flow log writes. `filtered`: of the flows that meet
 * its condition.
 */
export type KindWritten = "full" | "none" | "sampled" | "filtered";

/**
 * Where that is known from. `cloud`: every such log writes so. `told`: the cloud's control plane says how it is set up. `records`:
 * inferred from the records alone, so a quiet log may be judged too hard. `name`: inferred from the records, and the log's name says
 * the same.
 */
export type KindBasis = "cloud" | "told" | "records" | "name";

/** Which kinds of records a flow log writes. */
export interface LogKinds {
  readonly allowed: KindWritten;
  readonly denied: KindWritten;
  readonly basis: KindBasis;
}

/** What is known of a flow log when its kinds are told. */
export interface KindEvidence {
  readonly logType: string | null;
  readonly wroteAllowed: boolean;
  readonly wroteDenied: boolean;
  /** Some record says that only a part of the packets was seen. */
  readonly isSampled?: boolean;
  /** What people call the log: its name in the cloud, or the one that was given to it. */
  readonly name?: string | null;
  /** What its cloud says of it. */
  readonly told?: ToldFlowLog | undefined;
}

/**
 * Which kinds a flow log writes; null where its records have no verdict, as those of transit gateways. The one place that tells:
 * what answers, paths, the calendar and `weir doctor` say of kinds comes from here.
 *
 * AWS writes what the flow log was set to: all, what was accepted, what was refused. The control plane says which, and for good;
 * the records do not, so without it a kind that was never met counts as not written. Where records contradict what was told, they
 * are right: it was changed since, or before. NSG flow logs write both, but of two NSGs the last to allow a flow writes it: that one of
 * them only ever denies is no filter. A VNet flow log can be filtered to denied records (`recordTypes`). Google samples packets,
 * and has what firewalls refuse elsewhere.
 */
export function kindsOfLog(evidence: KindEvidence): LogKinds | null {
  const inferred = inferredKinds(evidence);
  const { told, wroteAllowed, wroteDenied, isSampled = false } = evidence;
  if (inferred === null || told === undefined || isSampled) return inferred;
  const set = describedKinds(told);
  if ((wroteAllowed && set.allowed === "none") || (wroteDenied && set.denied === "none")) return inferred;
  // Azure's settings may have been changed since these records: what they lack may not have been written then.
  const isForGood = told.provider === "aws";
  if (!isForGood && set.allowed === "full" && set.denied === "full") return inferred;
  return { ...set, basis: "told" };
}

/** What the records and the cloud's ways alone tell. */
function inferredKinds(evidence: KindEvidence): LogKinds | null {
  const { logType, wroteAllowed, wroteDenied, isSampled = false } = evidence;
  if (logType === "aws_tgw") return null;
  if (logType?.startsWith("gcp") === true)
    return { allowed: "sampled", denied: wroteDenied ? "sampled" : "none", basis: "cloud" };
  if (isSampled) return { allowed: "sampled", denied: "sampled", basis: "records" };
  if (logType?.startsWith("azure") === true) {
    const isFiltered = logType === "azure_vnet" && wroteDenied && !wroteAllowed;
    if (!isFiltered) return { allowed: "full", denied: "full", basis: "cloud" };
  }
  const told = toldByName(evidence.name ?? "");
  const lacks = wroteAllowed ? (wroteDenied ? undefined : "denied") : "allowed";
  return {
    allowed: wroteAllowed ? "full" : "none",
    denied: wroteDenied ? "full" : "none",
    basis: lacks !== undefined && told === lacks ? "name" : "records",
  };
}

/** How what is said of several flow logs is known: from their records where that is so of one that leaves something out. */
export function kindBasis(kinds: readonly LogKinds[]): "told" | "records" {
  const lacking = kinds.filter(({ allowed, denied }) => allowed !== "full" || denied !== "full");
  const deciding = lacking.length > 0 ? lacking : kinds;
  return deciding.length > 0 && deciding.every(({ basis }) => basis === "told" || basis === "cloud")
    ? "told"
    : "records";
}

/**
 * The kinds of records that it was set to write. Of AWS that is so for its whole life: a flow log's traffic type cannot be changed
 * (https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-basics.html). Azure's settings can.
 */
export function describedKinds({
  traffic,
  filter,
  recordTypes,
}: Pick<DescribedFlowLog, "traffic" | "filter" | "recordTypes">): Omit<LogKinds, "basis"> {
  const types = recordTypes?.toUpperCase() ?? null;
  const writes = { allowed: types === null || /[BCE]/.test(types), denied: types?.includes("D") !== false };
  const some = filter === null ? "full" : "filtered";
  return {
    allowed: traffic === "reject" || !writes.allowed ? "none" : some,
    denied: traffic === "accept" || !writes.denied ? "none" : some,
  };
}

/** The kinds of several flow logs together. A sampled kind is there in part. */
export function kindOfLogs(kinds: readonly KindWritten[]): CoverageOfKind {
  if (kinds.every((kind) => kind === "none")) return "none";
  return kinds.every((kind) => kind === "full") ? "full" : "partial";
}

/** The kind that a log leaves out if its name says what it has: `vpc-rejects`, `prod_accepted_only`. */
function toldByName(name: string): "allowed" | "denied" | undefined {
  const words = new Set(name.toLowerCase().split(/[^a-z]+/));
  const has = (...some: string[]): boolean => some.some((word) => words.has(word));
  const ofDenied = has("reject", "rejects", "rejected", "deny", "denied", "denies", "denials", "blocked");
  const ofAllowed = has("accept", "accepts", "accepted", "allow", "allowed", "allows");
  if (ofDenied === ofAllowed) return undefined;
  return ofDenied ? "allowed" : "denied";
}
