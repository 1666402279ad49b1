import { describe, expect, it } from "vitest";
import { World } from "./bucket-world.fake.ts";
import { objectKey, parts, type KeyParts } from "./memory-lister.fake.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

describe("requests to list", () => {
  const HOURS = 2;

  /** Hours of an estate, looked into every minute. @returns requests of a day, and the longest that an object waited, minutes */
  async function dayOf(accounts: number, regions: number, isActive: (account: number, region: number) => boolean) {
    const world = new World();
    world.nowMs = Date.UTC(2026, 9, 30);
    const logs: KeyParts[] = [];
    for (let account = 0; account < accounts; account++)
      for (let region = 0; region < regions; region++) {
        const log = parts(account, { region: `xx-region-${region}`, flowLog: `fl-${account}00${region}` });
        // What came before, so that the partition is there.
        world.lister.put(objectKey(log, world.nowMs - 3 * DAY), 0);
        if (isActive(account, region)) logs.push(log);
      }
    const cameMs = new Map<string, number>();
    let longest = 0;
    await world.found();
    let before = 0;
    for (let minute = 0; minute < HOURS * 60; minute++, world.nowMs += MINUTE) {
      // What was saved up at the beginning is used by then.
      if (minute === 60) before = world.lister.lists;
      // Each flow log has its own minute of five.
      for (const [at, log] of logs.entries())
        if (at % 5 === minute % 5) {
          const key = objectKey(log, world.nowMs - 8 * MINUTE);
          if (!cameMs.has(key)) world.lister.put(key, world.nowMs);
          cameMs.set(key, cameMs.get(key) ?? world.nowMs);
        }
      for (const key of await world.found()) {
        const came = cameMs.get(key);
        if (came === undefined || came < 0) continue;
        longest = Math.max(longest, (world.nowMs - came) / MINUTE);
        cameMs.set(key, -1);
      }
    }
    const waiting = [...cameMs.values()].filter((came) => came >= 0).map((came) => (world.nowMs - came) / MINUTE);
    return { lists: (world.lister.lists - before) * (24 / (HOURS - 1)), longest: Math.max(longest, ...waiting) };
  }

  it("are fewer than 100,000 a day for 60 accounts in 17 regions, all of them busy", async () => {
    const { lists, longest } = await dayOf(60, 17, () => true);
    expect(lists).toBeLessThanOrEqual(100_000);
    expect(longest).toBeLessThanOrEqual(30);
  });

  it("are fewer where most regions are quiet, and what comes is found within minutes", async () => {
    const { lists, longest } = await dayOf(60, 17, (account, region) => region < 2 && account % 2 === 0);
    expect(lists).toBeLessThanOrEqual(100_000);
    expect(longest).toBeLessThanOrEqual(10);
  });
});
