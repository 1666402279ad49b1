import { WeirError } from "#base/errors.js";
import type { TimeRange } from "#model/answer.js";

const MINUTE = 60_000_000;
const DAY = 1440 * MINUTE;

/** A stretch of time with one distance from UTC. Microseconds; `until` is not included, and infinite in the last piece. */
interface ZonePiece {
  readonly until: number;
  /** Local time is UTC and this. */
  readonly offset: number;
}

/** A time zone's distances from UTC within a range: one piece unless clocks change in it. */
export interface Zone {
  readonly name: string;
  readonly pieces: readonly ZonePiece[];
}

/** @throws WeirError `unknown-time-zone` */
export function zoneOf(name: string, range: TimeRange): Zone {
  if (name === "UTC") return { name, pieces: [{ until: Number.POSITIVE_INFINITY, offset: 0 }] };
  const offsetAt = offsetReader(name);
  const pieces: ZonePiece[] = [];
  const [from, to] = [range.from - 2 * DAY, range.to + 2 * DAY];
  let offset = offsetAt(from);
  for (let at = from; at < to; at += DAY) {
    const next = offsetAt(at + DAY);
    if (next === offset) continue;
    pieces.push({ until: changeBetween(at, at + DAY, offset, offsetAt), offset });
    offset = next;
  }
  return { name, pieces: [...pieces, { until: Number.POSITIVE_INFINITY, offset }] };
}

/** A zone whose clocks show at a time what this one shows that much later: steps of an earlier time line up with those of now. */
export function movedZone({ name, pieces }: Zone, back: number): Zone {
  return { name, pieces: pieces.map(({ until, offset }) => ({ until: until - back, offset: offset + back })) };
}

/** The distance from UTC at a time. */
export function offsetAt({ pieces }: Zone, time: number): number {
  return pieces.find(({ until }) => time < until)?.offset ?? 0;
}

/** The UTC time of a local time; of one that clocks skip, the moment of the change. */
export function toUtc(zone: Zone, local: number): number {
  const { pieces } = zone;
  for (const [at, { until, offset }] of pieces.entries()) {
    const time = local - offset;
    const since = pieces[at - 1]?.until ?? Number.NEGATIVE_INFINITY;
    if (time < since) return since;
    if (time < until) return time;
  }
  return local;
}

/** SQL of the distance from UTC at a time given by SQL in microseconds. */
export function offsetSql({ pieces }: Zone, time: string): string {
  const last = pieces.at(-1)?.offset ?? 0;
  if (pieces.length === 1) return `${last}`;
  const cases = pieces.slice(0, -1).map(({ until, offset }) => `WHEN ${time} < ${until} THEN ${offset}`);
  return `(CASE ${cases.join(" ")} ELSE ${last} END)`;
}

function offsetReader(timeZone: string): (micros: number) => number {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch (cause) {
    throw new WeirError({
      code: "unknown-time-zone",
      kind: "usage",
      message: `“${timeZone}” is no time zone`,
      place: "--tz",
      next: "Write UTC or a name such as Europe/Berlin or America/New_York.",
      cause,
    });
  }
  return (micros) => {
    const ms = Math.floor(micros / MINUTE) * 60_000;
    const parts = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return (Date.UTC(year, month - 1, day, hour, minute, second) - ms) * 1000;
  };
}

/** The minute at which a zone's offset stops being what it was. */
function changeBetween(from: number, to: number, before: number, offsetAt: (time: number) => number): number {
  let [low, high] = [Math.floor(from / MINUTE), Math.ceil(to / MINUTE)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle * MINUTE) === before) low = middle;
    else high = middle;
  }
  return high * MINUTE;
}
