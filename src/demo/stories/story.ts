import { ICMP, packetsOf, TCP, type Conversation, type ConversationPlan } from "../conversation.ts";
import { Random } from "../random.ts";
import type { Estate } from "../world/estate.ts";
import type { Party } from "../world/hosts.ts";

/**
 * One strand of what happens in the world. It is asked once an hour, in order, and tells the conversations that begin in that
 * hour; they may last as long as they like. Incidents are stories too: add one to the list in `stories/index.ts`.
 */
export interface Story {
  readonly name: string;
  tell(pen: HourPen, estate: Estate): void;
}

/** A connection that is kept open and renewed, such as one of a pool. */
export interface KeptConnection {
  readonly name: string;
  readonly client: Party;
  readonly server: Party;
  readonly serverPort: number;
  /** How long one connection lives before the next takes its place. */
  readonly lifeMs: number;
  /** Time between two exchanges on it; 0 for a steady stream. */
  readonly beatMs: number;
  /** Payload each hour. */
  readonly upPerHour: number;
  readonly downPerHour: number;
  /** The incident that it is part of. */
  readonly incident?: string;
}

/** The time that the world covers. */
export interface WorldSpan {
  readonly startMs: number;
  readonly endMs: number;
}

const HOUR_MS = 3_600_000;

/** Share of the usual traffic by hour, UTC: people at work, and customers, who also come in the evening. */
const officeHours = [1, 1, 1, 1, 2, 8, 35, 80, 100, 100, 95, 75, 85, 100, 95, 80, 45, 20, 10, 6, 4, 3, 2, 1];
const shopHours = [18, 12, 9, 8, 9, 15, 30, 48, 60, 66, 70, 78, 74, 68, 66, 68, 74, 86, 98, 100, 92, 74, 50, 30];

/** Writes down the conversations of one story and hour. Its random numbers depend on seed, story and hour alone. */
export class HourPen {
  readonly fromMs: number;
  readonly toMs: number;
  readonly random: Random;
  /** Whether the world begins with this hour: connections may be open already. */
  readonly isFirst: boolean;
  readonly world: WorldSpan;
  readonly seed: number;
  readonly #scale: number;
  readonly #ports: Map<string, number>;
  readonly #write: (conversation: Conversation) => void;

  constructor(given: {
    readonly fromMs: number;
    readonly isFirst: boolean;
    readonly world: WorldSpan;
    readonly seed: number;
    readonly scale: number;
    readonly story: string;
    readonly ports: Map<string, number>;
    readonly write: (conversation: Conversation) => void;
  }) {
    this.fromMs = given.fromMs;
    this.toMs = given.fromMs + HOUR_MS;
    this.isFirst = given.isFirst;
    this.random = new Random(given.seed, given.story, given.fromMs);
    this.world = given.world;
    this.seed = given.seed;
    this.#scale = given.scale;
    this.#ports = given.ports;
    this.#write = given.write;
  }

  get hourOfDay(): number {
    return Math.floor(this.fromMs / HOUR_MS) % 24;
  }

  get isWeekend(): boolean {
    // 1 January 1970 was a Thursday.
    const weekday = (Math.floor(this.fromMs / (24 * HOUR_MS)) + 4) % 7;
    return weekday === 0 || weekday === 6;
  }

  /** How busy the offices are, 0 to 1. */
  get officeLoad(): number {
    return ((officeHours[this.hourOfDay] ?? 0) / 100) * (this.isWeekend ? 0.06 : 1);
  }

  /** How busy the shop is, 0 to 1. */
  get shopLoad(): number {
    return ((shopHours[this.hourOfDay] ?? 0) / 100) * (this.isWeekend ? 1.15 : 1);
  }

  /** Calls back at random times of the hour, about `mean` times at scale 1. */
  often(mean: number, tell: (startMs: number) => void): void {
    for (let left = this.random.around(mean * this.#scale); left > 0; left--) tell(this.anyTime());
  }

  /** Calls back at every tick of a timer; timers do not scale. */
  every(periodMs: number, phaseMs: number, tell: (startMs: number) => void): void {
    const first = Math.ceil((this.fromMs - phaseMs) / periodMs) * periodMs + phaseMs;
    for (let time = first; time < this.toMs; time += periodMs) tell(time);
  }

  anyTime(): number {
    return this.fromMs + this.random.below(HOUR_MS);
  }

  /** Tells one conversation. */
  tell(plan: ConversationPlan): void {
    const clientPort = plan.protocol === ICMP ? 0 : (plan.clientPort ?? this.#nextPort(plan.client));
    this.#write(packetsOf(plan, clientPort));
  }

  /** Tells a kept connection: each life that begins in this hour, and at the world's beginning the one that is open. */
  keep(kept: KeptConnection): void {
    const phase = new Random(this.seed, kept.name, "phase").below(kept.lifeMs);
    const lifeOf = (time: number): number => Math.floor((time - phase) / kept.lifeMs);
    const first = this.isFirst ? lifeOf(this.fromMs) : lifeOf(this.fromMs - 1) + 1;
    for (let life = first; phase + life * kept.lifeMs < this.toMs; life++) {
      const random = new Random(this.seed, kept.name, life);
      const durationMs = kept.lifeMs - random.between(500, 9_500);
      const hours = durationMs / HOUR_MS;
      this.tell({
        client: kept.client,
        server: kept.server,
        serverPort: kept.serverPort,
        // Away from the ports that short connections use, so that none of them meets a kept one.
        clientPort: random.between(50_000, 60_999),
        protocol: TCP,
        startMs: phase + life * kept.lifeMs,
        durationMs,
        up: Math.floor(kept.upPerHour * hours),
        down: Math.floor(kept.downPerHour * hours),
        beatMs: kept.beatMs,
        ...(kept.incident === undefined ? {} : { incident: kept.incident }),
      });
    }
  }

  #nextPort(client: Party): number {
    if (client.kind === "internet") return this.random.between(1_024, 65_535);
    const port = (this.#ports.get(client.ip) ?? 32_768 + this.random.below(8_000)) + 1;
    this.#ports.set(client.ip, port >= 49_999 ? 32_768 : port);
    return port;
  }
}
