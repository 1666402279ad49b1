import type { AddressWords } from "#base/address.js";
import type { TimeRange } from "#model/answer.js";
import type { KindBasis, KindWritten } from "#model/log-kinds.js";
import type { ToldFlowLogs } from "#model/told-flow-log.js";
import type { NameRole } from "#model/names.js";

/** Addresses that follow one another, both ends included. */
export interface AddressSpan {
  readonly first: AddressWords;
  readonly last: AddressWords;
}

/** One end of the question: what was asked for, and the addresses that it stands for. */
export interface PathEnd {
  /** As the person wrote it. */
  readonly asked: string;
  /** What people call it; null when nobody named it. */
  readonly name: string | null;
  readonly spans: readonly AddressSpan[];
  /** Interfaces that have these addresses, as the clouds' inventories say: known before they are seen. */
  readonly interfaces: readonly { readonly id: string; readonly address: string }[];
}

/** Addresses that pass traffic on under another address. */
export interface AddressChanger {
  /** Of an interface, its id. */
  readonly id: string | null;
  readonly name: string;
  readonly role: NameRole;
  readonly span: AddressSpan;
}

/** Who asks whom. Without a port, every port counts. */
export interface PathQuestion {
  readonly client: PathEnd;
  readonly server: PathEnd;
  readonly port?: number;
  readonly protocol?: number;
  readonly range: TimeRange;
  /** The part of the range between the first and the last record of the whole lake; null without any. */
  readonly logged: TimeRange | null;
  readonly changers: readonly AddressChanger[];
  /** What control planes say of flow logs. */
  readonly told: ToldFlowLogs;
  /** Hours of the range whose newest records are not in conversations yet. */
  readonly pendingHours: number;
}

/**
 * What became of it.
 * `lost`: allowed at the client's side and never seen at the server's, which was logged. `unanswered`: no answer came.
 * `mixed`: some of it one thing, some of it another. `stray`: only remains of connections that were over. `reverse`: only the
 * other end opens connections. `unseen`: nothing was recorded, and both sides are logged. `unknown`: the logs cannot tell.
 */
export type PathVerdict =
  | "allowed"
  | "denied"
  | "dropped"
  | "lost"
  | "unanswered"
  | "closed_port"
  | "mixed"
  | "stray"
  | "reverse"
  | "unseen"
  | "unknown";

/** What one conversation came to, before anything is concluded from silence. */
export type Situation =
  | "allowed"
  | "denied"
  | "answer_denied"
  | "dropped"
  | "answer_dropped"
  | "closed_port"
  | "one_way"
  | "unanswered"
  | "mixed"
  | "stray";

/** Where on the path: at the client's end, between the two, at the server's end. */
export type Leg = "client" | "way" | "server";

/** Of packets in one direction, which verdicts records of each leg give: bits of {@link verdictBits}, 0 without a record. */
export type Sightings = Readonly<Record<Leg, number>>;

/** Conversations to one service that came to the same. Times are RFC 3339. */
export interface PathOutcome {
  readonly situation: Situation;
  readonly request: Sightings;
  readonly answer: Sightings;
  /** Null for protocols without ports, and where there are too many ports to tell them apart. */
  readonly port: number | null;
  readonly protocol: number;
  /** Some of the ports, and how many there are. */
  readonly ports: readonly number[];
  readonly portCount: number;
  /** The side that decided. */
  readonly decidedAt: string;
  readonly state: string;
  readonly clientVerdict: string | null;
  readonly serverVerdict: string | null;
  readonly wayVerdict: string | null;
  /** The rule, network ACL or reason that the deciding side's log gives. */
  readonly rule: string | null;
  readonly reason: string | null;
  /** The cloud whose log decided. */
  readonly provider: string | null;
  readonly conversations: number;
  /** Tries in these conversations: packets of the client where it got no answer, records where packets are not counted. */
  readonly attempts: number;
  readonly bytes: number;
  readonly attemptedBytes: number;
  readonly first: string;
  /** When the newest of them began. */
  readonly lastStart: string;
  readonly last: string;
  /** The longest of them. */
  readonly longest: { readonly seconds: number; readonly bytes: number };
  /** Some of the addresses at either end, and how many there are. */
  readonly clients: readonly string[];
  readonly clientCount: number;
  readonly servers: readonly string[];
  readonly serverCount: number;
  /** No log that saw it can tell that it was not answered: NSG flow logs leave the answer's counters at zero. */
  readonly blindToAnswers: boolean;
}

/** Why a transit gateway loses packets, as AWS counts them. */
export type LossReason = "no_route" | "blackhole" | "mtu_exceeded" | "ttl_expired";

/** Packets between the two that a transit gateway lost. Times are RFC 3339. */
export interface GatewayLoss {
  /** Whether they went to the server or came back. */
  readonly direction: "request" | "answer";
  readonly gateway: string | null;
  /** The attachment whose records count them. */
  readonly attachment: string | null;
  readonly reason: LossReason;
  readonly port: number | null;
  readonly protocol: number;
  readonly packets: number;
  readonly first: string;
  readonly last: string;
}

/** A record that the answer rests on. */
export interface PathRecord {
  readonly time: string;
  readonly src: string;
  readonly dst: string;
  readonly action: string;
  readonly observer: string | null;
  readonly rule: string | null;
  readonly object: string;
  readonly position: number;
  readonly subPosition: number | null;
  /** Number of the object in the catalog. */
  readonly objectId: number;
}

/** Time in which a log is silent although it should not be. */
export interface CoverageGap extends TimeRange {
  readonly flowLog: string | null;
  readonly observer: string | null;
  /** `no-records`: the log has none. `skipdata`: the cloud says that it lost some. */
  readonly cause: "no-records" | "skipdata";
}

/** What a flow log writes. Where it writes none of a kind, or a part, silence about it proves nothing. */
export interface FlowLogKinds {
  readonly flowLog: string;
  readonly logType: string;
  readonly allowed: KindWritten;
  readonly denied: KindWritten;
  readonly basis: KindBasis;
}

/** What the logs know of one side in the time asked for. */
export interface SideCoverage {
  /** Conversations of these addresses that their own observers logged. */
  readonly logged: number;
  readonly observers: readonly string[];
  readonly flowLogs: readonly FlowLogKinds[];
  readonly gaps: readonly CoverageGap[];
  /** Addresses asked for, and how many of them have an observer. Null: too many to count. */
  readonly addresses: { readonly asked: number | null; readonly observed: number };
}

/** Something between the two that gives traffic another address. */
export interface AddressHop {
  readonly what: string;
  /** What it is, where records show that these packets passed it. */
  readonly through: string | null;
}

export interface PathCoverage {
  readonly client: SideCoverage;
  readonly server: SideCoverage;
  readonly hops: readonly AddressHop[];
  /** The part of the range that has records at all. */
  readonly logged: TimeRange | null;
  readonly pendingHours: number;
  /** Why silence proves nothing here; empty when both sides were logged whole. */
  readonly missing: readonly string[];
}

/** One side, or the way between, of what became of it at last. */
export interface PathSide {
  /**
   * `allowed`, `denied`, `dropped`, `observed`, `mixed`, `reset`; `none`: nothing came so far; `unseen`: logged and not seen;
   * `unlogged`: its logs cannot tell.
   */
  readonly request: string;
  readonly answer: string;
}

export type PathSides = Readonly<Record<Leg, PathSide>>;

/** Conversations that came to the same for the same reason: the sentence speaks of them, and pictures draw them. */
export interface PathCase {
  readonly verdict: PathVerdict;
  /** What became of them: how the sentence begins that speaks of them. */
  readonly says: string;
  readonly conversations: number;
  readonly attempts: number;
  readonly first: string;
  readonly last: string;
  /** All of it was before what the verdict speaks of began. */
  readonly isEarlier: boolean;
  readonly sides: PathSides;
  readonly outcomes: readonly PathOutcome[];
}

export interface PathAnswer {
  readonly verdict: PathVerdict;
  readonly sentence: string;
  readonly client: PathEnd;
  readonly server: PathEnd;
  readonly port: number | null;
  readonly protocol: number | null;
  /** Of what the verdict speaks of; where that is several cases, of all of them together. */
  readonly sides: PathSides;
  /** The one that the verdict speaks of first. Empty where nothing was seen. */
  readonly cases: readonly PathCase[];
  readonly losses: readonly GatewayLoss[];
  readonly outcomes: readonly PathOutcome[];
  /** The outcome that the verdict speaks of; null where nothing was seen. */
  readonly main: PathOutcome | null;
  readonly records: readonly PathRecord[];
  readonly coverage: PathCoverage;
  readonly range: TimeRange;
}
