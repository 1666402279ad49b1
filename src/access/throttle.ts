import { createHmac, randomBytes } from "node:crypto";
import { systemClock, type Clock } from "#base/clock.js";
import { WeirError } from "#base/errors.js";

/** Too many wrong passwords, or keys: wait. */
export class TooManyAttempts extends WeirError {
  readonly retryAfterS: number;

  constructor(waitMs: number, what = "passwords") {
    const seconds = Math.ceil(waitMs / 1000);
    super({
      code: "too-many-requests",
      kind: "usage",
      message: `too many wrong ${what} were tried`,
      next: `Try again in ${seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} minutes`}.`,
    });
    this.retryAfterS = seconds;
  }
}

interface Limit {
  /** Failures that cost nothing. */
  readonly free: number;
  /** The longest wait; the first is a second, and each failure doubles it. */
  readonly mostMs: number;
}

// Many people may share an address, and nobody may be kept out for long by others who try their name.
const ADDRESS: Limit = { free: 20, mostMs: 900_000 };
const NAME: Limit = { free: 5, mostMs: 60_000 };
const FORGOTTEN_MS = 3_600_000;
const SLOTS = 1 << 16;

/**
 * Slows down who guesses passwords, by address and by name. Failures are counted in a fixed number of slots, chosen by a keyed
 * hash: memory is bounded, and no flood of names pushes out what is counted.
 */
export class LoginThrottle {
  readonly #clock: Clock;
  readonly #addresses: Slots;
  readonly #names: Slots;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#addresses = new Slots(ADDRESS);
    this.#names = new Slots(NAME);
  }

  /**
   * Counts an attempt as failed before its password is checked, so that attempts at the same time count, too.
   * @returns what to call when the password was right
   * @throws TooManyAttempts
   */
  begin(address: string, name: string): () => void {
    const now = this.#clock.now();
    const [from, to] = [this.#addresses.slotOf(networkOf(address)), this.#names.slotOf(name)];
    const wait = Math.max(this.#addresses.waitMs(from, now), this.#names.waitMs(to, now));
    if (wait > 0) throw new TooManyAttempts(wait);
    this.#addresses.fail(from, now);
    this.#names.fail(to, now);
    return () => {
      // Only this one: who has an account must not wash off other guesses with it.
      this.#addresses.takeBack(from);
      this.#names.forget(to);
    };
  }
}

/**
 * Answers wrong keys ever more slowly, by address. A right key is never kept waiting: others may share its address, such as a proxy's,
 * and keys are too long to be guessed.
 */
export class KeyThrottle {
  readonly #clock: Clock;
  readonly #addresses = new Slots(ADDRESS);

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  /** Counts a wrong key. @throws TooManyAttempts where there were many */
  refuse(address: string): void {
    const now = this.#clock.now();
    const slot = this.#addresses.slotOf(networkOf(address));
    const wait = this.#addresses.waitMs(slot, now);
    if (wait > 0) throw new TooManyAttempts(wait, "keys");
    this.#addresses.fail(slot, now);
  }
}

class Slots {
  readonly #key = randomBytes(32);
  readonly #limit: Limit;
  readonly #failures = new Uint16Array(SLOTS);
  readonly #lastMs = new Float64Array(SLOTS);

  constructor(limit: Limit) {
    this.#limit = limit;
  }

  slotOf(text: string): number {
    return createHmac("sha256", this.#key).update(text).digest().readUInt32LE() % SLOTS;
  }

  waitMs(slot: number, nowMs: number): number {
    const over = this.#count(slot, nowMs) - this.#limit.free;
    if (over < 0) return 0;
    const wait = Math.min(this.#limit.mostMs, 1000 * 2 ** Math.min(over, 20));
    return Math.max(0, (this.#lastMs[slot] ?? 0) + wait - nowMs);
  }

  fail(slot: number, nowMs: number): void {
    this.#failures[slot] = Math.min(65_535, this.#count(slot, nowMs) + 1);
    this.#lastMs[slot] = nowMs;
  }

  takeBack(slot: number): void {
    this.#failures[slot] = Math.max(0, (this.#failures[slot] ?? 0) - 1);
  }

  forget(slot: number): void {
    this.#failures[slot] = 0;
  }

  #count(slot: number, nowMs: number): number {
    return nowMs - (this.#lastMs[slot] ?? 0) > FORGOTTEN_MS ? 0 : (this.#failures[slot] ?? 0);
  }
}

/** Whoever has an IPv6 address has its whole /64. */
function networkOf(address: string): string {
  if (!address.includes(":") || address.startsWith("::ffff:")) return address.replace("::ffff:", "");
  const [head = "", tail] = address.split("::");
  const groups = head === "" ? [] : head.split(":");
  const rest = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array.from({ length: Math.max(0, 8 - groups.length - rest.length) }, () => "0");
  return [...groups, ...zeros, ...rest].slice(0, 4).join(":");
}
