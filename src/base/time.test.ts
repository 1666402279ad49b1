import { expect, it } from "vitest";
import { parseDuration, parseTime } from "./time.ts";

it("reads times as people write them, in UTC", () => {
  const now = Date.UTC(2026, 2, 3, 12);
  const iso = (text: string): string => new Date(parseTime(text, now, "--from") / 1000).toISOString();
  expect(iso("2026-03-03")).toBe("2026-03-03T00:00:00.000Z");
  expect(iso("2026-03-03T14:00")).toBe("2026-03-03T14:00:00.000Z");
  expect(iso("2026-03-03 14:00:05")).toBe("2026-03-03T14:00:05.000Z");
  expect(iso("2026-03-03T14:00:00+02:00")).toBe("2026-03-03T12:00:00.000Z");
  expect(iso("-2h")).toBe("2026-03-03T10:00:00.000Z");
  expect(parseTime("2026-03-03T14:00:05.123456Z", now, "--from") % 1_000_000).toBe(123_456);
  expect(iso("now")).toBe("2026-03-03T12:00:00.000Z");
  for (const text of ["", "yesterday", "2026-13-01", "2h", "-2y", "03/03/2026", "2026-02-30"])
    expect(() => parseTime(text, now, "--from")).toThrow(/no time/);
});

it("reads lengths of time", () => {
  expect(parseDuration("90s")).toBe(90_000);
  expect(parseDuration("1.5h")).toBe(5_400_000);
  expect(parseDuration("7d")).toBe(604_800_000);
  expect(parseDuration("h")).toBeUndefined();
});
