import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { parseAddress, type AddressWords } from "#base/address.js";
import { openCatalog, type InterfaceFact, type NameEntry } from "#catalog/index.js";
import { loadNameBook, lookUp } from "./index.ts";

function wordsOf(text: string): AddressWords {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(`${text} is no address`);
  return address;
}

/** Who addresses are in a catalog with these names and interfaces. */
function whoIs(entries: readonly NameEntry[], interfaces: Readonly<Record<string, readonly string[]>>) {
  const folder = mkdtempSync(join(tmpdir(), "weir-names-"));
  const catalog = openCatalog(join(folder, "catalog.sqlite"), { mode: "write" });
  onTestFinished(() => {
    catalog.close();
    rmSync(folder, { recursive: true });
  });
  const facts = Object.entries(interfaces).map(([observerId, addresses]): InterfaceFact => ({
    observerId,
    addresses: addresses.map(wordsOf),
    role: null,
  }));
  catalog.replaceNames([{ source: "test", origin: "learned", entries, interfaces: facts }]);
  const book = loadNameBook(catalog);
  return (address: string) => {
    const found = lookUp(book, wordsOf(address));
    return found === undefined ? undefined : [found.name, found.role, found.owner];
  };
}

const name = (kind: NameEntry["kind"], target: string, text: string, more: Partial<NameEntry> = {}): NameEntry => ({
  kind,
  target,
  name: text,
  role: null,
  owner: null,
  line: null,
  ...more,
});

it("calls an address what its interface is called, and leaves it what it has of its own", () => {
  const who = whoIs(
    [
      name("interface", "eni-1", "scan-1", { role: "scanner", owner: "security" }),
      name("block", "10.0.0.0/24", "berlin", { owner: "netops" }),
      name("block", "10.0.0.2", "scan-1b"),
    ],
    { "eni-1": ["10.0.0.1", "10.0.0.2"], "eni-2": ["10.0.0.3"] },
  );
  expect(who("10.0.0.1")).toEqual(["scan-1", "scanner", "security"]);
  expect(who("10.0.0.2")).toEqual(["scan-1b", "scanner", "security"]);
  expect(who("10.0.0.3")).toEqual(["berlin", null, "netops"]);
});

it("says nothing of an address that several interfaces have", () => {
  const who = whoIs([name("interface", "eni-1", "one"), name("interface", "eni-2", "two")], {
    "eni-1": ["10.0.0.1"],
    "eni-2": ["10.0.0.1"],
    "eni-3": ["10.0.0.1", "10.0.0.4"],
  });
  expect([who("10.0.0.1"), who("10.0.0.4")]).toEqual([undefined, undefined]);
});
