import { interleave } from "../interleave.ts";
import type { LookRequest, RemoteBatch } from "../remote.ts";
import { findPartitions, type Layout } from "./find-partitions.ts";
import { FIND_EVERY_MS, LookSchedule } from "./look-schedule.ts";
import type { ListPage, ObjectLister } from "./object-lister.ts";
import { PartitionWalk, type WalkContext } from "./partition-walk.ts";
import { PlainWalk } from "./plain-walk.ts";

const WALKS_AT_ONCE = 8;
/** Older days wait this long at most for a look at what is new. */
const OLDER_MS = 60_000;

export interface BucketLookConfig {
  readonly lister: ObjectLister;
  readonly prefix: string;
  readonly sinceMs: number;
  readonly now: () => number;
}

/** Looks through a bucket again and again; it lives as long as its source. */
export class BucketLook {
  readonly #config: BucketLookConfig;
  readonly #schedule: LookSchedule;
  #layout: Layout | undefined;
  #foundMs = 0;
  #isComplete = false;

  constructor(config: BucketLookConfig) {
    this.#config = config;
    this.#schedule = new LookSchedule(config.now);
  }

  /** Whether objects of no known layout are taken, too; unknown before the first look. */
  get isPlain(): boolean {
    return this.#layout?.isPlain ?? false;
  }

  /** Whether the last look has left no older days for the next one. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** @throws WeirError `source-…` when it cannot be listed */
  async *look(request: LookRequest): AsyncGenerator<RemoteBatch, void, undefined> {
    const { prefix, lister, now, sinceMs } = this.#config;
    const { memory, signal, window, forMs = Number.POSITIVE_INFINITY, isByHand = false } = request;
    const context: WalkContext = { lister, memory, signal, now, sinceMs, isByHand };
    const layout = await this.#find(signal, isByHand);
    if (layout.isPlain) {
      const walk = new PlainWalk(prefix, context);
      yield* window === undefined ? walk.recent() : walk.window(window.fromMs, window.toMs);
      this.#isComplete = true;
      return;
    }
    const walks = layout.partitions.map((partition) => new PartitionWalk(partition, context));
    if (window !== undefined) {
      yield* all(walks.map((walk) => () => walk.window(window.fromMs, window.toMs)));
      return;
    }
    const endMs = now() + forMs;
    for (let looked = 0; ; looked++) {
      const due = isByHand && looked === 0 ? walks : this.#schedule.due(walks, ({ partition }) => partition.prefix);
      yield* all(due.map((walk) => () => this.#poll(walk)));
      const left = walks.filter((walk) => walk.hasOlder && walk.fromMs !== undefined);
      this.#isComplete = left.length === 0;
      if (left.length === 0 || signal.aborted || now() >= endMs) return;
      yield* this.#older(left, Math.min(endMs, now() + OLDER_MS));
    }
  }

  async #find(signal: AbortSignal, isByHand: boolean): Promise<Layout> {
    const { lister, prefix, now } = this.#config;
    if (this.#layout === undefined || isByHand || Math.abs(now() - this.#foundMs) >= FIND_EVERY_MS) {
      this.#layout = await findPartitions(this.#counted(lister), prefix, signal);
      this.#foundMs = now();
    }
    return this.#layout;
  }

  async *#poll(walk: PartitionWalk): AsyncGenerator<RemoteBatch, void, undefined> {
    const before = walk.lists;
    const hasNews = yield* walk.recent();
    const { isQuiet, lists } = walk;
    this.#schedule.polled(walk.partition.prefix, { hasNews, isQuiet, lists: lists - before });
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
        if (this.#layout !== undefined) this.#schedule.spend(1);
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
