const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** New accounts and regions are looked for this often. */
export const FIND_EVERY_MS = 30 * MINUTE_MS;
/** What came a moment ago will not come again at once: from there on it is looked for ever more rarely. */
const FIRST_WAIT_MS = 2 * MINUTE_MS;
const WAIT_FACTOR = 1.5;
const MOST_WAIT_MS = 10 * MINUTE_MS;
const QUIET_WAIT_MS = 30 * MINUTE_MS;
/** Requests to list, but for the first look and for older days. Estates with more partitions are looked through more rarely. */
export const LISTS_PER_DAY = 85_000;
/** Unused ones are kept for an hour. */
const MOST_SAVED = LISTS_PER_DAY / 24;

interface Poll {
  readonly polledMs: number;
  readonly waitMs: number;
}

/**
 * When which partition is looked into: after objects came soon again, after that ever more rarely, and altogether within a number
 * of requests a day, the one that has waited longest first.
 */
export class LookSchedule {
  readonly #now: () => number;
  readonly #polls = new Map<string, Poll>();
  #saved = MOST_SAVED;
  #savedMs: number;

  constructor(now: () => number) {
    this.#now = now;
    this.#savedMs = now();
  }

  /** Those of the partitions that are to be looked into now. */
  due<T>(partitions: readonly T[], prefixOf: (partition: T) => string): T[] {
    const now = this.#now();
    this.#saved = Math.min(MOST_SAVED, this.#saved + (Math.max(0, now - this.#savedMs) / DAY_MS) * LISTS_PER_DAY);
    this.#savedMs = now;
    const never: Poll = { polledMs: 0, waitMs: 0 };
    const due = partitions
      .map((partition) => ({ partition, ...(this.#polls.get(prefixOf(partition)) ?? never) }))
      // A clock that was set back must not stop everything.
      .filter(({ polledMs, waitMs }) => now >= polledMs + waitMs || now < polledMs)
      .sort((a, b) => a.polledMs - b.polledMs);
    const first = due.filter(({ polledMs }) => polledMs === 0).length;
    return due.slice(0, Math.max(first, Math.floor(this.#saved))).map(({ partition }) => partition);
  }

  /** A partition was looked into. */
  polled(prefix: string, { lists, hasNews, isQuiet }: { lists: number; hasNews: boolean; isQuiet: boolean }): void {
    const before = this.#polls.get(prefix);
    // The first look has to be made, whatever it costs.
    if (before !== undefined) this.spend(lists);
    const waitMs = hasNews
      ? FIRST_WAIT_MS
      : Math.min(isQuiet ? QUIET_WAIT_MS : MOST_WAIT_MS, (before?.waitMs ?? FIRST_WAIT_MS) * WAIT_FACTOR);
    this.#polls.set(prefix, { polledMs: this.#now(), waitMs });
  }

  /** So many requests were made beside. */
  spend(lists: number): void {
    this.#saved -= lists;
  }
}

/** About how many requests to list a day takes. @param active partitions to which objects come */
export function listsOfDay(partitions: number, active: number): number {
  const polls = 2 * (DAY_MS / (5 * MINUTE_MS));
  const finding = (DAY_MS / FIND_EVERY_MS) * Math.max(2, partitions / 10);
  const quiet = Math.max(0, partitions - active) * (DAY_MS / QUIET_WAIT_MS);
  return Math.min(LISTS_PER_DAY, active * polls + quiet + finding);
}
