import { expect, it } from "vitest";
import { ByteCache } from "./byte-cache.ts";

const text = (length: number): { text: string } => ({ text: "x".repeat(length) });

it("throws away what was asked for longest ago, and never takes more bytes than it may", () => {
  const cache = new ByteCache<{ text: string }>(10_000);
  for (const key of ["a", "b", "c"]) cache.set(key, text(1000));
  expect(cache.get("a")).toBeDefined();
  for (const key of ["d", "e", "f"]) {
    cache.set(key, text(1000));
    expect(cache.bytes).toBeLessThanOrEqual(10_000);
  }
  expect(["a", "b", "c", "d", "e", "f"].filter((key) => cache.get(key) !== undefined)).toEqual(["a", "d", "e", "f"]);
});

it("does not throw everything away for one large answer", () => {
  const cache = new ByteCache<{ text: string }>(10_000);
  cache.set("small", text(10));
  cache.set("large", text(5000));
  expect(cache.get("large")).toBeUndefined();
  expect(cache.get("small")).toBeDefined();
});

it("counts an answer that takes the place of another once", () => {
  const cache = new ByteCache<{ text: string }>(10_000);
  cache.set("a", text(100));
  const { bytes } = cache;
  cache.set("a", text(100));
  expect(cache.bytes).toBe(bytes);
  cache.delete("a");
  expect([cache.bytes, cache.size]).toEqual([0, 0]);
});
