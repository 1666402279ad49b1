import { expect, it } from "vitest";
import { parseState, planReading, readTo, readWhole, SliceLength, type ReadingState } from "./reading-plan.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const start = Date.UTC(2026, 2, 1);

it("reads from the beginning first, then back from where it stopped, further now and then, always whole minutes", () => {
  let state: ReadingState | undefined;
  const backs: number[] = [];
  for (let at = 0; at <= 30 * HOUR; at += 61_000) {
    const now = start + 3 * 24 * HOUR + at;
    const reading = planReading(state, start, now);
    expect(reading.fromMs % MINUTE).toBe(0);
    expect(reading.toMs % MINUTE).toBe(0);
    expect(reading.toMs).toBeGreaterThanOrEqual(now);
    backs.push(Math.round((now - reading.fromMs) / MINUTE));
    state = readWhole(state, reading);
  }
  expect(backs[0]).toBe(3 * 24 * 60);
  const counts = new Map<string, number>();
  for (const back of backs.slice(1)) {
    const kind = back < 12 ? "each" : back < 40 ? "usual" : back < 7 * 60 ? "hours" : "day";
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  expect(counts.get("day")).toBe(1);
  expect(counts.get("hours")).toBeGreaterThanOrEqual(27);
  expect(counts.get("hours")).toBeLessThanOrEqual(30);
  expect(counts.get("usual")).toBeGreaterThanOrEqual(290);
  expect(Math.max(...backs.slice(1))).toBeLessThan(24 * 60);
});

it("goes on from where a reading was interrupted, to where it was to end, and only then looks back", () => {
  const now = start + 10 * HOUR;
  const first = planReading(undefined, start, now);
  const part = readTo(undefined, first, start + 2 * HOUR);
  const rest = planReading(parseState(JSON.stringify(part)), start, now + HOUR);
  expect(rest).toEqual({ ...first, fromMs: start + 2 * HOUR });
  const whole = readWhole(part, rest);
  // Events that came late while the rest was read, too.
  expect(planReading(whole, start, now + HOUR).fromMs).toBe(now - 6 * HOUR);
  expect(planReading(whole, start, now + MINUTE).fromMs).toBe(now - 8 * MINUTE);
  // A slice of a second look back does not take the cursor back.
  expect(readTo(whole, first, start).readToMs).toBe(whole.readToMs);
  // What is deleted meanwhile is not asked for.
  expect(planReading(part, start + 3 * HOUR, now).fromMs).toBe(start + 3 * HOUR);
});

it("does not go on with the reading of a clock that was ahead", () => {
  const part = readTo(undefined, planReading(undefined, start, start + 400 * HOUR), start + 300 * HOUR);
  expect(planReading(part, start, start + 24 * HOUR).fromMs).toBe(start + 4 * HOUR);
});

it("never reads before the begin", () => {
  const reading = planReading({ readToMs: start + HOUR, lastMs: {} }, start + HOUR - 90_000, start + HOUR);
  expect(reading.fromMs).toBe(start + HOUR - 2 * MINUTE);
});

it("cuts long readings where little happens, short ones where much does", () => {
  const slices = new SliceLength();
  const end = start + 365 * 24 * HOUR;
  let from = start;
  let cuts = 0;
  for (; from < end; cuts++) {
    from = slices.endOf(from, end);
    slices.learn(0);
  }
  expect(cuts).toBeLessThan(400);
  for (let times = 0; times < 20; times++) slices.learn(1_000_000);
  expect(slices.endOf(start, end)).toBe(start + MINUTE);
});

it("looks back and goes on as ever after a clock that was ahead for a while", () => {
  const wrong = start + 40 * 24 * HOUR;
  let state = readWhole(undefined, planReading(undefined, start, wrong));
  const backs: number[] = [];
  for (let at = 0; at <= 25 * HOUR; at += MINUTE) {
    const now = start + 24 * HOUR + at;
    const reading = planReading(state, start, now);
    backs.push(Math.round((now - reading.fromMs) / HOUR));
    state = readWhole(state, reading);
  }
  expect(backs.filter((hours) => hours >= 20).length).toBeGreaterThanOrEqual(1);
  expect(backs.filter((hours) => hours >= 6).length).toBeGreaterThanOrEqual(24);
  // What happens while nobody looks is read, though the cursor had been far ahead of it.
  const stopped = start + 49 * HOUR;
  expect(planReading(state, start, stopped + 4 * 24 * HOUR).fromMs).toBeLessThanOrEqual(stopped);
});
