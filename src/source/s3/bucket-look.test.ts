import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { START, World } from "./bucket-world.fake.ts";
import { keyTimeMs } from "./flow-log-keys.ts";
import { nothingOpen, objectKey, parts, settledKeys, type KeyParts } from "./memory-lister.fake.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe("a look", () => {
  it("goes through a sink of Cloud Logging", async () => {
    const world = new World();
    world.lister.put("compute.googleapis.com/vpc_flows/2026/10/30/08:00:00_08:59:59_S0.json");
    world.lister.put("compute.googleapis.com/vpc_flows/2026/10/29/08:00:00_08:59:59_A0:1792000000.json");
    world.lister.put("cloudaudit.googleapis.com/activity/2026/10/30/08:00:00_08:59:59_S0.json");
    expect((await world.found()).map((key) => key.slice("compute.googleapis.com/vpc_flows/".length))).toEqual([
      "2026/10/29/08:00:00_08:59:59_A0:1792000000.json",
      "2026/10/30/08:00:00_08:59:59_S0.json",
    ]);
    world.lister.put("compute.googleapis.com/vpc_flows/2026/10/30/07:00:00_07:59:59_S1.json");
    world.nowMs += HOUR;
    expect(await world.found()).toContain("compute.googleapis.com/vpc_flows/2026/10/30/07:00:00_07:59:59_S1.json");
  });

  it("begins with the last two days, then goes back week by week, and remembers how far", async () => {
    const world = new World();
    for (let day = 0; day < 40; day++) world.lister.put(objectKey(parts(1), START - day * DAY));
    const days = (keys: readonly string[]): number[] =>
      keys.map((key) => Math.round((START - (keyTimeMs(key) ?? 0)) / DAY));
    const found = days(await world.found());
    expect(found.slice(0, 2)).toEqual([1, 0]);
    expect(found.slice(2, 9)).toEqual([8, 7, 6, 5, 4, 3, 2]);
    expect(found.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, day) => day));
    world.restart();
    expect(days(await world.found())).toEqual([0]);
    expect(world.lister.lists).toBeLessThan(25);
  });

  it("leaves older days for the next look when its time is over, and is not stopped by a restart", async () => {
    const world = new World();
    for (let day = 0; day < 60; day++) world.lister.put(objectKey(parts(1), START - day * DAY));
    const all = new Set<string>();
    for (let look = 0; look < 20; look++) {
      for (const key of await settledKeys(world.look({ forMs: 0 }))) all.add(key);
      for await (const { objects, settled } of world.look({ forMs: 1 })) {
        for (const { key } of objects) all.add(key);
        await settled?.(nothingOpen);
        world.nowMs += 1;
      }
      world.restart();
    }
    expect(all.size).toBe(60);
  });

  it("misses no day when the first look came to its end with older days only", async () => {
    const world = new World();
    for (let day = 0; day < 20; day++) world.lister.put(objectKey(parts(1), START - day * DAY));
    const read = new Set<string>();
    for await (const { objects, settled } of world.look({})) {
      const keys = objects.map(({ key }) => key);
      // Somebody else reads the newest, or this process is stopped before it has.
      const isNew = keys.some((key) => (keyTimeMs(key) ?? 0) > START - 2 * DAY);
      if (!isNew) for (const key of keys) read.add(key);
      await settled?.(isNew ? { failed: [], open: keys } : nothingOpen);
    }
    expect(read.size).toBe(18);
    for (let day = 1; day <= 6; day++) world.lister.put(objectKey(parts(1), START + day * DAY));
    world.nowMs += 6 * DAY;
    world.restart();
    for (const key of await world.found()) read.add(key);
    expect(read.size).toBe(26);
  });

  it("asks for nothing before since", async () => {
    const world = new World("", START - 5 * DAY);
    for (let hour = 0; hour < 24 * 10; hour++) world.lister.put(objectKey(parts(1), START - hour * HOUR));
    // Of the object that begins at that moment, too.
    expect(await world.found()).toHaveLength(24 * 5 + 1);
  });

  it("goes on behind its cursors, across midnight, and over a time when nobody looked", async () => {
    const world = new World();
    const step = async (ms: number): Promise<string[]> => {
      world.nowMs += ms;
      world.lister.put(objectKey(parts(1), world.nowMs - 10 * MINUTE));
      return world.found();
    };
    await step(0);
    for (let at = 0; at < 50; at++) {
      const expected = objectKey(parts(1), world.nowMs + 5 * MINUTE - 10 * MINUTE);
      expect(await step(5 * MINUTE)).toContain(expected);
    }
    const before = world.lister.lists;
    await step(5 * MINUTE);
    expect(world.lister.lists - before).toBeLessThanOrEqual(2);
    world.restart();
    for (let day = 1; day < 12; day++) world.lister.put(objectKey(parts(1), world.nowMs + day * DAY));
    world.nowMs += 12 * DAY;
    expect(new Set(await world.found()).size).toBeGreaterThanOrEqual(11);
  });

  it("finds by hand at once what came late, in new accounts, too", async () => {
    const world = new World();
    world.lister.put(objectKey(parts(1), START - 10 * MINUTE));
    await world.found();
    const late = [objectKey(parts(1), START - 5 * HOUR), objectKey(parts(2), START - 5 * HOUR)];
    for (const key of late) world.lister.put(key);
    world.nowMs += 3 * MINUTE;
    expect(await world.found()).not.toEqual(expect.arrayContaining(late));
    expect(await world.found({ isByHand: true })).toEqual(expect.arrayContaining(late));
  });

  it("does not go on behind what stayed open", async () => {
    const world = new World();
    const key = objectKey(parts(1), START - 10 * MINUTE);
    world.lister.put(key);
    for await (const { settled } of world.look()) await settled?.({ failed: [], open: [key] });
    world.nowMs += 3 * MINUTE;
    expect(await world.found()).toEqual([key]);
    world.nowMs += 3 * MINUTE;
    expect(await world.found()).toEqual([key]);
    // Much later it lies before the overlap.
    world.nowMs += 20 * MINUTE;
    const next = objectKey(parts(1), world.nowMs);
    world.lister.put(next);
    await world.found();
    world.nowMs += 20 * MINUTE;
    expect(await world.found()).toEqual([next]);
  });

  it("of a window gives exactly its time, and touches no cursor", async () => {
    const world = new World();
    for (let at = 0; at < 288 * 3; at++) world.lister.put(objectKey(parts(1), START - at * 5 * MINUTE));
    await world.found();
    const remembered = new Map(world.memory.values);
    const fromMs = START - DAY;
    const found = await world.found({ window: { fromMs, toMs: fromMs + HOUR } });
    // A quarter of an hour to both sides: an object's records end after the time in its name.
    expect(found).toHaveLength(12 + 6);
    expect(world.memory.values).toEqual(remembered);
  });

  it("finds what lies in no layout, also in front of its cursor, and keeps to the time of a window", async () => {
    const world = new World("copies/");
    for (let at = 0; at < 2500; at++) world.lister.put(`copies/${at}.log.gz`, START - at * HOUR);
    expect(await world.found()).toHaveLength(2500);
    world.lister.put("copies/9999.log.gz", START);
    world.nowMs += 1000;
    expect(await world.found()).toEqual(["copies/9999.log.gz"]);
    world.lister.put("copies/0000.log.gz", START);
    world.nowMs += MINUTE;
    expect(await world.found()).toHaveLength(2502);
    const window = { fromMs: START - 50 * HOUR, toMs: START - 40 * HOUR };
    expect(await world.found({ window })).toHaveLength(50 - 40 + 1 + 23);
  });
});

/** What happens in a bucket and around it, step by step. */
const steps = fc.array(
  fc.oneof(
    // Some objects come: of which flow log, so many minutes late.
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant("put" as const),
        log: fc.nat(11),
        late: fc.oneof(fc.nat(20), fc.nat(26 * 60)),
        count: fc.integer({ min: 1, max: 30 }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant("wait" as const), minutes: fc.oneof(fc.nat(30), fc.nat(600)) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant("look" as const),
        fate: fc.constantFrom("good", "open", "killed", "failed"),
      }),
    },
    { weight: 1, arbitrary: fc.constant({ kind: "restart" as const }) },
  ),
  { maxLength: 60 },
);

it("finds every object, whatever comes late, stays open or is killed, and lists little again", async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.boolean(), fc.boolean(), async (all, isHive, isHourly) => {
      const world = new World();
      const done = new Set<string>();
      const taken = new Map<string, number>();
      let number = 0;
      const log = (index: number): KeyParts => ({
        account: String(100_000_000_000 + (index % 2)),
        region: index % 3 === 0 ? "eu-central-1" : "us-east-1",
        flowLog: `fl-${(index * 7919).toString(16)}`,
        isHive,
        isHourly,
      });
      const look = async (fate: string): Promise<void> => {
        let batches = 0;
        for await (const { objects, settled } of world.look()) {
          batches++;
          if (fate === "killed" && batches > 1) break;
          const isOpen = fate === "open" && batches % 2 === 0;
          const keys = objects.map(({ key }) => key);
          for (const key of keys) taken.set(key, (taken.get(key) ?? 0) + 1);
          if (fate === "killed") continue;
          if (!isOpen) for (const key of keys) done.add(key);
          await settled?.({ failed: fate === "failed" ? keys : [], open: isOpen ? keys : [] });
        }
        if (fate === "killed") world.restart();
      };
      for (const step of all) {
        if (step.kind === "put")
          for (let at = 0; at < step.count; at++)
            world.lister.put(
              objectKey(log(step.log), world.nowMs - (step.late + at * 5) * MINUTE, (number++).toString(16)),
              world.nowMs,
            );
        else if (step.kind === "wait") world.nowMs += step.minutes * MINUTE;
        else if (step.kind === "restart") world.restart();
        else await look(step.fate);
      }
      // Two good looks, each after the longest time between two of a partition, whole ones.
      for (let at = 0; at < 2; at++) {
        world.nowMs += 61 * MINUTE;
        await look("good");
      }
      expect(world.lister.keys.filter((key) => !done.has(key))).toEqual([]);
      taken.clear();
      // Nothing new: what is known is listed whole once an hour and not in between.
      world.nowMs += 11 * MINUTE;
      await look("good");
      const recent = [...taken.keys()].length;
      expect(recent).toBeLessThanOrEqual(world.lister.keys.length);
    }),
    { numRuns: 150 },
  );
});
