/** When a source is collected next. */

const FIRST_RETRY_MS = 5000;
const MOST_WAIT_MS = 15 * 60_000;
/** Sources of one interval must not all begin at the same moment, for ever. */
const JITTER = 0.1;

/**
 * How long to wait for the next run: the interval, or after failures in a row ever longer, at most a quarter of an hour or the
 * interval. Somewhere within a tenth of it, which `random` decides.
 * @param failures in a row, 0 after a run that went well
 * @param random from 0 to 1
 */
export function waitMs(everyMs: number, failures: number, random: number): number {
  const most = Math.max(MOST_WAIT_MS, everyMs);
  const plain = failures === 0 ? everyMs : Math.min(FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 20), most);
  return Math.round(plain * (1 + JITTER * (2 * random - 1)));
}

/** Whether a moment lies within a part of the day; one that ends before it begins goes over midnight. Minutes of the day, UTC. */
export function isWithin(nowMs: number, between: { readonly from: number; readonly to: number } | undefined): boolean {
  if (between === undefined) return true;
  const minute = Math.floor(nowMs / 60_000) % 1440;
  const { from, to } = between;
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
}

/** When it was tidied last, and when it is to be done again. Milliseconds. */
interface Tidying {
  readonly nowMs: number;
  readonly lastMs: number;
  /** From then until it is due. */
  readonly waitMs: number;
  readonly everyMs: number;
}

/** Whether to tidy now: when it is time and quiet, or, where it is never quiet, after twice the interval. */
export function isTidyDue({ nowMs, lastMs, waitMs: wait, everyMs }: Tidying, isQuiet: () => boolean): boolean {
  // A clock that was ahead for a while must not put it off.
  const passed = Math.abs(nowMs - lastMs);
  return passed >= wait && (passed >= 2 * everyMs || isQuiet());
}
