/** A virtual network of AWS and the flow log that watches it. */
export interface Vpc {
  readonly kind: "vpc";
  readonly id: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly cidr: string;
  readonly flowLog: AwsFlowLog;
  /** How the transit gateway reaches it. */
  readonly attachment: Attachment;
}

/** A virtual network of Azure and the flow log that watches it. */
export interface Vnet {
  readonly kind: "vnet";
  readonly id: string;
  readonly name: string;
  readonly subscription: string;
  readonly region: string;
  readonly cidr: string;
  readonly flowLog: AzureFlowLog;
}

/** One AWS flow-log subscription: its format and how its objects lie in the bucket. */
export interface AwsFlowLog {
  readonly id: string;
  readonly logType: "aws_vpc" | "aws_tgw";
  readonly bucket: string;
  readonly account: string;
  readonly region: string;
  /** The highest version among the fields. */
  readonly version: number;
  readonly fields: readonly string[];
  readonly windowSeconds: 60 | 600;
  readonly hive: boolean;
}

/** One Azure flow log: a VNet flow log, or the log of a network security group. */
export interface AzureFlowLog {
  readonly logType: "azure_vnet" | "azure_nsg";
  readonly guid: string;
  readonly name: string;
  /** The ARM id of the FlowLog resource, upper case. */
  readonly resourceId: string;
  readonly targetId: string;
}

/** One side of the transit gateway. */
export interface Attachment {
  readonly id: string;
  /** Null where the other side is a VPN or another gateway: then the log has `-`. */
  readonly vpc: {
    readonly id: string;
    readonly account: string;
    readonly subnet: string;
    readonly eni: string;
    readonly az: string;
  } | null;
}

export interface Subnet {
  readonly id: string;
  readonly name: string;
  readonly cidr: string;
  /** Of AWS only; `-` otherwise. */
  readonly az: string;
  /** The ARM id of the subnet's network security group; of Azure only. */
  readonly acl: string;
}

export type Role =
  | "load-balancer"
  | "nat-gateway"
  | "web"
  | "app"
  | "database"
  | "cache"
  | "batch"
  | "monitoring"
  | "dns"
  | "bastion"
  | "payment"
  | "vault"
  | "build"
  | "workstation"
  | "directory"
  | "file"
  | "erp"
  | "warehouse"
  | "backup"
  | "scanner"
  | "idle";

interface AnyHost {
  readonly name: string;
  readonly role: Role;
  readonly ip: string;
  readonly subnet: Subnet;
  /** Reachable from the internet. The logs show its private address all the same. */
  readonly isPublic: boolean;
}

export interface AwsHost extends AnyHost {
  readonly kind: "aws";
  readonly network: Vpc;
  /** Its second address, of the dual-stack load balancers. */
  readonly ip6: string | null;
  readonly eni: string;
  /** `-` where AWS owns the interface. */
  readonly instance: string;
  /** Where within the minute this interface's windows begin, in seconds. */
  readonly phaseSeconds: number;
}

export interface AzureHost extends AnyHost {
  readonly kind: "azure";
  readonly network: Vnet;
  readonly mac: string;
}

export type Host = AwsHost | AzureHost;

/** Whoever is not logged at its own end. */
export interface Outsider {
  /** `vacant`: an address of our own networks that nobody has. */
  readonly kind: "internet" | "office" | "platform" | "vacant";
  readonly ip: string;
  /** The AWS service that owns the address, `-` for none. */
  readonly service: string;
}

export type Party = Host | Outsider;

/** The same host under its IPv6 address, for clients that come over IPv6. */
export function reachedBy(client: Party, host: AwsHost): AwsHost {
  return client.ip.includes(":") && host.ip6 !== null ? { ...host, ip: host.ip6 } : host;
}

export function outsider(kind: Outsider["kind"], ip: string, service = "-"): Outsider {
  return { kind, ip, service };
}
