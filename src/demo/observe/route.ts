import type { PacketTrain } from "../packet-train.ts";
import { ICMP, TCP, type Conversation } from "../conversation.ts";
import { hasStorageEndpoint } from "../world/aws-networks.ts";
import type { Estate } from "../world/estate.ts";
import type { Attachment, AwsHost, Party } from "../world/hosts.ts";
import { azureRule } from "./azure-rules.ts";
import type { AwsLeg, AwsSight, Side, Sight } from "./sights.ts";
import { Tally } from "./tally.ts";

/** A conversation as the logs can know it, with everybody who sees it. */
export interface Sighting {
  readonly conversation: Conversation;
  readonly sights: readonly Sight[];
  /** The far leg of a translated conversation: the same traffic under the gateway's address. */
  readonly isTranslated: boolean;
}

/** Milliseconds from the client to the middle and to the far end. */
const NEAR_MS = 1;
const FAR_MS = 3;

/** Who sees a conversation. One that passes a NAT gateway is two in the logs: before and after the translation. */
export function sightingsOf(conversation: Conversation, estate: Estate): Sighting[] {
  const { client, server } = conversation;
  const gateway = natGatewayFor(client, server, estate);
  if (gateway === undefined) return [{ conversation, sights: directSights(conversation, estate), isTranslated: false }];
  const inner = directSights(conversation, estate);
  if (conversation.deniedAt !== "client") inner.push(natInside(conversation, gateway));
  const sightings: Sighting[] = [{ conversation, sights: inner, isTranslated: false }];
  if (conversation.deniedAt !== "client") sightings.push(natOutside(conversation, gateway));
  return sightings;
}

function natGatewayFor(client: Party, server: Party, estate: Estate): AwsHost | undefined {
  if (client.kind !== "aws" || client.isPublic || server.kind !== "internet") return undefined;
  if (server.service === "S3" && hasStorageEndpoint(client.subnet)) return undefined;
  return estate.aws.hosts.find((host) => host.role === "nat-gateway" && host.network === client.network);
}

function directSights(conversation: Conversation, estate: Estate): Sight[] {
  const { client, server, deniedAt } = conversation;
  const sights: Sight[] = [];
  if (client.kind === "aws") sights.push(awsSight(conversation, client, 0, "client"));
  else if (client.kind === "azure") sights.push(...azureSight(conversation, "client"));
  if (deniedAt === "client") return sights;
  const [from, to] = [attachmentOf(client, estate), attachmentOf(server, estate)];
  const touchesAws = client.kind === "aws" || server.kind === "aws";
  if (touchesAws && from !== undefined && to !== undefined && from !== to)
    sights.push({
      kind: "transit",
      side: "transit",
      client: from,
      server: to,
      lagMs: NEAR_MS,
      replySeen: deniedAt !== "return",
      tally: new Tally(),
    });
  if (server.kind === "aws") sights.push(awsSight(conversation, server, FAR_MS, "server"));
  else if (server.kind === "azure") sights.push(...azureSight(conversation, "server"));
  return sights;
}

/** Where the transit gateway meets a party; undefined for the internet, which it does not reach. */
function attachmentOf(party: Party, estate: Estate): Attachment | undefined {
  switch (party.kind) {
    case "aws":
      return party.network.attachment;
    case "azure":
      return estate.aws.transit.toAzure;
    case "office":
      return estate.aws.transit.toOffice;
    case "internet":
    case "platform":
    case "vacant":
    default:
      return undefined;
  }
}

function awsSight(conversation: Conversation, host: AwsHost, lagMs: number, side: Side): AwsSight {
  const { client, server, clientPort, serverPort, deniedAt } = conversation;
  const isClient = host === client;
  const ends = { packetSrc: client.ip, packetDst: server.ip, src: client.ip, dst: server.ip };
  const path = trafficPath(host, isClient ? server : client);
  const services = { srcService: serviceOf(client), dstService: serviceOf(server) };
  const request: AwsLeg = {
    ...ends,
    ...services,
    srcPort: clientPort,
    dstPort: serverPort,
    inbound: !isClient,
    path: isClient ? path : "-",
  };
  const reply = turned(request, isClient ? "-" : path);
  // Only the server's own interface sees an answer that its network ACL stops.
  const replyAccepted = deniedAt === "return" ? (side === "server" ? false : null) : true;
  const tally = new Tally();
  return { kind: "aws", host, side, request, reply, accepted: deniedAt !== side, replyAccepted, lagMs, tally };
}

const serviceOf = (party: Party): string => (party.kind === "internet" ? party.service : "-");

/** The leg of the answers. */
function turned(leg: AwsLeg, path: string): AwsLeg {
  return {
    src: leg.dst,
    dst: leg.src,
    packetSrc: leg.packetDst,
    packetDst: leg.packetSrc,
    srcPort: leg.dstPort,
    dstPort: leg.srcPort,
    inbound: !leg.inbound,
    path,
    srcService: leg.dstService,
    dstService: leg.srcService,
  };
}

function trafficPath(host: AwsHost, far: Party): string {
  if (far.kind === "aws") return far.network === host.network ? "1" : "-";
  if (far.kind !== "internet") return "-";
  if (far.service === "S3" && hasStorageEndpoint(host.subnet)) return "7";
  return host.isPublic || host.role === "nat-gateway" ? "8" : "1";
}

/** What the NAT gateway's interface sees on the client's side: its own address, with the server's in the packet. */
function natInside(conversation: Conversation, gateway: AwsHost): AwsSight {
  const sight = awsSight(conversation, gateway, NEAR_MS, "transit");
  const request = { ...sight.request, dst: gateway.ip };
  return { ...sight, request, reply: { ...turned(request, "1"), inbound: false } };
}

/** The same traffic beyond the gateway, which has taken the client's place and another port. */
function natOutside(inner: Conversation, gateway: AwsHost): Sighting {
  const shift = (train: PacketTrain): PacketTrain => train.delayed(NEAR_MS);
  const mixed = (inner.clientPort * 7919 + inner.request.startMs) % 64_000;
  const conversation: Conversation = {
    ...inner,
    client: gateway,
    clientPort: inner.protocol === ICMP ? 0 : 1_024 + mixed,
    request: shift(inner.request),
    reply: inner.reply === null ? null : shift(inner.reply),
  };
  return { conversation, sights: [awsSight(conversation, gateway, 0, "client")], isTranslated: true };
}

/** None for ICMP, which Azure does not log. */
function azureSight(conversation: Conversation, side: "client" | "server"): Sight[] {
  const host = conversation[side];
  if (host.kind !== "azure" || conversation.protocol === ICMP) return [];
  const far = side === "client" ? conversation.server : conversation.client;
  const denied = conversation.deniedAt === side;
  const inbound = side === "server";
  const { acl, rule } = azureRule({
    host,
    far,
    inbound,
    port: conversation.serverPort,
    isTcp: conversation.protocol === TCP,
  });
  return [
    { kind: "azure", host, inbound, acl, rule, denied, lagMs: inbound ? FAR_MS + 4 : 0, side, tally: new Tally() },
  ];
}
