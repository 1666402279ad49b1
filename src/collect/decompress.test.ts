import { gzipSync } from "node:zlib";
import { describe, expect, it, vi } from "vitest";
import { WeirError } from "#base/errors.js";
import type { OpenedObject } from "#source/index.js";
import { foreignCompression, openContent } from "./decompress.ts";

/** An object of these bytes; `pieces` at a time, as a large file gives them. */
function objectOf(bytes: Uint8Array, pieces = 1000): OpenedObject {
  return {
    size: bytes.length,
    modifiedMicros: 0,
    sha256: "",
    part: null,
    head: async () => bytes.subarray(0, 16),
    prefixMark: async () => "",
    async *chunks(offset) {
      for (let at = offset; at < bytes.length; at += pieces) yield bytes.subarray(at, at + pieces);
    },
  };
}

async function read(
  object: OpenedObject,
  offset = 0,
): Promise<{ text: string; damage: string | undefined; isCompressed: boolean }> {
  const content = await openContent(object, offset);
  const chunks: Uint8Array[] = [];
  for await (const chunk of content.chunks) chunks.push(chunk);
  return { text: Buffer.concat(chunks).toString(), damage: content.damage()?.code, isCompressed: content.isCompressed };
}

// Beyond the size that is inflated in one call, whatever deflate makes of it.
const long = Array.from({ length: 200_000 }, (_, number) => `${(number * 2_654_435_761) % 4_294_967_296}\n`).join("");
const short = long.slice(0, 5000);

describe("gzip", () => {
  it.each([
    ["short", short],
    ["long", long],
  ])("of %s contents is removed: one member, many, and layers", async (_, text) => {
    const half = text.length / 2;
    const members = Buffer.concat([gzipSync(text.slice(0, half)), gzipSync(text.slice(half))]);
    const whole = { text, damage: undefined, isCompressed: true };
    for (const stored of [
      gzipSync(text),
      members,
      gzipSync(gzipSync(text)),
      gzipSync(members),
      gzipSync(gzipSync(members)),
    ])
      expect(await read(objectOf(stored, 50_000))).toEqual(whole);
  });

  it("that ends in the middle gives what there is, and says so, whichever layer it is", async () => {
    for (const text of [short, long]) {
      const cut = gzipSync(text).subarray(0, -100);
      for (const stored of [cut, gzipSync(cut), gzipSync(text).subarray(0, -3), gzipSync(gzipSync(cut))]) {
        const { text: given, damage } = await read(objectOf(stored, 50_000));
        expect(damage).toBe("truncated-gzip");
        expect(text.startsWith(given)).toBe(true);
        expect(given.length).toBeGreaterThan(text.length * 0.9);
      }
    }
  });

  it("that is corrupt gives the beginning, and says so, whichever layer it is", async () => {
    const bad = gzipSync(long);
    bad.fill(0xff, bad.length >> 1, (bad.length >> 1) + 50);
    for (const stored of [bad, gzipSync(bad)]) {
      const { text, damage } = await read(objectOf(stored, 50_000));
      expect(damage).toBe("corrupt-gzip");
      // What comes just before the place may be wrong already.
      expect(text.slice(0, 500_000)).toBe(long.slice(0, 500_000));
    }
    // Nothing is lost when only the end is wrong.
    const wrongSum = gzipSync(short);
    wrongSum.writeUInt32LE(7, wrongSum.length - 8);
    for (const stored of [wrongSum, Buffer.concat([gzipSync(short), Buffer.from("rubbish")])])
      expect(await read(objectOf(stored))).toEqual({ text: short, damage: "corrupt-gzip", isCompressed: true });
    expect(await read(objectOf(Buffer.concat([gzipSync(short), Buffer.alloc(512)])))).toMatchObject({
      text: short,
      damage: undefined,
    });
  });

  it("is not looked for behind an offset", async () => {
    expect(await read(objectOf(gzipSync(short)), 10)).toMatchObject({ isCompressed: false });
    expect(await read(objectOf(Buffer.from(short)), 10)).toMatchObject({ text: short.slice(10), isCompressed: false });
  });
});

it("refuses a bomb, in one layer or two, without holding it in memory", async () => {
  const bomb = Buffer.concat(Array<Buffer>(66).fill(gzipSync(Buffer.alloc(16 * 1024 * 1024))));
  for (const object of [objectOf(bomb, 1 << 20), objectOf(gzipSync(bomb), 1 << 20)]) {
    const before = process.memoryUsage().rss;
    let most = before;
    const content = await openContent(object, 0);
    const taken = (async () => {
      for await (const chunk of content.chunks) if (chunk.length > 0) most = Math.max(most, process.memoryUsage().rss);
    })();
    await expect(taken).rejects.toMatchObject({ code: "decompression-limit", next: expect.any(String) as string });
    await expect(taken).rejects.toBeInstanceOf(WeirError);
    expect(most - before).toBeLessThan(400e6);
  }
});

it("knows compressions that it does not read", () => {
  expect(foreignCompression(Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0]))).toBe("zstd");
  expect(foreignCompression(Buffer.from("PK\x03\x04"))).toBe("zip");
  expect(foreignCompression(Buffer.from("2 1234"))).toBeUndefined();
});

describe("an object that is no longer wanted", () => {
  it.each([
    ["plain", Buffer.from(long)],
    ["gzip", gzipSync(long)],
    ["gzip in gzip", gzipSync(gzipSync(long))],
  ])("lets go of its file: %s", async (_, bytes) => {
    let open = 0;
    const object: OpenedObject = {
      ...objectOf(bytes),
      async *chunks(offset) {
        open++;
        try {
          yield* objectOf(bytes).chunks(offset);
        } finally {
          open--;
        }
      },
    };
    const { chunks } = await openContent({ ...object, size: 100_000_000 }, 0);
    for await (const chunk of chunks) if (chunk.length > 0) break;
    await vi.waitFor(() => expect(open).toBe(0));
  });
});
