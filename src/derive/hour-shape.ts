import type { ColumnName } from "#model/columns.js";

/** What an hour's logs have and have not: what none of them has is not worked on. */
export interface HourShape {
  /** Whether any flow has a value in the column. */
  has(column: ColumnName): boolean;
  /** Some logs leave open at which end their observer stands. */
  readonly isOpen: boolean;
  /** Some flows of the halo do not reach into the hour. */
  readonly hasHalo: boolean;
  /** Some flows reach over the borders of the hour. */
  readonly isCut: boolean;
  /** Some observers have flow logs that say the same. */
  readonly hasRivals: boolean;
  /** Some observers are known to pass on what others send. */
  readonly hasMiddle: boolean;
  /** Names tell of interfaces or addresses. */
  readonly hasNames: boolean;
  /** Some private addresses are those of two networks. */
  readonly hasShared: boolean;
  /** Some records tell interface addresses beside packet addresses. */
  readonly hasHops: boolean;
  /** Some records tell TCP flags, or states. */
  readonly hasFlags: boolean;
  readonly hasStates: boolean;
  /** Some records count both directions. */
  readonly isTwoWay: boolean;
  readonly hasAzure: boolean;
  /** Some records have no ports. */
  readonly hasPortless: boolean;
  /** All records count in the same way. */
  readonly hasOneQuality: boolean;
  /** What an observer said of one direction, with one verdict, stands in one flow log. */
  readonly isPlain: boolean;
  readonly providerCount: number;
}
