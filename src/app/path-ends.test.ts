import { expect, it } from "vitest";
import { mustDiffer, resolveEnd } from "./path-ends.ts";

const nobody = { names: [], book: { blocks: [], ids: new Map<string, string>() }, facts: [] };
const end = (text: string) => resolveEnd(text, "TO", nobody, async () => []);

it("takes an address and a block, and tells what is neither", async () => {
  expect((await end("10.0.0.0/24")).spans).toHaveLength(1);
  expect((await end("2001:db8::1")).name).toBeNull();
  await expect(end("10.20.0.0/33")).rejects.toMatchObject({ code: "unknown-end", message: /no block.*32 bits/ });
  await expect(end("2001:db8::/129")).rejects.toMatchObject({ code: "unknown-end", message: /no block/ });
  await expect(end("")).rejects.toMatchObject({ code: "unknown-end", message: /empty/ });
  await expect(end("cache")).rejects.toMatchObject({ code: "unknown-end", message: /nobody has this name/ });
});

it("refuses one address as both ends, and nothing else", async () => {
  const [one, again, other, block] = await Promise.all(["10.0.0.1", "10.0.0.1/32", "10.0.0.2", "10.0.0.0/30"].map(end));
  if (one === undefined || again === undefined || other === undefined || block === undefined)
    throw new Error("no ends");
  expect(() => mustDiffer(one, again)).toThrow(/both ends are 10\.0\.0\.1/);
  for (const [client, server] of [
    [one, other],
    [one, block],
    [block, block],
  ] as const)
    expect(() => mustDiffer(client, server)).not.toThrow();
});
