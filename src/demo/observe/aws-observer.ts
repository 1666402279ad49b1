import type { AwsLogWriter } from "../aws-log-writer.ts";
import type { Conversation } from "../conversation.ts";
import { Random } from "../random.ts";
import type { TruthLedger } from "../truth-ledger.ts";
import type { Estate } from "../world/estate.ts";
import type { AwsHost } from "../world/hosts.ts";
import type { AwsRecord, TransitSide } from "./aws-line.ts";
import type { AwsLeg, AwsSight, TransitSight } from "./sights.ts";
import { windowPieces, type Stretch, type WindowGrid, type WindowPiece } from "./windows.ts";

const TRANSIT_GRID: WindowGrid = { phaseMs: 17_000, lengthMs: 60_000 };
const SKIPDATA_CHANCE = 0.0015;

/** Sees as AWS interfaces and the transit gateway do, and writes down what they would. */
export class AwsObserver {
  readonly #estate: Estate;
  readonly #seed: number;
  readonly #ledger: TruthLedger;
  readonly #writers: ReadonlyMap<string, AwsLogWriter>;
  /** Windows in which an interface saw packets, until they have been checked for NODATA. */
  readonly #busy = new Map<string, Set<number>>();

  constructor(estate: Estate, seed: number, ledger: TruthLedger, writers: readonly AwsLogWriter[]) {
    this.#estate = estate;
    this.#seed = seed;
    this.#ledger = ledger;
    this.#writers = new Map(writers.map((writer) => [writer.log.id, writer]));
  }

  observe(conversation: Conversation, sight: AwsSight, stretch: Stretch): void {
    const grid = gridOf(sight.host);
    for (const isReply of [false, true]) {
      const train = isReply ? conversation.reply : conversation.request;
      const accepted = isReply ? sight.replyAccepted : sight.accepted;
      if (train === null || accepted === null) continue;
      const leg = isReply ? sight.reply : sight.request;
      for (const piece of windowPieces(conversation, train, sight.lagMs, grid, stretch)) {
        this.#busyWindows(sight.host).add(Math.floor((piece.firstMs - grid.phaseMs) / grid.lengthMs));
        const record = recordOf(
          { host: sight.host, leg, piece },
          conversation.protocol,
          accepted ? "ACCEPT" : "REJECT",
        );
        if (this.#writer(sight.host.network.flowLog.id).flow(record, this.#ledger))
          sight.tally.add(record.startSeconds * 1_000, isReply, piece.bytes, piece.packets);
      }
    }
  }

  /** Each direction, written where it comes in and where it goes out. */
  observeTransit(conversation: Conversation, sight: TransitSight, stretch: Stretch): void {
    const { client, server, lagMs } = sight;
    const gateway = this.#estate.aws.transit.id;
    const writer = this.#writer(this.#estate.aws.transit.flowLog.id);
    for (const isRequest of [true, false]) {
      const train = isRequest ? conversation.request : conversation.reply;
      if (train === null || (!isRequest && !sight.replySeen)) continue;
      const [source, destination] = isRequest ? [client, server] : [server, client];
      for (const piece of windowPieces(conversation, train, lagMs, TRANSIT_GRID, stretch))
        for (const inbound of [true, false]) {
          const leg = transitLeg(conversation, isRequest, inbound);
          const seen = { transit: { gateway, source, destination, inbound }, leg, piece };
          const record = recordOf(seen, conversation.protocol, "-");
          if (writer.flow(record, this.#ledger) && inbound)
            sight.tally.add(record.startSeconds * 1_000, !isRequest, piece.bytes, piece.packets);
        }
    }
  }

  /** Writes NODATA for the windows that closed in the stretch and were quiet, and now and then a SKIPDATA. */
  silence(stretch: Stretch): void {
    for (const host of this.#estate.aws.hosts) {
      const { phaseMs, lengthMs } = gridOf(host);
      const busy = this.#busyWindows(host);
      const writer = this.#writer(host.network.flowLog.id);
      const random = new Random(this.#seed, "silence", host.eni, stretch.fromMs);
      const first = Math.floor((stretch.fromMs - phaseMs) / lengthMs);
      for (let window = first; ; window++) {
        const opens = phaseMs + window * lengthMs;
        const closes = opens + lengthMs;
        if (closes > stretch.toMs) break;
        const isBusy = busy.delete(window);
        if (closes <= stretch.fromMs || opens < stretch.worldStartMs || closes > stretch.worldEndMs) continue;
        if (!isBusy) writer.silence(silentRecord(host, opens, closes, "NODATA"), this.#ledger);
        else if (random.chance((SKIPDATA_CHANCE * lengthMs) / 3_600_000))
          writer.silence(silentRecord(host, opens, closes, "SKIPDATA"), this.#ledger);
      }
    }
  }

  #busyWindows(host: AwsHost): Set<number> {
    let windows = this.#busy.get(host.eni);
    if (windows === undefined) this.#busy.set(host.eni, (windows = new Set()));
    return windows;
  }

  #writer(flowLogId: string): AwsLogWriter {
    const writer = this.#writers.get(flowLogId);
    if (writer === undefined) throw new RangeError(`No writer for the flow log ${flowLogId}.`);
    return writer;
  }
}

function gridOf(host: AwsHost): WindowGrid {
  const lengthMs = host.network.flowLog.windowSeconds * 1_000;
  return { phaseMs: (host.phaseSeconds * lengthMs) / 60, lengthMs };
}

interface Seen {
  readonly host?: AwsHost;
  readonly transit?: TransitSide;
  readonly leg: AwsLeg;
  readonly piece: WindowPiece;
}

function recordOf(seen: Seen, protocol: number, action: string): AwsRecord {
  return {
    host: seen.host ?? null,
    transit: seen.transit ?? null,
    leg: seen.leg,
    piece: seen.piece,
    protocol,
    startSeconds: Math.floor(seen.piece.firstMs / 1_000),
    endSeconds: Math.floor(seen.piece.lastMs / 1_000),
    action,
    status: "OK",
  };
}

function silentRecord(host: AwsHost, opens: number, closes: number, status: "NODATA" | "SKIPDATA"): AwsRecord {
  const seconds = { startSeconds: opens / 1_000, endSeconds: closes / 1_000 - 1 };
  return { host, transit: null, leg: null, piece: null, protocol: 0, ...seconds, action: "-", status };
}

function transitLeg(conversation: Conversation, isRequest: boolean, inbound: boolean): AwsLeg {
  const { client, server, clientPort, serverPort } = conversation;
  const [from, to] = isRequest ? [client, server] : [server, client];
  const [srcPort, dstPort] = isRequest ? [clientPort, serverPort] : [serverPort, clientPort];
  const ends = { src: from.ip, dst: to.ip, packetSrc: from.ip, packetDst: to.ip };
  return { ...ends, srcPort, dstPort, inbound, path: "-", srcService: "-", dstService: "-" };
}
