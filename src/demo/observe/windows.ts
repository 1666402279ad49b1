import { isEstablished, TCP, type Conversation } from "../conversation.ts";
import type { PacketTrain } from "../packet-train.ts";

/** The stretch of time that is being written: [fromMs, toMs), inside the world's [worldStartMs, worldEndMs). */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
  readonly worldStartMs: number;
  readonly worldEndMs: number;
}

/** The packets of one direction in one window of an interface. */
export interface WindowPiece {
  readonly firstMs: number;
  readonly lastMs: number;
  readonly packets: number;
  readonly bytes: number;
  readonly tcpFlags: number;
}

/** How one interface cuts time. */
export interface WindowGrid {
  readonly phaseMs: number;
  readonly lengthMs: number;
}

const FIN = 1;
const SYN = 2;
const RST = 4;
const ACK = 16;

/**
 * The flags that a flow log reports for a window: SYN and SYN-ACK with the first packet, FIN or RST with the last. In an attempt
 * every packet is a SYN, and every answer a SYN-ACK or, from a closed port, a RST; ACK is only told together with SYN.
 */
function flagsOf(conversation: Conversation, isReply: boolean, hasFirst: boolean, hasLast: boolean): number {
  if (conversation.protocol !== TCP) return 0;
  if (!isEstablished(conversation)) return isReply ? (conversation.answer === "reset" ? RST : SYN | ACK) : SYN;
  const opening = hasFirst ? (isReply ? SYN | ACK : SYN) : 0;
  if (!hasLast || conversation.reply === null) return opening;
  // Who resets does not wait for the other side's FIN.
  if (conversation.ending === "reset") return opening | (isReply ? 0 : RST);
  return opening | FIN;
}

/**
 * The pieces of a conversation's direction whose window opens in the stretch (or that begin there). Pieces of neighbouring
 * stretches never overlap, and together they are the whole train.
 */
export function* windowPieces(
  conversation: Conversation,
  train: PacketTrain,
  lagMs: number,
  grid: WindowGrid,
  stretch: Stretch,
): Generator<WindowPiece> {
  const isReply = train === conversation.reply;
  const begin = Math.max(train.startMs + lagMs, stretch.worldStartMs);
  const end = Math.min(train.endMs + lagMs + 1, stretch.worldEndMs);
  const windowOf = (time: number): number => Math.floor((time - grid.phaseMs) / grid.lengthMs);
  // A window that opened before the stretch belongs here only when the conversation begins in the stretch.
  const first = begin >= stretch.fromMs ? windowOf(begin) : windowOf(stretch.fromMs - 1) + 1;
  for (let window = first; ; window++) {
    const opens = Math.max(grid.phaseMs + window * grid.lengthMs, begin);
    if (opens >= Math.min(stretch.toMs, end)) return;
    const closes = Math.min(grid.phaseMs + (window + 1) * grid.lengthMs, stretch.worldEndMs);
    const before = train.before(opens - lagMs);
    const after = train.before(closes - lagMs);
    if (after === before) continue;
    yield {
      firstMs: Math.max(opens, train.timeOf(before) + lagMs),
      lastMs: Math.min(closes - 1, train.timeOf(after - 1) + lagMs),
      packets: after - before,
      bytes: train.bytesOf(after) - train.bytesOf(before),
      tcpFlags: flagsOf(conversation, isReply, before === 0, after === train.packets),
    };
  }
}
