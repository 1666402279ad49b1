/** Microseconds. */
const SECOND = 1_000_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/** Flows this far before and after an hour are read with it: clocks of two observers may differ. */
export const HALO = 15 * MINUTE;

/** How long a conversation may be silent and still go on (design: state closes a conversation, not silence). */
export const idleLimits = {
  /** TCP whose log shows flags or states. */
  tcpWithState: 4 * HOUR,
  tcp: HOUR,
  /** Everything else; two windows and 5 s where windows are long. */
  others: 180 * SECOND,
} as const;

/** A new SYN after this much silence opens a new conversation: one window and its slack. */
export const REOPEN_GAP = 65 * SECOND;

/** A closed conversation is remembered this long: what is denied after it is stray. */
export const CLOSED_MEMORY = 10 * MINUTE;

/** Azure writes a running flow's tuple every five minutes, so one tuple counts at most this long back. */
export const AZURE_WINDOW = 5 * MINUTE;

/** An observer that nothing was heard of for so long is forgotten: what it had is learned anew. */
export const OBSERVER_MEMORY = 24 * HOUR;

/** Counts up whenever the same flows would give other conversations: hours made by an older one are made anew. */
export const DERIVATION_VERSION = 4;

/** Memory of the engine before it spills: MB for hours of up to so many flows, for each million more, and at most. */
const memoryMb = { least: 300, flows: 2_000_000, aMillionMore: 17, most: 600 } as const;

/** MB for an hour of so many flows. Node.js and what DuckDB does not count come on top: 8 M stay within 1 GB, 20 M within 2 GB. */
export function memoryFor(flows: number): number {
  const { least, most, aMillionMore, flows: few } = memoryMb;
  return Math.round(Math.min(most, least + (Math.max(0, flows - few) / 1_000_000) * aMillionMore));
}
