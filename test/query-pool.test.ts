import { getEventListeners, setMaxListeners } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { poolLimits, type PoolLimits } from "../src/api/pool/pool-limits.ts";
import { QueryPool } from "../src/api/pool/query-pool.ts";
import { pause } from "./process-tree.ts";

const workerEntry = pathToFileURL(join(import.meta.dirname, "workers", "moody-answerer.mjs"));
const limits = { ...poolLimits({ workers: 2 }), sliceMs: 300, graceMs: 300, restartMs: 10 };
const pools: QueryPool[] = [];

function startPool(over: Partial<PoolLimits> = {}): QueryPool {
  const pool = new QueryPool({ dataDir: "nowhere", limits: { ...limits, ...over }, workerEntry });
  pools.push(pool);
  pool.start();
  return pool;
}
afterEach(async () => {
  await Promise.all(pools.splice(0).map(async (pool) => pool.stop()));
});

interface Ask {
  readonly key?: string;
  readonly signal?: AbortSignal;
  readonly heavy?: boolean;
}

/** Asks what the worker of these tests does. @returns who answered */
async function ask(pool: QueryPool, filter: string, options: Ask = {}): Promise<number> {
  const { key = "a", signal = new AbortController().signal, heavy = false } = options;
  const request = { filter, ...(heavy && { dataset: "flows" as const }) };
  const text = await pool.ask({ name: "query", request }, { key, scope: undefined, signal });
  const { asked, pid } = JSON.parse(text) as { asked: string; pid: number };
  expect(asked).toBe(filter);
  return pid;
}

async function untilReady(pool: QueryPool, workers = 2): Promise<void> {
  while (pool.state().ready < workers) await pause(5);
}

describe("turns", () => {
  it("are taken by askers, however much one of them asks", async () => {
    const pool = startPool();
    await untilReady(pool);
    const order: string[] = [];
    const asked = (key: string) => async (): Promise<void> => {
      await ask(pool, "sleep 20", { key });
      order.push(key);
    };
    const greedy = Array.from({ length: 20 }, asked("greedy"));
    await Promise.all([...greedy, asked("modest")()].map(async (each) => each));
    expect(order.indexOf("modest")).toBeLessThan(5);
  });

  it("of light questions come while heavy ones run", async () => {
    const pool = startPool();
    await untilReady(pool);
    const heavy = Array.from({ length: 4 }, async () => ask(pool, "sleep 400", { heavy: true }));
    const startedMs = performance.now();
    await ask(pool, "sleep 1", { key: "b" });
    expect(performance.now() - startedMs).toBeLessThan(350);
    await Promise.all(heavy);
  });

  it("end for a light question that turns out heavy while others wait; it is answered all the same", async () => {
    const pool = startPool();
    await untilReady(pool);
    const slow = Array.from({ length: 2 }, async (_, at) => ask(pool, `sleep 12${at}0`));
    const startedMs = performance.now();
    await ask(pool, "sleep 1", { key: "b" });
    expect(performance.now() - startedMs).toBeLessThan(1000);
    await Promise.all(slow);
    // The pool has learned: both are heavy now, and one worker stays free of them.
    const again = Array.from({ length: 2 }, async (_, at) => ask(pool, `sleep 12${at}0`));
    const againMs = performance.now();
    await ask(pool, "sleep 1", { key: "b" });
    expect(performance.now() - againMs).toBeLessThan(250);
    await Promise.all(again);
  });
});

describe("whoever goes away", () => {
  it("is not waited for: what runs is stopped, what waits is not begun", async () => {
    const pool = startPool();
    await untilReady(pool);
    const leaving = new AbortController();
    const all = Array.from({ length: 6 }, async () => ask(pool, "sleep 100000", { signal: leaving.signal }));
    await pause(50);
    leaving.abort();
    for (const each of all) await expect(each).rejects.toMatchObject({ code: "interrupted" });
    expect(pool.state().waiting).toEqual({ light: 0, heavy: 0 });
    await ask(pool, "sleep 1");
    expect(pool.state().losses).toBe(0);
  });

  it("costs a worker that does not stop its life", async () => {
    const pool = startPool();
    await untilReady(pool);
    const leaving = new AbortController();
    const deaf = Array.from({ length: 2 }, async () => ask(pool, "deaf", { signal: leaving.signal, heavy: true }));
    await pause(50);
    leaving.abort();
    for (const each of deaf) await expect(each).rejects.toMatchObject({ code: "interrupted" });
    await Promise.all([ask(pool, "sleep 1", { heavy: true }), ask(pool, "sleep 1", { heavy: true })]);
  });

  it("leaves no listener behind", async () => {
    const pool = startPool();
    const { signal } = new AbortController();
    setMaxListeners(20, signal);
    await Promise.all(Array.from({ length: 20 }, async () => ask(pool, "sleep 1", { signal })));
    await ask(pool, "die", { signal }).catch(() => undefined);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});

describe("a worker that ends", () => {
  it("costs its question, told as such, and is replaced", async () => {
    const pool = startPool();
    await untilReady(pool);
    const fine = ask(pool, "sleep 50", { key: "b" });
    await expect(ask(pool, "die")).rejects.toMatchObject({ code: "worker-lost", kind: "internal" });
    await fine;
    await untilReady(pool);
    expect(pool.state()).toMatchObject({ losses: 1, running: 0 });
    const pids = await Promise.all([ask(pool, "sleep 30"), ask(pool, "sleep 30")]);
    expect(new Set(pids).size).toBe(2);
  });

  it("again and again is started again ever more slowly", async () => {
    const losses: number[] = [];
    const pool = new QueryPool({
      dataDir: "nowhere",
      limits: { ...limits, restartMs: 50 },
      workerEntry: pathToFileURL(join(import.meta.dirname, "workers", "no-worker.mjs")),
      onLoss: () => losses.push(performance.now()),
    });
    pools.push(pool);
    pool.start();
    // Two to begin with, then two after each pause: at once, 50, 100, 200, 400 ms.
    while (losses.length < 12) await pause(20);
    expect((losses.at(-1) ?? 0) - (losses[0] ?? 0)).toBeGreaterThan(750);
  });

  it("with too much memory in hand is replaced without a question lost", async () => {
    const pool = startPool();
    await untilReady(pool);
    const fat = await ask(pool, "fat");
    const pids = await Promise.all(Array.from({ length: 8 }, async () => ask(pool, "sleep 20")));
    expect(pids).not.toContain(fat);
    expect(pool.state().losses).toBe(0);
  });
});

describe("limits", () => {
  it("end what takes too long, also when its worker does not stop by itself", async () => {
    const pool = startPool({ ofTask: { ...limits.ofTask, timeoutMs: 100 } });
    await expect(ask(pool, "deaf")).rejects.toMatchObject({ code: "query-timeout" });
    await ask(pool, "sleep 1");
  });

  it("keep one asker, and all together, from filling the queue", async () => {
    const pool = startPool({ maxWaitingOfOne: 3, maxWaiting: 5 });
    await untilReady(pool);
    const leaving = new AbortController();
    const { signal } = leaving;
    const one = Array.from({ length: 5 }, async () => ask(pool, "sleep 100000", { signal }));
    await expect(ask(pool, "sleep 1")).rejects.toMatchObject({ code: "too-many-questions" });
    const two = Array.from({ length: 2 }, async () => ask(pool, "sleep 100000", { signal, key: "b" }));
    await expect(ask(pool, "sleep 1", { key: "c" })).rejects.toMatchObject({ code: "queue-full" });
    leaving.abort();
    for (const each of [...one, ...two]) await expect(each).rejects.toMatchObject({ code: "interrupted" });
  });

  it("let nobody wait for ever", async () => {
    const pool = startPool({ maxWaitMs: 100, sliceMs: 100_000 });
    await untilReady(pool);
    const leaving = new AbortController();
    const long = Array.from({ length: 2 }, async () => ask(pool, "sleep 100000", { signal: leaving.signal }));
    await expect(ask(pool, "sleep 1")).rejects.toMatchObject({ code: "no-turn" });
    leaving.abort();
    await Promise.allSettled(long);
  });
});

it("a pool that is stopped answers nobody, and leaves no process", async () => {
  const pool = startPool();
  await untilReady(pool);
  const pid = await ask(pool, "sleep 1");
  const asked = [ask(pool, "deaf"), ask(pool, "sleep 100000"), ask(pool, "sleep 1")];
  const settled = Promise.allSettled(asked);
  await pool.stop();
  for (const each of await settled) expect(each).toMatchObject({ reason: { code: "stopping" } });
  await expect(ask(pool, "sleep 1")).rejects.toMatchObject({ code: "stopping" });
  expect(() => process.kill(pid, 0)).toThrow("ESRCH");
});
