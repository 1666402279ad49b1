import fc from "fast-check";
import { expect, it } from "vitest";
import { gapStretches } from "./gaps.ts";
import { niceScale, wholeScale } from "./scale.ts";
import { stretchText, timeTicks } from "./time-axis.ts";

const at = (text: string): number => Date.parse(text);

it("ends a scale at or above the largest value, in few round steps", () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-3, max: 1e15, noNaN: true }), (largest) => {
      const { max, ticks } = niceScale(largest);
      expect(max).toBeGreaterThanOrEqual(largest * 0.999_999);
      expect(max).toBeLessThanOrEqual(largest * 2.6);
      expect(ticks.length).toBeLessThanOrEqual(5);
    }),
  );
  expect(niceScale(0)).toEqual({ max: 1, ticks: [0, 1] });
  expect(wholeScale(1).ticks).toEqual([0, 1]);
});

it("puts ticks at round times of the zone", () => {
  const [from, to] = [at("2026-03-03T22:10:00Z"), at("2026-03-04T04:10:00Z")];
  expect(timeTicks(from, to, "UTC", 600).map(({ label }) => label)).toEqual([
    "23:00",
    "4 Mar",
    "01:00",
    "02:00",
    "03:00",
    "04:00",
  ]);
  expect(timeTicks(from, to, "Asia/Kolkata", 300).map(({ label }) => label)).toEqual(["04:00", "06:00", "08:00"]);
});

it("keeps ticks on the clock where clocks change", () => {
  const ticks = timeTicks(at("2026-03-28T23:00:00Z"), at("2026-03-29T22:00:00Z"), "Europe/Berlin", 700);
  expect(ticks.map(({ label }) => label)).toEqual([
    "29 Mar",
    "03:00",
    "06:00",
    "09:00",
    "12:00",
    "15:00",
    "18:00",
    "21:00",
    "30 Mar",
  ]);
});

it("writes a stretch with as many dates as it needs", () => {
  expect(stretchText(at("2026-03-03T10:00:00Z"), at("2026-03-03T10:10:00Z"), "UTC")).toBe("3 Mar 10:00 – 10:10");
  expect(stretchText(at("2026-03-03T23:00:00Z"), at("2026-03-04T01:00:00Z"), "UTC")).toBe("3 Mar 23:00 – 4 Mar 01:00");
  expect(stretchText(at("2026-03-03T00:00:00Z"), at("2026-03-04T00:00:00Z"), "UTC")).toBe("3 Mar");
});

it("joins gaps that touch, keeps causes, and says where nothing was ever read", () => {
  const range = { from: at("2026-03-03T10:00:00Z"), to: at("2026-03-03T12:00:00Z") };
  const gap = (from: string, to: string, cause: "silent" | "skipdata", flowLog: string) => ({
    flow_log: flowLog,
    from: `2026-03-03T${from}:00Z`,
    to: `2026-03-03T${to}:00Z`,
    cause,
  });
  const found = gapStretches(
    [gap("11:00", "11:20", "silent", "b"), gap("10:30", "11:10", "silent", "a"), gap("08:00", "09:00", "silent", "c")],
    range,
    { from: at("2026-03-03T10:10:00Z"), to: at("2026-03-03T11:59:59Z") },
  );
  expect(found.map(({ kind, causes }) => [kind, causes.length])).toEqual([
    ["unlogged", 1],
    ["silent", 2],
  ]);
  expect(found[1]).toMatchObject({ from: at("2026-03-03T10:30:00Z"), to: at("2026-03-03T11:20:00Z") });
});
