import { randomBytes } from "node:crypto";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { encodeFrame, ID_BYTES, isPreamble, type Frame } from "./frame.ts";
import { listSpool, readFrames, readIds, recoverSpool } from "./spool-file.ts";
import { SpoolWriter } from "./spool-writer.ts";
import { unpackSpool } from "./unpack-spool.ts";

const root = mkdtempSync(join(tmpdir(), "weir-spool-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const newFolder = (): string => {
  const folder = join(root, String(folders++));
  mkdirSync(folder);
  return folder;
};

const NONE = Buffer.alloc(0);

function frame(change: Partial<Frame> = {}): Frame {
  const empty = { lines: NONE, records: NONE, file: undefined, name: "" };
  return { id: randomBytes(ID_BYTES), receivedMs: 1_772_539_200_000, ...empty, ...change };
}

const linesOf = (text: string): Frame => frame({ lines: Buffer.from(text) });

function writerOf(folder: string, limits = { bytes: 1_000_000, ms: 60_000 }): SpoolWriter {
  return new SpoolWriter(folder, "version srcaddr", () => undefined, limits);
}

async function framesOf(path: string): Promise<Frame[]> {
  const frames: Frame[] = [];
  for await (const each of readFrames(path)) if (!isPreamble(each)) frames.push(each);
  return frames;
}

describe("a spool file", () => {
  it("gives back what was written, in its order, whatever came at the same time", async () => {
    const folder = newFolder();
    const writer = writerOf(folder);
    const written = Array.from({ length: 2500 }, (_, number) =>
      frame({
        lines: Buffer.from(`${"x".repeat(number % 70)}\n`),
        records: number % 3 === 0 ? Buffer.from("{}\n") : NONE,
        ...(number % 5 === 0 && { file: randomBytes(number), name: `ü/${number}` }),
      }),
    );
    await Promise.all(written.map(async (each) => writer.append(each)));
    expect(await listSpool(folder, "closed")).toEqual([]);
    await writer.close();
    const [file] = await listSpool(folder, "closed");
    const read = await framesOf(file?.path ?? "");
    expect(read.map(({ id, name }) => [id.toString("hex"), name])).toEqual(
      written.map(({ id, name }) => [id.toString("hex"), name]),
    );
    for (const [at, { lines, records, file: bytes }] of written.entries()) {
      expect(Buffer.compare(Buffer.from(read[at]?.lines ?? NONE), Buffer.from(lines))).toBe(0);
      expect(Buffer.compare(Buffer.from(read[at]?.records ?? NONE), Buffer.from(records))).toBe(0);
      expect(Buffer.compare(Buffer.from(read[at]?.file ?? NONE), Buffer.from(bytes ?? NONE))).toBe(0);
    }
    expect((await readIds(file?.path ?? "")).length).toBe(2500);
  });

  it("is closed when it is large, or old", async () => {
    const [large, old] = [newFolder(), newFolder()];
    const writer = writerOf(large, { bytes: 3000, ms: 60_000 });
    for (let number = 0; number < 10; number++) await writer.append(linesOf("y".repeat(1000)));
    await writer.close();
    expect((await listSpool(large, "closed")).length).toBe(4);
    const closed: string[] = [];
    const slow = new SpoolWriter(old, "version", (_, path) => closed.push(path), { bytes: 1e6, ms: 20 });
    await slow.append(linesOf("z\n"));
    while (closed.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(readdirSync(old).every((name) => name.endsWith(".spool"))).toBe(true);
    await slow.append(linesOf("z\n"));
    await slow.close();
    expect((await listSpool(old, "closed")).length).toBe(2);
  });

  it("leaves nothing behind where nothing was sent", async () => {
    const folder = newFolder();
    await writerOf(folder).close();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("tells whoever could not be written, and takes the next", async () => {
    const folder = join(newFolder(), "gone");
    writeFileSync(folder, "a file where the folder should be");
    const writer = writerOf(folder);
    await expect(writer.append(linesOf("a\n"))).rejects.toThrow(/EEXIST|ENOTDIR/);
    rmSync(folder);
    await writer.append(linesOf("b\n"));
    await writer.close();
    const [file] = await listSpool(folder, "closed");
    expect((await framesOf(file?.path ?? "")).map(({ lines }) => String(lines))).toEqual(["b\n"]);
  });
});

describe("a spool file that cannot be closed", () => {
  it("is closed when the disk lets it, with all that was answered and nothing else; meanwhile others are written", async () => {
    const folder = newFolder();
    const closed: string[] = [];
    const writer = new SpoolWriter(folder, "version", (_, path) => closed.push(path), { bytes: 1_000_000, ms: 60_000 });
    const { path } = await writer.append(linesOf("a\n"));
    // No file takes the place of a folder.
    const obstacle = path.replace(".open", ".spool");
    mkdirSync(obstacle);
    await writer.close();
    expect(closed).toEqual([]);
    await writer.append(linesOf("b\n"));
    rmdirSync(obstacle);
    appendFileSync(
      path,
      encodeFrame(linesOf("never answered\n")).reduce((one, part) => Buffer.concat([one, part]), NONE),
    );
    await writer.tidy();
    expect(closed).toEqual([obstacle]);
    await writer.close();
    const read = await Promise.all((await listSpool(folder, "closed")).map(async (each) => framesOf(each.path)));
    expect(read.flat().map(({ lines }) => String(lines))).toEqual(["a\n", "b\n"]);
    expect(await listSpool(folder, "open")).toEqual([]);
  });
});

describe("a spool file whose writer was killed", () => {
  const preamble = frame({ id: Buffer.alloc(ID_BYTES), lines: Buffer.from("version srcaddr\n") });
  const whole = [preamble, linesOf("one\n"), linesOf("two\n")].flatMap(encodeFrame);
  const torn = Buffer.concat(
    encodeFrame(frame({ lines: Buffer.from("three\n"), file: Buffer.from("four"), name: "n" })),
  );

  it("keeps all whole deliveries, wherever the last one was cut", async () => {
    for (let cut = 0; cut < torn.length; cut++) {
      const folder = newFolder();
      const path = join(folder, "20260303T120000Z-0a0b0c0d.open");
      writeFileSync(path, Buffer.concat([...whole, torn.subarray(0, cut)]));
      for (const file of await listSpool(folder, "open")) await recoverSpool(file);
      const [file] = await listSpool(folder, "closed");
      const lines = (await framesOf(file?.path ?? "")).map(({ lines }) => String(lines));
      expect([cut, lines]).toEqual([cut, ["one\n", "two\n"]]);
    }
  });

  it("keeps nothing behind a byte that is another one", async () => {
    for (let at = 0; at < torn.length; at++) {
      const folder = newFolder();
      const broken = Buffer.from(torn);
      broken[at] = (broken[at] ?? 0) ^ 0x10;
      const path = join(folder, "20260303T120000Z-0a0b0c0d.open");
      writeFileSync(path, Buffer.concat([...whole, broken, ...encodeFrame(linesOf("five\n"))]));
      for (const file of await listSpool(folder, "open")) await recoverSpool(file);
      const [file] = await listSpool(folder, "closed");
      expect((await framesOf(file?.path ?? "")).length).toBe(2);
    }
  });

  it("goes when no delivery in it is whole", async () => {
    const folder = newFolder();
    const path = join(folder, "20260303T120000Z-0a0b0c0d.open");
    writeFileSync(path, Buffer.concat(encodeFrame(preamble)));
    appendFileSync(path, torn.subarray(0, 70));
    for (const file of await listSpool(folder, "open")) await recoverSpool(file);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("unpacking", () => {
  it("puts lines and records together under names of their own, the same each time; files stay as they are", async () => {
    const [folder, to, again] = [newFolder(), newFolder(), newFolder()];
    const writer = writerOf(folder);
    const known = linesOf("2 known\n");
    const file = randomBytes(200_000);
    await writer.append(linesOf("2 10.0.0.1\n"));
    await writer.append(known);
    await writer.append(frame({ records: Buffer.from('{"data":""}\n') }));
    await writer.append(frame({ lines: Buffer.from("2 10.0.0.2\n".repeat(20_000)), file, name: "/AWSLogs/a\nb.gz" }));
    await writer.append(frame({ file: Buffer.from("PAR1") }));
    await writer.close();
    const [spool] = await listSpool(folder, "closed");
    if (spool === undefined) throw new Error("no spool file");
    const isKnown = (id: Buffer): boolean => id.equals(known.id);
    const { objects, ids } = await unpackSpool(spool, to, isKnown);
    const minute = new Date(spool.createdMs).toISOString().slice(0, 16);
    expect(ids.length).toBe(4);
    expect(objects.map(({ key }) => key).sort()).toEqual([
      `${minute}/${spool.token}-1/AWSLogs/a\uFFFDb.gz`,
      `${minute}/${spool.token}-2`,
      `${minute}/${spool.token}-lines`,
      `${minute}/${spool.token}-records`,
    ]);
    const contentOf = (part: string): Buffer => {
      const object = objects.find(({ path }) => path.endsWith(part));
      const bytes = readFileSync(object?.path ?? "");
      expect(bytes.length).toBe(object?.size);
      return bytes;
    };
    expect(String(gunzipSync(contentOf("-lines")))).toBe(
      `version srcaddr\n2 10.0.0.1\n${"2 10.0.0.2\n".repeat(20_000)}`,
    );
    expect(String(gunzipSync(contentOf("-records")))).toBe('{"data":""}\n');
    expect(contentOf("-1").equals(file)).toBe(true);
    const second = await unpackSpool(spool, again, isKnown);
    for (const [at, { path }] of second.objects.entries())
      expect(readFileSync(path).equals(readFileSync(objects[at]?.path ?? ""))).toBe(true);
  });

  it("gives two spool files with the same lines different bytes", async () => {
    const bytes: Buffer[] = [];
    for (let file = 0; file < 2; file++) {
      const [folder, to] = [newFolder(), newFolder()];
      const writer = writerOf(folder);
      await writer.append(linesOf("2 10.0.0.1\n"));
      await writer.close();
      const [spool] = await listSpool(folder, "closed");
      if (spool === undefined) throw new Error("no spool file");
      const { objects } = await unpackSpool(spool, to, () => false);
      bytes.push(readFileSync(objects[0]?.path ?? ""));
    }
    expect(bytes[0]?.equals(bytes[1] ?? NONE)).toBe(false);
  });
});
