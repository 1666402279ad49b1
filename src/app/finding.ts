import { parseAddress, parseCidr, type AddressBlock } from "#base/address.js";
import type { StoredName } from "#catalog/index.js";
import { lookUp, parseBlock } from "#inventory/index.js";
import { idKey } from "#model/names.js";
import type { Scope } from "#model/query.js";
import { DuckDbEngine, findAddresses, findIds, seenAddresses, segmentsInRange } from "#query/index.js";
import { withSandbox } from "./asking.ts";
import type { EntityKind, FoundEntity } from "./entity-types.ts";
import type { CatalogFiles } from "./lake-files.ts";

export interface FindRequest {
  readonly text: string;
  readonly scope?: Scope;
  readonly signal?: AbortSignal;
}

const MEMORY_MB = 500;
const LIMITS = { timeoutMs: 10_000, maxRows: 10_000 };
const MOST = 20;
/** What was not seen for so long is not what people look for. */
const DAYS_BACK = 30;
const DAY_MICROS = 86_400_000_000;

/**
 * What a text may mean: what is called or written just so; then names, addresses and ids that were seen in the last month, those
 * that begin with it first; then names of addresses that were not.
 */
export async function findEntities(dataDir: string, { text, scope, signal }: FindRequest): Promise<FoundEntity[]> {
  const wanted = text.trim();
  if (wanted === "") return [];
  let lake: CatalogFiles | undefined;
  const narrow = (files: CatalogFiles): CatalogFiles => (lake = files);
  return withSandbox(dataDir, { memoryMb: MEMORY_MB, signal, narrow }, async (sandbox) => {
    if (lake === undefined) throw new Error("the lake was not opened");
    const stored = lake.storedNames();
    const book = lake.names();
    const engine = new DuckDbEngine(sandbox, book, LIMITS);
    const newest = lake.newestFlow() ?? 0;
    const recent = { from: newest - DAYS_BACK * DAY_MICROS, to: newest + 1 };
    const block = blockBeginning(wanted);
    // Presence does not say whose addresses are.
    const isAll = scope?.accounts === undefined;
    const addresses =
      block === undefined || !isAll
        ? []
        : await findAddresses(engine, segmentsInRange(lake.segments("presence"), recent), block, wanted, MOST);
    const ids =
      wanted.length < 2
        ? []
        : await findIds(engine, segmentsInRange(lake.segments("observers"), recent), scope, wanted, MOST);
    const nameOf = (id: string): string | null => {
      const address = parseAddress(id);
      return (address === undefined ? undefined : lookUp(book, address)?.name) ?? null;
    };
    const byName = isAll ? named(stored, wanted) : [];
    const namedAddresses = byName.flatMap(({ kind, id }) => {
      const address = kind === "address" ? parseAddress(id) : undefined;
      return address === undefined ? [] : [address];
    });
    const seen = await seenAddresses(engine, segmentsInRange(lake.segments("presence"), recent), namedAddresses);
    const found = unique([
      ...blockItself(wanted, stored),
      // Of addresses that bear the name, those first that are there: others were named, and never seen.
      ...byName.filter(({ kind, id }) => kind !== "address" || seen.has(id)),
      ...addresses.map((id) => ({ kind: "address" as const, id, name: nameOf(id), detail: null })),
      ...ids.map(({ column, id, provider }) => ({
        kind: kindOfColumn[column] ?? "interface",
        id,
        name: book.ids.get(idKey(id)) ?? null,
        detail: provider,
      })),
      ...byName,
    ]);
    const isExact = ({ id, name }: FoundEntity): boolean =>
      id.toLowerCase() === wanted.toLowerCase() || name?.toLowerCase() === wanted.toLowerCase();
    return [...found.filter(isExact), ...found.filter((each) => !isExact(each))].slice(0, MOST);
  });
}

const kindOfColumn: Readonly<Record<string, EntityKind>> = {
  observer_id: "interface",
  instance_id: "instance",
  subnet_id: "subnet",
  network_id: "network",
  account_id: "account",
};

/** A block that was written out stands for itself. */
function blockItself(text: string, stored: readonly StoredName[]): FoundEntity[] {
  if (!text.includes("/") || parseCidr(text) === undefined) return [];
  const name = stored.findLast(({ kind, target }) => kind === "block" && target === text)?.name;
  return [{ kind: "block", id: text, name: name ?? null, detail: null }];
}

/** Things whose name holds the text; those whose name begins with it first, then the shorter. */
function named(stored: readonly StoredName[], text: string): FoundEntity[] {
  const wanted = text.toLowerCase();
  return stored
    .filter(({ name }) => name.toLowerCase().includes(wanted))
    .toReversed()
    .sort(
      (a, b) =>
        place(a.name, wanted) - place(b.name, wanted) ||
        a.name.length - b.name.length ||
        inOrder.compare(a.name, b.name),
    )
    .slice(0, MOST)
    .map(({ kind, target, name, owner, role }) => ({
      kind: kind === "block" ? (parseBlock(target)?.prefix === 128 ? "address" : "block") : kind,
      id: target,
      name,
      detail: [role, owner].filter((part) => part !== null).join(", ") || null,
    }));
}

const inOrder = new Intl.Collator("en", { numeric: true });

function place(name: string, wanted: string): number {
  return name.toLowerCase().startsWith(wanted) ? 0 : 1;
}

function unique(found: readonly FoundEntity[]): FoundEntity[] {
  const known = new Map<string, FoundEntity>();
  for (const each of found) {
    const key = `${each.kind} ${idKey(each.id)}`;
    if (!known.has(key)) known.set(key, each);
  }
  return [...known.values()];
}

/** The addresses that can begin with a text: those of its whole groups. Undefined when it is no beginning of an address. */
function blockBeginning(text: string): AddressBlock | undefined {
  if (/^\d{1,3}(?:\.\d{0,3}){0,3}$/.test(text)) {
    // The last number may be the beginning of another one.
    const whole = text.split(".").slice(0, -1);
    if (text.split(".").length === 4 && parseCidr(text) !== undefined && text.split(".")[3]?.length === 3)
      return parseCidr(text);
    const filled = [...whole, "0", "0", "0", "0"].slice(0, 4).join(".");
    return parseCidr(`${filled}/${whole.length * 8}`);
  }
  if (!/^[0-9a-f]{1,4}:[0-9a-f:]*$/i.test(text)) return undefined;
  // Of the groups before `::` or the last one, which may go on.
  const groups = (text.split("::")[0] ?? "").split(":").filter((group) => group !== "");
  const whole = text.includes("::") || text.endsWith(":") ? groups : groups.slice(0, -1);
  return whole.length === 0 || whole.length > 7 ? undefined : parseCidr(`${whole.join(":")}::/${whole.length * 16}`);
}
