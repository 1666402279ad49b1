import type { RemoteSettings } from "../settings.ts";

export type EstateProvider = "aws" | "azure";

/** What the control planes say about networks and their flow logs. All texts are somebody else's. */
export interface Estate {
  readonly accounts: readonly EstateAccount[];
  readonly networks: readonly EstateNetwork[];
  readonly flowLogs: readonly EstateFlowLog[];
  /** Where all flow logs were listed: what is not among them is not there. Region null: of all regions. */
  readonly whole: readonly { readonly account: string; readonly region: string | null }[];
  /** Accounts of which all interfaces were listed. */
  readonly interfacesOf: readonly string[];
  /** What could not be asked: an account or region that refuses does not stop the rest. */
  readonly problems: readonly EstateProblem[];
}

/** An AWS account or an Azure subscription. */
export interface EstateAccount {
  readonly provider: EstateProvider;
  readonly id: string;
  readonly name: string | null;
  /** The role with which it was read, where another account's credentials did not do; an ARN. */
  readonly roleArn: string | null;
}

/** A VPC or a virtual network. */
export interface EstateNetwork {
  readonly provider: EstateProvider;
  /** `vpc-…`, or a resource id in lower case. */
  readonly id: string;
  readonly name: string | null;
  readonly account: string;
  readonly region: string;
  readonly cidrs: readonly string[];
  readonly subnets: readonly EstateSubnet[];
}

export interface EstateSubnet {
  /** `subnet-…`, or a resource id in lower case. */
  readonly id: string;
  readonly name: string | null;
  readonly cidrs: readonly string[];
  /** Azure: the security group of the subnet, in lower case. */
  readonly securityGroup: string | null;
  readonly interfaces: readonly EstateInterface[];
}

export interface EstateInterface {
  /** `eni-…`, or a resource id in lower case. */
  readonly id: string;
  /** Azure: as flow logs have it, upper case without separators; null where it is not told. */
  readonly mac: string | null;
  /** Azure: the security group of the interface itself, in lower case. */
  readonly securityGroup: string | null;
}

/** Where a flow log's records go. */
export type EstateDestination =
  | { readonly kind: "s3"; readonly bucket: string; readonly prefix: string }
  | { readonly kind: "cloudwatch"; readonly region: string; readonly account: string; readonly logGroup: string }
  | { readonly kind: "firehose"; readonly stream: string }
  | {
      readonly kind: "azure-blob";
      /** Name of the storage account, and its resource id in lower case. */
      readonly account: string;
      readonly accountId: string;
      readonly container: string;
      /** Host of the account's blobs where it was told: sovereign clouds, DNS zones. */
      readonly host: string | null;
    }
  | { readonly kind: "unknown"; readonly text: string };

/** A flow log as it is set up. */
export interface EstateFlowLog {
  readonly provider: EstateProvider;
  /** `fl-…`, or a resource id in lower case. */
  readonly id: string;
  readonly name: string | null;
  readonly account: string;
  readonly region: string;
  readonly target: {
    readonly kind: "network" | "subnet" | "interface" | "gateway" | "attachment" | "security-group" | "other";
    /** As networks, subnets and interfaces are called here. */
    readonly id: string;
  };
  readonly destination: EstateDestination;
  /** AWS: `LogFormat`. Azure: `NSG 2`, `VNet 4`. */
  readonly format: string | null;
  readonly trafficType: "all" | "accept" | "reject";
  readonly intervalSeconds: number | null;
  /** Azure: which flows are written at all. */
  readonly filter: string | null;
  /** Azure: which kinds of records are written, of B, C, E and D. */
  readonly recordTypes: string | null;
  /** Azure: days after which blobs are deleted; null: never, or not told. */
  readonly retentionDays: number | null;
  /** AWS, S3: how objects are laid out. */
  readonly objects: { readonly format: string; readonly isHive: boolean; readonly isHourly: boolean } | null;
  readonly isEnabled: boolean;
  /** What the cloud says went wrong with the last delivery. */
  readonly deliveryError: string | null;
  readonly createdMs: number | null;
}

/** Something that could not be asked. */
export interface EstateProblem {
  readonly provider: EstateProvider;
  readonly account: string | null;
  readonly region: string | null;
  /** What was asked for: `ec2:DescribeFlowLogs`, `flow logs`. */
  readonly asked: string;
  /** Stable, kebab-case. */
  readonly code: string;
  /** Why it was not answered, in words. */
  readonly message: string;
  readonly next: string | null;
}

/** A place that flow logs are delivered to, as a source. */
export interface ProposedSource {
  /** Of letters, digits and hyphens, unlike all others. */
  readonly name: string;
  readonly settings: RemoteSettings;
  /** What is delivered there. */
  readonly flowLogs: readonly EstateFlowLog[];
}

/** What the flow logs of an estate do not see. */
export interface EstateGap {
  readonly kind: "not-logged" | "disabled" | "delivery-failed" | "reject-only" | "accept-only" | "filtered" | "pushed";
  readonly provider: EstateProvider;
  readonly account: string;
  readonly region: string;
  /** The network, subnet, interface or flow log. */
  readonly resource: string;
  readonly name: string | null;
  /** Interfaces that this concerns, where they are known. */
  readonly interfaces: number | null;
  /** One sentence. */
  readonly message: string;
}
