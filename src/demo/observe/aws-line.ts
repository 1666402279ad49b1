import type { Attachment, AwsFlowLog, AwsHost } from "../world/hosts.ts";
import type { AwsLeg } from "./sights.ts";
import type { WindowPiece } from "./windows.ts";

/** Everything that a line of an AWS flow log can say; null where the line is not about a flow. */
export interface AwsRecord {
  readonly host: AwsHost | null;
  readonly transit: TransitSide | null;
  readonly leg: AwsLeg | null;
  readonly piece: WindowPiece | null;
  readonly protocol: number;
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly action: string;
  readonly status: "OK" | "NODATA" | "SKIPDATA";
}

/** Where the transit gateway saw the packets of one direction. */
export interface TransitSide {
  readonly gateway: string;
  readonly source: Attachment;
  readonly destination: Attachment;
  readonly inbound: boolean;
}

type Writer = (record: AwsRecord, log: AwsFlowLog) => string | number;

const attachmentWriters: Readonly<Record<string, Writer>> = {
  "tgw-src-vpc-account-id": ({ transit }) => transit?.source.vpc?.account ?? "-",
  "tgw-dst-vpc-account-id": ({ transit }) => transit?.destination.vpc?.account ?? "-",
  "tgw-src-vpc-id": ({ transit }) => transit?.source.vpc?.id ?? "-",
  "tgw-dst-vpc-id": ({ transit }) => transit?.destination.vpc?.id ?? "-",
  "tgw-src-subnet-id": ({ transit }) => transit?.source.vpc?.subnet ?? "-",
  "tgw-dst-subnet-id": ({ transit }) => transit?.destination.vpc?.subnet ?? "-",
  "tgw-src-eni": ({ transit }) => transit?.source.vpc?.eni ?? "-",
  "tgw-dst-eni": ({ transit }) => transit?.destination.vpc?.eni ?? "-",
  "tgw-src-az-id": ({ transit }) => transit?.source.vpc?.az ?? "-",
  "tgw-dst-az-id": ({ transit }) => transit?.destination.vpc?.az ?? "-",
};

const writers: Readonly<Record<string, Writer>> = {
  ...attachmentWriters,
  version: (_, log) => log.version,
  "account-id": (_, log) => log.account,
  region: (_, log) => log.region,
  "interface-id": ({ host }) => host?.eni ?? "-",
  "vpc-id": ({ host }) => host?.network.id ?? "-",
  "subnet-id": ({ host }) => host?.subnet.id ?? "-",
  "az-id": ({ host }) => host?.subnet.az ?? "-",
  "instance-id": ({ host }) => host?.instance ?? "-",
  srcaddr: ({ leg }) => leg?.src ?? "-",
  dstaddr: ({ leg }) => leg?.dst ?? "-",
  "pkt-srcaddr": ({ leg }) => leg?.packetSrc ?? "-",
  "pkt-dstaddr": ({ leg }) => leg?.packetDst ?? "-",
  srcport: ({ leg }) => leg?.srcPort ?? "-",
  dstport: ({ leg }) => leg?.dstPort ?? "-",
  protocol: ({ leg, protocol }) => (leg === null ? "-" : protocol),
  packets: ({ piece }) => piece?.packets ?? "-",
  bytes: ({ piece }) => piece?.bytes ?? "-",
  start: ({ startSeconds }) => startSeconds,
  end: ({ endSeconds }) => endSeconds,
  action: ({ action }) => action,
  "log-status": ({ status }) => status,
  "tcp-flags": ({ piece }) => piece?.tcpFlags ?? "-",
  type: ({ leg }) => (leg === null ? "-" : leg.packetSrc.includes(":") ? "IPv6" : "IPv4"),
  "flow-direction": ({ leg }) => (leg === null ? "-" : leg.inbound ? "ingress" : "egress"),
  "traffic-path": ({ leg }) => leg?.path ?? "-",
  "pkt-src-aws-service": ({ leg }) => leg?.srcService ?? "-",
  "pkt-dst-aws-service": ({ leg }) => leg?.dstService ?? "-",
  // Encryption controls are on in the payment network, on instances that encrypt by themselves.
  "encryption-status": ({ host, leg }) => (leg === null ? "-" : host?.instance === "-" ? 0 : 1),
  "resource-type": () => "TransitGateway",
  "tgw-id": ({ transit }) => transit?.gateway ?? "-",
  "tgw-attachment-id": ({ transit }) =>
    transit === null ? "-" : (transit.inbound ? transit.source : transit.destination).id,
  "tgw-pair-attachment-id": ({ transit }) =>
    transit === null ? "-" : (transit.inbound ? transit.destination : transit.source).id,
  "packets-lost-no-route": () => 0,
  "packets-lost-blackhole": () => 0,
  "packets-lost-mtu-exceeded": () => 0,
  "packets-lost-ttl-expired": () => 0,
};

const absent: Writer = () => "-";

/** Makes the function that writes a record in a flow log's own format, without the line feed. */
export function lineWriter(log: AwsFlowLog): (record: AwsRecord) => string {
  const columns = log.fields.map((field) => writers[field] ?? absent);
  // One list for all lines, joined: a line built by concatenation is a tree of pieces that the collector has to walk.
  const tokens: (string | number)[] = columns.map(() => "");
  return (record) => {
    for (const [at, column] of columns.entries()) tokens[at] = column(record, log);
    return tokens.join(" ");
  };
}
