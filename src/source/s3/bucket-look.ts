import { interleave } from "../interleave.ts";
import type { LookRequest, RemoteBatch } from "../remote.ts";
import { findPartitions, type Layout } from "./find-partitions.ts";
import type { ListPage, ObjectLister } from "./object-lister.ts";
import { PartitionWalk, type WalkContext } from "./partition-walk.ts";
import { PlainWalk } from "./plain-walk.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** New accounts and regions are looked for this often. */
const FIND_EVERY_MS = 30 * MINUTE_MS;
/** What came a moment ago will not come again at once: from there on it is looked for ever more rarely. */
const FIRST_WAIT_MS = 2 * MINUTE_MS;
const WAIT_FACTOR = 1.5;
const MOST_WAIT_MS = 10 * MINUTE_MS;
const QUIET_WAIT_MS = 30 * MINUTE_MS;
/** Requests to list, but for the first look and for older days. Estates with more partitions are looked through more rarely. */
const LISTS_PER_DAY = 85_000;
const MOST_SAVED_LISTS = LISTS_PER_DAY / 24;
const WALKS_AT_ONCE = 8;
/** Older days wait this long at most for a look at what is new. */
const OLDER_MS = MINUTE_MS;

interface Schedule {
  readonly polledMs: number;
  readonly waitMs: number;
}

export interface BucketLookConfig {
  readonly lister: ObjectLister;
  readonly prefix: string;
  readonly sinceMs: number;
  readonly now: () => number;
}

/** Looks through a bucket again and again; it lives as long as its source. */
export class BucketLook {
  readonly #config: BucketLookConfig;
  readonly #schedules = new Map<string, Schedule>();
  #layout: Layout | undefined;
  #foundMs = 0;
  #savedLists = MOST_SAVED_LISTS;
  #savedMs: number;

  constructor(config: BucketLookConfig) {
    this.#config = config;
    this.#savedMs = config.now();
  }

  /** @throws WeirError `source-…` when it cannot be listed */
  async *look(request: LookRequest): AsyncGenerator<RemoteBatch, void, undefined> {
    const { prefix, lister, now, sinceMs } = this.#config;
    const { memory, signal, window, forMs = Number.POSITIVE_INFINITY } = request;
    const context: WalkContext = { lister, memory, signal, now, sinceMs };
    const layout = await this.#find(signal);
    if (layout.isPlain) {
      const walk = new PlainWalk(prefix, context);
      yield* window === undefined ? walk.recent() : walk.window(window.fromMs, window.toMs);
      return;
    }
    const walks = layout.partitions.map((partition) => new PartitionWalk(partition, context));
    if (window !== undefined) {
      yield* all(walks.map((walk) => () => walk.window(window.fromMs, window.toMs)));
      return;
    }
    const endMs = now() + forMs;
    for (;;) {
      yield* all(this.#due(walks).map((walk) => () => this.#poll(walk)));
      const left = walks.filter((walk) => walk.hasOlder && walk.fromMs !== undefined);
      if (left.length === 0 || signal.aborted || now() >= endMs) return;
      yield* this.#older(left, Math.min(endMs, now() + OLDER_MS));
    }
  }

  async #find(signal: AbortSignal): Promise<Layout> {
    const { lister, prefix, now } = this.#config;
    if (this.#layout === undefined || Math.abs(now() - this.#foundMs) >= FIND_EVERY_MS) {
      this.#layout = await findPartitions(this.#counted(lister), prefix, signal);
      this.#foundMs = now();
    }
    return this.#layout;
  }

  /** Partitions to look into now, the one that has waited longest first, as many as the requests of this day allow. */
  #due(walks: readonly PartitionWalk[]): PartitionWalk[] {
    const now = this.#config.now();
    this.#savedLists = Math.min(
      MOST_SAVED_LISTS,
      this.#savedLists + (Math.max(0, now - this.#savedMs) / DAY_MS) * LISTS_PER_DAY,
    );
    this.#savedMs = now;
    const never: Schedule = { polledMs: 0, waitMs: 0 };
    const due = walks
      .map((walk) => ({ walk, ...(this.#schedules.get(walk.partition.prefix) ?? never) }))
      .filter(({ polledMs, waitMs }) => now >= polledMs + waitMs || now < polledMs)
      .sort((a, b) => a.polledMs - b.polledMs);
    const first = due.filter(({ polledMs }) => polledMs === 0).length;
    return due.slice(0, Math.max(first, Math.floor(this.#savedLists))).map(({ walk }) => walk);
  }

  async *#poll(walk: PartitionWalk): AsyncGenerator<RemoteBatch, void, undefined> {
    const { prefix } = walk.partition;
    const before = this.#schedules.get(prefix);
    const polledMs = this.#config.now();
    const listsBefore = walk.lists;
    const hasNews = yield* walk.recent();
    // The first look is for free: it has to be made.
    if (before !== undefined) this.#savedLists -= walk.lists - listsBefore;
    const most = walk.isQuiet ? QUIET_WAIT_MS : MOST_WAIT_MS;
    const waitMs = hasNews ? FIRST_WAIT_MS : Math.min(most, (before?.waitMs ?? FIRST_WAIT_MS) * WAIT_FACTOR);
    this.#schedules.set(prefix, { polledMs, waitMs });
  }

  /** Older days, the newest first over all partitions, until then. */
  #older(walks: readonly PartitionWalk[], endMs: number): AsyncGenerator<RemoteBatch, void, undefined> {
    const running = new Set<PartitionWalk>();
    return interleave(() => {
      if (this.#config.now() >= endMs) return undefined;
      let next: PartitionWalk | undefined;
      for (const walk of walks)
        if (walk.hasOlder && !running.has(walk) && (walk.fromMs ?? 0) > (next?.fromMs ?? -1)) next = walk;
      if (next === undefined) return undefined;
      const walk = next;
      running.add(walk);
      return (async function* older() {
        yield* walk.older();
        running.delete(walk);
      })();
    }, WALKS_AT_ONCE);
  }

  #counted(lister: ObjectLister): ObjectLister {
    return {
      list: async (request, signal): Promise<ListPage> => {
        if (this.#layout !== undefined) this.#savedLists--;
        return lister.list(request, signal);
      },
    };
  }
}

/** All of them, some at once. */
function all(
  begin: readonly (() => AsyncGenerator<RemoteBatch, void, undefined>)[],
): AsyncGenerator<RemoteBatch, void, undefined> {
  let next = 0;
  return interleave(() => begin[next++]?.(), WALKS_AT_ONCE);
}
