/** A date and time as clocks in a time zone show it. */
export interface WallTime {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
    era: "short",
  });
  formats.set(timeZone, made);
  return made;
}

/** Whether a browser knows the IANA name. */
export function isZone(timeZone: string): boolean {
  try {
    formatOf(timeZone);
    return true;
  } catch {
    return false;
  }
}

/** What clocks in a zone show at a moment. */
export function wallTimeAt(ms: number, timeZone: string): WallTime {
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, value]),
  );
  const of = (name: string): number => Number(parts[name]);
  return { year: of("year"), month: of("month"), day: of("day"), hour: of("hour"), minute: of("minute") };
}

/** How far clocks in a zone are ahead of UTC at a moment, in minutes. */
export function offsetAt(ms: number, timeZone: string): number {
  const minute = Math.floor(ms / 60_000) * 60_000;
  return (utcOf(wallTimeAt(minute, timeZone)) - minute) / 60_000;
}

function utcOf({ year, month, day, hour, minute }: WallTime): number {
  return Date.UTC(year, month - 1, day, hour, minute);
}

/**
 * The moment at which clocks in a zone show a time. Days and hours beyond the end roll over, so that `day + 1` is the next day.
 * Of an hour that comes twice it is the first; an hour that is left out counts on from the one before.
 */
export function momentOf(wall: WallTime, timeZone: string): number {
  const asUtc = utcOf(wall);
  const before = asUtc - offsetAt(asUtc - 86_400_000, timeZone) * 60_000;
  const after = asUtc - offsetAt(asUtc + 86_400_000, timeZone) * 60_000;
  for (const ms of [Math.min(before, after), Math.max(before, after)])
    if (ms + offsetAt(ms, timeZone) * 60_000 === asUtc) return ms;
  return before;
}

/** The midnight that begins the day of a moment, or a day some days later. */
export function dayStart(ms: number, timeZone: string, days = 0): number {
  const { year, month, day } = wallTimeAt(ms, timeZone);
  return momentOf({ year, month, day: day + days, hour: 0, minute: 0 }, timeZone);
}

/** The midnight that begins the week of a moment; weeks begin on Monday. */
export function weekStart(ms: number, timeZone: string): number {
  const { year, month, day } = wallTimeAt(ms, timeZone);
  const weekday = (new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 6) % 7;
  return dayStart(ms, timeZone, -weekday);
}

/** `2026-03-03T14:05`: what a field for date and time takes, as clocks in a zone show it. */
export function wallText(ms: number, timeZone: string): string {
  const { year, month, day, hour, minute } = wallTimeAt(ms, timeZone);
  const two = (part: number): string => String(part).padStart(2, "0");
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}`;
}

/** The moment of such a field; undefined while it is not filled in. */
export function momentOfText(text: string, timeZone: string): number | undefined {
  const parts = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(text)?.slice(1).map(Number);
  if (parts === undefined) return undefined;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0] = parts;
  return momentOf({ year, month, day, hour, minute }, timeZone);
}

/** `UTC+2`, `UTC−3:30`: how far a zone is from UTC at a moment. */
export function offsetText(ms: number, timeZone: string): string {
  const offset = offsetAt(ms, timeZone);
  if (offset === 0) return "UTC";
  const minutes = Math.abs(offset) % 60;
  const rest = minutes === 0 ? "" : `:${String(minutes).padStart(2, "0")}`;
  return `UTC${offset < 0 ? "−" : "+"}${Math.floor(Math.abs(offset) / 60)}${rest}`;
}
