import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { formatAddress, parseAddress } from "#base/address.js";
import { Database } from "./database.ts";
import { openCatalog, type Catalog, type NameEntry, type NameLoad } from "./index.ts";

let folder: string;
let path: string;
let catalog: Catalog;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "weir-names-"));
  path = join(folder, "catalog.db");
  catalog = openCatalog(path, { mode: "write", clock: { now: () => 1000 } });
});
afterEach(() => {
  catalog.close();
  rmSync(folder, { recursive: true });
});

const entry = (target: string, name: string, over: Partial<NameEntry> = {}): NameEntry => ({
  kind: "block",
  target,
  name,
  role: null,
  owner: null,
  line: null,
  ...over,
});
const load = (source: string, entries: readonly NameEntry[], over: Partial<NameLoad> = {}): NameLoad => ({
  source,
  origin: "written",
  entries,
  interfaces: [],
  ...over,
});
const names = () => catalog.names().map(({ name, source }) => `${source}:${name}`);

it("puts a source's names in the place of those before, and counts the versions up", () => {
  expect(catalog.nameVersion()).toBe(0);
  expect(catalog.replaceNames([load("a", [entry("10.0.0.1", "one"), entry("10.0.0.2", "two")])])).toBe(1);
  expect(catalog.replaceNames([load("b", [entry("10.0.0.1", "b", { role: "nat", owner: "o", line: 7 })])])).toBe(2);
  expect(catalog.names().at(-1)).toEqual({
    ...entry("10.0.0.1", "b", { role: "nat", owner: "o", line: 7 }),
    source: "b",
    origin: "written",
    loadedAtMs: 1000,
  });
  expect(catalog.replaceNames([load("a", [entry("10.0.0.3", "three")])])).toBe(3);
  expect(names()).toEqual(["b:b", "a:three"]);
  expect(catalog.nameSources()).toEqual([
    { source: "b", origin: "written", names: 1, interfaces: 0, loadedAtMs: 1000 },
    { source: "a", origin: "written", names: 1, interfaces: 0, loadedAtMs: 1000 },
  ]);
  expect([catalog.removeNames("b"), catalog.removeNames("b"), catalog.nameVersion()]).toEqual([true, false, 4]);
  expect(names()).toEqual(["a:three"]);
});

it("gives what is stronger later: learned before written, older before newer, upper lines before lower ones", () => {
  const learned = { origin: "learned" } as const;
  catalog.replaceNames([load("w1", [entry("::1", "x"), entry("::1", "y")]), load("l1", [entry("::1", "x")], learned)]);
  catalog.replaceNames([load("w2", [entry("::1", "x")]), load("l2", [entry("::1", "x")], learned)]);
  catalog.replaceNames([load("l1", [entry("::1", "z")], learned)]);
  expect(names()).toEqual(["l2:x", "l1:z", "w1:x", "w1:y", "w2:x"]);
});

it("loads all sources or none", () => {
  catalog.replaceNames([load("a", [entry("10.0.0.1", "one")])]);
  const bad = load("b\0", [entry("10.0.0.2", "two")]);
  expect(() => catalog.replaceNames([load("a", [entry("10.0.0.3", "three")]), bad])).toThrow(RangeError);
  expect([names(), catalog.nameVersion()]).toEqual([["a:one"], 1]);
});

it("keeps many names, and hostile ones", () => {
  const hostile = ["'); DROP TABLE names; --", "\u001b[31m", "a\nb", "東京", '"', "\\", "?"];
  const many = Array.from({ length: 25_000 }, (_, at) => entry(`id-${at}`, hostile[at % 7] ?? "", { kind: "network" }));
  catalog.replaceNames([load("?'", many)]);
  expect(catalog.names().map(({ name, target }) => [target, name])).toEqual(
    many.map((each) => [each.target, each.name]),
  );
  catalog.replaceNames([load("b", [entry("x\ud800", "a\0b", { kind: "network" })])]);
  expect(catalog.names().at(-1)).toMatchObject({ target: "x\ufffd", name: "a\ufffdb" });
});

it("tells one fact of each interface: the newest, and a written role before all", () => {
  const fact = (observerId: string, role: "nat" | null, ...addresses: readonly string[]) => ({
    observerId,
    role,
    addresses: addresses.map((text) => parseAddress(text)!),
  });
  const learned = { origin: "learned" } as const;
  catalog.replaceNames([
    load("l1", [], { ...learned, interfaces: [fact("eni-1", "nat", "10.0.0.1"), fact("eni-2", null)] }),
    load("l2", [], { ...learned, interfaces: [fact("eni-1", null, "10.0.0.2", "2001:db8::1")] }),
    load("w", [
      entry("00-22-48-aa-00-01", "vm", { kind: "interface", role: "proxy" }),
      entry("eni-2", "x", { kind: "interface", role: "nat" }),
      entry("eni-1", "y", { kind: "interface" }),
    ]),
  ]);
  const told = catalog.interfaceFacts().map((each) => [each.observerId, each.addresses.map(formatAddress), each.role]);
  expect(told).toEqual([
    ["eni-1", ["10.0.0.2", "2001:db8::1"], null],
    ["eni-2", [], "nat"],
    ["002248AA0001", [], "proxy"],
  ]);
});

it("reads a lake from before there were names, and makes room for them when it writes", () => {
  const db = new Database(path, "write");
  for (const table of ["names", "interface_facts", "name_sources"]) db.exec(`DROP TABLE ${table}`);
  db.run("UPDATE meta SET value = '1' WHERE key = 'schema'");
  db.close();
  const reader = openCatalog(path, { mode: "read" });
  expect([reader.names(), reader.nameSources(), reader.interfaceFacts(), reader.nameVersion()]).toEqual([
    [],
    [],
    [],
    0,
  ]);
  reader.close();
  catalog.close();
  catalog = openCatalog(path, { mode: "write" });
  catalog.replaceNames([load("a", [entry("10.0.0.1", "one")])]);
  expect(names()).toEqual(["a:one"]);
});
