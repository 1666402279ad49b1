import { expect, it } from "vitest";
import { Turns } from "./turns.ts";

const pause = async (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

it("runs a few at once, and all in their order", async () => {
  const turns = new Turns(2);
  const begun: number[] = [];
  let running = 0;
  let most = 0;
  const work = async (number: number): Promise<number> =>
    turns.take(async () => {
      begun.push(number);
      most = Math.max(most, ++running);
      await pause();
      running--;
      return number;
    });
  expect(await Promise.all([1, 2, 3, 4, 5].map(work))).toEqual([1, 2, 3, 4, 5]);
  expect(begun).toEqual([1, 2, 3, 4, 5]);
  expect(most).toBe(2);
});

it("goes on after one that failed", async () => {
  const turns = new Turns(1);
  const failed = turns.take(async () => Promise.reject(new Error("no")));
  const next = turns.take(async () => "yes");
  await expect(failed).rejects.toThrow("no");
  expect(await next).toBe("yes");
});

it("lets who waits go away, and keeps the place for the next", async () => {
  const turns = new Turns(1);
  const gone = new AbortController();
  const first = turns.take(pause);
  const second = turns.take(async () => "second", gone.signal);
  const third = turns.take(async () => "third");
  gone.abort(new Error("given up"));
  await expect(second).rejects.toThrow("given up");
  await first;
  expect(await third).toBe("third");
  await expect(turns.take(async () => "late", AbortSignal.abort(new Error("over")))).resolves.toBe("late");
});
