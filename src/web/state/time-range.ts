import { humanStep, humanTime } from "#base/human.js";
import { parseDuration, readTime } from "#base/time.js";
import type { LakeTime } from "./lake-time.ts";
import { dayStart, weekStart } from "./zone.ts";

/** The range of a view as the URL has it: `-1h`, `today`, `all`, RFC 3339; empty: 24 h to the newest flow. */
export interface RangeText {
  readonly from: string;
  readonly to: string;
}

/** A stretch of time, milliseconds since 1970; the end is not included. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface ResolvedRange extends Span {
  /** What the API is asked: RFC 3339, or empty for its own default. */
  readonly from: string;
  readonly to: string;
  /** Whether it counts back from the newest flow, because that is older than the range would be. */
  readonly isOfNewest: boolean;
  /** Why the URL's words are no range; the range is then the default. */
  readonly mistake?: string;
}

/** A range by name, in the order of the picker. */
export interface Preset {
  readonly title: string;
  readonly from: string;
}

export const presets: readonly Preset[] = [
  { title: "24 h to the newest flow", from: "" },
  { title: "Last 15 min", from: "-15m" },
  { title: "Last hour", from: "-1h" },
  { title: "Last 6 h", from: "-6h" },
  { title: "Last 24 h", from: "-24h" },
  { title: "Last 7 days", from: "-7d" },
  { title: "Last 30 days", from: "-30d" },
  { title: "Today", from: "today" },
  { title: "Yesterday", from: "yesterday" },
  { title: "This week", from: "week" },
  { title: "All that is in the lake", from: "all" },
];

const MINUTE = 60_000;
const DAY = 86_400_000;

const minuteUp = (ms: number): number => Math.ceil(ms / MINUTE) * MINUTE;

/** What the words of a view mean now. */
export function resolveRange({ from, to }: RangeText, time: LakeTime, timeZone: string): ResolvedRange {
  if (from === "" && to === "") return defaultRange(time);
  const named = to === "" ? namedSpan(from, time, timeZone) : undefined;
  if (named !== undefined) return named;
  const relative = relativeSpan(from, to, time);
  if (relative !== undefined) return relative;
  const end = to === "" ? endOfFlows(time) : readMs(to, time);
  const start = from === "" && end !== undefined ? end - DAY : readMs(from, time);
  if (start === undefined || end === undefined)
    return { ...defaultRange(time), mistake: `“${start === undefined ? from : to}” is no time.` };
  if (start >= end) return { ...defaultRange(time), mistake: "The range ends before it begins." };
  return resolved({ fromMs: start, toMs: end }, false);
}

/** The API's own default, 24 h up to the full minute at which the newest flow has ended; of a younger lake what there is. */
function defaultRange(time: LakeTime): ResolvedRange {
  const toMs = endOfFlows(time);
  const oldest = time.oldestMs === null ? undefined : Math.floor(time.oldestMs / MINUTE) * MINUTE;
  if (oldest === undefined || oldest <= toMs - DAY)
    return { fromMs: toMs - DAY, toMs, from: "", to: "", isOfNewest: false };
  return { fromMs: oldest, toMs, from: timeText(oldest), to: "", isOfNewest: false };
}

function endOfFlows({ endMs, nowMs }: LakeTime): number {
  return endMs ?? minuteUp(nowMs);
}

function readMs(text: string, { nowMs }: LakeTime): number | undefined {
  const micros = readTime(text, nowMs);
  return micros === undefined ? undefined : micros / 1000;
}

function resolved({ fromMs, toMs }: Span, isOfNewest: boolean): ResolvedRange {
  return { fromMs, toMs, from: timeText(fromMs), to: timeText(toMs), isOfNewest };
}

function namedSpan(word: string, time: LakeTime, timeZone: string): ResolvedRange | undefined {
  if (word === "all") {
    const toMs = endOfFlows(time);
    const fromMs = time.oldestMs === null ? toMs - DAY : Math.floor(time.oldestMs / MINUTE) * MINUTE;
    return resolved({ fromMs, toMs }, false);
  }
  const spanAt = days[word];
  if (spanAt === undefined) return undefined;
  const span = spanAt(time.nowMs, timeZone);
  if (time.newestMs === null || time.newestMs >= span.fromMs) return resolved(span, false);
  return resolved(spanAt(time.newestMs, timeZone), true);
}

const days: Readonly<Record<string, (ms: number, timeZone: string) => Span>> = {
  today: (ms, zone) => ({ fromMs: dayStart(ms, zone), toMs: dayStart(ms, zone, 1) }),
  yesterday: (ms, zone) => ({ fromMs: dayStart(ms, zone, -1), toMs: dayStart(ms, zone) }),
  week: (ms, zone) => {
    const fromMs = weekStart(ms, zone);
    return { fromMs, toMs: dayStart(fromMs, zone, 7) };
  },
};

/** `-2h`, or `-2h` to `-1h`: before now, or before the newest flow where that is older than the whole range. */
function relativeSpan(from: string, to: string, time: LakeTime): ResolvedRange | undefined {
  const ago = agoOf(from);
  const endAgo = to === "" || to === "now" ? 0 : agoOf(to);
  if (ago === undefined || endAgo === undefined || endAgo >= ago) return undefined;
  const now = minuteUp(time.nowMs);
  const { newestMs } = time;
  const isOfNewest = newestMs !== null && newestMs < now - ago;
  const end = isOfNewest ? endOfFlows(time) : now;
  return resolved({ fromMs: end - ago, toMs: end - endAgo }, isOfNewest);
}

function agoOf(text: string): number | undefined {
  return text.startsWith("-") ? parseDuration(text.slice(1)) : undefined;
}

/** RFC 3339 in UTC, as short as it goes: `2026-03-03T14:05Z`. */
export function timeText(ms: number): string {
  const text = new Date(Math.round(ms)).toISOString();
  if (!text.endsWith(":00.000Z")) return text.endsWith(".000Z") ? `${text.slice(0, 19)}Z` : text;
  return `${text.slice(0, 16)}Z`;
}

/** A range that was drawn or computed, as the URL has it: whole minutes, unless it is shorter than two. */
export function rangeText({ fromMs, toMs }: Span): RangeText {
  const [first, last] = fromMs <= toMs ? [fromMs, toMs] : [toMs, fromMs];
  const grain = last - first >= 2 * MINUTE ? MINUTE : 1000;
  const from = Math.floor(first / grain) * grain;
  const to = Math.max(Math.ceil(last / grain) * grain, from + grain);
  return { from: timeText(from), to: timeText(to) };
}

/** The range before (-1) or after (1) one, of the same length. */
export function shifted({ fromMs, toMs }: Span, steps: number): Span {
  const length = toMs - fromMs;
  return { fromMs: fromMs + steps * length, toMs: toMs + steps * length };
}

/** Twice the time around the same middle. */
export function zoomedOut({ fromMs, toMs }: Span): Span {
  const half = (toMs - fromMs) / 2;
  return { fromMs: fromMs - half, toMs: toMs + half };
}

/** `2026-03-03 14:00 – 15:00`: the date of the end only where it is another one. */
export function spanText({ fromMs, toMs }: Span, timeZone: string): string {
  const from = humanTime(fromMs * 1000, timeZone);
  const to = humanTime(toMs * 1000, timeZone);
  return from.slice(0, 10) === to.slice(0, 10) ? `${from} – ${to.slice(11)}` : `${from} – ${to}`;
}

/** `1 h`, `2 d 3 h`: how long a range is. */
export function lengthText({ fromMs, toMs }: Span): string {
  const seconds = Math.round((toMs - fromMs) / 1000);
  const [big, small] = seconds >= 86_400 ? [86_400, 3600] : seconds >= 3600 ? [3600, 60] : [60, 1];
  if (seconds < 60) return humanStep(seconds);
  const whole = Math.floor(seconds / big) * big;
  const rest = Math.floor((seconds - whole) / small) * small;
  return rest === 0 ? humanStep(whole) : `${Math.floor(whole / big)} ${unitOf[big] ?? ""} ${restText(rest, small)}`;
}

const unitOf: Readonly<Record<number, string>> = { 86_400: "d", 3600: "h", 60: "min", 1: "s" };

function restText(rest: number, small: number): string {
  return `${rest / small} ${unitOf[small] ?? ""}`;
}

/** What the words of a range are called: the preset's title, or the range itself. */
export function rangeTitle({ from, to }: RangeText, span: Span, timeZone: string): string {
  const preset = to === "" ? presets.find((each) => each.from === from) : undefined;
  if (preset !== undefined) return preset.title;
  const ago = agoOf(from);
  if (ago !== undefined && to === "") return `Last ${lengthText({ fromMs: 0, toMs: ago })}`;
  return spanText(span, timeZone);
}
