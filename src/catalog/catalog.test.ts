import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { thrownCode } from "#base/error-code.fake.js";
import { openCatalog, type Catalog, type ObjectCandidate } from "./index.ts";
import { claimed, done, HOUR_MICROS, segment, told } from "./objects.fake.ts";

const MINUTE_MS = 60_000;
let folder: string;
let nowMs: number;
let catalog: Catalog;
let source: number;
const open = (mode: "write" | "read" = "write") =>
  openCatalog(join(folder, "catalog.db"), { mode, clock: { now: () => nowMs } });
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "weir-catalog-"));
  nowMs = 1_800_000_000_000;
  catalog = open();
  source = catalog.ensureSource("files", "file:");
});
afterEach(() => {
  catalog.close();
  rmSync(folder, { recursive: true });
});

const DAY_OLD = 1_799_900_000_000_000;
const candidate = (key: string, size = 100, modifiedMicros = DAY_OLD): ObjectCandidate => ({
  key,
  size,
  modifiedMicros,
});
const claim = (writer: string, candidates: readonly ObjectCandidate[], dead: readonly string[] = []) =>
  catalog.claim(writer, source, candidates, (other) => !dead.includes(other));
const claimOne = (writer: string, wanted: ObjectCandidate, dead: readonly string[] = []) => {
  const [got] = claimed(claim(writer, [wanted], dead));
  if (got === undefined) throw new Error(`${wanted.key} was not given`);
  return got;
};
/** Reads an object whole and commits it with a segment of its own. */
const read = (wanted: ObjectCandidate, flows = 1, over: Parameters<typeof done>[2] = {}) => {
  const got = claimOne("wa", wanted);
  const add = segment(`s${got.objectId}-${got.claim}`, { rows: flows, objects: { [got.objectId]: flows } });
  catalog.commit({ writer: "wa", objects: [done(got, flows, over)], segments: flows > 0 ? [add] : [], retire: [] });
  return got;
};
const outcome = (wanted: ObjectCandidate) => {
  const decisions = claim("wb", [wanted]);
  catalog.release("wb", claimed(decisions));
  return decisions[0];
};
it("gives each object to one writer", () => {
  const other = open();
  const first = claim("wa", [candidate("a"), candidate("b")]);
  const second = other.claim("wb", source, [candidate("b"), candidate("c")], () => true);
  expect(first.map((each) => each.outcome)).toEqual(["claimed", "claimed"]);
  expect(second.map((each) => each.outcome)).toEqual(["busy", "claimed"]);
  expect(claimed(second)[0]).toMatchObject({ reason: "new", claim: 1, offset: 0, hasRows: false });
  other.close();
});

it("gives an object once when it is named twice", () => {
  expect(claim("wa", [candidate("a"), candidate("a")]).map((each) => each.outcome)).toEqual(["claimed", "busy"]);
});

it("takes the objects of a dead writer over, whose commit then fails whole", () => {
  const [a, b] = claimed(claim("wa", [candidate("a"), candidate("b")]));
  const stolen = claimOne("wb", candidate("a"), ["wa"]);
  expect(stolen).toMatchObject({ objectId: a?.objectId, claim: 2, reason: "retry" });
  const late = { writer: "wa", objects: [b, a].map((each) => done(each!, 1)), segments: [segment("late")], retire: [] };
  expect(thrownCode(() => catalog.commit(late))).toBe("claim-lost");
  expect(catalog.objects().map(({ status }) => status)).toEqual(["pending", "pending"]);
  expect([catalog.version(), catalog.liveSegments("flows"), catalog.dirtyHours()]).toEqual([0, [], []]);
  catalog.commit({ writer: "wb", objects: [done(stolen, 1)], segments: [], retire: [] });
  expect(catalog.objectById(stolen.objectId)?.status).toBe("done");
});

it("gives released objects to the next", () => {
  catalog.release("wa", claimed(claim("wa", [candidate("a")])));
  expect(claimOne("wb", candidate("a"))).toMatchObject({ claim: 2 });
});

it("tells what has changed by size, time and ETag", () => {
  read(candidate("a"));
  expect(outcome(candidate("a"))).toEqual({ outcome: "unchanged", key: "a" });
  expect(outcome(candidate("a", 150, DAY_OLD + 1))).toMatchObject({
    claim: { reason: "grown", offset: 100, prefixSha256: "a@100", decoderState: "{}", hasRows: true },
  });
  expect(outcome(candidate("a", 100, DAY_OLD + 1))).toMatchObject({
    claim: { reason: "rewritten", offset: 0, prefixSha256: null, hasRows: true },
  });
  expect(outcome(candidate("a", 50))).toMatchObject({ claim: { reason: "rewritten" } });
  read(candidate("zipped"), 1, { decoderState: null, prefixSha256: null });
  expect(outcome(candidate("zipped", 150))).toMatchObject({ claim: { reason: "rewritten", offset: 0 } });
  read({ ...candidate("s3"), etag: "e1" });
  expect(outcome({ ...candidate("s3", 100, DAY_OLD + 9), etag: "e1" })).toMatchObject({ outcome: "unchanged" });
  expect(outcome({ ...candidate("s3"), etag: "e2" })).toMatchObject({ outcome: "claimed" });
  // It became another one between listing and reading: what was read counts.
  read({ ...candidate("moved"), etag: "listed" }, 1, { etag: "read" });
  expect(outcome({ ...candidate("moved"), etag: "read" })).toMatchObject({ outcome: "unchanged" });
  expect(outcome({ ...candidate("moved"), etag: "listed" })).toMatchObject({ outcome: "claimed" });
});

it("adds the counts of a grown object and replaces those of a rewritten one", () => {
  read(candidate("a", 100), 3);
  read(candidate("a", 150), 2);
  expect(catalog.objectTotals()).toMatchObject({
    records: { total: 5, flows: 5 },
    flowsByType: { aws_vpc: 5 },
    objects: { done: 1 },
  });
  const got = claimOne("wa", candidate("a", 80));
  const rewritten = {
    writer: "wa",
    objects: [done(got, 1, { replaces: true })],
    segments: [segment("new")],
    retire: ["s1-1", "s1-2"],
  };
  catalog.commit(rewritten);
  expect(catalog.objectTotals()).toMatchObject({ records: { total: 1 }, flowsByType: { aws_vpc: 1 } });
  expect(catalog.liveSegments("flows").map(({ id }) => id)).toEqual(["new"]);
  expect(catalog.retiredSegments(nowMs).map(({ id }) => id)).toEqual(["s1-1", "s1-2"]);
});

it("reads on after a failure where it stopped, and loses no records by it", () => {
  read(candidate("a", 100), 3);
  const got = claimOne("wa", candidate("a", 150));
  catalog.commit({ writer: "wa", objects: [told(got, "failed")], segments: [], retire: [] });
  expect(catalog.objectTotals()).toMatchObject({ records: { total: 3 }, objects: { failed: 1 } });
  expect(catalog.problems(9)).toEqual([{ key: "a", code: "failed", message: "it is failed" }]);
  expect(claimOne("wa", candidate("a", 150))).toMatchObject({ reason: "grown", offset: 100, hasRows: true });
});

it("reads an unfinished last line once it is old enough", () => {
  const fresh = candidate("a", 100, nowMs * 1000);
  read(fresh, 1, { offset: 90 });
  nowMs += MINUTE_MS - 1;
  expect(outcome(fresh)).toMatchObject({ outcome: "unchanged" });
  const final = claimed(catalog.claim("wc", source, [fresh], () => true, { final: true }));
  expect(final).toMatchObject([{ reason: "grown", offset: 90 }]);
  catalog.release("wc", final);
  nowMs += 2;
  read(fresh, 1, { offset: 90 });
  // Read by someone who knew its age, it has nothing more to give.
  read(fresh, 0, { offset: 90, settled: true });
  expect(outcome(fresh)).toMatchObject({ outcome: "unchanged" });
  expect(catalog.claim("wc", source, [fresh], () => true, { final: true })).toMatchObject([{ outcome: "unchanged" }]);
});

it("keeps a content once, also after its object grew", () => {
  const a = read(candidate("a", 100));
  const b = claimOne("wa", candidate("b"));
  const c = claimOne("wa", candidate("c"));
  expect(
    thrownCode(() =>
      catalog.commit({
        writer: "wa",
        objects: [done(b, 1, { sha256: "a@100" })],
        segments: [segment("twin")],
        retire: [],
      }),
    ),
  ).toBe("same-content");
  const twins = [done(b, 1, { sha256: "same" }), done(c, 1, { sha256: "same" })];
  expect(thrownCode(() => catalog.commit({ writer: "wa", objects: twins, segments: [], retire: [] }))).toBe(
    "same-content",
  );
  expect(catalog.liveSegments("flows")).toHaveLength(1);
  // Without records there is nothing to count twice.
  catalog.commit({
    writer: "wa",
    objects: [done(b, 0, { sha256: "empty" }), done(c, 0, { sha256: "empty" })],
    segments: [],
    retire: [],
  });
  read(candidate("a", 150));
  expect(catalog.findContent("a@100")).toEqual({ objectId: a.objectId, key: "a" });
  expect(catalog.findContent("a@150")).toEqual({ objectId: a.objectId, key: "a" });
  expect(catalog.findContent("empty")).toBeUndefined();
});

it("reads the twin of a content whose object was rewritten: a rotated log is not lost", () => {
  read(candidate("a", 100));
  const twin = claimOne("wa", candidate("a.1"));
  catalog.commit({ writer: "wa", objects: [told(twin, "same-content", "a@100")], segments: [], retire: [] });
  expect(outcome(candidate("a.1"))).toMatchObject({ outcome: "unchanged" });
  const got = claimOne("wa", candidate("a", 40));
  catalog.commit({ writer: "wa", objects: [done(got, 1, { replaces: true })], segments: [], retire: ["s1-1"] });
  expect(catalog.findContent("a@100")).toBeUndefined();
  expect(outcome(candidate("a.1"))).toMatchObject({ outcome: "claimed" });
});

it("does not leave an object out for a content that nobody holds any more", () => {
  const got = claimOne("wa", candidate("a"));
  catalog.commit({ writer: "wa", objects: [told(got, "same-content", "gone")], segments: [], retire: [] });
  expect(outcome(candidate("a"))).toMatchObject({ outcome: "claimed" });
});

it("replaces segments only when all of them are live", () => {
  catalog.commit({
    writer: "wa",
    objects: [],
    segments: [segment("a", { hours: [1, 2] }), segment("b", { hours: [3] })],
    retire: [],
  });
  // Hour 0 reads the first minutes of hour 1 with its own.
  expect(catalog.dirtyHours()).toEqual([0, 1, 2, 3].map((hour) => ({ hour, changed: 1, derived: 0 })));
  expect(catalog.replace(["a", "b"], [segment("ab", { hours: [1, 2, 3] })])).toBe(true);
  expect(catalog.replace(["a"], [segment("x")])).toBe(false);
  expect(catalog.replace(["ab", "none"], [segment("x")])).toBe(false);
  expect(thrownCode(() => catalog.commit({ writer: "wa", objects: [], segments: [segment("x")], retire: ["b"] }))).toBe(
    "segments-changed",
  );
  expect(catalog.liveSegments("flows").map(({ id }) => id)).toEqual(["ab"]);
  // The same rows: what was derived from them stands.
  expect(catalog.dirtyHours().map(({ changed }) => changed)).toEqual([1, 1, 1, 1]);
  expect(catalog.version()).toBe(2);
});

it("plans with time and gives segments back as they were", () => {
  const a = segment("a", {
    minTime: HOUR_MICROS,
    maxTime: 2 * HOUR_MICROS,
    hours: [1, 2],
    columns: [1, 7],
    objects: { 1: 2, 30: 5 },
    rows: 7,
    minAddress: "0".repeat(32),
    maxAddress: "f".repeat(32),
  });
  const b = segment("b", { minTime: 5 * HOUR_MICROS, maxTime: 6 * HOUR_MICROS });
  const c = segment("c", { table: "coverage" });
  const version = catalog.commit({ writer: "wa", objects: [], segments: [b, a, c], retire: [] });
  expect(catalog.snapshot()).toMatchObject({ version, segments: { flows: [a, b], coverage: [c], malformed: [] } });
  const ids = (from: number, to: number) => catalog.liveSegments("flows", { from, to }).map(({ id }) => id);
  expect([
    ids(0, HOUR_MICROS),
    ids(0, HOUR_MICROS + 1),
    ids(2 * HOUR_MICROS, 5 * HOUR_MICROS),
    ids(2 * HOUR_MICROS + 1, 5 * HOUR_MICROS),
  ]).toEqual([[], ["a"], ["a"], []]);
  expect(catalog.segmentsOfObjects([30, 31]).map(({ id }) => id)).toEqual(["a"]);
  expect(catalog.tableTotals()[0]).toEqual({
    table: "flows",
    segments: 2,
    rows: 8,
    bytes: 200,
    minTime: HOUR_MICROS,
    maxTime: 6 * HOUR_MICROS,
  });
});

it("forgets retired segments, and no others", () => {
  catalog.commit({
    writer: "wa",
    objects: [],
    segments: [segment("a", { objects: { 1: 1 } }), segment("b")],
    retire: [],
  });
  catalog.replace(["a"], []);
  expect(catalog.retiredSegments(nowMs - 1)).toEqual([]);
  catalog.forgetSegments(["a", "b"]);
  expect([...catalog.listedPaths()]).toEqual([segment("b").path]);
});

it("keeps what objects tell: notes, reasons, unknown fields, layouts, with texts that cannot be stored mended", () => {
  const got = claimOne("wa", candidate("a"));
  const object = done(got, 1);
  object.report.reasons["bad-port"] = 0;
  object.report.unknownFields["new\0field"] = 4;
  object.report.learnedFormats["fl-1"] = "version srcaddr";
  object.report.notes.push({ code: "truncated-gzip", message: "ends early \ud800" });
  catalog.commit({ writer: "wa", objects: [object], segments: [], retire: [] });
  expect(catalog.unknownFields()).toEqual({ "new\uFFFDfield": 4 });
  expect(catalog.knownFormats()).toEqual({ "fl-1": "version srcaddr" });
  expect(catalog.problems(9)).toEqual([{ key: "a", code: "truncated-gzip", message: "ends early \uFFFD" }]);
  const all = catalog.sources.outcomes({ sourceId: 1, prefix: "" });
  expect(all).toContainEqual(expect.objectContaining({ status: "done", code: "truncated-gzip", objects: 1, key: "a" }));
});

it("refuses keys that cannot be kept", () => {
  for (const key of ["a\0b", "a\ud800"])
    expect(thrownCode(() => claim("wa", [candidate("fine"), candidate(key)]))).toBe("bad-key");
  expect(catalog.objects()).toEqual([]);
});

it("keeps retention, opens again, copies itself, refuses a newer schema", () => {
  catalog.setRetentionDays("flows", 3);
  read(candidate("a"));
  const copy = join(folder, "copy's.db");
  catalog.backup(copy);
  expect(thrownCode(() => catalog.backup(copy))).toBe("file-exists");
  const again = openCatalog(copy, { mode: "read" });
  expect([again.retentionDays("flows"), again.retentionDays("malformed"), again.objectTotals().records.total]).toEqual([
    3, 30, 1,
  ]);
  expect(thrownCode(() => again.setRetentionDays("flows", 4))).toBe("lake-read-only");
  again.close();
});
