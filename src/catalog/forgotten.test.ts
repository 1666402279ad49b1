import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, afterEach, expect, it } from "vitest";
import { Database } from "./database.ts";
import { openCatalog, type Catalog } from "./index.ts";
import { claimed, done, segment, told } from "./objects.fake.ts";
import type { ObjectCandidate } from "./types.ts";

const WRITER = "writer";
const DAY_MS = 86_400_000;

let folder: string;
let path: string;
let files = 0;
let nowMs = 0;
let catalog: Catalog;
let source: number;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "weir-forgotten-"));
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  nowMs = 100 * DAY_MS;
  path = join(folder, `${files++}.db`);
  catalog = openCatalog(path, { mode: "write", clock: { now: () => nowMs } });
  source = catalog.ensureSource("s3", "s3://logs/");
});
afterEach(() => catalog.close());

const object = (key: string, over: Partial<ObjectCandidate> = {}): ObjectCandidate => ({
  key,
  size: 100,
  modifiedMicros: 5_000_000,
  etag: `tag-${key}`,
  ...over,
});
const claim = (candidates: readonly ObjectCandidate[], reread = false): ReturnType<Catalog["claim"]> =>
  catalog.claim(WRITER, source, candidates, () => false, { reread });

/** Reads objects of two flows each into one segment. */
function read(id: string, candidates: readonly ObjectCandidate[]): number[] {
  const claims = claimed(claim(candidates));
  const rows = Object.fromEntries(claims.map(({ objectId }) => [objectId, 2]));
  catalog.commit({
    writer: WRITER,
    objects: claims.map((each) => done(each, 2)),
    segments: [segment(id, { rows: 2 * claims.length, objects: rows })],
    retire: [],
  });
  return claims.map(({ objectId }) => objectId);
}

/** What retention does, and recovery after it. */
function expire(...ids: string[]): void {
  catalog.replace(ids, []);
  catalog.forgetSegments(ids);
}

it("forgets what no row is kept of, and does not read it again", () => {
  const objects = Array.from({ length: 30 }, (_, at) => object(`key-${at}`));
  read("old", objects);
  nowMs += 20 * DAY_MS;
  read("new", [object("newest")]);
  const before = { totals: catalog.objectTotals(), sources: catalog.sources.totals([]) };
  // Its rows are there still.
  expect(catalog.forgetObjects(nowMs - DAY_MS)).toBe(0);
  expire("old");
  expect(catalog.forgetObjects(nowMs - DAY_MS)).toBe(30);
  expect(catalog.objects().map(({ key }) => key)).toEqual(["newest"]);
  // What was counted stays counted.
  expect({ totals: catalog.objectTotals(), sources: catalog.sources.totals([]) }).toEqual(before);
  expect(before.totals).toMatchObject({ objects: { done: 31 }, records: { flows: 62 }, flowsByType: { aws_vpc: 62 } });
  expect(claim(objects).map(({ outcome }) => outcome)).toEqual(objects.map(() => "unchanged"));
  expect(catalog.objects()).toHaveLength(1);
  expect(catalog.forgetObjects(nowMs - DAY_MS)).toBe(0);
});

it("reads another version of what it forgot, and the same one of another source", () => {
  const { etag: _, ...untagged } = object("local");
  read("old", [object("a"), object("b"), untagged]);
  nowMs += 20 * DAY_MS;
  read("new", [object("newest")]);
  expire("old");
  catalog.forgetObjects(nowMs);
  const again = claim([
    object("a", { etag: "other" }),
    object("b", { size: 101 }),
    // Named once more, as it was: only what comes first counts.
    object("b"),
    object("local", { modifiedMicros: 7 }),
  ]);
  expect(again.map(({ outcome }) => outcome)).toEqual(["claimed", "claimed", "busy", "claimed"]);
  expect(claimed(again)).toMatchObject([{ reason: "new" }, { reason: "new" }, { reason: "new" }]);
  const other = catalog.ensureSource("s3", "s3://others/");
  expect(catalog.claim(WRITER, other, [object("a")], () => false)).toMatchObject([{ outcome: "claimed" }]);
});

// A notification tells another time than a listing, and the same ETag.
it("finds what it forgot by its ETag whatever its time, and by its time where it has none", () => {
  const { etag: _, ...untagged } = object("untagged");
  read("old", [object("tagged"), untagged]);
  nowMs += 20 * DAY_MS;
  read("new", [object("newest")]);
  expire("old");
  expect(catalog.forgetObjects(nowMs)).toBe(2);
  const seen = [object("tagged", { modifiedMicros: 6_000_000 }), object("untagged")];
  expect(claim(seen).map(({ outcome }) => outcome)).toEqual(["unchanged", "unchanged"]);
  expect(claim(seen, true).map(({ outcome }) => outcome)).toEqual(["claimed", "claimed"]);
});

it("keeps what was read lately, what has a row, what failed, what is being read and the twin of what is kept", () => {
  const [kept] = read("kept", [object("kept")]);
  const twin = claimed(claim([object("twin")]));
  const failed = claimed(claim([object("failed")]));
  catalog.commit({
    writer: WRITER,
    objects: [
      ...twin.map((each) => told(each, "same-content", "kept@100")),
      ...failed.map((each) => told(each, "failed")),
    ],
    segments: [],
    retire: [],
  });
  read("old", [object("grows")]);
  nowMs += 20 * DAY_MS;
  read("young", [object("young")]);
  expire("old", "young");
  claim([object("grows", { size: 200, etag: "grown" })]);
  expect(catalog.forgetObjects(nowMs - DAY_MS)).toBe(0);
  // Its twin goes after it.
  expire("kept");
  expect(catalog.forgetObjects(nowMs - DAY_MS)).toBe(1);
  expect(catalog.objectById(kept ?? 0)).toBeUndefined();
  expect(catalog.forgetObjects(nowMs - DAY_MS)).toBe(1);
  expect(catalog.objects().map(({ key }) => key)).toEqual(["failed", "grows", "young"]);
});

it("finds what it forgot under another name of the same place", () => {
  read("old", [object("a")]);
  nowMs += 20 * DAY_MS;
  read("new", [object("newest")]);
  expire("old");
  catalog.forgetObjects(nowMs);
  const part = catalog.ensureSource("s3", "s3://logs/AWSLogs/");
  const seen = [object("a"), object("newest")];
  const kin = catalog.claim(WRITER, part, seen, () => false, { kin: [source] });
  expect(kin.map(({ outcome }) => outcome)).toEqual(["unchanged", "unchanged"]);
});

it("gives no number twice", () => {
  const ids = read("old", [object("a"), object("b")]);
  nowMs += 20 * DAY_MS;
  expire("old");
  catalog.forgetObjects(nowMs);
  expect(read("new", [object("c")])).toEqual([Math.max(...ids) + 1]);
});

it("says whose folder the files lay in that it forgot", () => {
  const [files, logs, inner] = [
    catalog.ensureSource("files", "file:"),
    catalog.ensureSource("folder", "/logs"),
    catalog.ensureSource("folder", "/logs/inner/"),
  ];
  source = files;
  read("old", [object("/logs/a"), object("/logs/inner/b"), object("/logs2/c"), object("/logs/last")]);
  nowMs += 20 * DAY_MS;
  expire("old");
  expect(catalog.forgetObjects(nowMs)).toBe(3);
  const folders = [
    { sourceId: logs, prefix: "/logs/" },
    { sourceId: inner, prefix: "/logs/inner/" },
  ];
  const counted = catalog.sources.totals(folders).map(({ sourceId, objects }) => [sourceId, objects.done]);
  expect(counted).toEqual([
    [files, 1],
    [logs, 2],
    [inner, 1],
  ]);
});

it("goes through a catalog of many objects, in a lake of an older version, too", () => {
  const objects = Array.from({ length: 12_000 }, (_, at) => object(`key-${at}`));
  read("old", objects);
  nowMs += 20 * DAY_MS;
  read("new", [object("newest")]);
  expire("old");
  catalog.close();
  const db = new Database(path, "write");
  for (const table of ["objects", "totals", "tallies"]) db.exec(`DROP TABLE forgotten_${table}`);
  db.run("UPDATE meta SET value = '6' WHERE key = 'schema'");
  db.close();
  catalog = openCatalog(path, { mode: "write", clock: { now: () => nowMs } });
  expect(catalog.forgetObjects(nowMs - DAY_MS)).toBe(12_000);
  expect(claimed(claim(objects))).toEqual([]);
});
