import { PacketTrain } from "./packet-train.ts";
import type { Party } from "./world/hosts.ts";

export const TCP = 6;
export const UDP = 17;
export const ICMP = 1;

/** What a story says happened. */
export interface ConversationPlan {
  readonly client: Party;
  readonly server: Party;
  /** 0 for ICMP. */
  readonly serverPort: number;
  /** Default: the next ephemeral port of the client. */
  readonly clientPort?: number;
  readonly protocol?: number;
  readonly startMs: number;
  readonly durationMs: number;
  /** Payload from client to server, and back. */
  readonly up: number;
  readonly down: number;
  /** Bursts instead of an even stream: one every so many milliseconds. */
  readonly beatMs?: number;
  /** Who refuses it, if anybody: then only the client's packets exist. */
  readonly deniedAt?: "client" | "server";
  /** The packets of a denied attempt. Default: 1. */
  readonly attempts?: number;
  readonly ending?: "fin" | "reset";
}

/** One exchange between a client and a server, told once and then observed by every interface on its path. */
export interface Conversation {
  readonly client: Party;
  readonly server: Party;
  readonly clientPort: number;
  readonly serverPort: number;
  readonly protocol: number;
  readonly request: PacketTrain;
  /** Null when nothing came back. */
  readonly reply: PacketTrain | null;
  readonly deniedAt: "client" | "server" | null;
  readonly ending: "fin" | "reset";
}

const SEGMENT = 1_400;
const ROUND_TRIP_MS = 2;

/** Turns payload sizes into packets on the wire. */
export function packetsOf(plan: ConversationPlan, clientPort: number): Conversation {
  const { client, server, serverPort, startMs, protocol = TCP, beatMs = 0, deniedAt = null, ending = "fin" } = plan;
  const shared = { client, server, clientPort, serverPort, protocol, deniedAt, ending };
  const endMs = startMs + Math.max(plan.durationMs, 2 * ROUND_TRIP_MS);
  const ipHeader = plan.client.ip.includes(":") ? 40 : 20;
  if (deniedAt !== null) {
    const packets = plan.attempts ?? 1;
    const bytes = packets * (ipHeader + (protocol === TCP ? 24 : 8 + plan.up));
    return {
      ...shared,
      request: new PacketTrain(startMs, packets === 1 ? startMs : endMs, packets, bytes),
      reply: null,
    };
  }
  const beats = beatMs > 0 ? Math.floor((endMs - startMs) / beatMs) + 1 : 1;
  const [up, down] = protocol === TCP ? tcpPackets(plan, beats) : datagrams(plan, beats);
  const header = ipHeader + (protocol === TCP ? 32 : 8);
  const request = new PacketTrain(startMs, endMs - ROUND_TRIP_MS, up, plan.up + up * header, beatMs);
  const reply =
    down === 0 ? null : new PacketTrain(startMs + ROUND_TRIP_MS, endMs, down, plan.down + down * header, beatMs);
  return { ...shared, request, reply };
}

function tcpPackets(plan: ConversationPlan, beats: number): [up: number, down: number] {
  const upData = Math.max(beats, Math.ceil(plan.up / SEGMENT));
  const downData = Math.max(beats, Math.ceil(plan.down / SEGMENT));
  // SYN, the last ACK of the handshake, FIN; every other segment is acknowledged.
  return [3 + upData + Math.floor(downData / 2), 2 + downData + Math.floor(upData / 2)];
}

function datagrams(plan: ConversationPlan, beats: number): [up: number, down: number] {
  const count = (payload: number): number => (payload === 0 ? 0 : Math.max(beats, Math.ceil(payload / SEGMENT)));
  return [Math.max(1, count(plan.up)), count(plan.down)];
}
