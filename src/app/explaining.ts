import { explainPath, type AddressChanger, type PathAnswer } from "#analyse/index.js";
import type { Catalog } from "#catalog/index.js";
import type { TimeRange } from "#model/answer.js";
import type { ToldFlowLogs } from "#model/told-flow-log.js";
import { segmentsInRange, type TableReader } from "#query/index.js";
import type { LakeFiles } from "#store/index.js";
import { timeRange, withSandbox } from "./asking.ts";
import { openCatalogToRead } from "./lake-files.ts";
import { readWhoIsWho, mustDiffer, resolveEnd, type AddressesOfId, type WhoIsWho } from "./path-ends.ts";
import { parseTarget } from "./path-target.ts";

export interface WhyRequest {
  /** An address, a block, a name or an id. */
  readonly client: string;
  /** The same, with `:port` or `:port/protocol` if wanted. */
  readonly server: string;
  readonly from?: string;
  readonly to?: string;
  readonly nowMs: number;
  readonly signal?: AbortSignal;
}

const MEMORY_MB = 1000;
const TIMEOUT_MS = 60_000;
const HOUR = 3_600_000_000;
/** Roles of addresses that pass traffic on under another address. */
const changing: ReadonlySet<string> = new Set(["nat", "proxy", "load_balancer", "firewall"]);

/** What became of one end's attempts to reach another. */
export async function askWhy(dataDir: string, request: WhyRequest): Promise<PathAnswer> {
  const catalog = openCatalogToRead(dataDir);
  let who: WhoIsWho;
  let dirty: readonly number[];
  let told: ToldFlowLogs;
  try {
    who = readWhoIsWho(catalog);
    dirty = dirtyHoursOf(catalog);
    told = catalog.told.byRecords();
  } finally {
    catalog.close();
  }
  const names = new Set(who.names.map(({ name }) => name.toLowerCase()));
  const { end, ...service } = parseTarget(request.server, (text) => names.has(text.toLowerCase()));
  let range: TimeRange = { from: 0, to: 0 };
  let logged: TimeRange | null = null;
  const narrow = (lake: LakeFiles, flowsEnd: number | null): LakeFiles => {
    range = timeRange(request, flowsEnd);
    logged = loggedTime(lake, range);
    const wide = { from: range.from - HOUR, to: range.to + HOUR };
    return { segments: (table) => segmentsInRange(lake.segments(table), wide), objects: () => lake.objects() };
  };
  return withSandbox(dataDir, { memoryMb: MEMORY_MB, signal: request.signal, narrow }, async (sandbox) => {
    const limits = { timeoutMs: TIMEOUT_MS, maxRows: 5000 };
    const reader: TableReader = {
      query: (sql, parameters) => sandbox.query(sql, limits, parameters),
    };
    const addressesOf = seenAddresses(reader, range);
    const client = await resolveEnd(request.client.trim(), "FROM", who, addressesOf);
    const server = await resolveEnd(end, "TO", who, addressesOf);
    mustDiffer(client, server);
    return explainPath(
      {
        client,
        server,
        ...service,
        range,
        logged,
        changers: changersOf(who),
        told,
        pendingHours: dirty.filter((hour) => hour * HOUR < range.to && (hour + 1) * HOUR > range.from).length,
      },
      reader,
    );
  });
}

function dirtyHoursOf(catalog: Catalog): readonly number[] {
  const held = new Set(catalog.liveSegments("flows").flatMap(({ hours }) => hours));
  // An hour beside one with flows is dirty for its sake, and has none of its own.
  return catalog.dirtyHours().flatMap(({ hour }) => (held.has(hour) ? [hour] : []));
}

/** The part of a range between the lake's first and last flow. */
function loggedTime(lake: LakeFiles, range: TimeRange): TimeRange | null {
  const segments = segmentsInRange(lake.segments("flows"), range);
  if (segments.length === 0) return null;
  return {
    from: Math.max(range.from, Math.min(...segments.map(({ minTime }) => minTime))),
    to: Math.min(range.to, Math.max(...segments.map(({ maxTime }) => maxTime))),
  };
}

function changersOf({ book, facts }: WhoIsWho): AddressChanger[] {
  const blocks = book.blocks.flatMap(({ first, last, name, role }) =>
    role !== null && changing.has(role) ? [{ id: null, name, role, span: { first, last } }] : [],
  );
  const interfaces = facts.flatMap(({ observerId, addresses, role }) =>
    role !== null && changing.has(role)
      ? addresses.map((address) => ({
          id: observerId,
          name: book.ids.get(observerId) ?? observerId,
          role,
          span: { first: address, last: address },
        }))
      : [],
  );
  return [...blocks, ...interfaces];
}

const idColumns = ["observer", "instance_id", "subnet_id", "network_id", "account_id"] as const;

/** Looks for the addresses of ids among the ends of conversations. */
function seenAddresses(reader: TableReader, { from, to }: TimeRange): AddressesOfId {
  return async (ids) => {
    const wanted = JSON.stringify(ids.map((id) => id.toLowerCase()));
    const parameters = [wanted, BigInt(Math.floor(from / HOUR) * HOUR), BigInt(to)];
    const ofEnd = (end: string): string =>
      `SELECT ${end}_ip AS ip FROM conversations WHERE time >= make_timestamp($2::BIGINT) AND time < make_timestamp($3::BIGINT)
       AND (${idColumns.map((column) => `lower(${end}_${column}) IN (SELECT id FROM wanted)`).join(" OR ")})`;
    const sql = `WITH wanted AS (SELECT unnest(from_json($1, '["VARCHAR"]')) AS id)
      SELECT DISTINCT ip_text(ip) FROM (${ofEnd("client")} UNION ALL ${ofEnd("server")}) LIMIT 2000`;
    const addresses: string[] = [];
    for await (const block of (await reader.query(sql, parameters)).blocks())
      for (const [address] of block) if (typeof address === "string") addresses.push(address);
    return addresses;
  };
}
