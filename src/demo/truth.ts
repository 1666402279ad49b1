import type { DeniedAt } from "./conversation.ts";
import type { Party, Role } from "./world/hosts.ts";

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

/** Bytes of conversations between two owners on one UTC day, each byte once; the day is that of the records' own time. */
export interface TruthVolume {
  readonly day: string;
  readonly client: Party["kind"];
  readonly server: Party["kind"];
  /** Those that began on this day; refused ones and the far legs of NAT gateways are not in them. */
  conversations: number;
  /** As the counting observers logged them, IP bytes and frame bytes together. */
  countedClientBytes: number;
  countedServerBytes: number;
}

/** Something to find, or, when it is benign, to look at and let go. */
export interface TruthIncident {
  readonly id: string;
  readonly kind: string;
  /** MITRE ATT&CK. */
  readonly technique: string | null;
  readonly title: string;
  readonly benign: boolean;
  readonly entities: {
    readonly clients: readonly string[];
    readonly servers: readonly string[];
    /** Names of our own hosts at either end. */
    readonly hosts: readonly string[];
    /** Ports of the servers. */
    readonly ports: readonly number[];
    readonly rules: readonly string[];
    readonly flowLogs: readonly string[];
  };
  readonly fromMs: number;
  readonly toMs: number;
  /** What its conversations add up to, as `truth-conversations.jsonl` has them. */
  readonly expected: Readonly<Record<string, number>>;
}

export type SideVerdict = "allowed" | "denied" | null;
export type Closed = "fin" | "rst" | "none";
/** What a log's byte counters count. */
export type ByteKind = "ip" | "frame";

/** One line of `truth-conversations.jsonl`. Times are milliseconds since 1970, bytes those of IP packets unless counted. */
export interface TruthConversation {
  readonly client_ip: string;
  readonly client_port: number;
  readonly server_ip: string;
  readonly server_port: number;
  readonly protocol: number;
  /** May lie before the world's beginning, and `end` after its end; the counts are of what passed in the world. */
  readonly start: number;
  readonly end: number;
  readonly client_bytes: number;
  readonly client_packets: number;
  readonly server_bytes: number;
  readonly server_packets: number;
  /** What the client sent of a conversation that was refused before it arrived. */
  readonly attempted_bytes: number;
  /** Null when no record of that side was delivered. */
  readonly client_verdict: SideVerdict;
  readonly server_verdict: SideVerdict;
  readonly denied_at: DeniedAt | null;
  readonly closed: Closed;
  readonly logged: readonly LogType[];
  /** The logged bytes of the observer that counts: the sender's side, else the receiver's, else between. */
  readonly counted_client_bytes: number;
  readonly counted_client_kind: ByteKind | null;
  readonly counted_server_bytes: number;
  readonly counted_server_kind: ByteKind | null;
  readonly translated: boolean;
  readonly incident: string | null;
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
  readonly incidents: readonly TruthIncident[];
  readonly volumes: readonly TruthVolume[];
  /** The file that has all conversations, and how many lines of it there are. */
  readonly conversations: { readonly file: string; readonly lines: number; readonly translated: number };
  /** Conversations still open at the end: Azure logs their last minutes only later. */
  readonly openAtEnd: number;
}
