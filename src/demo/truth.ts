import type { Role } from "./world/hosts.ts";

export type Provider = "aws" | "azure";
export type LogType = "aws_vpc" | "aws_tgw" | "azure_vnet" | "azure_nsg";

export interface DemoOptions {
  readonly seed: number;
  /** How much time the world covers. */
  readonly hours: number;
  /** Multiplies the traffic; timers such as health checks stay as they are. */
  readonly scale: number;
  /**
   * The end of the world's time in milliseconds since 1970, rounded down to the minute; the hours are counted back from it.
   * Everything that happened before has been delivered.
   */
  readonly endMs: number;
}

/** What records became, counted as the product counts them. */
export interface TruthCounts {
  records: number;
  flows: number;
  nodata: number;
  skipdata: number;
}

/** One written object. Paths are relative to the world's directory. */
export interface TruthFile extends TruthCounts {
  readonly path: string;
  readonly logType: LogType;
}

/**
 * Records of one log type on one UTC day. The day is that of the record's own time: `start` in AWS, the tuple's time in Azure.
 * Sums are of the numbers as logged: AWS IP bytes (one direction a record: dst sums are 0), Azure frame bytes.
 */
export interface TruthDay extends TruthCounts {
  readonly day: string;
  readonly provider: Provider;
  readonly logType: LogType;
  allow: number;
  deny: number;
  /** Records without a verdict: transit gateway. */
  observed: number;
  srcBytes: number;
  srcPackets: number;
  dstBytes: number;
  dstPackets: number;
}

/** What really passed between two addresses on one UTC day, counted once however many interfaces logged it. */
export interface TruthPair {
  readonly day: string;
  readonly client: string;
  readonly server: string;
  /** True for the far leg of a NAT gateway: the same traffic again, under the gateway's address. */
  readonly translated: boolean;
  /** Which clouds logged it. */
  clouds: Provider[];
  /** Bytes of IP packets, headers included, from the client and from the server. Denied packets are not in them. */
  clientBytes: number;
  clientPackets: number;
  serverBytes: number;
  serverPackets: number;
  /** Those that began on this day and were allowed. */
  conversations: number;
  /** Those that began on this day and were refused. */
  denied: number;
  deniedBytes: number;
}

export interface TruthHost {
  readonly name: string;
  readonly role: Role;
  readonly provider: Provider;
  readonly network: string;
  readonly subnet: string;
  readonly ip: string;
  /** Of dual-stack hosts. */
  readonly ip6: string | null;
  /** ENI or MAC. */
  readonly interface: string;
  /** `-` where AWS owns the interface; null in Azure. */
  readonly instance: string | null;
  readonly public: boolean;
}

export interface TruthNetwork {
  readonly provider: Provider;
  readonly id: string;
  readonly name: string;
  /** Account or subscription. */
  readonly account: string;
  readonly region: string;
  readonly cidr: string;
  readonly flowLog: string;
  readonly logType: LogType;
  readonly subnets: readonly { readonly id: string; readonly name: string; readonly cidr: string }[];
}

/** `truth.json`: what is in the logs and what really happened, for tests and comparisons. */
export interface DemoTruth {
  readonly version: 1;
  readonly options: DemoOptions;
  readonly startMs: number;
  readonly endMs: number;
  readonly world: {
    readonly accounts: readonly { readonly provider: Provider; readonly id: string }[];
    readonly networks: readonly TruthNetwork[];
    readonly hosts: readonly TruthHost[];
  };
  readonly totals: TruthCounts;
  readonly byLogType: Readonly<Partial<Record<LogType, TruthCounts>>>;
  readonly days: readonly TruthDay[];
  readonly files: readonly TruthFile[];
  readonly pairs: readonly TruthPair[];
  /** Conversations still open at the end: Azure logs their last minutes only later. */
  readonly openAtEnd: number;
}
