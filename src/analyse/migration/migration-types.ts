import type { TimeRange } from "#model/answer.js";
import type { ToldCover } from "./told-cover.ts";

/** After this day NSG flow logs are gone: Microsoft's announcement of their retirement. */
export const NSG_RETIREMENT = "2027-09-30";

/** `none`: no interface of it is covered by a VNet flow log. `partly`: some are. `whole`: all are. */
export type SuccessorState = "none" | "partly" | "whole";

/** One NSG flow log, and what has taken its place. */
export interface NsgLog {
  readonly flowLog: string;
  /** None where only the control plane knows of it. */
  readonly records: number;
  /** Time of its newest record, microseconds; null without any. */
  readonly last: number | null;
  /** By how flow logs are set up, where that is told, else by which interfaces have records in both. */
  readonly state: SuccessorState;
  readonly told: ToldCover | null;
  /** MAC addresses, and those of them that no VNet flow log has. */
  readonly interfaces: number;
  readonly missing: readonly string[];
  /** Guessed, where nothing is told: interfaces without a VNet flow log of their own that share their block of addresses with one that has, so its network is logged. */
  readonly besideLogged: readonly string[];
  /** The VNet flow logs that have its interfaces. */
  readonly successors: readonly string[];
  /** Since when it is silent although a successor writes, microseconds; null when it writes. Azure may stop it for the VNet flow log. */
  readonly silentSince: number | null;
}

/** What one kind of log has of an interface in the common time. */
export interface SideSums {
  readonly flowLogs: readonly string[];
  readonly tuples: number;
  /** Distinct connections: addresses, ports, protocol. */
  readonly connections: number;
  readonly denied: number;
  readonly rules: number;
  readonly bytes: number;
}

/** Why the two logs differ about a connection. */
export type DifferenceCode =
  | "edge"
  | "nsg-silent"
  | "platform"
  | "admin"
  | "encryption"
  | "protocol"
  | "truncated"
  | "other-nsg"
  | "stateless"
  | "encapsulation"
  | "restart"
  | "only-vnet"
  | "only-nsg"
  | "verdict"
  | "rule"
  | "bytes";

/** Connections about which the two logs differ in one way. */
export interface Difference {
  readonly code: DifferenceCode;
  /** A difference between the two kinds of log that is known, and no fault. */
  readonly isExplained: boolean;
  readonly connections: number;
  /** Bytes of the VNet flow log less those of the NSG flow log. */
  readonly bytes: number;
  readonly words: string;
  /** One of these connections: `10.0.0.4:50000 > 10.0.1.4:443 tcp`. */
  readonly example: string;
}

/** One interface that both kinds of log watch, compared over the time that both have. */
export interface ComparedInterface {
  readonly observer: string;
  readonly range: TimeRange;
  readonly nsg: SideSums;
  readonly vnet: SideSums;
  /** Connections about which both say the same. */
  readonly same: number;
  /** Those that are not explained first, then the most connections. */
  readonly differences: readonly Difference[];
}

export interface MigrationAnswer {
  readonly range: TimeRange;
  /** The day on which NSG flow logs go away. */
  readonly retirement: string;
  /** Those without successor first. */
  readonly logs: readonly NsgLog[];
  readonly compared: readonly ComparedInterface[];
  /** Interfaces that both watch and that were not compared, as there are too many. */
  readonly notCompared: number;
}
