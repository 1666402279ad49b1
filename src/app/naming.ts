import { resolve } from "node:path";
import { WeirError } from "#base/errors.js";
import { nearestWord } from "#base/nearest.js";
import type { InterfaceFact, NameEntry, NameLoad, NameSource, StoredName } from "#catalog/index.js";
import { formatAddress } from "#base/address.js";
import {
  learnNames as learn,
  loadNameBook,
  lookUp,
  namesAround,
  namesOfId,
  parseBlock,
  readNamesFile,
  sortNames,
  writeNamesYaml,
} from "#inventory/index.js";
import { idKey, type NameRole } from "#model/names.js";
import { openLake } from "#store/index.js";
import { openCatalogToRead } from "./lake-files.ts";
import { readText, sourceOf } from "./names-text.ts";

/** Files of names to load. `-` is `stdin`, which then must have a source's name. */
export interface NamesRequest {
  readonly files: readonly string[];
  /** What the names are filed under, all files together; without it each under its real path. */
  readonly source?: string;
  readonly stdin: AsyncIterable<Uint8Array>;
}

/** What became of one source. */
export interface NamesLoaded {
  readonly source: string;
  readonly names: number;
  /** Names that the source gave before, and that these took the place of; null when it is new. */
  readonly replaced: number | null;
  readonly interfaces: number;
  /** What things a cloud's command told of, and how many. */
  readonly found: Readonly<Record<string, number>>;
  readonly unnamed: number;
  readonly unknown: number;
}

/** A source may have several files; they are loaded together. */
interface Draft {
  readonly entries: NameEntry[];
  readonly interfaces: InterfaceFact[];
  readonly found: Record<string, number>;
  unnamed: number;
  unknown: number;
}

/** Loads a person's own lists of names. @throws WeirError `names-unreadable` and others: nothing was loaded then */
export async function addNames(dataDir: string, request: NamesRequest): Promise<NamesLoaded[]> {
  return load(dataDir, request, "written", (text, file, draft) => {
    for (const entry of readNamesFile(text, file)) draft.entries.push(entry);
  });
}

/** Learns names from what clouds' commands printed. @throws WeirError `names-unreadable` and others: nothing was loaded then */
export async function learnNames(dataDir: string, request: NamesRequest): Promise<NamesLoaded[]> {
  return load(dataDir, request, "learned", (text, file, draft) => {
    const { entries, interfaces, found, unnamed, unknown } = learn(text, file);
    for (const entry of entries) draft.entries.push(entry);
    for (const each of interfaces) draft.interfaces.push(each);
    for (const [word, count] of Object.entries(found)) draft.found[word] = (draft.found[word] ?? 0) + count;
    draft.unnamed += unnamed;
    draft.unknown += unknown;
  });
}

async function load(
  dataDir: string,
  request: NamesRequest,
  origin: NameLoad["origin"],
  read: (text: string, file: string, draft: Draft) => void,
): Promise<NamesLoaded[]> {
  const drafts = new Map<string, Draft>();
  // Everything is read before the lake is touched.
  for (const file of new Set(request.files)) {
    const source = sourceOf(file, request.source);
    const draft = drafts.get(source) ?? { entries: [], interfaces: [], found: {}, unnamed: 0, unknown: 0 };
    read(await readText(file, request.stdin), file === "-" ? "standard input" : file, draft);
    drafts.set(source, draft);
  }
  const lake = await openLake(dataDir);
  try {
    const before = new Map(lake.catalog.nameSources().map(({ source, names }) => [source, names]));
    lake.catalog.replaceNames(
      [...drafts].map(([source, { entries, interfaces }]) => ({ source, origin, entries, interfaces })),
    );
    return [...drafts].map(([source, { entries, interfaces, found, unnamed, unknown }]) => ({
      source,
      names: entries.length,
      replaced: before.get(source) ?? null,
      interfaces: interfaces.length,
      found,
      unnamed,
      unknown,
    }));
  } finally {
    lake.close();
  }
}

/** All names, or those of one source: blocks in address order, then ids. Of names for the same thing the one that holds is first. */
export function listNames(dataDir: string, source: string | undefined): StoredName[] {
  const catalog = openCatalogToRead(dataDir);
  try {
    const names = catalog.names();
    if (source === undefined) return sortNames(names);
    const known = knownSource(catalog.nameSources(), source);
    return sortNames(names.filter((name) => name.source === known));
  } finally {
    catalog.close();
  }
}

/** Who an address, a block or an id is. */
export interface NameAnswer {
  readonly asked: string;
  /** Null when nobody named it. */
  readonly name: string | null;
  readonly role: NameRole | null;
  readonly owner: string | null;
  /** All that names it, the one that holds first. */
  readonly matches: readonly StoredName[];
  /** The interface that was asked for, or those that have the address. */
  readonly interfaces: readonly {
    readonly id: string;
    readonly name: string | null;
    readonly addresses: readonly string[];
    readonly role: NameRole | null;
  }[];
}

/** Who is it, and who says so. */
export function showName(dataDir: string, asked: string): NameAnswer {
  const catalog = openCatalogToRead(dataDir);
  try {
    const names = catalog.names();
    const block = parseBlock(asked);
    const book = loadNameBook(catalog, names);
    const matches = block === undefined ? namesOfWord(names, asked) : namesAround(names, block);
    const found = block?.prefix === 128 ? lookUp(book, block.first) : together(matches);
    const wanted = block === undefined ? idKey(asked) : formatAddress(block.first);
    const interfaces = catalog
      .interfaceFacts()
      .map(({ observerId, addresses, role }) => ({
        id: observerId,
        name: book.ids.get(observerId) ?? null,
        addresses: addresses.map(formatAddress),
        role,
      }))
      .filter(({ id, addresses }) =>
        block === undefined ? id === wanted : block.prefix === 128 && addresses.includes(wanted),
      );
    const { name = null, role = null, owner = null } = found ?? {};
    return { asked, name, role, owner, matches, interfaces };
  } finally {
    catalog.close();
  }
}

/** What names for the same thing say together: a role or owner that the first does not give is that of the next. */
function together(matches: readonly StoredName[]): Pick<StoredName, "name" | "role" | "owner"> | undefined {
  const [first] = matches;
  if (first === undefined) return undefined;
  const same = matches.filter(({ target }) => idKey(target) === idKey(first.target));
  const role = same.find((each) => each.role !== null)?.role ?? null;
  const owner = same.find((each) => each.owner !== null)?.owner ?? null;
  return { name: first.name, role, owner };
}

/** Takes away what a source gave. @returns its name @throws WeirError `unknown-source` */
export async function removeNames(dataDir: string, source: string): Promise<NameSource> {
  openCatalogToRead(dataDir).close();
  const lake = await openLake(dataDir);
  try {
    const sources = lake.catalog.nameSources();
    const known = knownSource(sources, source);
    lake.catalog.removeNames(known);
    return sources.find((each) => each.source === known) as NameSource;
  } finally {
    lake.close();
  }
}

/** A source by its name, or by a path to it from here. @throws WeirError `unknown-source` */
function knownSource(sources: readonly NameSource[], asked: string): string {
  const known = sources.map(({ source }) => source);
  const found = [asked, resolve(asked)].find((each) => known.includes(each));
  if (found !== undefined) return found;
  const near = nearestWord(asked, known) ?? known.find((each) => each.endsWith(`/${asked}`));
  const list = known.length === 0 ? "No names were loaded yet." : `Sources: ${known.slice(0, 20).join(", ")}.`;
  throw new WeirError({
    code: "unknown-source",
    kind: "usage",
    message: `no names came from “${asked}”`,
    next: near === undefined ? list : `Did you mean ${near}?`,
  });
}

/** The names that hold, or those of one source, as a names.yaml. */
export function* exportNames(dataDir: string, source: string | undefined): Generator<string> {
  const strongest = new Map<string, NameEntry>();
  for (const name of listNames(dataDir, source)) {
    const key = `${name.kind} ${idKey(name.target)}`;
    const { role, owner, ...stronger } = strongest.get(key) ?? name;
    strongest.set(key, { ...stronger, role: role ?? name.role, owner: owner ?? name.owner });
  }
  yield* writeNamesYaml([...strongest.values()]);
}

/** The names of an id; else all that has this name, what holds first. */
function namesOfWord(names: readonly StoredName[], asked: string): StoredName[] {
  const ofId = namesOfId(names, asked);
  const wanted = asked.trim().toLowerCase();
  return ofId.length > 0 ? ofId : names.filter(({ name }) => name.toLowerCase() === wanted).toReversed();
}
