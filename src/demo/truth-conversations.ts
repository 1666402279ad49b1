import { isEstablished, TCP, type Conversation } from "./conversation.ts";
import type { ObjectFolder } from "./object-folder.ts";
import type { Sighting } from "./observe/route.ts";
import type { Sight } from "./observe/sights.ts";
import type { WorldSpan } from "./stories/story.ts";
import { IncidentBook } from "./truth-incidents.ts";
import type { ByteKind, Closed, LogType, SideVerdict, TruthConversation, TruthVolume } from "./truth.ts";
import type { Party } from "./world/hosts.ts";

export const CONVERSATIONS_FILE = "truth-conversations.jsonl";

const DAY_MS = 86_400_000;

/** What passed of a conversation while the world lasted. */
interface Passed {
  readonly clientBytes: number;
  readonly clientPackets: number;
  readonly serverBytes: number;
  readonly serverPackets: number;
}

/** Writes down every conversation when it is over, and keeps the sums that count each byte once. */
export class ConversationBook {
  readonly incidents = new IncidentBook();
  lines = 0;
  translated = 0;
  readonly #world: WorldSpan;
  readonly #volumes = new Map<string, TruthVolume>();
  #pending: string[] = [];

  constructor(world: WorldSpan) {
    this.#world = world;
  }

  /** Enters a conversation that is over, or goes on after the world's end. One that the world did not see is left out. */
  enter({ conversation, sights, isTranslated }: Sighting): void {
    const passed = this.#passed(conversation);
    if (passed.clientPackets + passed.serverPackets === 0) return;
    const [client, server] = [countedSight(sights, false), countedSight(sights, true)];
    const counts = isCounted(conversation);
    const isRefused = !counts;
    const line: TruthConversation = {
      client_ip: conversation.client.ip,
      client_port: conversation.clientPort,
      server_ip: conversation.server.ip,
      server_port: conversation.serverPort,
      protocol: conversation.protocol,
      start: Math.round(conversation.request.startMs),
      end: Math.round(endOf(conversation)),
      client_bytes: isRefused ? 0 : passed.clientBytes,
      client_packets: isRefused ? 0 : passed.clientPackets,
      server_bytes: conversation.deniedAt === "return" ? 0 : passed.serverBytes,
      server_packets: conversation.deniedAt === "return" ? 0 : passed.serverPackets,
      attempted_bytes: isRefused ? passed.clientBytes : 0,
      client_verdict: verdictOf(sights, "client"),
      server_verdict: verdictOf(sights, "server"),
      denied_at: conversation.deniedAt,
      closed: this.#closed(conversation),
      logged: [...new Set(sights.filter(({ tally }) => !tally.isEmpty).map(logTypeOf))].sort(),
      counted_client_bytes: counts ? bytesOf(client, false) : 0,
      counted_client_kind: counts ? kindOf(client) : null,
      counted_server_bytes: counts && conversation.deniedAt === null ? bytesOf(server, true) : 0,
      counted_server_kind: counts && conversation.deniedAt === null ? kindOf(server) : null,
      translated: isTranslated,
      incident: conversation.incident,
    };
    this.#pending.push(`${JSON.stringify(line)}\n`);
    this.lines++;
    if (isTranslated) this.translated++;
    else {
      this.incidents.enter(conversation, line);
      if (counts) this.#addVolumes(conversation, client, server);
    }
  }

  async flush(folder: ObjectFolder): Promise<void> {
    await folder.append(CONVERSATIONS_FILE, this.#pending.join(""));
    this.#pending = [];
  }

  volumes(): TruthVolume[] {
    return [...this.#volumes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, volume]) => volume);
  }

  #passed({ request, reply }: Conversation): Passed {
    const { startMs, endMs } = this.#world;
    const [sentBefore, sent] = [request.before(startMs), request.before(endMs)];
    const [answeredBefore, answered] = [reply?.before(startMs) ?? 0, reply?.before(endMs) ?? 0];
    return {
      clientBytes: request.bytesOf(sent) - request.bytesOf(sentBefore),
      clientPackets: sent - sentBefore,
      serverBytes: (reply?.bytesOf(answered) ?? 0) - (reply?.bytesOf(answeredBefore) ?? 0),
      serverPackets: answered - answeredBefore,
    };
  }

  #closed(conversation: Conversation): Closed {
    if (conversation.protocol !== TCP || endOf(conversation) >= this.#world.endMs) return "none";
    if (conversation.deniedAt === null && conversation.answer === "reset") return "rst";
    if (!isEstablished(conversation) || conversation.reply === null) return "none";
    return conversation.ending === "reset" ? "rst" : "fin";
  }

  #addVolumes(conversation: Conversation, client: Sight | undefined, server: Sight | undefined): void {
    for (const [sight, isReply] of [[client, false] as const, [server, true] as const]) {
      if (isReply && conversation.deniedAt !== null) continue;
      for (const entry of sight?.tally.entries ?? []) {
        if (entry.isReply !== isReply) continue;
        const volume = this.#volume(entry.day, conversation);
        if (isReply) volume.countedServerBytes += entry.bytes;
        else volume.countedClientBytes += entry.bytes;
      }
    }
    const { startMs } = conversation.request;
    const begins = startMs >= this.#world.startMs && startMs < this.#world.endMs;
    if (begins) this.#volume(Math.floor(startMs / DAY_MS), conversation).conversations++;
  }

  #volume(day: number, { client, server }: Conversation): TruthVolume {
    const key = `${day} ${ownerOf(client)} ${ownerOf(server)}`;
    let volume = this.#volumes.get(key);
    if (volume === undefined) {
      const text = new Date(day * DAY_MS).toISOString().slice(0, 10);
      const sums = { conversations: 0, countedClientBytes: 0, countedServerBytes: 0 };
      this.#volumes.set(key, (volume = { day: text, client: ownerOf(client), server: ownerOf(server), ...sums }));
    }
    return volume;
  }
}

export const endOf = ({ request, reply }: Conversation): number => Math.max(request.endMs, reply?.endMs ?? 0);

const ownerOf = ({ kind }: Party): Party["kind"] => kind;

/** What was refused before it arrived is attempted, not passed. An answer that is refused leaves a request that passed. */
const isCounted = ({ deniedAt }: Conversation): boolean => deniedAt === null || deniedAt === "return";

/** Who counts a direction: the sender's side if it has any record of it, else the receiver's, else what lies between. */
function countedSight(sights: readonly Sight[], isReply: boolean): Sight | undefined {
  const order = isReply ? ["server", "client", "transit"] : ["client", "server", "transit"];
  for (const side of order) {
    const found = sights.find((sight) => sight.side === side && sight.tally.has(isReply));
    if (found !== undefined) return found;
  }
  return undefined;
}

function bytesOf(sight: Sight | undefined, isReply: boolean): number {
  const entries = sight?.tally.entries.filter((entry) => entry.isReply === isReply) ?? [];
  return entries.reduce((sum, { bytes }) => sum + bytes, 0);
}

const kindOf = (sight: Sight | undefined): ByteKind | null =>
  sight === undefined ? null : sight.kind === "azure" ? "frame" : "ip";

function logTypeOf(sight: Sight): LogType {
  if (sight.kind === "transit") return "aws_tgw";
  return sight.host.network.flowLog.logType;
}

/** The verdict on the request; null where that side has no delivered record. */
function verdictOf(sights: readonly Sight[], side: "client" | "server"): SideVerdict {
  const sight = sights.find((candidate) => candidate.side === side && !candidate.tally.isEmpty);
  if (sight === undefined || sight.kind === "transit") return null;
  return (sight.kind === "aws" ? sight.accepted : !sight.denied) ? "allowed" : "denied";
}
