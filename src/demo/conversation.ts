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
  /** Who refuses it, if anybody. */
  readonly deniedAt?: DeniedAt;
  /** What the server says to a TCP connection. Default: `full`. `reset`: the port is closed. `none`: nobody is there. */
  readonly answer?: Answer;
  /** The packets of an attempt that comes to nothing. Default: 1. */
  readonly attempts?: number;
  readonly ending?: "fin" | "reset";
  /** The incident that it is part of. */
  readonly incident?: string;
}

/**
 * Where packets are refused. `client`, `server`: the request, at that end, so that only the client's packets exist. `return`:
 * the answer, by the stateless network ACL of the server's subnet; request and answer exist, and the client never hears.
 */
export type DeniedAt = "client" | "server" | "return";
export type Answer = "full" | "reset" | "none";

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
  readonly deniedAt: DeniedAt | null;
  readonly answer: Answer;
  readonly ending: "fin" | "reset";
  readonly incident: string | null;
}

/** Whether data could flow: the request was let in, and somebody answered. */
export function isEstablished({ deniedAt, answer }: Conversation): boolean {
  return deniedAt === null && answer === "full";
}

const SEGMENT = 1_400;
const ROUND_TRIP_MS = 2;

/** Turns payload sizes into packets on the wire. */
export function packetsOf(plan: ConversationPlan, clientPort: number): Conversation {
  const { client, server, serverPort, startMs, protocol = TCP, beatMs = 0, deniedAt = null, ending = "fin" } = plan;
  const { answer = "full", incident = null } = plan;
  const shared = { client, server, clientPort, serverPort, protocol, deniedAt, answer, ending, incident };
  if (deniedAt !== null || answer !== "full") return { ...shared, ...attemptOf(plan) };
  const endMs = startMs + Math.max(plan.durationMs, 2 * ROUND_TRIP_MS);
  const ipHeader = plan.client.ip.includes(":") ? 40 : 20;
  const beats = beatMs > 0 ? Math.floor((endMs - startMs) / beatMs) + 1 : 1;
  const [up, down] = protocol === TCP ? tcpPackets(plan, beats) : datagrams(plan, beats);
  const header = ipHeader + (protocol === TCP ? 32 : 8);
  const request = new PacketTrain(startMs, endMs - ROUND_TRIP_MS, up, plan.up + up * header, beatMs);
  const reply =
    down === 0 ? null : new PacketTrain(startMs + ROUND_TRIP_MS, endMs, down, plan.down + down * header, beatMs);
  return { ...shared, request, reply };
}

/** The packets of an attempt: the first one again and again, and what is said to each, if anything is. */
function attemptOf(plan: ConversationPlan): Pick<Conversation, "request" | "reply"> {
  const { startMs, protocol = TCP, attempts = 1 } = plan;
  const ipHeader = plan.client.ip.includes(":") ? 40 : 20;
  const endMs = attempts === 1 ? startMs : startMs + Math.max(plan.durationMs, 2 * ROUND_TRIP_MS);
  const bytes = attempts * (ipHeader + (protocol === TCP ? 24 : 8 + plan.up));
  const request = new PacketTrain(startMs, endMs, attempts, bytes);
  const isAnswered = plan.deniedAt === "return" || (plan.deniedAt === undefined && plan.answer === "reset");
  if (!isAnswered) return { request, reply: null };
  const answered = attempts * (ipHeader + (plan.answer === "reset" ? 20 : 24));
  return { request, reply: new PacketTrain(startMs + ROUND_TRIP_MS, endMs + ROUND_TRIP_MS, attempts, answered) };
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
