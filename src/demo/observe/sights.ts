import type { Tally } from "./tally.ts";
import type { Attachment, AwsHost, AzureHost } from "../world/hosts.ts";

/** The addresses that an AWS interface writes for the packets of one direction. */
export interface AwsLeg {
  readonly src: string;
  readonly dst: string;
  /** End to end; differs from `src` and `dst` where the interface is a hop. */
  readonly packetSrc: string;
  readonly packetDst: string;
  readonly srcPort: number;
  readonly dstPort: number;
  readonly inbound: boolean;
  /** traffic-path: `-` unless outbound. */
  readonly path: string;
  readonly srcService: string;
  readonly dstService: string;
}

/** Where on a conversation's way an observer stands. */
export type Side = "client" | "server" | "transit";

/** An AWS interface that sees a conversation. */
export interface AwsSight {
  readonly kind: "aws";
  readonly host: AwsHost;
  readonly request: AwsLeg;
  readonly reply: AwsLeg;
  readonly accepted: boolean;
  /** Whether the answers are let through here; null where they do not come by. */
  readonly replyAccepted: boolean | null;
  readonly side: Side;
  readonly tally: Tally;
  /** How much later than the client this observer sees a packet. */
  readonly lagMs: number;
}

/** The transit gateway that passes a conversation on: it sees each direction where it comes in and where it goes out. */
export interface TransitSight {
  readonly kind: "transit";
  readonly client: Attachment;
  readonly server: Attachment;
  readonly side: "transit";
  /** Whether the answers come by. */
  readonly replySeen: boolean;
  /** Of what comes in: the same packets are logged again where they go out. */
  readonly tally: Tally;
  readonly lagMs: number;
}

/** An Azure network interface that sees a conversation. */
export interface AzureSight {
  readonly kind: "azure";
  readonly host: AzureHost;
  readonly inbound: boolean;
  readonly side: Side;
  readonly tally: Tally;
  readonly acl: string;
  readonly rule: string;
  readonly denied: boolean;
  readonly lagMs: number;
}

export type Sight = AwsSight | TransitSight | AzureSight;
