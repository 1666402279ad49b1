import type { ColumnName } from "#model/columns.js";
import type { DerivedTable } from "#model/tables.js";
import { isOpenSql, KEY } from "./assemble-sql.ts";
import { point, refusedSql, verdict, wordSql } from "./codes.ts";
import type { HourShape } from "./hour-shape.ts";
import { CLOSED_MEMORY, HOUR, idleLimits, MINUTE } from "./limits.ts";

const SUMS = [
  "starts",
  "records",
  "client_bytes",
  "client_packets",
  "server_bytes",
  "server_packets",
  "attempted_bytes",
] as const;
const KIND = ["protocol", "server_port", "verdict", "decided_at", "class", "state", "providers"] as const;
/** What a place is made of. */
export const PLACE = ["provider", "account_id", "region", "network_id", "subnet_id", "az_id"] as const;
/** What a group of conversations has in common; places are numbers until rows are written. */
const GROUP = [...KIND, "client_place", "server_place"].join(", ");

/** Addresses of the internet beyond this many in an hour are folded into their blocks. */
const MOST_PUBLIC = 10_000;

/** Realms that an end may be in, as an ENUM type: those of every hour, of networks that share addresses, and carried ones. */
export const realmTypeSql = (shape: HourShape): string =>
  `CREATE OR REPLACE TEMP TYPE hour_realm AS ENUM (SELECT DISTINCT realm FROM (
    SELECT unnest(['default', 'public']) AS realm UNION ALL SELECT client_realm FROM carry_before UNION ALL SELECT server_realm FROM carry_before
    ${shape.hasShared ? "UNION ALL SELECT network FROM shared_addresses" : ""}) WHERE realm IS NOT NULL ORDER BY 1)`;

/** The one word for how all records count, as table `quality`. */
const qualitySql: readonly string[] = [
  "CREATE OR REPLACE TEMP TYPE hour_quality AS ENUM (SELECT DISTINCT coalesce(cq, '') FROM streams ORDER BY 1)",
  "CREATE OR REPLACE TEMP TABLE quality AS SELECT max(cq)::hour_quality AS counter_quality FROM streams",
];

/**
 * Where the hour's observers stand, as tables: `places` with one row an observer, and `place_of` with one row for each place
 * that some of them share. Their texts are ENUM types of the hour.
 */
export const placesSql: readonly string[] = [
  ...qualitySql,
  ...[...PLACE, "instance_id"].map(
    (name) =>
      `CREATE OR REPLACE TEMP TYPE place_${name} AS ENUM (SELECT DISTINCT coalesce(${name}, '') FROM observers_now ORDER BY 1)`,
  ),
  `CREATE OR REPLACE TEMP TABLE observers_at AS
    SELECT observer_id::hour_ob AS ob, ${[...PLACE, "instance_id"].map((name) => `max(${name})::place_${name} AS ${name}`).join(", ")}
    FROM observers_now WHERE observer_id <> '' AND observer_id IN (SELECT ob FROM streams) GROUP BY observer_id`,
  `CREATE OR REPLACE TEMP TABLE place_of AS SELECT row_number() OVER ()::USMALLINT AS place, * FROM (SELECT DISTINCT ${PLACE.join(", ")} FROM observers_at)`,
  `CREATE OR REPLACE TEMP TABLE places AS SELECT enum_code(o.ob)::UINTEGER AS code, o.ob, p.place, o.instance_id
    FROM observers_at o JOIN place_of p ON ${PLACE.map((name) => `p.${name} IS NOT DISTINCT FROM o.${name}`).join(" AND ")}`,
];

/** The texts for sets of providers, as table `provider_sets`. */
export const providerSetsSql = (shape: HourShape): readonly string[] => [
  `CREATE OR REPLACE TEMP TABLE provider_words AS ${
    shape.providerCount > 1
      ? `SELECT provider_set, string_agg(p::VARCHAR, '+' ORDER BY p) AS words FROM (SELECT DISTINCT provider_set FROM facts)
          JOIN (SELECT DISTINCT provider::hour_provider AS p FROM streams) ON ((provider_set >> enum_code(p)) & 1) = 1 GROUP BY provider_set`
      : "SELECT 1::UINTEGER AS provider_set, any_value(provider) AS words FROM streams"
  }`,
  "CREATE OR REPLACE TEMP TYPE hour_providers AS ENUM (SELECT DISTINCT words FROM provider_words ORDER BY 1)",
  "CREATE OR REPLACE TEMP TABLE provider_sets AS SELECT provider_set, words::hour_providers AS providers FROM provider_words",
];

const folds = (end: "client" | "server"): string =>
  `NOT is_private(${end}_ip) AND (crowded OR ${end === "client" ? "verdict = 'denied'::word_verdict" : "false"}) AND ${end}_ip NOT IN (SELECT ip FROM large)`;
/** The block that an address is folded into: /24 of IPv4, /48 of IPv6. */
const block = (end: string): string =>
  `CASE WHEN ${end}_ip::VARCHAR LIKE '00000000-0000-0000-0000-ffff%' THEN (left(${end}_ip::VARCHAR, 34) || '00')::UUID ELSE (left(${end}_ip::VARCHAR, 13) || '-0000-0000-000000000000')::UUID END`;

/** The largest public addresses of the hour, as table `large`; all of them unless there are too many. */
export const largeSql = `CREATE OR REPLACE TEMP TABLE large AS
  SELECT ip FROM (SELECT client_ip AS ip, client_bytes::HUGEINT + server_bytes AS b FROM conv WHERE NOT is_private(client_ip) AND verdict <> 'denied'::word_verdict
    UNION ALL SELECT server_ip, client_bytes::HUGEINT + server_bytes FROM conv WHERE NOT is_private(server_ip)) GROUP BY ip ORDER BY sum(b) DESC, ip LIMIT ${MOST_PUBLIC}`;

const sums = SUMS.map(
  (name) => `${name === "starts" ? "sum(starts)::UINTEGER" : `counter(sum(${name}))`} AS ${name}`,
).join(", ");

/** The two ends' places in words. */
const placeWords = (["client", "server"] as const)
  .flatMap((end) => PLACE.map((name) => `${end[0]}.${name} AS ${end}_${name}`))
  .join(", ");
const placesOf = (from: string): string =>
  `${from} LEFT JOIN place_of c ON c.place = client_place LEFT JOIN place_of s ON s.place = server_place`;

/** What observations are joined with, and how. */
export interface ObservationJoins {
  readonly hasWays: boolean;
  /** Some keys lack a protocol or an address, because a flow log's format does: nothing equals what is missing. */
  readonly hasUnknownKeys: boolean;
}

/** Keys that {@link ObservationJoins.hasUnknownKeys} is about. */
export const unknownKeysSql = "(SELECT 1 FROM conv WHERE pr IS NULL OR ip1 IS NULL OR ip2 IS NULL LIMIT 1)";

/** The rows that an hour adds to each derived table, but for {@link leftSql}. */
export function outputsSql(
  hourStart: number,
  shape: HourShape,
  { hasWays, hasUnknownKeys }: ObservationJoins,
): Readonly<Record<Exclude<DerivedTable, "observers" | "carry">, string>> {
  return {
    conversations: `SELECT ${shape.hasOneQuality ? "quality.counter_quality, " : ""}conv.* EXCLUDE (${KEY}, part, client, mute, max_idle, until, client_ob, server_ob, client_place, server_place), client_ob AS client_observer, server_ob AS server_observer,
        ${placeWords}, i.instance_id AS client_instance_id, j.instance_id AS server_instance_id
      FROM ${placesOf(shape.hasOneQuality ? "quality, conv" : "conv")} LEFT JOIN places i ON i.ob = client_ob LEFT JOIN places j ON j.ob = server_ob`,
    observations: observationsSql(shape, { hasWays, hasUnknownKeys }),
    ...rollupsSql(hourStart),
  };
}

/** The rows that an hour leaves to the next. */
export function leftSql(hourStart: number): Readonly<Record<"observers" | "carry", string>> {
  return {
    observers: `SELECT make_timestamp(${hourStart}::BIGINT) AS time, observer_id, nullif(flow_log_id, '') AS flow_log_id, * EXCLUDE (observer_id, flow_log_id, first_seen, last_seen), make_timestamp(first_seen) AS first_seen, make_timestamp(last_seen) AS last_seen
      FROM observers_now`,
    carry: "SELECT * FROM carry_now",
  };
}

/** What is made of the hour's conversations alone: of the tables `conv`, `place_of` and `large`. */
export function rollupsSql(hourStart: number): Readonly<Record<"rollup_minute" | "rollup_hour" | "presence", string>> {
  const time = `make_timestamp(${hourStart}::BIGINT) AS time`;
  return {
    rollup_minute: minutesSql(hourStart),
    rollup_hour: `WITH folded AS (SELECT *, ${folds("client")} AS fold_client, ${folds("server")} AS fold_server FROM conv, (SELECT count(*) >= ${MOST_PUBLIC} AS crowded FROM large)),
        grouped AS (SELECT client_realm, server_realm, if(fold_client, ${block("client")}, client_ip) AS client_ip, if(fold_server, ${block("server")}, server_ip) AS server_ip,
          CASE WHEN fold_client AND fold_server THEN 'both' WHEN fold_client THEN 'client' WHEN fold_server THEN 'server' END::word_side AS folded, ${GROUP}, ${sums}
          FROM folded GROUP BY ALL)
      SELECT ${time}, grouped.* EXCLUDE (client_place, server_place), ${placeWords} FROM ${placesOf("grouped")}`,
    presence: `SELECT ${time}, realm, address, (1 << ((${hourStart} // ${HOUR}) % 24))::UINTEGER AS hours_seen, min(start_time) AS first_seen, max(end_time) AS last_seen,
        CASE WHEN bool_or(is_client) AND bool_or(NOT is_client) THEN 'client+server' WHEN bool_or(is_client) THEN 'client' ELSE 'server' END AS roles, count(DISTINCT peer)::UBIGINT AS peers,
        sum(starts)::UINTEGER AS starts, sum(records)::UBIGINT AS records, counter(sum(bytes)) AS bytes
      FROM (SELECT client_realm AS realm, client_ip AS address, server_ip AS peer, true AS is_client, start_time, end_time, starts, records, client_bytes::HUGEINT + server_bytes AS bytes FROM conv
        UNION ALL SELECT server_realm, server_ip, client_ip, false, start_time, end_time, starts, records, client_bytes::HUGEINT + server_bytes FROM conv) GROUP BY ALL`,
  };
}

/** Which way through gateways counts of each direction, out of them or in, as table `ways`: the one on which more was seen. */
export const waysSql = `CREATE OR REPLACE TEMP TABLE ways AS
  SELECT ${KEY}, part, one, coalesce(sum(b) FILTER (out), 0) >= coalesce(sum(b) FILTER (NOT out), 0) AS counts_out FROM (
    SELECT ${KEY}, part, fwd AS one, out, sb AS b FROM o WHERE pt = ${point.transit} AND NOT ${refusedSql("v")}
    UNION ALL SELECT ${KEY}, part, NOT fwd, out, db FROM o WHERE pt = ${point.transit} AND NOT ${refusedSql("v")} AND db IS NOT NULL)
  GROUP BY ${KEY}, part, one`;

function observationsSql(shape: HourShape, { hasWays, hasUnknownKeys }: ObservationJoins): string {
  const isClient = "d.one = (c.client = 1)";
  const sideOf = `CASE WHEN d.pt < ${point.transit} THEN if((d.pt = ${point.src}) = (${isClient}), 'client'::word_side, 'server'::word_side) WHEN d.pt = ${point.transit} THEN 'transit'::word_side ELSE 'unknown'::word_side END`;
  const sides = `${KEY}, part, ob, ${shape.isPlain ? "" : "fl, log, provider, "}v, rule, acl, reason`;
  const log = shape.isPlain ? "p" : "d";
  const back = shape.isTwoWay
    ? ` UNION ALL SELECT ${sides}, NOT fwd, CASE pt WHEN ${point.src} THEN ${point.dst} WHEN ${point.dst} THEN ${point.src} ELSE pt END, out, db, dk, 0, t0, t1, NULL FROM o WHERE inh AND db IS NOT NULL`
    : "";
  const isSame = (one: string, other: string): string =>
    hasUnknownKeys
      ? `ON ${[...KEY.split(", "), "part"].map((name) => `${one}.${name} IS NOT DISTINCT FROM ${other}.${name}`).join(" AND ")}`
      : `USING (${KEY}, part)`;
  const ways = ` LEFT JOIN ways w ${hasUnknownKeys ? `${isSame("w", "d")} AND w.one = d.one` : `USING (${KEY}, part, one)`}`;
  return `SELECT time, conversation_id, client_ip, client_port, server_ip, server_port, protocol, sender, side, observer_id, flow_log_id, log_type, provider, verdict, rule_name, acl_id, reject_reason, bytes, packets, records, start_time, end_time, tcp_flags,
      if(NOT mute AND NOT ${refusedSql("v")} AND counted_at = side${hasWays ? " AND is_way" : ""}, 'yes'::word_answer, 'no'::word_answer) AS counted
    FROM (SELECT c.time, c.conversation_id, c.client_ip, c.client_port, c.server_ip, c.server_port, c.protocol, if(${isClient}, 'client'::word_side, 'server'::word_side) AS sender, ${sideOf} AS side,
        if(enum_code(d.ob) = 0, NULL, d.ob) AS observer_id, if(enum_code(${log}.fl) = 0, NULL, ${log}.fl) AS flow_log_id, ${log}.log AS log_type, ${log}.provider, ${wordSql(verdict, "d.v", "word_verdict")} AS verdict, d.rule AS rule_name, d.acl AS acl_id, d.reason AS reject_reason,
        d.b AS bytes, d.k AS packets, d.n::UBIGINT AS records, make_timestamp(d.t0) AS start_time, make_timestamp(d.t1) AS end_time, d.tf AS tcp_flags, c.mute, d.v, ${hasWays ? `d.pt <> ${point.transit} OR coalesce(w.counts_out = d.out, true) AS is_way, ` : ""}if(${isClient}, c.client_counted_at, c.server_counted_at) AS counted_at
      FROM conv c JOIN (SELECT ${sides}, fwd AS one, pt, out, sb AS b, sk AS k, n, t0, t1, tf FROM o ${shape.hasHalo ? "WHERE inh" : ""}${back}) d ${isSame("c", "d")}${hasWays ? ways : ""}${shape.isPlain ? " JOIN (SELECT DISTINCT ob::hour_ob AS ob, fl::hour_fl AS fl, log_type::hour_log AS log, provider::hour_provider AS provider FROM streams) p ON p.ob = d.ob" : ""})`;
}

/** Volumes spread over the minutes of each conversation; most have one minute, and all of it is there. */
function minutesSql(hourStart: number): string {
  const volumes = SUMS.filter((name) => name !== "starts" && name !== "records");
  const spread = volumes.map((name) => `share_of(${name}, f, u, m, m + ${MINUTE}) AS ${name}`).join(", ");
  return `WITH spans AS (SELECT ${GROUP}, ${SUMS.join(", ")}, epoch_us(start_time) AS f, greatest(epoch_us(end_time), epoch_us(start_time)) AS u, f // ${MINUTE} * ${MINUTE} AS first_minute, greatest(epoch_us(chain_start), ${hourStart}) // ${MINUTE} * ${MINUTE} AS began FROM conv),
      minutes AS (SELECT ${GROUP}, first_minute AS m, if(began = first_minute, starts, 0) AS starts, records, ${volumes.join(", ")} FROM spans WHERE u <= first_minute + ${MINUTE}
        UNION ALL SELECT ${GROUP}, m, if(m = began, starts, 0) AS starts, if(m = first_minute, records, 0) AS records, ${spread}
        FROM (SELECT *, unnest(range(first_minute, greatest(u, f + 1), ${MINUTE})) AS m FROM spans WHERE u > first_minute + ${MINUTE})),
      grouped AS (SELECT m, ${GROUP}, ${sums} FROM minutes GROUP BY ALL)
    SELECT make_timestamp(m) AS time, grouped.* EXCLUDE (m, client_place, server_place), ${placeWords} FROM ${placesOf("grouped")}`;
}

/** One end has said that it sends no more, and the other has not: that one may be silent for long, and is not over. */
const HALF_CLOSED = "state = 'closed'::word_state AND (tcp_flags_client & 1) + (tcp_flags_server & 1) = 1";

/** What the next hour goes on with, as table `carry_now`. */
export function carrySql(hourStart: number, hasParts: boolean, hasFlags: boolean): string {
  const [time, end] = [`make_timestamp(${hourStart}::BIGINT) AS time`, hourStart + HOUR];
  const kept =
    "conversation_id, client_realm::hour_realm AS client_realm, server_realm::hour_realm AS server_realm, client_ip, client_port, server_ip, server_port, protocol, client_basis::word_basis AS client_basis, chain_start, state::word_state AS state";
  const later = hasParts
    ? `AND NOT EXISTS (SELECT 1 FROM (SELECT ${KEY}, part FROM conv WHERE part > 0) l WHERE l.pr = k.pr AND l.ip1 = k.ip1 AND l.ip2 = k.ip2 AND l.port1 = k.port1 AND l.port2 = k.port2 AND l.part > k.part)`
    : "";
  return `CREATE OR REPLACE TEMP TABLE carry_now AS
    SELECT ${time}, ${kept}, make_timestamp(until) AS last_seen, client_counted_at, server_counted_at, 0::UTINYINT AS idle
      FROM ${hasFlags ? `(SELECT * REPLACE (if(${HALF_CLOSED}, 'established'::word_state, state) AS state) FROM conv)` : "conv"} k WHERE class <> 'stray'::word_class AND verdict <> 'denied'::word_verdict AND ${isOpenSql(hourStart)} ${later}
      UNION ALL BY NAME
      SELECT ${time}, ${kept}, last_seen, client_counted_at::word_side AS client_counted_at, server_counted_at::word_side AS server_counted_at, 1::UTINYINT AS idle
      FROM open_before c WHERE NOT EXISTS (SELECT 1 FROM conv k WHERE k.pr = c.protocol AND k.ip1 = c.ip1 AND k.ip2 = c.ip2 AND k.port1 = c.port1 AND k.port2 = c.port2)
        AND CASE WHEN state IN ('closed', 'reset') THEN until > ${end - CLOSED_MEMORY} WHEN protocol = 6 THEN until > ${end - idleLimits.tcpWithState} ELSE until > ${end - idleLimits.others} END`;
}

/** What the next hour depends on: when this changes, the next hour is made anew. */
export const carryHashSql = `SELECT (SELECT coalesce(sum(hash(conversation_id, client_realm::VARCHAR, server_realm::VARCHAR, client_ip, client_basis::VARCHAR, chain_start, state::VARCHAR, last_seen, client_counted_at::VARCHAR, server_counted_at::VARCHAR)::HUGEINT), 0)::VARCHAR FROM carry_now)
  || '.' || (SELECT coalesce(sum(hash(observer_id, flow_log_id, log_type, rank, first_seen, last_seen, window_s, verdicts, own_addresses, ${[...PLACE, "instance_id", "observer_type"].join(", ")})::HUGEINT), 0)::VARCHAR FROM observers_now)`;

/** Which columns of places some observer has a value in. */
export const placeColumnsSql = `SELECT ${[...PLACE, "instance_id"].map((name) => `count(${name}) > 0`).join(", ")} FROM observers_at`;

/** Columns of derived tables that no row of such an hour has a value in. @param places the row of {@link placeColumnsSql} */
export function absentColumns(shape: HourShape, places: readonly unknown[]): ReadonlySet<ColumnName> {
  const absent = new Set<ColumnName>();
  if (!shape.has("rule_name"))
    for (const name of ["rule_name", "client_rule", "server_rule"] as const) absent.add(name);
  for (const name of ["acl_id", "reject_reason", "counter_quality"] as const) if (!shape.has(name)) absent.add(name);
  if (!shape.hasFlags)
    for (const name of ["tcp_flags", "tcp_flags_client", "tcp_flags_server"] as const) absent.add(name);
  for (const [at, name] of ([...PLACE, "instance_id"] as const).entries())
    if (places[at] !== true) for (const end of ["client", "server"] as const) absent.add(`${end}_${name}`);
  return absent;
}
