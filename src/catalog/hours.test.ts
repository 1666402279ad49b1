import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Database } from "./database.ts";
import { commitDerived, dirtyAllHours, dirtyHours, freezeBefore, hourNeighbours, type DerivedHour } from "./hours.ts";
import { prepareSchema } from "./schema.ts";
import { touchHours } from "./segments.ts";

let folder: string;
let db: Database;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "weir-hours-"));
  db = new Database(join(folder, "catalog.db"), "write");
  prepareSchema(db);
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

const commit = (...hours: (Partial<DerivedHour> & { readonly hour: number })[]): void =>
  commitDerived(
    db,
    {
      hours: hours.map((each) => ({
        changed: 1,
        carry: `c${each.hour}`,
        after: undefined,
        ...each,
      })),
      functionVersion: 1,
      roleVersion: 0,
      add: [],
      retire: [],
    },
    0,
  );
const dirty = (): number[] => dirtyHours(db).map(({ hour }) => hour);

describe("an hour that leaves something else than before", () => {
  it("makes the next one dirty by the same commit, so that a crash between the two loses nothing", () => {
    touchHours(db, [10, 11, 12], 1);
    commit({ hour: 10 }, { hour: 11 }, { hour: 12 });
    expect(dirty()).toEqual([]);
    commit({ hour: 10, carry: "other", after: 11 });
    expect(dirty()).toEqual([11]);
    commit({ hour: 11, carry: "other", after: 12 }, { hour: 12 });
    expect(dirty()).toEqual([]);
  });

  it("goes no further than a frozen hour", () => {
    touchHours(db, [10, 11, 12], 1);
    commit({ hour: 10 }, { hour: 11 }, { hour: 12 });
    freezeBefore(db, 11);
    expect([hourNeighbours(db, 9, []).after, hourNeighbours(db, 11, []).after]).toEqual([undefined, 12]);
    dirtyAllHours(db);
    expect(dirty()).toEqual([12]);
  });
});

describe("what an hour goes on with", () => {
  it("is what the last hour that left anything left, also when one between was emptied just now", () => {
    touchHours(db, [10, 11, 12], 1);
    commit({ hour: 10 }, { hour: 11 }, { hour: 12 });
    expect([hourNeighbours(db, 12, []).before, hourNeighbours(db, 12, [11]).before]).toEqual([11, 10]);
    commit({ hour: 11, carry: undefined });
    expect(hourNeighbours(db, 12, []).before).toBe(10);
  });
});

it("leaves hours dirty that were made with other names than hold now", () => {
  touchHours(db, [10], 1);
  db.run("INSERT INTO meta (key, value) VALUES ('roles', '1')");
  commit({ hour: 10 });
  expect(dirty()).toEqual([10]);
});
