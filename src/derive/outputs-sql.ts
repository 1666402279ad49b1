import type { DerivedTable } from "#model/tables.js";
import { isOpenSql } from "./assemble-sql.ts";
import { HOUR, idleLimits, MINUTE } from "./limits.ts";

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
const PLACE = ["provider", "account_id", "region", "network_id", "subnet_id", "az_id"] as const;
const PLACES = PLACE.flatMap((name) => [`client_${name}`, `server_${name}`]);

/** Addresses of the internet beyond this many in an hour are folded into their blocks. */
const MOST_PUBLIC = 10_000;

/** Conversations with the places of their observers, as table `placed`. */
export const placedSql = `CREATE OR REPLACE TEMP TABLE placed AS
  WITH places AS (SELECT observer_id, ${PLACE.map((name) => `max(${name}) AS ${name}`).join(", ")}, max(instance_id) AS instance_id FROM observers_now WHERE observer_id <> '' GROUP BY observer_id)
  SELECT conv.*, ${["instance_id", ...PLACE].flatMap((name) => [`c.${name} AS client_${name}`, `s.${name} AS server_${name}`]).join(", ")}
  FROM conv LEFT JOIN places c ON c.observer_id = conv.client_observer LEFT JOIN places s ON s.observer_id = conv.server_observer`;

const folds = (end: "client" | "server"): string =>
  `NOT is_private(${end}_ip) AND (crowded OR ('${end}' = 'client' AND verdict = 'denied')) AND ${end}_ip NOT IN (SELECT ip FROM large)`;
/** The block that an address is folded into: /24 of IPv4, /48 of IPv6. */
const block = (end: string): string =>
  `CASE WHEN ${end}_ip::VARCHAR LIKE '00000000-0000-0000-0000-ffff%' THEN (left(${end}_ip::VARCHAR, 34) || '00')::UUID ELSE (left(${end}_ip::VARCHAR, 13) || '-0000-0000-000000000000')::UUID END`;

/** The largest public addresses of the hour, as table `large`; all of them unless there are too many. */
export const largeSql = `CREATE OR REPLACE TEMP TABLE large AS
  SELECT ip FROM (SELECT client_ip AS ip, client_bytes + server_bytes AS b FROM placed WHERE NOT is_private(client_ip) AND verdict <> 'denied'
    UNION ALL SELECT server_ip, client_bytes + server_bytes FROM placed WHERE NOT is_private(server_ip)) GROUP BY ip ORDER BY sum(b) DESC, ip LIMIT ${MOST_PUBLIC}`;

/** The rows that an hour adds to each derived table. */
export function outputsSql(hourStart: number): Readonly<Record<DerivedTable, string>> {
  const [a, b] = [hourStart, hourStart + HOUR];
  const time = `make_timestamp(${a}::BIGINT) AS time`;
  const sums = SUMS.map((name) => `sum(${name})::${name === "starts" ? "UINTEGER" : "UBIGINT"} AS ${name}`).join(", ");
  const spread = SUMS.filter((name) => name !== "starts" && name !== "records")
    .map((name) => `share_of(${name}, f, u, m, m + ${MINUTE}) AS ${name}`)
    .join(", ");
  return {
    conversations: `SELECT * EXCLUDE (pr, ip1, ip2, port1, port2, part, client, mute, max_idle, until) FROM placed ORDER BY server_port, server_ip, client_ip, client_port, start_time`,
    observations: `SELECT c.time, c.conversation_id, c.client_ip, c.client_port, c.server_ip, c.server_port, c.protocol, if(d.one = (c.client = 1), 'client', 'server') AS sender,
        CASE WHEN d.side IN ('src', 'dst') THEN if((d.side = 'src') = (d.one = (c.client = 1)), 'client', 'server') WHEN d.side LIKE 'transit%' THEN 'transit' ELSE 'unknown' END AS side,
        nullif(d.ob, '') AS observer_id, nullif(d.fl, '') AS flow_log_id, d.log_type, d.provider, d.v AS verdict, d.rule AS rule_name, d.acl AS acl_id, d.reason AS reject_reason,
        d.b AS bytes, d.k AS packets, d.n::UBIGINT AS records, make_timestamp(d.t0) AS start_time, make_timestamp(d.t1) AS end_time, d.tf AS tcp_flags,
        if(NOT c.mute AND d.v NOT IN ('denied', 'dropped') AND if(d.one = (c.client = 1), c.client_counted_at, c.server_counted_at) = CASE WHEN d.side IN ('src', 'dst') THEN if((d.side = 'src') = (d.one = (c.client = 1)), 'client', 'server') WHEN d.side LIKE 'transit%' THEN 'transit' ELSE 'unknown' END, 'yes', 'no') AS counted
      FROM (SELECT pr, ip1, ip2, port1, port2, part, fwd AS one, ob, fl, pt AS side, log_type, provider, v, rule, acl, reason, sb AS b, sk AS k, n, t0, t1, tf FROM o WHERE inh
        UNION ALL SELECT pr, ip1, ip2, port1, port2, part, NOT fwd, ob, fl, CASE pt WHEN 'src' THEN 'dst' WHEN 'dst' THEN 'src' ELSE pt END, log_type, provider, v, rule, acl, reason, db, dk, 0, t0, t1, NULL FROM o WHERE inh AND db IS NOT NULL) d
      JOIN conv c USING (pr, ip1, ip2, port1, port2, part)`,
    rollup_minute: `WITH spans AS (SELECT *, epoch_us(start_time) AS f, greatest(epoch_us(end_time), epoch_us(start_time)) AS u, greatest(epoch_us(chain_start), ${a}) AS began FROM placed),
        minutes AS (SELECT ${[...KIND, ...PLACES].join(", ")}, m, if(m = began // ${MINUTE} * ${MINUTE}, starts, 0) AS starts, if(m = f // ${MINUTE} * ${MINUTE}, records, 0) AS records, ${spread}
          FROM (SELECT *, unnest(range(f // ${MINUTE} * ${MINUTE}, greatest(u, f + 1), ${MINUTE})) AS m FROM spans))
      SELECT make_timestamp(m) AS time, ${[...KIND, ...PLACES].join(", ")}, ${sums} FROM minutes GROUP BY ALL ORDER BY time`,
    rollup_hour: `WITH folded AS (SELECT *, ${folds("client")} AS fold_client, ${folds("server")} AS fold_server FROM placed, (SELECT count(*) >= ${MOST_PUBLIC} AS crowded FROM large))
      SELECT ${time}, client_realm, server_realm, if(fold_client, ${block("client")}, client_ip) AS client_ip, if(fold_server, ${block("server")}, server_ip) AS server_ip,
        CASE WHEN fold_client AND fold_server THEN 'both' WHEN fold_client THEN 'client' WHEN fold_server THEN 'server' END AS folded, ${[...KIND, ...PLACES].join(", ")}, ${sums}
      FROM folded GROUP BY ALL ORDER BY server_ip, client_ip`,
    presence: `SELECT ${time}, realm, address, (1 << ((${a} // ${HOUR}) % 24))::UINTEGER AS hours_seen, min(start_time) AS first_seen, max(end_time) AS last_seen,
        CASE WHEN bool_or(is_client) AND bool_or(NOT is_client) THEN 'client+server' WHEN bool_or(is_client) THEN 'client' ELSE 'server' END AS roles, count(DISTINCT peer)::UBIGINT AS peers,
        sum(starts)::UINTEGER AS starts, sum(records)::UBIGINT AS records, sum(bytes)::UBIGINT AS bytes
      FROM (SELECT client_realm AS realm, client_ip AS address, server_ip AS peer, true AS is_client, start_time, end_time, starts, records, client_bytes + server_bytes AS bytes FROM placed
        UNION ALL SELECT server_realm, server_ip, client_ip, false, start_time, end_time, starts, records, client_bytes + server_bytes FROM placed) GROUP BY ALL ORDER BY address`,
    observers: `SELECT ${time}, observer_id, nullif(flow_log_id, '') AS flow_log_id, * EXCLUDE (observer_id, flow_log_id, first_seen, last_seen), make_timestamp(first_seen) AS first_seen, make_timestamp(last_seen) AS last_seen
      FROM observers_now ORDER BY observer_id, flow_log_id`,
    carry: `SELECT ${time}, conversation_id, client_realm, server_realm, client_ip, client_port, server_ip, server_port, protocol, client_basis, chain_start, state, make_timestamp(until) AS last_seen, client_counted_at, server_counted_at, 0::UTINYINT AS idle
      FROM (SELECT *, row_number() OVER (PARTITION BY pr, ip1, ip2, port1, port2 ORDER BY part DESC) AS latest FROM conv) WHERE latest = 1 AND class <> 'stray' AND verdict <> 'denied' AND ${isOpenSql(hourStart)}
      UNION ALL BY NAME
      SELECT ${time}, conversation_id, client_realm, server_realm, client_ip, client_port, server_ip, server_port, protocol, client_basis, chain_start, state, last_seen, client_counted_at, server_counted_at, 1::UTINYINT AS idle
      FROM open_before c WHERE NOT EXISTS (SELECT 1 FROM conv k WHERE k.pr = c.protocol AND k.ip1 = c.ip1 AND k.ip2 = c.ip2 AND k.port1 = c.port1 AND k.port2 = c.port2)
        AND CASE WHEN state IN ('closed', 'reset') THEN until > ${b - 10 * MINUTE} WHEN protocol = 6 THEN until > ${b - idleLimits.tcpWithState} ELSE until > ${b - idleLimits.others} END`,
  };
}

/** What the next hour depends on: when this changes, the next hour is made anew. */
export const carryHashSql = `SELECT (SELECT coalesce(sum(hash(conversation_id, client_ip, client_basis, chain_start, state, last_seen, client_counted_at, server_counted_at)::HUGEINT), 0)::VARCHAR FROM carry_now)
  || '.' || (SELECT coalesce(sum(hash(observer_id, flow_log_id, rank, first_seen, verdicts, own_addresses, account_id, network_id)::HUGEINT), 0)::VARCHAR FROM observers_now)`;
