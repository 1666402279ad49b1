import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { Asker } from "../asker.ts";
import type { Task } from "../pool/tasks.ts";
import { Answers } from "./answers.ts";

interface Asked {
  readonly task: Task;
  readonly signal: AbortSignal;
  readonly answer: (text: string) => void;
  readonly fail: (error: Error) => void;
}

function setUp(): { answers: Answers; asked: Asked[]; lake: { version: string; nowMs: number } } {
  const asked: Asked[] = [];
  const lake = { version: "1", nowMs: Date.UTC(2026, 2, 3, 12) };
  const answers = new Answers({
    ask: async (task, { signal }) =>
      new Promise((answer, fail) => {
        asked.push({ task, signal, answer, fail });
        signal.addEventListener("abort", () => fail(new Error("stopped")));
      }),
    lakeVersion: () => lake.version,
    nowMs: () => lake.nowMs,
    maxBytes: 100_000,
  });
  return { answers, asked, lake };
}

const query = (request: Extract<Task, { name: "query" }>["request"]): Task => ({ name: "query", request });
const asker = (signal = new AbortController().signal, accounts?: string[]): Asker => ({
  key: "a",
  signal,
  scope: accounts === undefined ? undefined : { accounts },
});

describe("answers", () => {
  it("are kept while the lake stays as it is", async () => {
    const { answers, asked, lake } = setUp();
    const first = answers.ask(query({ limit: 1, by: ["ip"] }), asker());
    asked[0]?.answer("one");
    const told = await first;
    expect(told).toMatchObject({ text: "one", cache: "miss" });
    expect(await answers.ask(query({ by: ["ip"], limit: 1 }), asker())).toEqual({ ...told, cache: "hit" });
    lake.version = "2";
    const second = answers.ask(query({ limit: 1, by: ["ip"] }), asker());
    asked[1]?.answer("two");
    expect(await second).toMatchObject({ text: "two", cache: "miss" });
    expect(answers.state().outcomes).toEqual({ hit: 1, shared: 0, miss: 2, none: 0 });
  });

  it("that count from now are kept for the minute", async () => {
    const { answers, asked, lake } = setUp();
    const ask = async (): Promise<string> => (await answers.ask(query({ from: "-1h" }), asker())).cache;
    const first = ask();
    asked[0]?.answer("one");
    await first;
    lake.nowMs += 59_000;
    expect(await ask()).toBe("hit");
    lake.nowMs += 1000;
    const later = ask();
    asked[1]?.answer("two");
    expect(await later).toBe("miss");
  });

  it("are not given to who may see something else", async () => {
    const { answers, asked } = setUp();
    const first = answers.ask(query({}), asker());
    asked[0]?.answer("all");
    await first;
    const second = answers.ask(query({}), asker(undefined, ["1"]));
    asked[1]?.answer("some");
    expect((await second).text).toBe("some");
  });

  it("are worked out once for all who ask at once, also when some leave", async () => {
    const { answers, asked } = setUp();
    const leaving = new AbortController();
    const first = answers.ask(query({}), asker(leaving.signal));
    const others = Array.from({ length: 7 }, async () => answers.ask(query({}), asker()));
    leaving.abort();
    await expect(first).rejects.toMatchObject({ code: "interrupted" });
    expect(asked).toHaveLength(1);
    expect(asked[0]?.signal.aborted).toBe(false);
    asked[0]?.answer("one");
    expect(await Promise.all(others)).toEqual(
      others.map(() => expect.objectContaining({ text: "one", cache: "shared" }) as unknown),
    );
  });

  it("are stopped when nobody waits any more, and asked anew by who comes then", async () => {
    const { answers, asked } = setUp();
    const leaving = new AbortController();
    const both = [1, 2].map(async () => answers.ask(query({}), asker(leaving.signal)));
    leaving.abort();
    for (const each of both) await expect(each).rejects.toMatchObject({ code: "interrupted" });
    expect(asked[0]?.signal.aborted).toBe(true);
    const later = answers.ask(query({}), asker());
    expect(asked).toHaveLength(2);
    asked[1]?.answer("two");
    expect(await later).toMatchObject({ text: "two", cache: "miss" });
  });

  it("that failed are not kept", async () => {
    const { answers, asked } = setUp();
    const first = answers.ask(query({}), asker());
    asked[0]?.fail(new Error("no"));
    await expect(first).rejects.toThrow("no");
    await setImmediate();
    const second = answers.ask(query({}), asker());
    asked[1]?.answer("yes");
    expect((await second).text).toBe("yes");
  });
});
