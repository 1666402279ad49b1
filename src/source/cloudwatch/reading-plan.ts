import { MINUTE_MS, minuteOf } from "./minute-key.ts";

const HOUR_MS = 3_600_000;

/**
 * How far back is read again, and how often. Events stand at the begin of their window, which is one minute or ten, and come some
 * minutes after its end: twenty minutes are the usual, hours a bad day, and what is later still was held up.
 */
const lookBacks = [
  // Less than a day: the shortest retention, behind which events are missing.
  { name: "day", everyMs: 24 * HOUR_MS, backMs: 20 * HOUR_MS },
  { name: "hours", everyMs: HOUR_MS, backMs: 6 * HOUR_MS },
  { name: "usual", everyMs: 5 * MINUTE_MS, backMs: 30 * MINUTE_MS },
  { name: "each", everyMs: 0, backMs: 8 * MINUTE_MS },
] as const;

type LookBack = (typeof lookBacks)[number]["name"];

/** What is remembered of a log group between looks. Milliseconds since 1970. */
export interface ReadingState {
  /** All before it was read at least once. */
  readonly readToMs: number;
  /** When each length was read back last. */
  readonly lastMs: Readonly<Partial<Record<LookBack, number>>>;
  /** What is left of a reading that did not come to its end. */
  readonly open?: Reading;
}

/** What to read now. */
export interface Reading {
  readonly fromMs: number;
  readonly toMs: number;
  /** How far back this one goes, and with it all that are shorter. */
  readonly covers: readonly LookBack[];
}

/**
 * What to read of a log group now: what is left of a reading, else from where reading stopped, and as far back as it is time for. A
 * reading ends where it did when it began: what came meanwhile is looked back for by the next one.
 */
export function planReading(state: ReadingState | undefined, startMs: number, nowMs: number): Reading {
  const names = lookBacks.map(({ name }) => name);
  if (state === undefined) return { ...wholeMinutes(startMs, nowMs), covers: names };
  const { open } = state;
  // To look back again each time would keep a long one from ever coming to its end; one of a clock that was ahead is not gone on with.
  if (open !== undefined && open.toMs <= nowMs + MINUTE_MS)
    return { ...open, fromMs: Math.max(open.fromMs, minuteOf(startMs)) };
  // A clock that was ahead for a while must not keep from looking back until it is that late.
  const due = lookBacks.findIndex(({ name, everyMs }) => Math.abs(nowMs - (state.lastMs[name] ?? 0)) >= everyMs);
  const at = due < 0 ? lookBacks.length - 1 : due;
  const fromMs = Math.min(state.readToMs, nowMs) - (lookBacks[at]?.backMs ?? 0);
  return { ...wholeMinutes(Math.max(fromMs, startMs), nowMs), covers: names.slice(at) };
}

/** Minutes are read whole: a part of one would take the place of what was read of it before. */
export function wholeMinutes(fromMs: number, toMs: number): { readonly fromMs: number; readonly toMs: number } {
  return { fromMs: minuteOf(fromMs), toMs: minuteOf(toMs - 1) + MINUTE_MS };
}

/** The state when all up to a time of a reading is in the lake. */
export function readTo(state: ReadingState | undefined, reading: Reading, ms: number): ReadingState {
  const { toMs, covers } = reading;
  return {
    readToMs: Math.max(state?.readToMs ?? 0, ms),
    lastMs: state?.lastMs ?? {},
    open: { fromMs: ms, toMs, covers },
  };
}

/** The state when a whole reading is in the lake: a cursor that was ahead of the clock is taken back to it. */
export function readWhole(state: ReadingState | undefined, { toMs, covers }: Reading): ReadingState {
  const lastMs = { ...state?.lastMs, ...Object.fromEntries(covers.map((name) => [name, toMs])) };
  return { readToMs: toMs, lastMs };
}

export function parseState(text: string | undefined): ReadingState | undefined {
  if (text === undefined) return undefined;
  const value = JSON.parse(text) as Partial<ReadingState>;
  if (typeof value.readToMs !== "number") return undefined;
  return { ...value, readToMs: value.readToMs, lastMs: value.lastMs ?? {} };
}

const LONGEST_SLICE = 24 * 60;
const MANY_EVENTS = 200_000;
const FEW_EVENTS = 50_000;

/** Cuts a reading into pieces that settle one after another: longer where little happened. Minutes. */
export class SliceLength {
  #minutes = 10;

  /** The end of the slice that begins there; a whole minute, or the reading's end. */
  endOf(fromMs: number, toMs: number): number {
    return Math.min(minuteOf(fromMs) + this.#minutes * MINUTE_MS, toMs);
  }

  /** @param events that the last slice had */
  learn(events: number): void {
    if (events > MANY_EVENTS) this.#minutes = Math.max(1, Math.floor(this.#minutes / 2));
    else if (events < FEW_EVENTS) this.#minutes = Math.min(LONGEST_SLICE, this.#minutes * 2);
  }
}
