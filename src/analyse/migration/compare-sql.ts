import { inScope, type LogsScope } from "../logs/read-facts.ts";
import type { Draft } from "../path-sql.ts";

/** An interface, and the time in which both kinds of log watch it. Microseconds. */
export interface CommonTime {
  readonly observer: string;
  readonly from: number;
  readonly to: number;
}

const CONNECTION = "nic, src_ip, dst_ip, src_port, dst_port, protocol";
/** Running flows are counted every five minutes: so near to the edge of the common time one of the logs may lack the rest. */
const EDGE = "INTERVAL 5 MINUTES";
/** NSG flow logs cut names that are longer. */
const LONGEST_NAME = 65;
/** What VNet flow logs count for the encapsulation of one packet, at the most. */
const PACKET_BYTES = 50;

/**
 * Tables that both statements begin with: `spans`, one row an interface; `tuples` of both kinds of log within them; `connections`,
 * what each kind says of one pair of addresses, ports and protocol.
 */
export function commonSql(asked: LogsScope, spans: readonly CommonTime[], draft: Draft): string {
  const rows = spans.map(
    ({ observer, from, to }) => `(${draft.bind(observer)}, ${draft.time(from)}, ${draft.time(to)})`,
  );
  return `WITH spans(nic, t0, t1) AS (VALUES ${rows.join(", ")}),
    tuples AS (SELECT nic, t0, t1, log_type = 'azure_nsg' AS is_nsg, coalesce(flow_log_id, '') AS flow_log, time, src_ip, dst_ip,
        coalesce(src_port::INTEGER, -1) AS src_port, coalesce(dst_port::INTEGER, -1) AS dst_port, protocol, action IN ('deny', 'drop') AS refused,
        coalesce(rule_name, '') AS rule, lower(regexp_extract(coalesce(acl_id, ''), '[^/]*$')) AS acl, acl_kind, counter_quality,
        coalesce(src_bytes, 0) AS src_bytes, coalesce(dst_bytes, 0) AS dst_bytes, coalesce(src_packets, 0) AS src_packets, coalesce(dst_packets, 0) AS dst_packets
      FROM flows JOIN spans ON upper(observer_id) = nic
      WHERE ${inScope(asked, draft)} AND log_type IN ('azure_nsg', 'azure_vnet') AND time >= t0 AND time <= t1),
    connections AS (SELECT ${CONNECTION}, is_nsg, any_value(t0) AS t0, any_value(t1) AS t1, min(time) AS first, max(time) AS last,
        bool_or(refused) AS refused, bool_or(NOT refused) AS passed, string_agg(DISTINCT rule, chr(10) ORDER BY rule) AS rules, string_agg(DISTINCT acl, chr(10) ORDER BY acl) AS acls,
        bool_or(acl_kind = 'platform') AS platform, bool_or(acl_kind = 'admin') AS admin, bool_or(acl_kind = 'unspecified') AS encryption,
        bool_or(counter_quality = 'unreliable') AS unreliable, sum(src_bytes) AS src_bytes, sum(dst_bytes) AS dst_bytes, sum(src_packets) AS src_packets, sum(dst_packets) AS dst_packets
      FROM tuples GROUP BY ${CONNECTION}, is_nsg)`;
}

/** What each kind of log has of each interface: nic, is_nsg, flow logs, tuples, rules, bytes, connections, denied ones. */
export const SUMS_SQL = `,
    ofTuples AS (SELECT nic, is_nsg, list_sort(list(DISTINCT flow_log)) AS logs, count(*) AS n, count(DISTINCT rule) AS rules, sum(src_bytes::HUGEINT + dst_bytes) AS bytes FROM tuples GROUP BY nic, is_nsg),
    ofConnections AS (SELECT nic, is_nsg, count(*) AS n, count(*) FILTER (refused) AS denied FROM connections GROUP BY nic, is_nsg)
  SELECT t.nic, t.is_nsg, t.logs, t.n, t.rules, t.bytes, c.n, c.denied FROM ofTuples t JOIN ofConnections c USING (nic, is_nsg) ORDER BY 1, 2`;

/** The counts of one direction agree, are missing in the NSG flow log, or differ by what encapsulates packets. */
const direction = (end: "src" | "dst"): string =>
  `(v.${end}_bytes = n.${end}_bytes OR n.${end}_bytes = 0 OR v.${end}_bytes - n.${end}_bytes BETWEEN 0 AND ${PACKET_BYTES} * v.${end}_packets)`;
const isUncounted = (end: "src" | "dst"): string => `(n.${end}_bytes = 0 AND v.${end}_bytes > 0)`;

const same = CONNECTION.split(", ")
  .map((column) => `n.${column} = v.${column}`)
  .join(" AND ");
const either = (column: string): string => `coalesce(n.${column}, v.${column})`;
const ENDS = CONNECTION.split(", ")
  .map((column) => `${either(column)} AS ${column}`)
  .join(", ");
const IS_EDGE = `(least(n.first, v.first) < ${either("t0")} + ${EDGE} OR greatest(n.last, v.last) > ${either("t1")} - ${EDGE})`;

const CLASS = `CASE
    WHEN n.nic IS NULL THEN CASE WHEN ${IS_EDGE} THEN 'edge'
      WHEN v.silent THEN 'nsg-silent'
      WHEN v.platform THEN 'platform' WHEN v.admin THEN 'admin' WHEN v.encryption THEN 'encryption'
      WHEN v.protocol NOT IN (6, 17) THEN 'protocol' ELSE 'only-vnet' END
    WHEN v.nic IS NULL THEN if(${IS_EDGE}, 'edge', 'only-nsg')
    WHEN (n.passed, n.refused) <> (v.passed, v.refused) OR n.rules <> v.rules THEN CASE
      WHEN v.platform THEN 'platform' WHEN v.admin THEN 'admin' WHEN v.encryption THEN 'encryption' WHEN ${IS_EDGE} THEN 'edge'
      WHEN (n.passed, n.refused) <> (v.passed, v.refused) THEN 'verdict'
      WHEN length(n.rules) >= ${LONGEST_NAME} AND starts_with(v.rules, n.rules) THEN 'truncated'
      WHEN n.acls <> v.acls THEN 'other-nsg' ELSE 'rule' END
    WHEN v.src_bytes = n.src_bytes AND v.dst_bytes = n.dst_bytes THEN 'same'
    WHEN v.unreliable THEN 'restart'
    WHEN ${direction("src")} AND ${direction("dst")} THEN if(${isUncounted("src")} OR ${isUncounted("dst")}, 'stateless', 'encapsulation')
    WHEN ${IS_EDGE} THEN 'edge' ELSE 'bytes' END`;

/** How the two kinds differ about each interface's connections: nic, class, connections, bytes, an example. */
export const DIFFERENCES_SQL = `,
    nsgHours AS (SELECT DISTINCT nic, date_trunc('hour', time) AS hour FROM tuples WHERE is_nsg),
    n AS (SELECT * FROM connections WHERE is_nsg),
    v AS (SELECT c.*, h.hour IS NULL AS silent FROM connections c LEFT JOIN nsgHours h ON h.nic = c.nic AND h.hour = date_trunc('hour', c.first) WHERE NOT is_nsg),
    pairs AS (SELECT ${ENDS}, ${CLASS} AS class, coalesce(v.src_bytes + v.dst_bytes, 0)::HUGEINT - coalesce(n.src_bytes + n.dst_bytes, 0)::HUGEINT AS more
      FROM n FULL JOIN v ON ${same})
  SELECT nic, class, count(*), sum(more),
    min(ip_text(src_ip) || if(src_port < 0, '', ':' || src_port) || ' > ' || ip_text(dst_ip) || if(dst_port < 0, '', ':' || dst_port) || ' protocol ' || protocol)
  FROM pairs GROUP BY nic, class ORDER BY nic, class`;
