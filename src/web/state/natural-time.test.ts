import { expect, it } from "vitest";
import { readNaturalRange } from "./natural-time.ts";

// A Wednesday.
const nowMs = Date.parse("2026-03-04T15:20:30Z");
const read = (text: string, timeZone = "UTC"): string => {
  const range = readNaturalRange(text, { nowMs, timeZone });
  return range === undefined ? "no time" : `${range.from} ${range.to}`.trim();
};

it.each([
  ["last 3 days", "-3d"],
  ["past hour", "-1h"],
  ["Last 15 minutes", "-15m"],
  ["2h", "-2h"],
  ["2h ago to 1h ago", "-2h -1h"],
  ["90 min ago - now", "-90m"],
  ["today", "today"],
  ["this week", "week"],
  ["everything", "all"],
])("keeps %s relative", (text, expected) => {
  expect(read(text)).toBe(expected);
});

it.each([
  ["yesterday 7pm", "2026-03-03T19:00Z 2026-03-03T20:00Z"],
  ["last monday 9-17", "2026-03-02T09:00Z 2026-03-02T17:00Z"],
  ["last monday 9am to 5pm", "2026-03-02T09:00Z 2026-03-02T17:00Z"],
  ["monday", "2026-03-02T00:00Z 2026-03-03T00:00Z"],
  ["3 days ago", "2026-03-01T00:00Z 2026-03-02T00:00Z"],
  ["2 hours ago", "2026-03-04T13:20:30Z 2026-03-04T15:20:30Z"],
  ["since yesterday", "2026-03-03T00:00Z 2026-03-04T15:20:30Z"],
  ["since yesterday 7pm", "2026-03-03T19:00Z 2026-03-04T15:20:30Z"],
  ["march 2026", "2026-03-01T00:00Z 2026-04-01T00:00Z"],
  ["last week", "2026-02-23T00:00Z 2026-03-02T00:00Z"],
  ["last month", "2026-02-01T00:00Z 2026-03-01T00:00Z"],
  ["10:30-11:15", "2026-03-04T10:30Z 2026-03-04T11:15Z"],
  ["between 9am and 11am yesterday", "2026-03-03T09:00Z 2026-03-03T11:00Z"],
  ["feb 28 22:00 - mar 1 02:00", "2026-02-28T22:00Z 2026-03-01T02:00Z"],
  ["monday 22:00 to 02:00", "2026-03-02T22:00Z 2026-03-03T02:00Z"],
  ["1 march to 3 march", "2026-03-01T00:00Z 2026-03-04T00:00Z"],
  ["2026-03-03", "2026-03-03T00:00Z 2026-03-04T00:00Z"],
  ["2026-03-03 14:00", "2026-03-03T14:00Z 2026-03-03T15:00Z"],
  ["2026-03-03 14:00 to 2026-03-03 16:30", "2026-03-03T14:00Z 2026-03-03T16:30Z"],
  ["2026-03-03T14:00:00Z to 2026-03-03T16:00:00Z", "2026-03-03T14:00Z 2026-03-03T16:00Z"],
])("reads %s", (text, expected) => {
  expect(read(text)).toBe(expected);
});

it("reads times as clocks in the zone show them, in summer and winter", () => {
  expect(read("yesterday 7pm", "America/New_York")).toBe("2026-03-04T00:00Z 2026-03-04T01:00Z");
  expect(read("1 july 2025", "Europe/Berlin")).toBe("2025-06-30T22:00Z 2025-07-01T22:00Z");
  expect(read("14:00 UTC", "Europe/Berlin")).toBe("2026-03-04T14:00Z 2026-03-04T15:00Z");
});

it.each(["", "soon", "yesterday and something else", "monday to friday to sunday", "5pm to nowhere", "a - b"])(
  "says that “%s” is no time",
  (text) => {
    expect(read(text)).toBe("no time");
  },
);
