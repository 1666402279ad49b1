/**
 * The packets of one direction of a conversation, as a rule rather than a list: when packet k passed, and how many had passed
 * before a time. Every observer cuts the same train into its own windows, so its pieces always add up to the whole.
 */
export class PacketTrain {
  readonly startMs: number;
  readonly endMs: number;
  readonly packets: number;
  /** Sizes of IP packets, headers included. */
  readonly bytes: number;
  readonly #beatMs: number;
  readonly #beats: number;

  /** `beatMs` 0 spreads the packets evenly; otherwise they pass in bursts, one every `beatMs`, and the last one at the end. */
  constructor(startMs: number, endMs: number, packets: number, bytes: number, beatMs = 0) {
    this.startMs = startMs;
    this.endMs = endMs;
    this.packets = packets;
    this.bytes = bytes;
    this.#beatMs = beatMs;
    this.#beats = beatMs > 0 ? Math.floor((endMs - startMs) / beatMs) + 1 : 0;
  }

  /** How many packets passed before a time. */
  before(timeMs: number): number {
    if (timeMs <= this.startMs) return 0;
    if (timeMs > this.endMs) return this.packets;
    if (this.packets < 2) return this.packets;
    const rest = this.packets - 1;
    const passed = timeMs - this.startMs;
    const share =
      this.#beats > 0 ? Math.ceil(passed / this.#beatMs) / this.#beats : passed / (this.endMs - this.startMs);
    const count = this.#beats > 0 ? Math.floor(rest * Math.min(1, share)) : Math.ceil(rest * share);
    return Math.max(1, Math.min(rest, count));
  }

  /** When packet number k (from 0) passed. */
  timeOf(packet: number): number {
    if (packet <= 0) return this.startMs;
    if (packet >= this.packets - 1) return this.endMs;
    const rest = this.packets - 1;
    if (this.#beats === 0) return this.startMs + ((this.endMs - this.startMs) * packet) / rest;
    const beat = Math.ceil(((packet + 1) * this.#beats) / rest) - 1;
    return Math.min(this.endMs, this.startMs + Math.max(0, beat) * this.#beatMs);
  }

  /** The same packets, seen later. */
  delayed(milliseconds: number): PacketTrain {
    return new PacketTrain(
      this.startMs + milliseconds,
      this.endMs + milliseconds,
      this.packets,
      this.bytes,
      this.#beatMs,
    );
  }

  /** The bytes of the first packets together. */
  bytesOf(packets: number): number {
    if (packets >= this.packets) return this.bytes;
    return Math.floor((this.bytes / this.packets) * packets);
  }
}
