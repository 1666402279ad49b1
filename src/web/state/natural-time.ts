import type { ParsedComponents } from "chrono-node";
import { parse } from "chrono-node/en";
import { timeText, type RangeText } from "./time-range.ts";
import { dayStart, momentOf, offsetAt, wallTimeAt } from "./zone.ts";

/** What natural times are counted from. */
export interface TimeReading {
  readonly nowMs: number;
  readonly timeZone: string;
}

const UNITS: Readonly<Record<string, string>> = { s: "s", m: "m", h: "h", d: "d", w: "w" };
const UNIT = "(s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?)";
const LAST = new RegExp(`^(?:the )?(?:last|past) (?:(\\d+) ?)?${UNIT}$`);
const LENGTH = new RegExp(`^-?(\\d+) ?${UNIT}$`);
const AGO_TO_AGO = new RegExp(`^(?:from )?(\\d+) ?${UNIT} ago (?:to|until|till|-|–) (?:(\\d+) ?${UNIT} ago|now)$`);

const words: Readonly<Record<string, string>> = {
  today: "today",
  yesterday: "yesterday",
  "this week": "week",
  all: "all",
  everything: "all",
};

/**
 * A range as people say it: `yesterday 7pm`, `last monday 9-17`, `2h ago to 1h ago`, `last 3 days`. Ranges that count from now
 * stay relative. A day stands for all of it, an hour or a minute for one hour from there, `2h ago` and `since …` for all until now.
 * @returns undefined where the text is no time
 */
export function readNaturalRange(text: string, reading: TimeReading): RangeText | undefined {
  const said = text.trim().toLowerCase().replaceAll(/\s+/g, " ");
  return relativeRange(said) ?? absoluteRange(said, reading);
}

function relativeRange(said: string): RangeText | undefined {
  const word = words[said];
  if (word !== undefined) return { from: word, to: "" };
  const [, count, unit] = LENGTH.exec(said) ?? LAST.exec(said) ?? [];
  // "Last week" and "last day" are those of the calendar; "past week" is seven days.
  if (unit !== undefined && !(count === undefined && /^last [wd]/.test(said)))
    return { from: `-${count ?? "1"}${unitOf(unit)}`, to: "" };
  const [, start, startUnit, end, endUnit] = AGO_TO_AGO.exec(said) ?? [];
  if (start === undefined || startUnit === undefined) return undefined;
  const to = end === undefined || endUnit === undefined ? "" : `-${end}${unitOf(endUnit)}`;
  return { from: `-${start}${unitOf(startUnit)}`, to };
}

function unitOf(unit: string): string {
  return UNITS[unit.slice(0, 1)] ?? "h";
}

/** A time with what it stands for: all of a day or a month, or an hour from there. */
interface Point {
  readonly ms: number;
  readonly grain: "moment" | "clock" | "day" | "month";
  /** Whether the text names the day. */
  readonly hasDay: boolean;
}

function absoluteRange(said: string, reading: TimeReading): RangeText | undefined {
  const { nowMs, timeZone } = reading;
  const week = weekNamed(said, reading);
  if (week !== undefined) return week;
  const since = /^since (.+)$/.exec(said)?.[1];
  if (since !== undefined) {
    const start = readPoint(since, reading);
    return start === undefined ? undefined : rangeOf(start.ms, nowMs);
  }
  const spelled = withMinutes(said.replace(/^between (.+) and (.+)$/, "$1 to $2").replace(/^from /, ""));
  const [first = "", second, ...more] = spelled.split(/ (?:to|until|till|-|–|—) /);
  if (more.length > 0) return undefined;
  const start = readPoint(first, reading);
  if (start === undefined) return undefined;
  if (second === undefined) return rangeOf(start.ms, endOfPoint(start, reading));
  const end = readPoint(second, reading);
  if (end === undefined) return undefined;
  // The day may be named on one side only: "9am to 11am yesterday", "monday 22:00 to 02:00".
  const from = !start.hasDay && end.hasDay ? onDayOf(start.ms, end.ms, timeZone) : start.ms;
  let to = end.grain === "clock" || end.grain === "moment" ? end.ms : endOfPoint(end, reading);
  if (!end.hasDay && end.grain === "clock") {
    to = onDayOf(end.ms, from, timeZone);
    if (to <= from) to = onDayOf(end.ms, dayStart(from, timeZone, 1), timeZone);
  }
  return from < to ? rangeOf(from, to) : undefined;
}

function rangeOf(fromMs: number, toMs: number): RangeText | undefined {
  return fromMs < toMs ? { from: timeText(fromMs), to: timeText(Math.ceil(toMs / 1000) * 1000) } : undefined;
}

function weekNamed(said: string, { nowMs, timeZone }: TimeReading): RangeText | undefined {
  if (said !== "last week" && said !== "last month" && said !== "this month") return undefined;
  const { year, month } = wallTimeAt(nowMs, timeZone);
  const monthStart = (step: number): number =>
    momentOf({ year, month: month + step, day: 1, hour: 0, minute: 0 }, timeZone);
  if (said === "last month") return rangeOf(monthStart(-1), monthStart(0));
  if (said === "this month") return rangeOf(monthStart(0), monthStart(1));
  const weekday = (new Date(nowMs + offsetAt(nowMs, timeZone) * 60_000).getUTCDay() + 6) % 7;
  return rangeOf(dayStart(nowMs, timeZone, -weekday - 7), dayStart(nowMs, timeZone, -weekday));
}

/** `9-17` as people say it for hours, written as the parser reads it. */
function withMinutes(said: string): string {
  return said
    .replace(/(^|\s)(\d{1,2})\s?[-–]\s?(\d{1,2})(?=$|\s)/, (all, lead: string, from: string, to: string) =>
      Number(from) < 24 && Number(to) <= 24 ? `${lead}${from}:00 - ${to}:00` : all,
    )
    .replaceAll(/(\d:\d\d|\d ?[ap]m)\s?[-–]\s?(?=\d)/g, "$1 - ")
    .replaceAll(/\b24:00\b/g, "23:59:59");
}

function endOfPoint({ ms, grain }: Point, { nowMs, timeZone }: TimeReading): number {
  if (grain === "moment") return nowMs;
  if (grain === "clock") return ms + 3_600_000;
  if (grain === "day") return dayStart(ms, timeZone, 1);
  const { year, month } = wallTimeAt(ms, timeZone);
  return momentOf({ year, month: month + 1, day: 1, hour: 0, minute: 0 }, timeZone);
}

function onDayOf(timeMs: number, dayMs: number, timeZone: string): number {
  const { hour, minute } = wallTimeAt(timeMs, timeZone);
  const { year, month, day } = wallTimeAt(dayMs, timeZone);
  return momentOf({ year, month, day, hour, minute }, timeZone);
}

/** One time; all of the text must belong to it. */
function readPoint(said: string, { nowMs, timeZone }: TimeReading): Point | undefined {
  if (said === "now") return { ms: nowMs, grain: "moment", hasDay: true };
  const reference = { instant: new Date(nowMs), timezone: offsetAt(nowMs, timeZone) };
  const [found, ...others] = parse(said, reference);
  const rest = said.replace(found?.text.toLowerCase() ?? "", "").trim();
  if (found === undefined || others.length > 0 || (found.end ?? null) !== null || !/^(?:on|at|from|the)?$/.test(rest))
    return undefined;
  return pointOf(found.start, timeZone);
}

function pointOf(start: ParsedComponents, timeZone: string): Point {
  const isSure = (part: "day" | "weekday" | "month" | "hour" | "timezoneOffset"): boolean => start.isCertain(part);
  const hasDay = isSure("day") || isSure("weekday");
  // A time with its own offset, or counted back from now, is a moment already.
  if (isSure("hour") && isSure("timezoneOffset"))
    return { ms: start.date().getTime(), grain: isSure("day") ? "moment" : "clock", hasDay };
  const of = (part: "year" | "month" | "day" | "hour" | "minute"): number => start.get(part) ?? 0;
  const isClock = isSure("hour");
  const isMonth = !isClock && !hasDay && isSure("month");
  const wall = {
    year: of("year"),
    month: of("month"),
    day: isMonth ? 1 : of("day"),
    hour: isClock ? of("hour") : 0,
    minute: isClock ? of("minute") : 0,
  };
  const seconds = isClock ? (start.get("second") ?? 0) : 0;
  return {
    ms: momentOf(wall, timeZone) + seconds * 1000,
    grain: isClock ? "clock" : isMonth ? "month" : "day",
    hasDay: hasDay || isMonth,
  };
}
