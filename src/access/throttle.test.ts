import { expect, it } from "vitest";
import { LoginThrottle, TooManyAttempts } from "./throttle.ts";

class Hands {
  nowMs = 1_000_000_000;
  readonly throttle = new LoginThrottle({ now: () => this.nowMs });

  /** An attempt with a wrong password. @returns seconds to wait, 0 when it was let through */
  wrong(address: string, name: string): number {
    try {
      this.throttle.begin(address, name);
      return 0;
    } catch (error) {
      if (error instanceof TooManyAttempts) return error.retryAfterS;
      throw error;
    }
  }
}

it("lets people mistype, then has them wait twice as long each time, at most a minute for a name", () => {
  const hands = new Hands();
  const waits: number[] = [];
  for (let attempt = 0; attempt < 16; attempt++) {
    const wait = hands.wrong(`10.0.0.${attempt}`, "anna");
    waits.push(wait);
    if (wait > 0) {
      hands.nowMs += wait * 1000;
      expect(hands.wrong(`10.0.1.${attempt}`, "anna")).toBe(0);
    }
  }
  expect(waits).toEqual([0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60]);
});

it("slows down an address that tries many names, up to a quarter of an hour", () => {
  const hands = new Hands();
  let through = 0;
  for (let attempt = 0; attempt < 10_000; attempt++) {
    if (hands.wrong("203.0.113.9", `name-${attempt}`) === 0) through++;
    hands.nowMs += 1000;
  }
  // Twenty at once, then ever fewer: 10,000 seconds are worth about thirty guesses.
  expect(through).toBeLessThan(45);
  expect(hands.wrong("198.51.100.7", "somebody")).toBe(0);
});

it("counts attempts that run at the same time", () => {
  const hands = new Hands();
  const results = Array.from({ length: 50 }, (_, at) => hands.wrong(`10.0.0.${at}`, "anna"));
  expect(results.filter((wait) => wait === 0)).toHaveLength(5);
});

it("forgives a name that got in, and an address only that one try", () => {
  const hands = new Hands();
  for (let attempt = 0; attempt < 4; attempt++) hands.wrong("10.0.0.1", "anna");
  hands.throttle.begin("10.0.0.1", "anna")();
  for (let attempt = 0; attempt < 5; attempt++) expect(hands.wrong("10.0.0.2", "anna")).toBe(0);
  // Whoever has an account cannot wash off guesses with it.
  for (let attempt = 0; attempt < 16; attempt++) {
    expect(hands.wrong("10.0.0.1", `other-${attempt}`)).toBe(0);
    hands.nowMs += 1;
  }
  expect(hands.wrong("10.0.0.1", "one-more")).toBeGreaterThan(0);
});

it("is not led astray by a flood of names", () => {
  const hands = new Hands();
  for (let attempt = 0; attempt < 6; attempt++) hands.wrong("10.0.0.1", "anna");
  for (let attempt = 0; attempt < 20_000; attempt++) hands.wrong(`192.0.2.${attempt % 256}`, `flood-${attempt}`);
  expect(hands.wrong("10.9.9.9", "anna")).toBeGreaterThan(0);
});

it("takes all addresses of an IPv6 network for one", () => {
  const hands = new Hands();
  for (let attempt = 0; attempt < 20; attempt++)
    expect(hands.wrong(`2001:db8:1:2::${attempt.toString(16)}`, `name-${attempt}`)).toBe(0);
  expect(hands.wrong("2001:db8:1:2:ffff::1", "anna")).toBeGreaterThan(0);
  expect(hands.wrong("2001:db8:1:3::1", "anna")).toBe(0);
});

it("forgets after an hour", () => {
  const hands = new Hands();
  for (let attempt = 0; attempt < 6; attempt++) hands.wrong("10.0.0.1", "anna");
  hands.nowMs += 3_600_001;
  for (let attempt = 0; attempt < 5; attempt++) expect(hands.wrong("10.0.0.1", "anna")).toBe(0);
});
