import type { ConversationPlan } from "../conversation.ts";
import { Random } from "../random.ts";
import type { Estate } from "../world/estate.ts";
import { outsider, type Outsider } from "../world/hosts.ts";
import type { HourPen, WorldSpan } from "./story.ts";

export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** Something that an analysis should find, or, when it is benign, should look at and let go. */
export interface Incident {
  /** Also the name that its conversations carry in the truth. */
  readonly id: string;
  readonly kind: string;
  /** MITRE ATT&CK, where it has one. */
  readonly technique: string | null;
  readonly title: string;
  readonly benign: boolean;
  /** Rules that it is about: `security-group/port/source`, `nsg/rule`, `acl/entry`. */
  readonly rules?: readonly string[];
  /** Hosts that it is about and that have no conversation in it. */
  readonly hosts?: readonly string[];
  /** Absent: another story tells it as part of ordinary life, or it is true at all times. */
  readonly when?: IncidentTime;
  readonly tell?: (scene: Scene) => void;
}

/** Minutes since the beginning of the world's last 24 hours. */
export interface IncidentTime {
  readonly from: number;
  readonly to: number;
  /** In a world that begins later, it may begin later, too, and last this many minutes at least. Absent: all or nothing. */
  readonly atLeast?: number;
}

const DAY = 24 * HOUR;
const WARM_UP = 5 * MINUTE;

/** When an incident happens in a world; null when it does not fit. */
export function timeOf(when: IncidentTime, { startMs, endMs }: WorldSpan): { fromMs: number; toMs: number } | null {
  const lastDay = endMs - DAY;
  const toMs = lastDay + when.to * MINUTE;
  const fromMs = lastDay + when.from * MINUTE;
  if (fromMs >= startMs) return { fromMs, toMs };
  const late = startMs + WARM_UP;
  return when.atLeast !== undefined && toMs - late >= when.atLeast * MINUTE ? { fromMs: late, toMs } : null;
}

/** An incident while it is told: its time, its own random numbers, and its conversations. */
export class Scene {
  readonly estate: Estate;
  readonly fromMs: number;
  readonly toMs: number;
  readonly random: Random;
  readonly #pen: HourPen;
  readonly #id: string;
  #port: number;

  constructor(incident: Incident, time: { fromMs: number; toMs: number }, pen: HourPen, estate: Estate) {
    this.estate = estate;
    this.fromMs = time.fromMs;
    this.toMs = time.toMs;
    this.random = new Random(pen.seed, "incident", incident.id);
    this.#pen = pen;
    this.#id = incident.id;
    this.#port = this.random.between(20_000, 40_000);
  }

  /** Tells a conversation of the incident. Clients on the internet count their ports up, so that none is used twice. */
  readonly tell = (plan: ConversationPlan): void => {
    const port = plan.client.kind === "internet" ? { clientPort: this.#port++ } : {};
    this.#pen.tell({ ...port, ...plan, incident: this.#id });
  };

  /** Calls back again and again until the incident is over; each time `pause` says how long to wait. */
  readonly repeat = (pause: () => number, tell: (startMs: number) => void): void => {
    for (let time = this.fromMs; time < this.toMs; time += Math.floor(pause())) tell(time);
  };
}

/** An address on the internet that nobody else in the world uses: the others have no 255 in them. */
export const stranger = (network: string, lastByte: number): Outsider =>
  outsider("internet", `${network}.255.${lastByte}`);
