import fc from "fast-check";
import { expect, it } from "vitest";
import type { ObjectTask } from "./messages.ts";
import { TaskQueue } from "./task-queue.ts";

function task(objectId: number, size = 10): ObjectTask {
  const candidate = { key: `object ${objectId}`, size, modifiedMicros: 0 };
  return {
    path: candidate.key,
    claim: {
      objectId,
      claim: 1,
      candidate,
      reason: "new",
      offset: 0,
      prefixSha256: null,
      decoderState: null,
      hasRows: false,
    },
  };
}

const ids = (tasks: readonly ObjectTask[]): number[] => tasks.map(({ claim }) => claim.objectId);

it("deals out every task once, in chunks of limited size", () => {
  const queue = new TaskQueue([...Array.from({ length: 600 }, (_, id) => task(id)), task(600, 1e9), task(601)]);
  const chunks: number[][] = [];
  for (let chunk = queue.take(); chunk !== undefined; chunk = queue.take()) {
    expect(chunk.alone).toBe(false);
    chunks.push(ids(chunk.tasks));
  }
  expect(chunks.flat()).toEqual(Array.from({ length: 602 }, (_, id) => id));
  expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThanOrEqual(256);
  expect(chunks.at(-1)).toEqual([601]);
  expect(queue.isEmpty).toBe(true);
});

it("takes as many as a folder of years has at once", () => {
  const many = Array.from({ length: 250_000 }, (_, id) => task(id));
  const queue = new TaskQueue(many);
  expect(queue.take()?.tasks.length).toBe(256);
  queue.add(many);
  expect(queue.drain().length).toBe(500_000 - 256);
});

it("hands back what was never taken, and what was put back, once", () => {
  const queue = new TaskQueue(Array.from({ length: 300 }, (_, id) => task(id)));
  const taken = queue.take()?.tasks ?? [];
  queue.add([task(900)]);
  queue.putBackSuspects(taken.slice(0, 3));
  const rest = ids(queue.drain());
  expect(new Set(rest)).toEqual(new Set([0, 1, 2, 900, ...Array.from({ length: 44 }, (_, id) => 256 + id)]));
  expect(rest.length).toBe(48);
  expect(queue.take()).toBeUndefined();
});

it("finds those that kill their worker, and gives up nobody else, in a bounded number of crashes", () => {
  const scene = fc.record({
    objects: fc.integer({ min: 1, max: 700 }),
    killers: fc.array(fc.integer({ min: 0, max: 699 }), { maxLength: 5 }),
    /** Crashes that no object is to blame for, by turn. */
    bad: fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 1 }),
  });
  fc.assert(
    fc.property(scene, ({ objects, killers, bad }) => {
      const deadly = new Set(killers.filter((id) => id < objects));
      const queue = new TaskQueue(Array.from({ length: objects }, (_, id) => task(id)));
      const read: number[] = [];
      const givenUp: number[] = [];
      let crashes = 0;
      for (let turn = 0; !queue.isEmpty; turn++) {
        const { tasks = [] } = queue.take() ?? {};
        if (bad.includes(turn) || tasks.some(({ claim }) => deadly.has(claim.objectId))) {
          crashes++;
          givenUp.push(...ids(queue.putBackSuspects(tasks)));
        } else read.push(...ids(tasks));
      }
      expect(new Set(givenUp)).toEqual(deadly);
      expect([...read, ...givenUp].sort((a, b) => a - b)).toEqual(Array.from({ length: objects }, (_, id) => id));
      // A chunk of 256 is halved eight times, and the last one stands alone twice.
      expect(crashes).toBeLessThanOrEqual((deadly.size + bad.length) * 10);
    }),
    { numRuns: 200 },
  );
});
