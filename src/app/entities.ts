import { parseAddress } from "#base/address.js";
import { WeirError } from "#base/errors.js";
import { plainText } from "#filter/index.js";
import { blockText, lookUp, namesAround, namesOfId, parseBlock, type Block } from "#inventory/index.js";
import type { Scope } from "#model/query.js";
import {
  DuckDbEngine,
  isPrivate,
  readEndPlaces,
  readObserverPlaces,
  readSightings,
  type ObserverKey,
  type ObserverPlace,
  type Sightings,
} from "#query/index.js";
import { withSandbox } from "./asking.ts";
import { daysOf, identityOf, type EntityDay, type IdentityPart } from "./entity-identity.ts";
import type { EntityKind, FoundEntity } from "./entity-types.ts";
import { findEntities } from "./finding.ts";
import type { CatalogFiles } from "./lake-files.ts";

export interface EntityRequest {
  readonly kind: EntityKind;
  readonly id: string;
  readonly scope?: Scope;
  readonly signal?: AbortSignal;
}

/** Who or what it is, as far as logs, names and inventories tell, over the whole lake. Times are microseconds. */
export interface EntityAnswer {
  readonly kind: EntityKind;
  readonly id: string;
  readonly name: string | null;
  readonly role: string | null;
  readonly owner: string | null;
  readonly namedBy: string | null;
  readonly filter: string;
  readonly identity: readonly IdentityPart[];
  readonly identityCounts: Readonly<Record<string, number>>;
  readonly realms: readonly string[];
  readonly isPublic: boolean | null;
  readonly firstSeen: number | null;
  readonly lastSeen: number | null;
  readonly searched: { readonly from: number; readonly to: number } | null;
  readonly days: readonly EntityDay[];
  readonly nearest: readonly FoundEntity[];
}

const MEMORY_MB = 1000;
const LIMITS = { timeoutMs: 60_000, maxRows: 200_000 };
/** Addresses of a block that are told one by one. */
const MOST_ADDRESSES = 100;

const columns: Readonly<Record<string, Exclude<ObserverKey["column"], "own_addresses">>> = {
  instance: "instance_id",
  interface: "observer_id",
  subnet: "subnet_id",
  network: "network_id",
  account: "account_id",
};
const filterFields: Readonly<Record<EntityKind, string>> = {
  address: "ip",
  block: "ip",
  instance: "instance",
  interface: "observer",
  subnet: "subnet",
  network: "network",
  account: "account",
};

/** Looks an entity up in everything that the lake holds. @throws WeirError `bad-entity` when the id cannot be one of its kind */
export async function askEntity(dataDir: string, request: EntityRequest): Promise<EntityAnswer> {
  const { scope, signal } = request;
  const asked = normalised(request);
  let lake: CatalogFiles | undefined;
  const narrow = (files: CatalogFiles): CatalogFiles => (lake = files);
  return withSandbox(dataDir, { memoryMb: MEMORY_MB, signal, narrow }, async (sandbox) => {
    if (lake === undefined) throw new Error("the lake was not opened");
    const stored = lake.storedNames();
    const book = lake.names();
    const facts = lake.interfaceFacts();
    const engine = new DuckDbEngine(sandbox, book, LIMITS);
    const observed = await readObserverPlaces(engine, lake.segments("observers"), scope, observerKey(asked));
    const blocks = asked.block === undefined ? blocksOf(observed) : [asked.block];
    // Presence does not say whose addresses are: who may see some accounts only learns nothing from it.
    const presence = scope?.accounts === undefined ? lake.segments("presence") : [];
    const sightings = await readSightings(engine, presence, blocks, MOST_ADDRESSES);
    const conversations = lake.segments("conversations");
    const places =
      asked.kind === "address" && asked.block !== undefined
        ? [...observed, ...(await readEndPlaces(engine, conversations, asked.block, hoursOf(sightings)))]
        : observed;
    const matches = asked.block === undefined ? namesOfId(stored, asked.id) : namesAround(stored, asked.block);
    const own = asked.kind === "address" && asked.block !== undefined ? lookUp(book, asked.block.first) : undefined;
    const { parts, counts } = identityOf({ ...asked, places, sightings, facts, book });
    const seen = seenTimes(asked, places, sightings);
    return {
      kind: asked.kind,
      id: asked.id,
      name: nameOf(asked, matches, parts),
      role: own?.role ?? matches.find(({ role }) => role !== null)?.role ?? roleOf(asked, facts),
      owner: own?.owner ?? matches.find(({ owner }) => owner !== null)?.owner ?? null,
      namedBy: ownName(asked, matches)?.source ?? null,
      filter: `${filterFields[asked.kind]} = ${plainText(asked.id)}`,
      identity: parts,
      identityCounts: counts,
      realms: [...new Set(sightings.addresses.map(({ realm }) => realm))].sort(),
      isPublic: asked.block === undefined ? null : !isPrivate(asked.block),
      ...seen,
      searched: searchedTime(lake),
      days: daysOf(asked.block === undefined ? places : undefined, sightings, asked.kind === "address"),
      nearest: seen.firstSeen === null ? await nearestTo(dataDir, asked.id, request) : [],
    };
  });
}

interface Asked {
  readonly kind: EntityKind;
  readonly id: string;
  /** Of addresses and blocks. */
  readonly block: Block | undefined;
}

/** The id in its usual form; a block of one address is that address. */
function normalised({ kind, id }: EntityRequest): Asked {
  const text = id.trim();
  if (kind !== "address" && kind !== "block") return { kind, id: text, block: undefined };
  const block = parseBlock(text);
  if (block === undefined)
    throw new WeirError({
      code: "bad-entity",
      kind: "usage",
      message: `“${text}” is no ${kind === "address" ? "address" : "block of addresses"}`,
      place: "id",
      next: "Write an address such as 10.0.1.10 or 2001:db8::1, or a block such as 10.0.1.0/24.",
    });
  return { kind: parseAddress(blockText(block)) === undefined ? "block" : "address", id: blockText(block), block };
}

function observerKey({ kind, id, block }: Asked): ObserverKey {
  return block === undefined ? { column: columns[kind] ?? "observer_id", id } : { column: "own_addresses", block };
}

/** Hours since 1970 in which it was seen. */
function hoursOf({ days }: Sightings): number[] {
  return days.flatMap(({ day, hours }) => {
    const first = Date.parse(day) / 3_600_000;
    return Array.from({ length: 24 }, (_, hour) => hour).flatMap((hour) =>
      ((hours >> hour) & 1) === 1 ? first + hour : [],
    );
  });
}

function blocksOf(places: readonly ObserverPlace[]): Block[] {
  return [...new Set(places.flatMap(({ addresses }) => addresses))].flatMap((text) => parseBlock(text) ?? []);
}

/** Its own name; of an instance that of its one interface or address. */
function nameOf(
  asked: Asked,
  matches: readonly { readonly name: string; readonly target: string }[],
  parts: readonly IdentityPart[],
): string | null {
  const own = ownName(asked, matches);
  if (own !== undefined) return own.name;
  const named = parts.filter((part) => (part.kind === "interface" || part.kind === "address") && part.name !== null);
  const names = new Set(named.map(({ name }) => name));
  return (asked.kind === "instance" || asked.kind === "address") && names.size === 1 ? (named[0]?.name ?? null) : null;
}

/** The strongest name that was given to just this: a name of a larger block is that of the block around. */
function ownName<T extends { readonly target: string }>({ kind, id }: Asked, matches: readonly T[]): T | undefined {
  const [first] = matches;
  if (first === undefined || (kind !== "address" && kind !== "block")) return first;
  const block = parseBlock(first.target);
  return block !== undefined && blockText(block) === id ? first : undefined;
}

function roleOf({ kind, id }: Asked, facts: ReturnType<CatalogFiles["interfaceFacts"]>): string | null {
  if (kind !== "interface") return null;
  return facts.find(({ observerId }) => observerId === id)?.role ?? null;
}

function seenTimes(
  { block }: Asked,
  places: readonly ObserverPlace[],
  { days }: Sightings,
): Pick<EntityAnswer, "firstSeen" | "lastSeen"> {
  // The records of an interface are its own; those of its addresses may be another's before and after.
  const times = block === undefined ? places : days;
  if (times.length === 0) return { firstSeen: null, lastSeen: null };
  return {
    firstSeen: Math.min(...times.map(({ first }) => first)),
    lastSeen: Math.max(...times.map(({ last }) => last)),
  };
}

function searchedTime(lake: CatalogFiles): EntityAnswer["searched"] {
  const segments = lake.segments("presence");
  if (segments.length === 0) return null;
  return {
    from: Math.min(...segments.map(({ minTime }) => minTime)),
    to: lake.newestFlow() ?? Math.max(...segments.map(({ maxTime }) => maxTime)),
  };
}

/** What was seen and begins as this does: the longest beginning that finds something. */
async function nearestTo(dataDir: string, id: string, { scope, signal }: EntityRequest): Promise<FoundEntity[]> {
  for (const text of beginningsOf(id)) {
    const options = { text, ...(scope !== undefined && { scope }), ...(signal !== undefined && { signal }) };
    const found = (await findEntities(dataDir, options)).filter((each) => each.id !== id);
    if (found.length > 0) return found.slice(0, 8);
  }
  return [];
}

/** Shorter and shorter beginnings: of an address group by group, of another id its halves. */
function beginningsOf(id: string): string[] {
  const mark = id.includes(":") ? ":" : ".";
  const groups = id.split("/")[0]?.split(mark) ?? [];
  const parts =
    parseBlock(id) === undefined
      ? [id.slice(0, Math.ceil(id.length * 0.75)), id.slice(0, Math.ceil(id.length / 2))]
      : [3, 2, 1].map((count) => groups.slice(0, count).join(mark) + mark);
  return [...new Set(parts)].filter((text) => text.length > 1);
}
