import { WeirError } from "./errors.ts";

const UNITS = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const;

/** A length of time such as `90s`, `15m`, `2h`, `7d`, `2w`, in milliseconds; undefined when the text is none. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|[smhdw])$/.exec(text);
  if (match === null) return undefined;
  const unit = match[2] as keyof typeof UNITS | "ms";
  return Number(match[1]) * (unit === "ms" ? 1 : UNITS[unit] * 1000);
}

/**
 * A point in time as people write it: RFC 3339, a date (its midnight in UTC), `now`, or `-2h` before now.
 * @returns microseconds since 1970
 * @throws WeirError `not-a-time`
 */
export function parseTime(text: string, nowMs: number, place: string): number {
  const micros = readTime(text, nowMs);
  if (micros !== undefined) return micros;
  throw new WeirError({
    code: "not-a-time",
    kind: "usage",
    message: `“${text}” is no time`,
    place,
    next: TIME_FORMS,
  });
}

/** How a time can be written, as advice. */
export const TIME_FORMS = "Write 2026-03-03, 2026-03-03T14:00:00Z, now, or -2h (units s m h d w).";

const DATE = /^(\d{4}-\d{2}-(\d{2}))(?:[T ](\d{2}:\d{2})(?:(:\d{2})(?:\.(\d{1,6}))?)?(Z|[+-]\d{2}:\d{2})?)?$/i;

/** The same as {@link parseTime}; undefined when the text is no time. */
export function readTime(text: string, nowMs: number): number | undefined {
  if (text === "now") return nowMs * 1000;
  const ago = text.startsWith("-") ? parseDuration(text.slice(1)) : undefined;
  if (ago !== undefined) return Math.round((nowMs - ago) * 1000);
  const [, date, day, time = "00:00", seconds = "", fraction = "", zone = "Z"] = DATE.exec(text) ?? [];
  if (date === undefined) return undefined;
  // JavaScript rolls the 31st of a short month over into the next: a day that does not exist is no time.
  if (new Date(`${date}T00:00:00Z`).getUTCDate() !== Number(day)) return undefined;
  const ms = Date.parse(`${date}T${time}${seconds}${zone.toUpperCase()}`);
  return Number.isNaN(ms) ? undefined : ms * 1000 + Number(fraction.padEnd(6, "0"));
}

const DAY_MS = 86_400_000;

/** Whole days from a moment until a date's beginning in UTC; negative when it is over. */
export function daysUntil(date: string, nowMs: number): number {
  return Math.ceil((Date.parse(date) - nowMs) / DAY_MS);
}
