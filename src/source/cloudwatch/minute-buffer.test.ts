import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import type { LogEvent } from "./log-events.ts";
import { MinuteBuffer } from "./minute-buffer.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-minute-"));
let files = 0;
afterAll(() => rmSync(folder, { recursive: true }));

const event = fc.record({
  stream: fc.constantFrom("eni-1-all", "eni-2-all"),
  timestamp: fc.integer({ min: 1_700_000_000_000, max: 1_700_000_059_999 }),
  ingestionTime: fc.integer({ min: 1_700_000_100_000, max: 1_700_000_100_003 }),
  message: fc.string({ unit: "binary" }),
});
/** Unlike ids, in no order. */
const events = fc
  .array(event, { minLength: 1, maxLength: 60 })
  .map((all) => all.map((one, at): LogEvent => ({ ...one, id: String((at * 7919) % 1009) })));

async function write(all: readonly LogEvent[], spillAt: ReadonlySet<number> = new Set()): Promise<string> {
  const buffer = new MinuteBuffer(join(folder, String(++files)));
  for (const [at, one] of all.entries()) {
    if (spillAt.has(at)) await buffer.spill();
    buffer.add(one);
  }
  const { path, size, newestMs } = await buffer.finish();
  const text = readFileSync(path, "utf8");
  expect(size).toBe(Buffer.byteLength(text));
  expect(newestMs).toBe(Math.max(...all.map(({ ingestionTime }) => ingestionTime)));
  rmSync(path);
  return text;
}

const eventsOf = (text: string): unknown[] =>
  text
    .trimEnd()
    .split("\n")
    .flatMap((line) => (JSON.parse(line) as { logEvents: unknown[] }).logEvents);

it("makes the same object of the same events, in any order, given twice, and through files on disk", async () => {
  const spills = fc.uniqueArray(fc.integer({ min: 0, max: 120 }));
  await fc.assert(
    fc.asyncProperty(events, fc.infiniteStream(fc.nat()), spills, async (all, random, at) => {
      const plain = await write(all);
      const twice = [...all, ...all].map((one) => ({ one, by: random.next().value as number }));
      const shuffled = twice.sort((a, b) => a.by - b.by).map(({ one }) => one);
      expect(await write(shuffled, new Set(at))).toBe(plain);
      expect(eventsOf(plain)).toHaveLength(all.length);
      expect(readdirSync(folder)).toEqual([]);
    }),
    { numRuns: 50 },
  );
});

it("grows at its end by what came later", async () => {
  await fc.assert(
    fc.asyncProperty(events, events, async (early, late) => {
      const later = late.map((one) => ({ ...one, id: `late-${one.id}`, ingestionTime: one.ingestionTime + 60_000 }));
      const before = await write(early);
      const after = await write([...later, ...early]);
      expect(after.startsWith(before)).toBe(true);
      expect(eventsOf(after)).toHaveLength(early.length + late.length);
    }),
    { numRuns: 50 },
  );
});
