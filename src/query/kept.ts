import type { TimeRange } from "#model/answer.js";
import type { Segment } from "#model/segment.js";
import type { TableName } from "#model/tables.js";
import { segmentsInRange } from "./segments.ts";
import { HOUR } from "./time-grid.ts";

type Segments = (table: TableName) => readonly Segment[];

/** Tables that have a row for every hour with conversations. Each has a retention of its own. */
const hourly = ["conversations", "rollup_minute", "rollup_hour"] as const;

/** How many hours of a range a table has no row of any more, although another one that is made of conversations has. */
export function expiredHours(range: TimeRange, segments: Segments): Readonly<Record<(typeof hourly)[number], number>> {
  const hoursOf = (table: TableName): Set<number> =>
    new Set(
      segmentsInRange(segments(table), range).flatMap(({ hours }) =>
        hours.filter((hour) => hour * HOUR < range.to && (hour + 1) * HOUR > range.from),
      ),
    );
  const found = hourly.map(hoursOf);
  const all = new Set(found.flatMap((hours) => [...hours])).size;
  const [conversations = 0, minutes = 0, hours = 0] = found.map(({ size }) => all - size);
  return { conversations, rollup_minute: minutes, rollup_hour: hours };
}

const words: Partial<Record<TableName, string>> = {
  conversations: "Conversations",
  observations: "Observations",
  flows: "Flows",
  rollup_minute: "Sums of minutes",
  rollup_hour: "Sums of hours",
};

/** What is missing of an answer because its rows have expired, for people. `ranges`: the time asked for, and the one before. */
export function keptNotes(table: TableName, ranges: readonly TimeRange[], segments: Segments): string[] {
  const oldest = (name: TableName): number =>
    segments(name).reduce((least, { minTime }) => Math.min(least, minTime), Number.POSITIVE_INFINITY);
  const known = Math.min(...hourly.map(oldest));
  const isMissed = (name: TableName, from: number): boolean => {
    const since = oldest(name);
    // A flow's own time may lie in the hour after the one that its conversation's row begins with.
    return words[name] !== undefined && since - known > HOUR && from < since;
  };
  const note = (name: TableName, then: string): string[] => {
    const since = oldest(name);
    if (!Number.isFinite(since)) return [`${words[name]} of this time have expired${then}`];
    return [`${words[name]} are kept since ${new Date(since / 1000).toISOString().slice(0, 16)}Z${then}`];
  };
  if (ranges.some(({ from }) => isMissed(table, from)))
    return note(
      table,
      table === "conversations"
        ? "; of the time before there are sums of hours only."
        : "; nothing before that is counted here.",
    );
  // The hours that a time begins or ends within are cut from conversations.
  const isCut = (at: number): boolean => at % HOUR !== 0 && isMissed("conversations", Math.floor(at / HOUR) * HOUR);
  if (table === "rollup_hour" && ranges.some(({ from, to }) => isCut(from) || isCut(to)))
    return note(
      "conversations",
      "; of older hours only whole ones are counted: let the time begin and end on full hours.",
    );
  return [];
}
