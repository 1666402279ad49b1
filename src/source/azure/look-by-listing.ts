import type { Clock } from "#base/clock.js";
import { interleave } from "../interleave.ts";
import type { LookRequest, RemoteBatch, RemoteObject } from "../remote.ts";
import { SettledOrder } from "../settled-order.ts";
import type { ContainerListing } from "./container-listing.ts";
import { dayPrefix, DAY_HOURS, HOUR_MS, hourPrefix, lastNumber, parseFlowLogBlob } from "./flow-log-path.ts";
import { FlowLogStates } from "./flow-log-states.ts";
import { walkContainer } from "./flow-log-walk.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** The last block of an hour comes minutes after its end: the hour is closed then, and two days are looked at once more for what came late. */
const CLOSING_MS = 15 * MINUTE_MS;
/** Up to so many hours of a day are listed one by one. */
const MOST_SINGLE_HOURS = 3;
/** Listings a day: less often is listed where there are many flow logs. */
const LISTINGS_A_DAY = 100_000;
const WALK_EVERY_MS = 10 * MINUTE_MS;
/** A flow log that has been quiet is listed after a tenth of that time, but not less often than this. */
const QUIET_SHARE = 10;
const LONGEST_QUIET_MS = 6 * HOUR_MS;
/** With notifications, listing only finds what they missed. */
const RECONCILE_EVERY_MS = 15 * MINUTE_MS;
/** While old hours are read, the newest are looked at this often. */
const FRESH_EVERY_MS = MINUTE_MS;
const LISTED_AT_ONCE = 8;

export interface LookSettings {
  readonly prefix: string;
  /** Hours since 1970; nothing before is read. */
  readonly sinceHour: number;
  readonly hasQueue: boolean;
}

/**
 * One look through a container by listing. Of each flow log the running hour is listed, and the one before until its last block has come;
 * a cursor keeps which hours are done; what is older is read day by day, the newest first. Once an hour, and by hand, the last two days are
 * listed whole: older hours grow late, too.
 */
export class LookByListing {
  readonly #listing: ContainerListing;
  readonly #settings: LookSettings;
  readonly #clock: Clock;
  readonly #request: LookRequest;
  readonly #states: FlowLogStates;

  constructor(listing: ContainerListing, settings: LookSettings, clock: Clock, request: LookRequest) {
    this.#listing = listing;
    this.#settings = settings;
    this.#clock = clock;
    this.#request = request;
    this.#states = new FlowLogStates(request.memory);
  }

  async *run(): AsyncGenerator<RemoteBatch> {
    const { window, signal, forMs = Number.POSITIVE_INFINITY, isByHand = false } = this.#request;
    const endMs = this.#clock.now() + forMs;
    const others = await this.#discover();
    if (window !== undefined) {
      const [from, to] = [hourOf(window.fromMs), hourOf(window.toMs + 2 * MINUTE_MS) + 1];
      for (const flowLog of this.#states.known)
        for await (const objects of this.#hours(flowLog, from, to)) yield { objects };
      return;
    }
    if (others.length > 0) yield { objects: others };
    yield* this.#fresh(isByHand);
    let freshMs = this.#clock.now();
    for (const flowLog of this.#states.known) {
      for await (const batch of this.#past(flowLog, endMs)) {
        signal.throwIfAborted();
        yield batch;
        if (this.#clock.now() - freshMs < FRESH_EVERY_MS) continue;
        yield* this.#fresh();
        freshMs = this.#clock.now();
      }
      if (this.#clock.now() >= endMs) return;
    }
  }

  /** Walks the levels for flow logs that are new, now and then. @returns blobs of other layouts */
  async #discover(): Promise<readonly RemoteObject[]> {
    const nowMs = this.#clock.now();
    const { walked, known } = this.#states;
    const { prefix, hasQueue } = this.#settings;
    const share = (walked?.levels ?? 0) * (DAY_MS / LISTINGS_A_DAY) * 4;
    const every = Math.max(hasQueue ? HOUR_MS : WALK_EVERY_MS, share);
    const isDue = this.#request.isByHand === true || walked === undefined || Math.abs(nowMs - walked.atMs) >= every;
    if (!isDue && known.length > 0) return [];
    const level = (at: string) => this.#listing.level(at, this.#request.signal);
    const found = await walkContainer(level, prefix, { known: new Set(known) });
    for (const flowLog of found.flowLogs)
      if (this.#states.cursor(flowLog) === undefined) {
        const to = this.#closedHour(nowMs);
        this.#states.move(flowLog, { from: to, to });
      }
    this.#states.walked = { atMs: nowMs, levels: found.levels };
    return found.others;
  }

  /** Hours before this one have had their last block. */
  #closedHour(nowMs: number): number {
    return hourOf(nowMs - CLOSING_MS);
  }

  /** The newest hours of the flow logs whose turn it is, or the last two days of all. */
  async *#fresh(isAll = false): AsyncGenerator<RemoteBatch> {
    const nowMs = this.#clock.now();
    const due = this.#states.known.filter((flowLog) => isAll || this.#isDue(flowLog, nowMs));
    const begun = (): AsyncIterator<RemoteBatch> | undefined => {
      const flowLog = due.shift();
      return flowLog === undefined ? undefined : this.#newest(flowLog, nowMs, isAll);
    };
    yield* interleave(begun, LISTED_AT_ONCE);
    this.#states.save();
  }

  #isDue(flowLog: string, nowMs: number): boolean {
    const pace = this.#states.pace(flowLog);
    if (pace === undefined) return true;
    const share = this.#states.known.length * (DAY_MS / LISTINGS_A_DAY);
    const quiet = Math.min((nowMs - pace.changedMs) / QUIET_SHARE, LONGEST_QUIET_MS);
    const least = this.#settings.hasQueue ? RECONCILE_EVERY_MS : 0;
    // A clock that was set back must not silence a flow log.
    return nowMs < pace.listedMs || nowMs - pace.listedMs >= Math.max(share, quiet, least);
  }

  async *#newest(flowLog: string, nowMs: number, isWhole: boolean): AsyncGenerator<RemoteBatch> {
    const cursor = this.#states.cursor(flowLog);
    if (cursor === undefined) return;
    const closed = this.#closedHour(nowMs);
    // A clock that was ahead for a while has taken the cursor with it.
    const reached = Math.min(cursor.to, closed);
    const isClosing = closed !== cursor.to;
    const yesterday = reached - (reached % DAY_HOURS) - DAY_HOURS;
    const from = isClosing || isWhole ? Math.max(yesterday, Math.min(cursor.from, reached)) : reached;
    const order = new SettledOrder();
    const seen: RemoteObject[] = [];
    for await (const objects of this.#hours(flowLog, Math.max(from, this.#settings.sinceHour), hourOf(nowMs) + 1)) {
      seen.push(...objects.filter(({ key }) => (parseFlowLogBlob(key)?.hour ?? 0) >= hourOf(nowMs) - 1));
      yield { objects, settled: order.next(() => undefined) };
    }
    this.#states.listed(flowLog, nowMs, seen);
    order.afterAll(() => {
      const now = this.#states.cursor(flowLog);
      if (!isClosing || now === undefined) return;
      const to = cursor.to > closed ? closed : Math.max(now.to, closed);
      this.#states.move(flowLog, { from: Math.min(now.from, to), to });
    });
  }

  /** Old hours that were not read yet, a day at a time, the newest first; one day at least, and no more after `endMs`. */
  async *#past(flowLog: string, endMs: number): AsyncGenerator<RemoteBatch> {
    const cursor = this.#states.cursor(flowLog);
    const { sinceHour } = this.#settings;
    if (cursor === undefined || cursor.from <= sinceHour) return;
    const order = new SettledOrder();
    const reach = (from: number) => () => {
      const now = this.#states.cursor(flowLog);
      if (now !== undefined) this.#states.move(flowLog, { ...now, from: Math.min(now.from, from) });
    };
    for await (const day of this.#days(flowLog, sinceHour, cursor.from)) {
      const from = Math.max(day, sinceHour);
      for await (const objects of this.#hours(flowLog, from, Math.min(day + DAY_HOURS, cursor.from)))
        yield { objects, settled: order.next(() => undefined) };
      order.afterAll(reach(from));
      if (this.#clock.now() >= endMs) return;
    }
    order.afterAll(reach(sinceHour));
  }

  /** First hours of the days that have blobs and reach into [from, to), the newest first. */
  async *#days(flowLog: string, from: number, to: number): AsyncGenerator<number> {
    for (const year of await this.#numbers(flowLog, "y"))
      for (const month of await this.#numbers(year.prefix, "m"))
        for (const day of await this.#numbers(month.prefix, "d")) {
          const hour = Date.UTC(year.number, month.number - 1, day.number) / HOUR_MS;
          if (hour < to && hour + DAY_HOURS > from) yield hour;
          if (hour + DAY_HOURS <= from) return;
        }
  }

  async #numbers(prefix: string, letter: string): Promise<{ prefix: string; number: number }[]> {
    const { prefixes } = await this.#listing.level(prefix, this.#request.signal);
    return prefixes
      .filter((each) => each.toLowerCase().startsWith(`${prefix}${letter}=`.toLowerCase()))
      .map((each) => ({ prefix: each, number: lastNumber(each) }))
      .filter(({ number }) => !Number.isNaN(number))
      .sort((a, b) => b.number - a.number);
  }

  /** Blobs of the hours [from, to): by hours where they are few, else by days. */
  async *#hours(flowLog: string, from: number, to: number): AsyncGenerator<readonly RemoteObject[]> {
    for (let day = to - 1 - ((to - 1) % DAY_HOURS); day > from - DAY_HOURS; day -= DAY_HOURS) {
      const [first, end] = [Math.max(day, from), Math.min(day + DAY_HOURS, to)];
      const prefixes =
        end - first > MOST_SINGLE_HOURS
          ? [dayPrefix(flowLog, day)]
          : Array.from({ length: Math.max(0, end - first) }, (_, index) => hourPrefix(flowLog, end - 1 - index));
      for (const prefix of prefixes)
        for await (const page of this.#listing.below(prefix, this.#request.signal)) {
          const wanted = page.filter(({ key }) => this.#isWanted(key, first, end));
          if (wanted.length > 0) yield wanted;
        }
    }
  }

  #isWanted(key: string, from: number, to: number): boolean {
    if (!key.startsWith(this.#settings.prefix)) return false;
    const hour = parseFlowLogBlob(key)?.hour;
    return hour === undefined || (hour >= from && hour < to);
  }
}

function hourOf(ms: number): number {
  return Math.floor(ms / HOUR_MS);
}
