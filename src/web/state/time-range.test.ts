import fc from "fast-check";
import { expect, it } from "vitest";
import {
  lengthText,
  presets,
  rangeText,
  rangeTitle,
  resolveRange,
  shifted,
  spanText,
  zoomedOut,
} from "./time-range.ts";

const at = (text: string): number => Date.parse(text);
const live = {
  nowMs: at("2026-03-04T15:20:30Z"),
  newestMs: at("2026-03-04T15:18:59Z"),
  // The newest window goes on for another minute.
  endMs: at("2026-03-04T15:20Z"),
  oldestMs: at("2026-02-01T04:00:10Z"),
};
const stale = { ...live, newestMs: at("2026-03-01T08:59:59Z"), endMs: at("2026-03-01T09:00Z") };
const spanOf = (from: string, to = "", time = live, zone = "UTC"): string => {
  const { fromMs, toMs } = resolveRange({ from, to }, time, zone);
  return spanText({ fromMs, toMs }, zone);
};

it("leaves the default to the API and knows what it is", () => {
  const range = resolveRange({ from: "", to: "" }, live, "UTC");
  expect(range).toMatchObject({ from: "", to: "", isOfNewest: false });
  expect(spanOf("")).toBe("2026-03-03 15:20 – 2026-03-04 15:20");
});

it("counts back from now", () => {
  expect(spanOf("-1h")).toBe("2026-03-04 14:21 – 15:21");
  expect(spanOf("-2h", "-1h")).toBe("2026-03-04 13:21 – 14:21");
  expect(spanOf("today")).toBe("2026-03-04 00:00 – 2026-03-05 00:00");
  expect(spanOf("yesterday", "", live, "America/New_York")).toBe("2026-03-03 00:00 – 2026-03-04 00:00");
  expect(spanOf("week")).toBe("2026-03-02 00:00 – 2026-03-09 00:00");
  expect(spanOf("all")).toBe("2026-02-01 04:00 – 2026-03-04 15:20");
});

it("counts back from the newest flow where that is older than the range, and says so", () => {
  expect(resolveRange({ from: "-1h", to: "" }, stale, "UTC").isOfNewest).toBe(true);
  expect(spanOf("-1h", "", stale)).toBe("2026-03-01 08:00 – 09:00");
  expect(spanOf("today", "", stale)).toBe("2026-03-01 00:00 – 2026-03-02 00:00");
  expect(resolveRange({ from: "-7d", to: "" }, stale, "UTC").isOfNewest).toBe(false);
});

it("reads absolute times, and takes the default where it cannot", () => {
  expect(spanOf("2026-03-03T14:00Z", "2026-03-03T15:30Z")).toBe("2026-03-03 14:00 – 15:30");
  expect(spanOf("", "2026-03-03")).toBe("2026-03-02 00:00 – 2026-03-03 00:00");
  expect(resolveRange({ from: "soon", to: "" }, live, "UTC")).toMatchObject({
    from: "",
    mistake: "“soon” is no time.",
  });
  expect(resolveRange({ from: "2026-03-03", to: "2026-03-02" }, live, "UTC").mistake).toMatch(/before it begins/);
});

it("writes ranges in whole minutes, or seconds where they are short, and reads them again", () => {
  const spans = fc.tuple(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: 0, max: 4e12 }));
  fc.assert(
    fc.property(spans, ([a, b]) => {
      const span = { fromMs: Math.min(a, b), toMs: Math.max(a, b) };
      const again = resolveRange(rangeText({ fromMs: a, toMs: b }), live, "UTC");
      expect(again.mistake).toBeUndefined();
      expect(again.fromMs).toBeLessThanOrEqual(span.fromMs);
      expect(again.toMs).toBeGreaterThanOrEqual(span.toMs);
      expect(again.toMs - again.fromMs - (span.toMs - span.fromMs)).toBeLessThanOrEqual(120_000);
    }),
  );
});

it("goes back, on, and out", () => {
  const hour = { fromMs: 3_600_000, toMs: 7_200_000 };
  expect(shifted(hour, -1)).toEqual({ fromMs: 0, toMs: 3_600_000 });
  expect(shifted(shifted(hour, 1), -1)).toEqual(hour);
  expect(zoomedOut(hour)).toEqual({ fromMs: 1_800_000, toMs: 9_000_000 });
});

it("calls ranges by their names", () => {
  const title = (from: string, to = ""): string =>
    rangeTitle({ from, to }, resolveRange({ from, to }, live, "UTC"), "UTC");
  expect(presets.map(({ from }) => title(from))).toEqual(presets.map((preset) => preset.title));
  expect(title("-90m")).toBe("Last 1 h 30 min");
  expect(title("2026-03-03T14:00Z", "2026-03-03T15:00Z")).toBe("2026-03-03 14:00 – 15:00");
  const length = (ms: number): string => lengthText({ fromMs: 0, toMs: ms });
  expect([30_000, 3_600_000, 90_000, 97_200_000].map(length)).toEqual(["30 s", "1 h", "1 min 30 s", "1 d 3 h"]);
});
