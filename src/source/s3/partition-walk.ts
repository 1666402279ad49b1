import type { RemoteBatch, RemoteObject, SourceMemory } from "../remote.ts";
import { SettledOrder } from "../settled-order.ts";
import {
  beforeYears,
  dayFolder,
  dayStart,
  flowLogKey,
  folderSpanMs,
  keyTimeMs,
  nameTime,
  nameTimeMs,
  type Partition,
} from "./flow-log-keys.ts";
import type { ListPage, ObjectLister } from "./object-lister.ts";
import { isOpenFolder, PartitionMemory, type PartitionState } from "./partition-memory.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** The last two days are listed whole this often, for what came late. */
const WALK_EVERY_MS = HOUR_MS;
/** Objects of one flow log can come in another order than that of their times: so much before a cursor is looked at again. */
const OVERLAP_MS = 15 * 60_000;
/** Older days are listed in pieces of this length, the newest first. */
const PIECE_MS = 7 * DAY_MS;
/** Records of a window can lie in objects whose names are so much later. */
const WINDOW_MARGIN_MS = 15 * 60_000;
/** An object has what ended within so long after the time in its name. */
const NAME_SPAN_MS = 5 * 60_000;

/** What walks through partitions have in common. */
export interface WalkContext {
  readonly lister: ObjectLister;
  readonly memory: SourceMemory;
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** Nothing older is wanted. */
  readonly sinceMs: number;
  /** Somebody waits for what came late, too. */
  readonly isByHand?: boolean;
}

/** Lists one partition: what is new, what came late, and, piece by piece, what is older. */
export class PartitionWalk {
  readonly partition: Partition;
  readonly #context: WalkContext;
  readonly #memory: PartitionMemory;
  readonly #pieces = new SettledOrder();
  /** As far as this look has listed, settled or not. */
  #fromMs: number | undefined;
  #completeSinceMs: number | undefined;
  #firstMs: number | null | undefined;
  #lists = 0;
  #hasWalked = false;

  constructor(partition: Partition, context: WalkContext) {
    this.partition = partition;
    this.#context = context;
    this.#memory = new PartitionMemory(context.memory, partition);
    const { fromMs, completeSinceMs } = this.#memory.read();
    this.#fromMs = fromMs;
    this.#completeSinceMs = completeSinceMs;
  }

  /** From when on all was listed; undefined before the first walk. */
  get fromMs(): number | undefined {
    return this.#fromMs;
  }

  /** Requests that were made. */
  get lists(): number {
    return this.#lists;
  }

  /** Whether no objects came lately. */
  get isQuiet(): boolean {
    return Object.keys(this.#memory.read().cursors).length === 0;
  }

  /** Whether older days are left. */
  get hasOlder(): boolean {
    return this.#completeSinceMs === undefined || this.#completeSinceMs > this.#context.sinceMs;
  }

  /** Whether a walk through the last two days is due. */
  get isDue(): boolean {
    const { walkedMs, cursors } = this.#memory.read();
    if (this.#context.isByHand === true && !this.#hasWalked) return true;
    // Where nothing came lately both walks cost the same.
    if (walkedMs === undefined || Object.keys(cursors).length === 0) return true;
    return this.#context.now() - walkedMs >= WALK_EVERY_MS || walkedMs > this.#context.now() + WALK_EVERY_MS;
  }

  /** What has come since the last walk. @returns whether there was something behind the cursors */
  async *recent(): AsyncGenerator<RemoteBatch, boolean, undefined> {
    return this.isDue ? yield* this.#whole() : yield* this.#behindCursors();
  }

  /** Lists the last two days, and those since the last walk, whole. */
  async *#whole(): AsyncGenerator<RemoteBatch, boolean, undefined> {
    const { now, sinceMs } = this.#context;
    const { cursors, walkedMs, fromMs } = this.#memory.read();
    const startedMs = now();
    this.#hasWalked = true;
    const startMs = Math.max(dayStart(Math.min(startedMs, walkedMs ?? startedMs)) - DAY_MS, dayStart(sinceMs));
    // Its own order: each walk lists all that is behind what was settled when it began. But before the first one is settled, nothing is
    // remembered of older days: the next process would take all from there on for read.
    const order = this.#fromMs === undefined ? this.#pieces : new SettledOrder();
    let hasNews = false;
    for await (const { objects } of this.#pages({ after: dayFolder(this.partition, startMs) })) {
      const wanted = this.#wanted(objects);
      hasNews ||= wanted.some(({ key }) => this.#isNew(key, cursors));
      if (wanted.length > 0) yield this.#batch(wanted, order);
    }
    this.#fromMs ??= startMs;
    order.afterAll(() => this.#memory.change({ walkedMs: startedMs, fromMs: fromMs ?? startMs }));
    return hasNews;
  }

  /** Lists what lies behind the cursors of the folders that are open, jumping over what is known. */
  async *#behindCursors(): AsyncGenerator<RemoteBatch, boolean, undefined> {
    const { cursors } = this.#memory.read();
    const { prefix } = this.partition;
    const [first] = Object.keys(cursors).sort();
    // From the folder's beginning: a new flow log's id may sort before all others.
    let after: string | undefined =
      first === undefined
        ? dayFolder(this.partition, this.#context.now() - HOUR_MS)
        : prefix + first.slice(0, first.lastIndexOf("/") + 1);
    const order = new SettledOrder();
    let hasNews = false;
    while (after !== undefined) {
      const from: string = after;
      after = undefined;
      for await (const { objects, token } of this.#pages({ after: from, mayJump: true })) {
        const wanted = this.#wanted(objects).filter(({ key }) => this.#isBehindCursor(key, cursors));
        hasNews ||= wanted.some(({ key }) => this.#isNew(key, cursors));
        if (wanted.length > 0) yield this.#batch(wanted, order);
        const last = flowLogKey(objects.at(-1)?.key ?? "");
        const group = last?.group.slice(prefix.length) ?? "";
        if (token === undefined || last === undefined || (cursors[group] ?? "") <= last.time) continue;
        const jump = this.#cursorKey(group, cursors);
        if (jump === undefined || jump <= (objects.at(-1)?.key ?? "")) continue;
        after = jump;
        break;
      }
    }
    return hasNews;
  }

  /** Lists the newest of the older days that are left. */
  async *older(): AsyncGenerator<RemoteBatch, void, undefined> {
    const endMs = this.#fromMs;
    if (endMs === undefined || !this.hasOlder) return;
    const { sinceMs } = this.#context;
    const firstMs = await this.#firstDayMs();
    const startMs = Math.max(endMs - PIECE_MS, firstMs ?? endMs);
    if (startMs < endMs) yield* this.#between(startMs, endMs);
    const isComplete = firstMs === undefined || startMs <= firstMs;
    this.#fromMs = startMs;
    if (isComplete) this.#completeSinceMs = sinceMs;
    this.#pieces.afterAll(() =>
      this.#memory.change({ fromMs: startMs, ...(isComplete && { completeSinceMs: sinceMs }) }),
    );
  }

  /** Lists exactly the objects of a stretch of time, and remembers nothing. */
  async *window(fromMs: number, toMs: number): AsyncGenerator<RemoteBatch, void, undefined> {
    const endMs = dayStart(toMs + WINDOW_MARGIN_MS) + DAY_MS;
    for await (const { objects } of this.#pages({ after: dayFolder(this.partition, dayStart(fromMs)), endMs })) {
      const wanted = objects.filter(({ key }) => {
        const name = flowLogKey(key);
        if (name === undefined) return true;
        const timeMs = nameTimeMs(name.time);
        return timeMs >= fromMs - WINDOW_MARGIN_MS && timeMs < toMs + WINDOW_MARGIN_MS;
      });
      if (wanted.length > 0) yield { objects: wanted };
    }
  }

  async *#between(startMs: number, endMs: number): AsyncGenerator<RemoteBatch, void, undefined> {
    for await (const { objects } of this.#pages({ after: dayFolder(this.partition, startMs), endMs })) {
      const wanted = this.#wanted(objects);
      if (wanted.length > 0) yield { objects: wanted, settled: this.#pieces.next(() => undefined) };
    }
  }

  /** The first day that has objects, in front of what was listed; undefined: there is none. */
  async #firstDayMs(): Promise<number | undefined> {
    const { lister, signal, sinceMs } = this.#context;
    const { prefix } = this.partition;
    if (this.#firstMs === undefined) {
      const after = sinceMs > 0 ? dayFolder(this.partition, sinceMs) : beforeYears(this.partition);
      this.#lists++;
      const { objects } = await lister.list({ prefix, after, limit: 1 }, signal);
      this.#firstMs = keyTimeMs(objects[0]?.key ?? "") ?? null;
    }
    if (this.#firstMs === null || (this.#fromMs !== undefined && this.#firstMs >= this.#fromMs)) return undefined;
    return dayStart(this.#firstMs);
  }

  /** Pages of keys behind `after`, in front of the day that begins at `endMs`. */
  async *#pages({ after, endMs, mayJump = false }: Stretch): AsyncGenerator<ListPage, void, undefined> {
    const { lister, signal } = this.#context;
    const { prefix } = this.partition;
    const end = endMs === undefined ? undefined : dayFolder(this.partition, endMs);
    const list = async (token?: string): Promise<ListPage> => {
      this.#lists++;
      return lister.list({ prefix, after, ...(token !== undefined && { token }) }, signal);
    };
    let next: (() => Promise<ListPage>) | undefined = list;
    let pending: Promise<ListPage> | undefined;
    while (next !== undefined) {
      const page: ListPage = await (pending ?? next());
      const { token, objects } = page;
      const isOver = token === undefined || (end !== undefined && (objects.at(-1)?.key ?? "") >= end);
      next = isOver ? undefined : () => list(token);
      // The next page is under way while one is worked on, where it is sure to be wanted.
      pending = mayJump ? undefined : next?.();
      pending?.catch(() => undefined);
      yield end === undefined || !isOver ? page : { ...page, objects: objects.filter(({ key }) => key < end) };
    }
  }

  #wanted(objects: readonly RemoteObject[]): RemoteObject[] {
    return objects.filter((object) => isWanted(object, this.#context.sinceMs));
  }

  #batch(objects: readonly RemoteObject[], order: SettledOrder): RemoteBatch {
    const keys = objects.map(({ key }) => key);
    return { objects, settled: order.next(() => this.#memory.advance(keys, this.#context.now())) };
  }

  #isNew(key: string, cursors: PartitionState["cursors"]): boolean {
    const name = flowLogKey(key);
    if (name === undefined) return false;
    const cursor = cursors[name.group.slice(this.partition.prefix.length)];
    return cursor === undefined ? isOpenFolder(name.group, this.#context.now()) : name.time > cursor;
  }

  #isBehindCursor(key: string, cursors: PartitionState["cursors"]): boolean {
    const name = flowLogKey(key);
    if (name === undefined) return true;
    const cursor = cursors[name.group.slice(this.partition.prefix.length)];
    return cursor === undefined || name.time >= nameTime(nameTimeMs(cursor) - OVERLAP_MS);
  }

  /** The key behind which a group is listed again. */
  #cursorKey(group: string, cursors: PartitionState["cursors"]): string | undefined {
    const cursor = cursors[group];
    if (cursor === undefined) return undefined;
    return `${this.partition.prefix}${group}${nameTime(nameTimeMs(cursor) - OVERLAP_MS)}`;
  }
}

/** What of a partition is listed. */
interface Stretch {
  readonly after: string;
  readonly endMs?: number;
  /** Whoever lists may stop between pages to go on elsewhere. */
  readonly mayJump?: boolean;
}

/** Whether an object is one, and its time is not before `sinceMs` as far as its key tells. */
export function isWanted({ key, size }: RemoteObject, sinceMs: number): boolean {
  // Some tools make empty objects in the place of folders.
  if (size === 0 && key.endsWith("/")) return false;
  if (sinceMs === 0) return true;
  const timeMs = keyTimeMs(key);
  if (timeMs === undefined) return true;
  return timeMs + (flowLogKey(key) === undefined ? folderSpanMs(key) : NAME_SPAN_MS) > sinceMs;
}
