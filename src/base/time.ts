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
  if (text === "now") return nowMs * 1000;
  const ago = text.startsWith("-") ? parseDuration(text.slice(1)) : undefined;
  if (ago !== undefined) return Math.round((nowMs - ago) * 1000);
  const match = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?)?$/i.exec(text);
  const ms =
    match === null
      ? Number.NaN
      : Date.parse(`${text.replace(" ", "T")}${text.length > 10 && match[1] === undefined ? "Z" : ""}`);
  if (!Number.isNaN(ms)) return ms * 1000;
  throw new WeirError({
    code: "not-a-time",
    kind: "usage",
    message: `“${text}” is no time`,
    place,
    next: "Write 2026-03-03, 2026-03-03T14:00:00Z, now, or -2h (units s m h d w).",
  });
}
