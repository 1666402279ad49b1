/** A flow log as its cloud's control plane describes it: `DescribeFlowLogs` of AWS, `flowLogs` of Azure's Resource Graph. */
export interface DescribedFlowLog {
  readonly provider: "aws" | "azure";
  /** `fl-…`, or a resource id in lower case. */
  readonly id: string;
  readonly name: string | null;
  /** `unknown` where exported JSON does not tell it. */
  readonly account: string;
  readonly region: string;
  /** What it watches: `network`, `subnet`, `interface`, `security-group`, … */
  readonly targetKind: string;
  /** `vpc-…`, or a resource id in lower case. */
  readonly target: string;
  /** Where records go: a URL as sources have it, or an ARN. */
  readonly destination: string;
  /** AWS: `LogFormat`. Azure: `NSG 2`, `VNet 4`. */
  readonly format: string | null;
  readonly traffic: "all" | "accept" | "reject";
  readonly intervalSeconds: number | null;
  /** Azure: the condition that flows have to meet. */
  readonly filter: string | null;
  /** Azure: of B, C, E and D, the records that are written; null: all. */
  readonly recordTypes: string | null;
  /** Azure: days after which blobs are deleted; null: never, or not told. */
  readonly retentionDays: number | null;
  readonly isEnabled: boolean;
  /** What the cloud says went wrong with the last delivery. */
  readonly deliveryError: string | null;
  readonly createdMs: number | null;
}

/** A flow log as it was told: evidence, with its time. */
export interface ToldFlowLog extends DescribedFlowLog {
  /** When the cloud was asked. Milliseconds since 1970, as all times here. */
  readonly toldMs: number;
  /** The first look that should have found it and did not; null: it was there at the last one. */
  readonly goneMs: number | null;
}

/** Flow logs by the id that their records bear, in lower case: see {@link toldOf}. */
export type ToldFlowLogs = ReadonlyMap<string, ToldFlowLog>;

/** What was told of the flow log that records name; undefined where nothing was. */
export function toldOf(told: ToldFlowLogs | undefined, flowLog: string | null): ToldFlowLog | undefined {
  return flowLog === null ? undefined : told?.get(flowLog.toLowerCase());
}

/** Who told it, as people know it. */
export function tellerOf({ provider }: Pick<ToldFlowLog, "provider">): string {
  return provider === "aws" ? "DescribeFlowLogs" : "Azure Resource Graph";
}

/** Names of the fields of an AWS `LogFormat`, in order; null where it is none: `${version} ${srcaddr}`. */
export function formatFields(format: string | null): readonly string[] | null {
  if (format === null || !format.includes("${")) return null;
  return [...format.matchAll(/\$\{([a-z0-9-]+)\}/g)].map(([, field = ""]) => field);
}

/** A network interface of Azure in one of its subnets, as the control plane describes it. Ids are in lower case. */
export interface ToldInterface {
  readonly id: string;
  readonly subnet: string;
  readonly network: string;
  readonly account: string;
  /** As records have it: upper case, without separators. Null: not told. */
  readonly mac: string | null;
  /** The interface's own security group, and its subnet's. */
  readonly ownGroup: string | null;
  readonly subnetGroup: string | null;
}
