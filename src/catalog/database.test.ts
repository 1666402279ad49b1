import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { bind, Database, holdLock, storableText, type Parameter } from "./database.ts";

let folder: string;
let db: Database;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "weir-db-"));
  db = new Database(join(folder, "a.db"), "write");
  db.exec("CREATE TABLE t (i INTEGER, r REAL, t TEXT, b BLOB) STRICT");
});
afterAll(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

const INSERT = "INSERT INTO t VALUES (?, ?, ?, ?)";

it("gives back what was bound, to the bit", () => {
  const int64 = fc.bigInt({ min: -(2n ** 53n) + 1n, max: 2n ** 53n - 1n });
  const real = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value));
  const text = fc.string({ unit: "grapheme" }).filter((value) => value.isWellFormed() && !value.includes("\0"));
  const bytes = fc.uint8Array();
  fc.assert(
    fc.property(fc.option(int64), fc.option(real), fc.option(text), fc.option(bytes), (i, r, t, b) => {
      db.exec("DELETE FROM t");
      expect(db.run(INSERT, [i, r, t, b])).toBe(1);
      const row = db.get("SELECT *, typeof(i) AS ti FROM t") ?? {};
      expect(row["_metadata"]).toBeUndefined();
      expect([row["i"], row["r"], row["t"], row["ti"]]).toEqual([
        i === null ? null : Number(i),
        r,
        t,
        i === null ? "null" : "integer",
      ]);
      expect(b === null ? row["b"] : [...(row["b"] as Uint8Array)]).toEqual(b === null ? null : [...b]);
    }),
  );
});

it("refuses everything that would abort the process or be kept as something else", () => {
  const poison: fc.Arbitrary<unknown> = fc.oneof(
    fc.boolean(),
    fc.date(),
    fc.constantFrom<unknown>(
      undefined,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Symbol("s"),
      () => 1,
      "a\0b",
      "\ud800",
      "x\udfffy",
    ),
    fc.bigInt({ min: 2n ** 63n, max: 2n ** 80n }),
    fc.bigInt({ min: -(2n ** 80n), max: -(2n ** 63n) - 1n }),
    fc.object(),
    fc.array(fc.integer()),
  );
  fc.assert(
    fc.property(poison, fc.nat({ max: 3 }), (value, at) => {
      const good: Parameter[] = [1n, 1.5, "text", null];
      const parameters = good.with(at, value as Parameter);
      expect(() => db.run(INSERT, parameters)).toThrow(RangeError);
    }),
  );
});

it("refuses parameters that are too few or too many", () => {
  for (const parameters of [[], [1n], [1n, 2, "a"], [1n, 2, "a", null, null]])
    expect(() => bind(INSERT, parameters)).toThrow(/parameters wanted/);
});

it("makes a text storable", () => {
  const isStorable = fc.property(fc.string({ unit: "binary" }), (text) => bind("?", [storableText(text)]).length === 1);
  expect(fc.check(isStorable)).toMatchObject({ failed: false });
});

it("rolls back what fails", () => {
  db.exec("DELETE FROM t");
  const fail = () =>
    db.write(() => {
      db.run(INSERT, [1n, null, null, null]);
      throw new Error("no");
    });
  expect(fail).toThrow("no");
  expect(db.all("SELECT * FROM t")).toEqual([]);
});

it("cannot write when opened for reading", () => {
  const reader = new Database(db.path, "read");
  expect(() => reader.run("DELETE FROM t")).toThrow(
    expect.objectContaining({ code: "lake-read-only", kind: "environment", place: db.path }),
  );
  reader.close();
});

it("tells a damaged and a missing file", () => {
  const path = join(folder, "damaged.db");
  writeFileSync(path, "this is no database, and never was one".repeat(100));
  expect(() => new Database(path, "write")).toThrow(expect.objectContaining({ code: "catalog-corrupt", place: path }));
  expect(() => new Database(join(folder, "none.db"), "read")).toThrow(expect.objectContaining({ code: "no-lake" }));
  expect(() => new Database(join(folder, "none", "a.db"), "write")).toThrow(
    expect.objectContaining({ code: "catalog-unopenable" }),
  );
});

it("holds a lock until it is released", () => {
  const path = join(folder, "w.lock");
  const lock = holdLock(path);
  expect(lock).toBeDefined();
  expect(holdLock(path)).toBeUndefined();
  lock?.release();
  const again = holdLock(path);
  expect(again).toBeDefined();
  again?.release();
});

it("tells a full disk, and has kept nothing of what did not fit", () => {
  const small = new Database(join(folder, "small.db"), "write");
  small.exec("CREATE TABLE t (b BLOB) STRICT; PRAGMA max_page_count = 20");
  const fill = () =>
    small.write(() => Array.from({ length: 9 }, () => small.run("INSERT INTO t VALUES (?)", [new Uint8Array(20_000)])));
  expect(fill).toThrow(expect.objectContaining({ code: "disk-full", kind: "environment", place: small.path }));
  expect(small.all("SELECT * FROM t")).toEqual([]);
  small.close();
});
