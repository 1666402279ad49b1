import type { RemoteBatch, RemoteObject } from "../remote.ts";
import { SettledOrder } from "../settled-order.ts";
import { keyTimeMs } from "./flow-log-keys.ts";
import { isWanted, type WalkContext } from "./partition-walk.ts";

const DAY_MS = 86_400_000;
/** So many requests a day go into listing everything again. */
const LISTS_PER_DAY = 20_000;
const STATE = "plain";

interface PlainState {
  /** The last key that was read, in the order of keys. */
  readonly cursor?: string;
  /** When everything was listed, and how many pages that was. */
  readonly walkedMs?: number;
  readonly pages?: number;
}

/**
 * Lists a prefix whose layout says nothing of time: what lies behind the last key, and now and then, the rarer the more there is,
 * everything.
 */
export class PlainWalk {
  readonly #prefix: string;
  readonly #context: WalkContext;

  constructor(prefix: string, context: WalkContext) {
    this.#prefix = prefix;
    this.#context = context;
  }

  async *recent(): AsyncGenerator<RemoteBatch, void, undefined> {
    const { now, sinceMs, isByHand } = this.#context;
    const { cursor, walkedMs, pages = 0 } = this.#read();
    const startedMs = now();
    const isWhole =
      isByHand === true || walkedMs === undefined || Math.abs(startedMs - walkedMs) >= (pages * DAY_MS) / LISTS_PER_DAY;
    const order = new SettledOrder();
    let listed = 0;
    for await (const objects of this.#pages(isWhole ? undefined : cursor)) {
      listed++;
      const wanted = objects.filter((object) => isWanted(object, sinceMs) && object.modifiedMicros >= sinceMs * 1000);
      const last = objects.at(-1)?.key;
      const settled = order.next(() => this.#change(last === undefined ? {} : { cursor: last }));
      if (wanted.length > 0) yield { objects: wanted, settled };
      else void settled({ failed: [], open: [] });
    }
    if (isWhole) order.afterAll(() => this.#change({ walkedMs: startedMs, pages: listed }));
  }

  /** Objects of a stretch of time by their keys, or, where these tell none, by when they were written. */
  async *window(fromMs: number, toMs: number): AsyncGenerator<RemoteBatch, void, undefined> {
    for await (const objects of this.#pages(undefined)) {
      const wanted = objects.filter((object) => {
        if (!isWanted(object, fromMs)) return false;
        const timeMs = keyTimeMs(object.key);
        // Written later than what is in it, but hardly by more than a day.
        const writtenMs = object.modifiedMicros / 1000;
        return timeMs === undefined ? writtenMs >= fromMs && writtenMs < toMs + DAY_MS : timeMs < toMs;
      });
      if (wanted.length > 0) yield { objects: wanted };
    }
  }

  async *#pages(cursor: string | undefined): AsyncGenerator<readonly RemoteObject[], void, undefined> {
    const { lister, signal } = this.#context;
    const prefix = this.#prefix;
    let pending = lister.list({ prefix, ...(cursor !== undefined && { after: cursor }) }, signal);
    for (;;) {
      const { objects, token } = await pending;
      if (token !== undefined) pending = lister.list({ prefix, token }, signal);
      // Whoever stops here need not care for it.
      pending.catch(() => undefined);
      yield objects;
      if (token === undefined) return;
    }
  }

  #read(): PlainState {
    return JSON.parse(this.#context.memory.get(STATE) ?? "{}") as PlainState;
  }

  #change(change: PlainState): void {
    this.#context.memory.set(STATE, JSON.stringify({ ...this.#read(), ...change }));
  }
}
