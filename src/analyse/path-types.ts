import type { TimeRange } from "#model/answer.js";

/** Who asks whom. Addresses as text; without a port, every port counts. */
export interface PathQuestion {
  readonly client: string;
  readonly server: string;
  readonly port?: number;
  readonly protocol?: number;
  readonly range: TimeRange;
}

/** `unseen`: nothing was recorded, and both sides are logged. `unknown`: the logs cannot tell. */
export type PathVerdict = "allowed" | "denied" | "dropped" | "unanswered" | "closed_port" | "unseen" | "unknown";

/** One kind of outcome among the conversations from client to server. */
export interface PathOutcome {
  readonly verdict: string;
  readonly decidedAt: string;
  readonly state: string;
  readonly clientVerdict: string | null;
  readonly serverVerdict: string | null;
  readonly rule: string | null;
  readonly conversations: number;
  readonly bytes: number;
  readonly attemptedBytes: number;
  /** RFC 3339. */
  readonly first: string;
  readonly last: string;
  /** Whether the answer was refused although the request had passed. */
  readonly returnDenied: boolean;
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
}

/** What the logs know of one side in the time asked for. */
export interface SideCoverage {
  /** Conversations of this address that its own observer logged. */
  readonly logged: number;
  readonly observers: readonly string[];
}

export interface PathAnswer {
  readonly verdict: PathVerdict;
  readonly sentence: string;
  readonly outcomes: readonly PathOutcome[];
  readonly records: readonly PathRecord[];
  readonly coverage: { readonly client: SideCoverage; readonly server: SideCoverage; readonly lostWindows: number };
  readonly range: TimeRange;
}
