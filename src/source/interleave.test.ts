import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { interleave } from "./interleave.ts";

async function* failingAfterOne(): AsyncGenerator<number> {
  yield 1;
  throw new Error("the listing broke off");
}

async function* counting(to: number): AsyncGenerator<number> {
  for (let number = 1; number <= to; number++) yield number;
}

describe("sequences side by side", () => {
  const unhandled: unknown[] = [];
  const keep = (reason: unknown): void => void unhandled.push(reason);
  beforeEach(() => {
    unhandled.length = 0;
    process.on("unhandledRejection", keep);
  });
  afterEach(() => {
    process.off("unhandledRejection", keep);
  });

  it("tells a failure to whoever takes the next, however long he works on the one before", async () => {
    const begun = [failingAfterOne()];
    const taken: number[] = [];
    const take = async (): Promise<void> => {
      for await (const number of interleave(() => begun.shift(), 4)) {
        taken.push(number);
        // An error that nobody waits for yet would end the process.
        await sleep(20);
      }
    };
    await expect(take()).rejects.toThrow("the listing broke off");
    expect(taken).toEqual([1]);
    expect(unhandled).toEqual([]);
  });

  it("gives all of all", async () => {
    const begun = [counting(3), counting(0), counting(5)];
    const taken: number[] = [];
    for await (const number of interleave(() => begun.shift(), 2)) taken.push(number);
    expect(taken.toSorted((a, b) => a - b)).toEqual([1, 1, 2, 2, 3, 3, 4, 5]);
  });
});
