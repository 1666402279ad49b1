import { describe, expect, it } from "vitest";
import { FairQueue, type Waiting } from "./fair-queue.ts";

interface Named extends Waiting {
  readonly name: string;
}

function filled(...items: readonly string[]): FairQueue<Named> {
  const queue = new FairQueue<Named>();
  for (const name of items) queue.push(item(name));
  return queue;
}

/** `a1` is asked by a; `A1` is heavy. */
function item(name: string): Named {
  const key = name.slice(0, 1);
  return { name, key: key.toLowerCase(), cost: key === key.toLowerCase() ? "light" : "heavy" };
}

function all(queue: FairQueue<Named>, cost: "light" | "heavy"): string[] {
  const names: string[] = [];
  for (let next = queue.take(cost); next !== undefined; next = queue.take(cost)) names.push(next.name);
  return names;
}

describe("a fair queue", () => {
  it("lets askers take turns, and keeps the order of each", () => {
    const queue = filled("a1", "a2", "a3", "a4", "b1", "c1", "b2");
    expect(all(queue, "light")).toEqual(["a1", "b1", "c1", "a2", "b2", "a3", "a4"]);
    expect(queue.size).toBe(0);
  });

  it("puts who comes back behind those who wait", () => {
    const queue = filled("a1", "b1");
    expect(queue.take("light")?.name).toBe("a1");
    queue.push(item("a2"));
    expect(all(queue, "light")).toEqual(["b1", "a2"]);
  });

  it("keeps heavy and light questions apart", () => {
    const queue = filled("A1", "a2", "B1", "b2");
    expect(queue.sizeOf("heavy")).toBe(2);
    expect(queue.waitingOf("a")).toBe(2);
    expect(all(queue, "light")).toEqual(["a2", "b2"]);
    expect(all(queue, "heavy")).toEqual(["A1", "B1"]);
  });

  it("takes out who went away, once", () => {
    const queue = filled("a1", "b1");
    const gone = item("a2");
    queue.push(gone);
    expect(queue.remove(gone)).toBe(true);
    expect(queue.remove(gone)).toBe(false);
    expect(queue.size).toBe(2);
    expect(queue.clear().map(({ name }) => name)).toEqual(["a1", "b1"]);
    expect(queue.size).toBe(0);
  });
});
