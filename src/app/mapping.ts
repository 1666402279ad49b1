import { trafficMap, type MapNames, type TrafficMap } from "#analyse/index.js";
import { parseAddress } from "#base/address.js";
import type { StoredName } from "#catalog/index.js";
import { parseFilter } from "#filter/index.js";
import { blocksAround, lookUp } from "#inventory/index.js";
import type { TimeRange } from "#model/answer.js";
import { idKey, type NameBook } from "#model/names.js";
import type { Scope } from "#model/query.js";
import { DuckDbEngine, readAddressOwners, readTraffic, type AddressOwner, type Traffic } from "#query/index.js";
import { timeRange, withSandbox, type AskedTime } from "./asking.ts";
import type { CatalogFiles } from "./lake-files.ts";

export interface MapRequest extends AskedTime {
  readonly filter?: string;
  /** Also the stretch of the same length before. */
  readonly compare?: boolean;
  readonly scope?: Scope;
  readonly signal?: AbortSignal;
}

/** The map with what it was read from. */
export interface MapAnswer extends TrafficMap, Omit<Traffic, "ends" | "pairs"> {
  readonly range: TimeRange;
  readonly compared: TimeRange | undefined;
  readonly notes: readonly string[];
  readonly elapsedMs: number;
}

const MEMORY_MB = 2000;
const LIMITS = { timeoutMs: 120_000, maxRows: 1_000_000 };

/** The traffic of one time, and who has which address then. */
interface TimeRead {
  readonly traffic: Traffic;
  readonly owners: readonly AddressOwner[];
  readonly range: TimeRange;
  readonly names: MapNames;
  readonly staleHours: number;
}

/** Who talks to whom, as boxes in boxes: clouds, accounts, networks, subnets, addresses, and what is outside. */
export async function askMap(dataDir: string, request: MapRequest): Promise<MapAnswer> {
  const startedMs = performance.now();
  const now = await readTime(dataDir, request, (flowsEnd) => timeRange(request, flowsEnd));
  const { range, traffic } = now;
  const compared = request.compare === true ? { from: 2 * range.from - range.to, to: range.from } : undefined;
  const before = compared === undefined ? undefined : await readTime(dataDir, request, () => compared);
  const owners = [...now.owners, ...(before?.owners ?? [])];
  return {
    ...trafficMap({ now: traffic, before: before?.traffic, owners, names: now.names }),
    table: traffic.table,
    why: traffic.why,
    scannedRows: traffic.scannedRows + (before?.traffic.scannedRows ?? 0),
    coverage: traffic.coverage,
    range,
    compared,
    notes: now.staleHours === 0 ? [] : [`${now.staleHours} hours are still to be derived: weir store derive.`],
    elapsedMs: Math.round(performance.now() - startedMs),
  };
}

async function readTime(
  dataDir: string,
  { filter, scope, nowMs, signal }: MapRequest,
  rangeOf: (flowsEnd: number | null) => TimeRange,
): Promise<TimeRead> {
  const node = filter === undefined ? undefined : parseFilter(filter, "conversations", { nowMs });
  let asked: { lake: CatalogFiles; range: TimeRange; stored: readonly StoredName[]; book: NameBook } | undefined;
  const narrow = (lake: CatalogFiles, flowsEnd: number | null): CatalogFiles => {
    const stored = lake.storedNames();
    asked = { lake, range: rangeOf(flowsEnd), stored, book: lake.names() };
    return lake;
  };
  return withSandbox(dataDir, { memoryMb: MEMORY_MB, signal, narrow }, async (sandbox) => {
    if (asked === undefined) throw new Error("the question was not read");
    const { lake, range, stored, book } = asked;
    const engine = new DuckDbEngine(sandbox, book, LIMITS);
    const staleHours = lake.staleHours();
    const traffic = await readTraffic(
      { range, filter: node, scope },
      {
        segments: (table) => lake.segments(table),
        names: book,
        staleHours,
        nowMs,
        memory: lake.memory,
        told: lake.told(),
      },
      engine,
    );
    const owners = await readAddressOwners(engine, lake.segments("observers"), scope, range);
    return { traffic, owners, range, names: mapNames(book, stored), staleHours: staleHours.length };
  });
}

function mapNames(book: NameBook, stored: readonly StoredName[]): MapNames {
  return {
    ofId: (id) => book.ids.get(idKey(id)) ?? null,
    ofAddress: (text) => {
      const address = parseAddress(text);
      const found = address === undefined ? undefined : lookUp(book, address);
      // The name of a whole block is that of the box around.
      return found?.first.every((word, at) => word === found.last[at]) === true ? found.name : null;
    },
    blocksAround: blocksAround(stored),
  };
}
