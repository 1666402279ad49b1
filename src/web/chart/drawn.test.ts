import { expect, it } from "vitest";
import { essenceOf, largestDrawn, seriesUnder, type DrawnSeries } from "./drawn.ts";

const series: readonly DrawnSeries[] = [
  { id: "a", name: "a", colour: "#000", points: [1, 5] },
  { id: "b", name: "b", colour: "#000", points: [2, 0], before: [9, 0] },
];

it("takes the height of stacks, the largest of lines, and the time before", () => {
  expect(largestDrawn(series, 2, "area")).toBe(9);
  expect(largestDrawn(series.slice(0, 1), 2, "line")).toBe(5);
});

it("finds the part of a stack under the pointer, and the nearest line", () => {
  expect(seriesUnder(series, 0, 0.5, "bars", 1)?.id).toBe("a");
  expect(seriesUnder(series, 0, 2.5, "bars", 1)?.id).toBe("b");
  expect(seriesUnder(series, 0, 3.5, "bars", 1)).toBeUndefined();
  expect(seriesUnder(series, 1, 4.5, "line", 1)?.id).toBe("a");
  expect(seriesUnder(series, 1, 2.5, "line", 1)).toBeUndefined();
});

it("says a chart in a sentence", () => {
  const steps = [0, 60_000].map((from) => ({ from, to: from + 60_000, isPartial: false }));
  expect(essenceOf("Bytes", series, steps)).toBe("Bytes: a 75 %, b 25 %, highest at 1970-01-01T00:01:00.000Z.");
  expect(essenceOf("Bytes", [], steps)).toBe("Bytes: nothing in 2 steps.");
});
