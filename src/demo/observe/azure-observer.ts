import type { AzureLogWriter } from "../azure-log-writer.ts";
import { TCP, type Conversation } from "../conversation.ts";
import type { TruthLedger } from "../truth-ledger.ts";
import type { AzureSight } from "./sights.ts";
import type { Stretch } from "./windows.ts";

type FlowState = "B" | "C" | "E" | "D";

/** What a tuple says besides the five-tuple. */
interface Update {
  readonly timeMs: number;
  readonly state: FlowState;
  readonly packets: number;
  readonly bytes: number;
  readonly replyPackets: number;
  readonly replyBytes: number;
}

const UPDATE_MS = 300_000;
/** Azure counts Ethernet frames: a header of 14 bytes more than the IP packet. */
const FRAME_BYTES = 14;

/** Sees as an Azure network interface does: begin, a delta every five minutes, end. */
export class AzureObserver {
  readonly #ledger: TruthLedger;
  readonly #writer: AzureLogWriter;

  constructor(ledger: TruthLedger, writer: AzureLogWriter) {
    this.#ledger = ledger;
    this.#writer = writer;
  }

  observe(conversation: Conversation, sight: AzureSight, stretch: Stretch): void {
    const updates = sight.denied
      ? refusals(conversation, sight.lagMs, stretch)
      : updatesOf(conversation, sight.lagMs, stretch);
    const isNsg = sight.host.network.flowLog.logType === "azure_nsg";
    for (const update of updates) {
      const tuple = isNsg ? nsgTuple(conversation, sight, update) : vnetTuple(conversation, sight, update);
      this.#writer.add(sight.host, { timeMs: update.timeMs, acl: sight.acl, rule: sight.rule, tuple });
      sight.tally.add(update.timeMs, false, update.bytes, update.packets);
      sight.tally.add(update.timeMs, true, update.replyBytes, update.replyPackets);
      this.#ledger.flow({
        logType: sight.host.network.flowLog.logType,
        timeMs: isNsg ? Math.floor(update.timeMs / 1_000) * 1_000 : update.timeMs,
        action: sight.denied ? "deny" : "allow",
        srcBytes: update.bytes,
        srcPackets: update.packets,
        dstBytes: update.replyBytes,
        dstPackets: update.replyPackets,
      });
    }
  }
}

const silent = { packets: 0, bytes: 0, replyPackets: 0, replyBytes: 0 };

function* refusals({ request }: Conversation, lagMs: number, stretch: Stretch): Generator<Update> {
  for (let packet = 0; packet < request.packets; packet++) {
    const timeMs = Math.floor(request.timeOf(packet) + lagMs);
    if (isWithin(timeMs, stretch)) yield { timeMs, state: "D", ...silent };
  }
}

/** The tuples whose time lies in the stretch. Deltas telescope: each is what passed since the one before. */
function* updatesOf(conversation: Conversation, lagMs: number, stretch: Stretch): Generator<Update> {
  const { request, reply } = conversation;
  const begin = Math.floor(request.startMs + lagMs);
  const end = Math.floor(Math.max(request.endMs, reply?.endMs ?? 0) + lagMs);
  if (isWithin(begin, stretch)) yield { timeMs: begin, state: "B", ...silent };
  const from = Math.max(stretch.fromMs, stretch.worldStartMs);
  const number = Math.max(1, Math.ceil((from - begin) / UPDATE_MS));
  for (let timeMs = begin + number * UPDATE_MS; timeMs < end && isWithin(timeMs, stretch); timeMs += UPDATE_MS) {
    const delta = deltaOf(conversation, Math.max(timeMs - UPDATE_MS, stretch.worldStartMs) - lagMs, timeMs - lagMs);
    if (delta.packets + delta.replyPackets > 0) yield { timeMs, state: "C", ...delta };
  }
  if (!isWithin(end, stretch)) return;
  const updates = Math.max(0, Math.ceil((end - begin) / UPDATE_MS) - 1);
  const last = updates === 0 ? -Infinity : begin + updates * UPDATE_MS - lagMs;
  yield { timeMs: end, state: "E", ...deltaOf(conversation, Math.max(last, stretch.worldStartMs - lagMs), Infinity) };
}

function deltaOf({ request, reply }: Conversation, fromMs: number, toMs: number): Omit<Update, "timeMs" | "state"> {
  const [sentBefore, sent] = [request.before(fromMs), request.before(toMs)];
  const [answeredBefore, answered] = [reply?.before(fromMs) ?? 0, reply?.before(toMs) ?? 0];
  const [packets, replyPackets] = [sent - sentBefore, answered - answeredBefore];
  return {
    packets,
    bytes: request.bytesOf(sent) - request.bytesOf(sentBefore) + FRAME_BYTES * packets,
    replyPackets,
    replyBytes: (reply?.bytesOf(answered) ?? 0) - (reply?.bytesOf(answeredBefore) ?? 0) + FRAME_BYTES * replyPackets,
  };
}

function isWithin(timeMs: number, stretch: Stretch): boolean {
  return (
    timeMs >= stretch.fromMs && timeMs < stretch.toMs && timeMs >= stretch.worldStartMs && timeMs < stretch.worldEndMs
  );
}

function vnetTuple(conversation: Conversation, sight: AzureSight, update: Update): string {
  const { client, server, clientPort, serverPort, protocol } = conversation;
  const five = `${client.ip},${server.ip},${clientPort},${serverPort},${protocol}`;
  const counters = `${update.packets},${update.bytes},${update.replyPackets},${update.replyBytes}`;
  return `${update.timeMs},${five},${sight.inbound ? "I" : "O"},${update.state},NX,${counters}`;
}

/** In version 2 of the NSG log a refusal is a begin with the decision D, and begins have no counters. */
function nsgTuple(conversation: Conversation, sight: AzureSight, update: Update): string {
  const { client, server, clientPort, serverPort, protocol } = conversation;
  const five = `${client.ip},${server.ip},${clientPort},${serverPort},${protocol === TCP ? "T" : "U"}`;
  const isCounted = update.state === "C" || update.state === "E";
  const counters = isCounted ? `${update.packets},${update.bytes},${update.replyPackets},${update.replyBytes}` : ",,,";
  const decision = `${update.state === "D" ? "D" : "A"},${update.state === "D" ? "B" : update.state}`;
  return `${Math.floor(update.timeMs / 1_000)},${five},${sight.inbound ? "I" : "O"},${decision},${counters}`;
}
