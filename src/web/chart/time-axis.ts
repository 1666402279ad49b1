import { offsetAt } from "../state/zone.ts";

/** A place on a time axis with a label. */
export interface TimeTick {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly label: string;
  /** A new day begins here. */
  readonly isDay: boolean;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const steps = [
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
  28 * DAY,
  91 * DAY,
  364 * DAY,
] as const;

/** How far the clocks of a zone are ahead of UTC, milliseconds. */
function offsetOf(at: number, zone: string): number {
  return zone === "UTC" ? 0 : offsetAt(at, zone) * MINUTE;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone} ${JSON.stringify(options)}`;
  const known = formats.get(key) ?? new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options });
  formats.set(key, known);
  return known;
}

/** `14:05` in a zone. */
export function clockText(at: number, zone: string): string {
  return formatOf(zone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
}

/** `3 Mar` in a zone. */
export function dayText(at: number, zone: string): string {
  return formatOf(zone, { day: "numeric", month: "short" }).format(at);
}

/** `3 Mar 14:05 – 14:20`: a step, or any stretch; dates only where they are needed. */
export function stretchText(from: number, to: number, zone: string): string {
  const [first, last] = [dayText(from, zone), dayText(to, zone)];
  const atMidnight = clockText(from, zone) === "00:00" && clockText(to, zone) === "00:00";
  if (atMidnight && to - from <= DAY + HOUR) return first;
  return `${first} ${clockText(from, zone)} – ${first === last ? "" : `${last} `}${clockText(to, zone)}`;
}

/** Ticks at round local times, no closer than `apart` pixels. */
export function timeTicks(from: number, to: number, zone: string, width: number, apart = 84): TimeTick[] {
  if (!(to > from) || width <= 0) return [];
  const most = Math.max(2, Math.floor(width / apart));
  const step = steps.find((each) => (to - from) / each <= most) ?? 364 * DAY;
  const ticks: TimeTick[] = [];
  const firstLocal = Math.ceil((from + offsetOf(from, zone)) / step) * step;
  for (let local = firstLocal; ; local += step) {
    const guess = local - offsetOf(local, zone);
    const at = local - offsetOf(guess, zone);
    if (at > to) return ticks;
    if (at < from) continue;
    const isDay = local % DAY === 0;
    ticks.push({ at, isDay, label: isDay ? dayText(at, zone) : clockText(at, zone) });
  }
}
