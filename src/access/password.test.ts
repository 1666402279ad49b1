import { expect, it } from "vitest";
import { thrownCode } from "#base/error-code.fake.js";
import { checkPassword, hashPassword, verifyPassword } from "./password.ts";

it("knows a password by its hash, which says how it was made and differs each time", async () => {
  const [kept, again] = [await hashPassword("four words and a fish"), await hashPassword("four words and a fish")];
  expect(kept).toMatch(/^scrypt\$N=32768,r=8,p=3\$[\w-]{22}\$[\w-]{43}$/);
  expect(kept).not.toBe(again);
  expect(await verifyPassword("four words and a fish", kept)).toBe(true);
  expect(await verifyPassword("four words and a fisH", kept)).toBe(false);
  expect(await verifyPassword("", kept)).toBe(false);
});

it("takes the same text however a keyboard encodes it", async () => {
  const kept = await hashPassword("gr\u00fcne B\u00e4ume im Wald");
  expect(await verifyPassword("gru\u0308ne Ba\u0308ume im Wald", kept)).toBe(true);
});

const cheap = "scrypt$N=1024,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

it("reads hashes of other costs", async () => {
  expect(await verifyPassword("x", cheap)).toBe(false);
  await expect(verifyPassword("x", "plain text")).rejects.toMatchObject({ code: "password-unreadable" });
});

it("does the same work for a name that is none", async () => {
  const kept = await hashPassword("four words and a fish");
  const times: Record<"known" | "unknown", number[]> = { known: [], unknown: [] };
  const timed = async (which: "known" | "unknown", hash: string | undefined): Promise<void> => {
    const before = process.cpuUsage();
    expect(await verifyPassword("wrong password 1", hash)).toBe(false);
    const { user } = process.cpuUsage(before);
    times[which].push(user);
  };
  for (let round = 0; round < 5; round++) {
    await timed("known", kept);
    await timed("unknown", undefined);
  }
  const median = (all: number[]): number => all.toSorted((a, b) => a - b)[2] ?? 0;
  // In processor time, which a busy machine does not change much.
  expect(median(times.unknown) / median(times.known)).toBeGreaterThan(0.7);
  expect(median(times.unknown) / median(times.known)).toBeLessThan(1.4);
});

it("checks only so many at once", async () => {
  const results = await Promise.allSettled(Array.from({ length: 60 }, () => verifyPassword("x", cheap)));
  const refused = results.filter(({ status }) => status === "rejected");
  expect(refused.length).toBe(60 - 2 - 32);
  expect(await verifyPassword("x", cheap)).toBe(false);
});

it("says what is wrong with a weak one", () => {
  expect(thrownCode(() => checkPassword("eleven char", "anna"))).toBe("weak-password");
  expect(thrownCode(() => checkPassword("abababababababab", "anna"))).toBe("weak-password");
  expect(thrownCode(() => checkPassword("anna-anna-anna", "anna"))).toBe("weak-password");
  expect(thrownCode(() => checkPassword("x".repeat(1001), "anna"))).toBe("weak-password");
  expect(thrownCode(() => checkPassword("four words and a fish", "anna"))).toBe("nothing was thrown");
});
