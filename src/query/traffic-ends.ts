import type { AnswerCoverage, Cell, TimeRange } from "#model/answer.js";
import type { FilterNode } from "#model/filter.js";
import type { Query, Scope } from "#model/query.js";
import { privateBlocks } from "./address-sets.ts";
import type { QueryLake } from "./answer-query.ts";
import { Bindings } from "./bindings.ts";
import { coverageIn } from "./coverage.ts";
import type { QueryEngine, Statement } from "./engine.ts";
import { NAMES_TABLE } from "./named-fields.ts";
import { hoursOf } from "./narrow.ts";
import { plan, type Plan } from "./plan.ts";

/** Whose traffic with whom is asked for. */
export interface TrafficRequest {
  readonly range: TimeRange;
  readonly filter: FilterNode | undefined;
  readonly scope: Scope | undefined;
}

/**
 * One end of traffic. Where the logs say where it is, and where it is private, an end is an address. Of public addresses
 * elsewhere it is those of one name, or of one block (IPv4 /16, IPv6 /32).
 */
export interface TrafficEnd {
  readonly provider: string | null;
  readonly account: string | null;
  readonly network: string | null;
  readonly subnet: string | null;
  readonly realm: string | null;
  /** The address, or the first of the block. Null for what has a name, and for ends of the smallest pairs, taken together. */
  readonly address: string | null;
  readonly name: string | null;
}

/** What passed between two ends, each given by its place in the list of ends. */
export interface TrafficPair {
  readonly client: number;
  readonly server: number;
  readonly bytes: number;
  readonly conversations: number;
  readonly denied: number;
}

/** All traffic of a time by its two ends, every conversation in one pair. */
export interface Traffic {
  readonly ends: readonly TrafficEnd[];
  readonly pairs: readonly TrafficPair[];
  readonly table: string;
  readonly why: string;
  readonly scannedRows: number;
  readonly coverage: AnswerCoverage;
}

/** Of so many pairs, by bytes and by denied attempts, the addresses are told; the others are told apart by subnets only. */
const MOST_PAIRS = 50_000;
const ends = ["client", "server"] as const;
const placeColumns = ["provider", "account_id", "network_id", "subnet_id", "realm"] as const;

/** Reads who talked to whom: grouped and shortened by the engine, so that what comes back is bounded. */
export async function readTraffic(request: TrafficRequest, lake: QueryLake, engine: QueryEngine): Promise<Traffic> {
  const { range, filter, scope } = request;
  const segments: QueryLake["segments"] = (table) => lake.segments(table);
  const query: Query = {
    dataset: "conversations",
    range,
    by: ends.flatMap((end) => [...placeColumns, "ip"].map((column) => `${end}_${column}`)),
    measures: ["bytes", "conversations", "denied"],
    timeZone: "UTC",
    ...(filter !== undefined && { filter }),
  };
  const hours = await hoursOf(query, { engine, segments, names: lake.names, staleHours: lake.staleHours });
  const planned = plan(query, scope, {
    segments,
    names: lake.names,
    longestWindow: 0,
    ...(hours !== undefined && { hours }),
  });
  const { rows } = await engine.run(pairsStatement(planned, lake.names.blocks.length > 0));
  const coverage = await coverageIn({
    engine,
    segments,
    range,
    scope,
    nowMs: lake.nowMs,
    memory: lake.memory,
    told: lake.told,
  });
  const files = new Map(planned.rows.reads.flatMap((read) => read.segments).map((segment) => [segment.id, segment]));
  return {
    ...trafficOf(rows),
    table: planned.table,
    why: planned.why,
    scannedRows: [...files.values()].reduce((sum, each) => sum + each.rows, 0),
    coverage,
  };
}

/** Pairs and ends in one statement: pairs name their ends by a number that is made of what the end is. */
function pairsStatement({ rows: grouped }: Plan, hasNames: boolean): Statement {
  const bindings = new Bindings("traffic_");
  bindings.values.push(...grouped.parameters);
  const isPrivate = (column: string): string =>
    `(${privateBlocks.map(({ first, last }) => `${column} BETWEEN ${bindings.address(first)} AND ${bindings.address(last)}`).join(" OR ")})`;
  const isOutside = (end: string): string => `(${end}_provider IS NULL AND NOT ${isPrivate(`${end}_ip`)})`;
  const outside = ends.map((end) => `SELECT ${end}_ip AS ip FROM grouped WHERE ${isOutside(end)}`).join(" UNION ");
  const named = hasNames
    ? `SELECT o.ip, n.name FROM outside o ASOF JOIN ${NAMES_TABLE} n ON o.ip >= n.first WHERE o.ip <= n.last`
    : "SELECT NULL::UUID AS ip, NULL::VARCHAR AS name WHERE false";
  const shortened = ends.flatMap((end) => [
    ...placeColumns.map((column) => `${end}_${column}`),
    `CASE WHEN ${end}_names.name IS NOT NULL THEN NULL WHEN ${isOutside(end)} THEN ${blockSql(`${end}_ip`)} ELSE ${end}_ip END AS ${end}_at`,
    `${end}_names.name AS ${end}_name`,
  ]);
  const joins = ends.map((end) => `LEFT JOIN named ${end}_names ON ${end}_names.ip = ${end}_ip`).join(" ");
  const sums = ["bytes", "conversations", "denied"].map((name) => `sum(${name})::DOUBLE AS ${name}`).join(", ");
  const parts = (end: string): string => [...placeColumns, "at", "name"].map((column) => `${end}_${column}`).join(", ");
  const keys = ends.map((end) => `hash(${parts(end)}) AS ${end}_key`).join(", ");
  const kept = ends.flatMap((end) => [
    ...placeColumns.map((column) => `${end}_${column}`),
    ...["at", "name"].map(
      (column) => `CASE WHEN least(by_bytes, by_denied) <= ${MOST_PAIRS} THEN ${end}_${column} END AS ${end}_${column}`,
    ),
  ]);
  const endRows = ends.map(
    (end) => `SELECT DISTINCT ${end}_key, NULL::UBIGINT, 0.0, 0.0, 0.0, ${parts(end)} FROM keyed`,
  );
  return {
    ...grouped,
    sql: `WITH grouped AS MATERIALIZED (${grouped.sql}), outside AS (${outside}), named AS (${named}),
      shortened AS (SELECT ${shortened.join(", ")}, bytes, conversations, denied FROM grouped ${joins}),
      summed AS (SELECT ${ends.map(parts).join(", ")}, ${sums} FROM shortened GROUP BY ALL),
      placed AS (SELECT *, row_number() OVER (ORDER BY bytes DESC) AS by_bytes, row_number() OVER (ORDER BY denied DESC) AS by_denied FROM summed),
      kept AS (SELECT ${kept.join(", ")}, ${sums} FROM placed GROUP BY ALL),
      keyed AS MATERIALIZED (SELECT *, ${keys} FROM kept)
      SELECT client_key, server_key, bytes, conversations, denied, NULL, NULL, NULL, NULL, NULL, NULL::UUID, NULL FROM keyed
      UNION ALL ${endRows.join(" UNION ALL ")}`,
    parameters: bindings.values,
    readsNames: grouped.readsNames || hasNames,
  };
}

const FIRST_IPV4 = "'00000000-0000-0000-0000-ffff00000000'::UUID";
const LAST_IPV4 = "'00000000-0000-0000-0000-ffffffffffff'::UUID";

/** The first address of the block that an address is in. */
function blockSql(ip: string): string {
  return `CASE WHEN ${ip} BETWEEN ${FIRST_IPV4} AND ${LAST_IPV4} THEN (left(${ip}::VARCHAR, 32) || '0000')::UUID ELSE (left(${ip}::VARCHAR, 8) || '-0000-0000-0000-000000000000')::UUID END`;
}

function trafficOf(rows: readonly (readonly Cell[])[]): Pick<Traffic, "ends" | "pairs"> {
  const found: TrafficEnd[] = [];
  const places = new Map<Cell, number>();
  for (const [key = null, server, , , , ...end] of rows) {
    if (server !== null || places.has(key)) continue;
    places.set(key, found.length);
    found.push(endOf(end));
  }
  const pairs = rows.flatMap(([client = null, server = null, bytes, conversations, denied]) =>
    server === null
      ? []
      : {
          client: places.get(client) ?? 0,
          server: places.get(server) ?? 0,
          bytes: Number(bytes),
          conversations: Number(conversations),
          denied: Number(denied),
        },
  );
  return { ends: found, pairs };
}

function endOf(cells: readonly Cell[]): TrafficEnd {
  const [provider, account, network, subnet, realm, address, name] = cells.map((cell) =>
    typeof cell === "string" ? cell : null,
  );
  return {
    provider: provider ?? null,
    account: account ?? null,
    network: network ?? null,
    subnet: subnet ?? null,
    realm: realm ?? null,
    address: address ?? null,
    name: name ?? null,
  };
}
