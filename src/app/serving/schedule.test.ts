import { describe, expect, it } from "vitest";
import { isTidyDue, isWithin, waitMs } from "./schedule.ts";
import { Turns } from "./turns.ts";

describe("the next run", () => {
  it("comes after the interval, give or take a tenth", () => {
    expect([0, 0.5, 1].map((random) => waitMs(60_000, 0, random))).toEqual([54_000, 60_000, 66_000]);
  });

  it("comes sooner than the interval after one failure, and ever later after more", () => {
    const waits = [1, 2, 3, 4, 8, 100].map((failures) => waitMs(60_000, failures, 0.5));
    expect(waits).toEqual([5000, 10_000, 20_000, 40_000, 640_000, 900_000]);
    expect(waitMs(86_400_000, 100, 0.5)).toBe(86_400_000);
  });
});

describe("a part of the day", () => {
  const at = (clock: string): number => Date.parse(`2026-03-03T${clock}:00Z`);
  it("may go over midnight", () => {
    const night = { from: 22 * 60, to: 5 * 60 };
    expect(["21:59", "22:00", "03:00", "05:00"].map((clock) => isWithin(at(clock), night))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(isWithin(at("12:00"), { from: 600, to: 800 })).toBe(true);
    expect(isWithin(at("12:00"), undefined)).toBe(true);
  });
});

it("lets so many work at once, the others in their order, also after one that fails", async () => {
  const turns = new Turns(2);
  const started: string[] = [];
  let [now, most] = [0, 0];
  const work = async (name: string): Promise<void> =>
    turns.run(async () => {
      started.push(name);
      most = Math.max(most, ++now);
      await new Promise((done) => setTimeout(done, 5));
      now--;
      if (name === "b") throw new Error("b");
    });
  const all = await Promise.allSettled(["a", "b", "c", "d"].map(work));
  expect(all.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "fulfilled"]);
  expect([most, started]).toEqual([2, ["a", "b", "c", "d"]]);
});

describe("tidying", () => {
  const last = { lastMs: Date.UTC(2026, 2, 3), waitMs: 3_700_000, everyMs: 3_600_000 };
  const due = (passedMs: number, isQuiet: boolean): boolean =>
    isTidyDue({ ...last, nowMs: last.lastMs + passedMs }, () => isQuiet);

  it("waits for a quiet moment, but not for ever: rows must go, and files be joined, where it is never quiet", () => {
    expect([3_600_000, 3_700_000].map((ms) => due(ms, true))).toEqual([false, true]);
    expect([3_700_000, 7_100_000, 7_200_000].map((ms) => due(ms, false))).toEqual([false, false, true]);
  });

  it("goes on after a clock that was ahead", () => {
    expect(due(-365 * 86_400_000, true)).toBe(true);
  });
});
