import fc from "fast-check";
import { expect, it } from "vitest";
import {
  dayStart,
  isZone,
  momentOf,
  momentOfText,
  offsetAt,
  offsetText,
  wallText,
  wallTimeAt,
  weekStart,
} from "./zone.ts";

const zones = fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe");
const moments = fc
  .integer({ min: Date.UTC(1990, 0, 1) / 60_000, max: Date.UTC(2040, 0, 1) / 60_000 })
  .map((minutes) => minutes * 60_000);

it("knows zones by their names", () => {
  expect(["UTC", "Europe/Berlin", "Nowhere/City", ""].map(isZone)).toEqual([true, true, false, false]);
});

it("says how far a zone is ahead, in summer and winter", () => {
  expect(offsetAt(Date.UTC(2026, 0, 15), "Europe/Berlin")).toBe(60);
  expect(offsetAt(Date.UTC(2026, 6, 15), "Europe/Berlin")).toBe(120);
  expect(offsetAt(Date.UTC(2026, 0, 15, 0, 0, 30), "America/New_York")).toBe(-300);
});

it("gives back the moment of what clocks show", () => {
  fc.assert(
    fc.property(moments, zones, (ms, zone) => {
      const again = momentOf(wallTimeAt(ms, zone), zone);
      // An hour that comes twice is told by its first.
      expect([ms, ms - 3_600_000, ms - 1_800_000]).toContain(again);
      expect(wallTimeAt(again, zone)).toEqual(wallTimeAt(ms, zone));
    }),
    { numRuns: 500 },
  );
});

it("begins days at midnight, also where a day has 23 hours", () => {
  const noon = Date.UTC(2026, 2, 29, 10);
  expect(new Date(dayStart(noon, "Europe/Berlin")).toISOString()).toBe("2026-03-28T23:00:00.000Z");
  expect(new Date(dayStart(noon, "Europe/Berlin", 1)).toISOString()).toBe("2026-03-29T22:00:00.000Z");
  expect(new Date(weekStart(noon, "Europe/Berlin")).toISOString()).toBe("2026-03-22T23:00:00.000Z");
});

it("counts on where an hour is left out", () => {
  const left = momentOf({ year: 2026, month: 3, day: 29, hour: 2, minute: 30 }, "Europe/Berlin");
  expect(new Date(left).toISOString()).toBe("2026-03-29T01:30:00.000Z");
});

it("fills fields for date and time, and reads them again", () => {
  fc.assert(
    fc.property(moments, zones, (ms, zone) => {
      const text = wallText(ms, zone);
      expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/);
      expect(wallText(momentOfText(text, zone) ?? 0, zone)).toBe(text);
    }),
  );
  expect(momentOfText("", "UTC")).toBeUndefined();
});

it("says how far a zone is from UTC", () => {
  const winter = Date.UTC(2026, 0, 15);
  expect(["UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kolkata"].map((zone) => offsetText(winter, zone))).toEqual([
    "UTC",
    "UTC+1",
    "UTC−3:30",
    "UTC+5:30",
  ]);
});
