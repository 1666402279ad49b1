import { describe, expect, it } from "vitest";
import { boundaryOf, readForm } from "./multipart.ts";

const B = "----weir0123";

async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function form(...parts: (readonly [header: string, body: string])[]): string {
  return `${parts.map(([header, body]) => `--${B}\r\n${header}\r\n\r\n${body}\r\n`).join("")}--${B}--\r\n`;
}

const file = (name: string): string => `Content-Disposition: form-data; name="file"; filename="${name}"`;

async function read(text: string, size: number): Promise<[string, string][]> {
  const files: [string, string][] = [];
  for await (const { name, bytes } of readForm(inPieces(text, size), B)) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of bytes) chunks.push(chunk);
    files.push([name, Buffer.concat(chunks).toString()]);
  }
  return files;
}

describe("a form", () => {
  const body = `one\r\n--${B.slice(0, 6)}\r\n\r\ntwo\r`;
  const text = form(
    [file("a/b.log"), body],
    ['Content-Disposition: form-data; name="note"', "no file"],
    [`content-type: x/y\r\n${file("ü %22 %0A.gz")}`, ""],
    [file("c"), "x".repeat(5000)],
  );

  it("gives its files whole, however it is cut into pieces", async () => {
    for (const size of [1, 2, 3, 7, 64, 100_000])
      expect(await read(text, size), `${size} bytes at a time`).toEqual([
        ["a/b.log", body],
        ['ü " \n.gz', ""],
        ["c", "x".repeat(5000)],
      ]);
  });

  it("may be left unread in part", async () => {
    const names: string[] = [];
    for await (const { name } of readForm(inPieces(text, 10), B)) names.push(name);
    expect(names).toEqual(["a/b.log", 'ü " \n.gz', "c"]);
  });

  it("that ends too early, or has a header without end, is refused", async () => {
    const wrong = { code: "bad-form", kind: "usage" };
    await expect(read(text.slice(0, 200), 50)).rejects.toMatchObject(wrong);
    await expect(read(text.slice(0, -6), 50)).rejects.toMatchObject(wrong);
    await expect(read(`--${B}\r\nx: ${"y".repeat(40_000)}`, 1000)).rejects.toMatchObject(wrong);
    await expect(read("", 50)).rejects.toMatchObject(wrong);
  });

  it("says its boundary in its content type", () => {
    expect(boundaryOf("multipart/form-data; boundary=abc")).toBe("abc");
    expect(boundaryOf('Multipart/Form-Data; charset=x; boundary="a b"')).toBe("a b");
    expect(boundaryOf("application/octet-stream")).toBeUndefined();
    expect(() => boundaryOf("multipart/form-data")).toThrow(expect.objectContaining({ code: "bad-form" }));
  });
});
