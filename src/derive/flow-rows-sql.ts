import { AZURE_WINDOW, HALO, HOUR } from "./limits.ts";
import { inTransitSql, middleJoins } from "./names-sql.ts";

/** IPv4 blocks (RFC 1918, RFC 6598, RFC 3927, loopback) and IPv6 blocks (RFC 4193, RFC 4291) that no packet of the internet has. */
export const privateBlocks: readonly (readonly [string, string])[] = [
  ["00000000-0000-0000-0000-ffff0a000000", "00000000-0000-0000-0000-ffff0affffff"],
  ["00000000-0000-0000-0000-ffffac100000", "00000000-0000-0000-0000-ffffac1fffff"],
  ["00000000-0000-0000-0000-ffffc0a80000", "00000000-0000-0000-0000-ffffc0a8ffff"],
  ["00000000-0000-0000-0000-ffff64400000", "00000000-0000-0000-0000-ffff647fffff"],
  ["00000000-0000-0000-0000-ffffa9fe0000", "00000000-0000-0000-0000-ffffa9feffff"],
  ["00000000-0000-0000-0000-ffff7f000000", "00000000-0000-0000-0000-ffff7fffffff"],
  ["fc000000-0000-0000-0000-000000000000", "fdffffff-ffff-ffff-ffff-ffffffffffff"],
  ["fe800000-0000-0000-0000-000000000000", "febfffff-ffff-ffff-ffff-ffffffffffff"],
];

/** Macros that the statements of derivation use. Every one of them is a pure function. */
export const deriveMacros: readonly string[] = [
  `CREATE OR REPLACE MACRO is_private(a) AS (${privateBlocks.map(([first, last]) => `a BETWEEN '${first}'::UUID AND '${last}'::UUID`).join(" OR ")})`,
  // What falls into the hour of a count that belongs to [t0, t1): differences of one running sum, so that hours add up exactly.
  `CREATE OR REPLACE MACRO share_of(n, t0, t1, a, b) AS (CASE WHEN n IS NULL THEN NULL WHEN t1 <= t0 THEN (CASE WHEN t0 >= a AND t0 < b THEN n ELSE 0 END)
     WHEN t0 >= a AND t1 <= b THEN n
     ELSE ((n::HUGEINT * (greatest(least(t1, b), t0) - t0)) // (t1 - t0) - (n::HUGEINT * (greatest(least(t1, a), t0) - t0)) // (t1 - t0))::UBIGINT END)`,
];

const flowColumns = `
  epoch_us(time) AS t, epoch_us(end_time) AS te, provider, log_type, coalesce(flow_log_id, '') AS fl, coalesce(observer_id, '') AS ob,
  observation_point AS pt, protocol AS pr, src_ip AS s, dst_ip AS d, src_hop_ip AS sh, dst_hop_ip AS dh,
  coalesce(src_port, 0)::USMALLINT AS sport, coalesce(dst_port, 0)::USMALLINT AS dport, src_port IS NOT NULL OR dst_port IS NOT NULL AS ported,
  src_bytes, src_packets, dst_bytes, dst_packets, action, flow_state AS fs, tcp_flags AS tf, direction AS dir,
  rule_name AS rule, acl_id AS acl, reject_reason AS reason, counter_quality AS cq, richness_of(log_version, src_hop_ip, dst_hop_ip, tcp_flags, observation_point, log_type) AS richness`;

/** How much a record tells: packet addresses before interface addresses, states and flags before none. */
export const richnessMacro = `CREATE OR REPLACE MACRO richness_of(version, sh, dh, tf, pt, kind) AS
  ((CASE WHEN kind = 'azure_vnet' THEN 60 WHEN kind = 'azure_nsg' THEN 40 ELSE 0 END) + (CASE WHEN sh IS NOT NULL OR dh IS NOT NULL THEN 32 ELSE 0 END)
   + (CASE WHEN pt IS NOT NULL THEN 16 ELSE 0 END) + (CASE WHEN tf IS NOT NULL THEN 8 ELSE 0 END) + least(coalesce(version, 0), 7))::UTINYINT`;

/**
 * The hour's flows with their halo as rows of table `f0`: when each one was, and what it says. An Azure tuple that goes on or
 * ends counts since the tuple before it, five minutes at most.
 * @param source SQL of the relation with the flows
 */
export function readFlowsSql(source: string, hourStart: number): string {
  const range = `time >= make_timestamp(${hourStart - HALO}::BIGINT) AND time < make_timestamp(${hourStart + HOUR + HALO}::BIGINT)`;
  return `CREATE OR REPLACE TEMP TABLE f0 AS
    WITH f AS (SELECT ${flowColumns} FROM ${source} WHERE ${range})
    SELECT *, t AS t0, greatest(coalesce(te, t), t) AS t1 FROM f WHERE provider <> 'azure'
    UNION ALL
    SELECT *, CASE WHEN fs IN ('continue', 'end') THEN greatest(coalesce(lag(t) OVER (PARTITION BY ob, fl, pr, s, d, sport, dport ORDER BY t, fs), 0), t - ${AZURE_WINDOW}) ELSE t END AS t0, t AS t1
    FROM f WHERE provider = 'azure'`;
}

/** What the rows of an hour have, and what is therefore looked at. */
export interface RowsShape {
  /** Records that do not say at which end their observer stands. */
  readonly hasUnknownPoints: boolean;
  /** Observers with more than one flow log. */
  readonly hasRivals: boolean;
  /** Observers that are known to pass on what others send. */
  readonly hasMiddle: boolean;
}

/**
 * Rows of `f0` as table `r`, keyed by the unordered pair of endpoints, with each count's share in the hour. Left out are the
 * flow logs of an observer that has a richer one while that is alive: their records say the same again.
 */
export function keyedRowsSql(hourStart: number, { hasUnknownPoints, hasRivals, hasMiddle }: RowsShape): string {
  const [a, b] = [`${hourStart}::BIGINT`, `${hourStart + HOUR}::BIGINT`];
  const learned = hasUnknownPoints
    ? `LEFT JOIN own os ON f.pt IS NULL AND os.ob = f.ob AND os.addr = f.s LEFT JOIN own od ON f.pt IS NULL AND od.ob = f.ob AND od.addr = f.d`
    : "";
  const point = hasUnknownPoints
    ? `coalesce(f.pt, CASE WHEN os.addr IS NOT NULL AND od.addr IS NULL THEN 'src' WHEN od.addr IS NOT NULL AND os.addr IS NULL THEN 'dst' ELSE 'unknown' END)`
    : "f.pt";
  const rivals = hasRivals
    ? `WHERE NOT EXISTS (SELECT 1 FROM logs mine JOIN logs better ON better.ob = mine.ob WHERE mine.ob = f.ob AND mine.fl = f.fl
        AND (better.rank > mine.rank OR (better.rank = mine.rank AND better.fl < mine.fl)) AND ((f.t1 > better.first_seen AND f.t0 < better.alive_to) OR (f.t1 = f.t0 AND f.t0 BETWEEN better.first_seen AND better.alive_to)))`
    : "";
  const shares = Object.entries({ sb: "src_bytes", sk: "src_packets", db: "dst_bytes", dk: "dst_packets" })
    .map(([short, name]) => `share_of(${name}, t0, t1, ${a}, ${b}) AS ${short}`)
    .join(", ");
  return `CREATE OR REPLACE TEMP TABLE r AS
    WITH g AS (SELECT f.*, ${point} AS learned, f.s < f.d OR (f.s = f.d AND f.sport <= f.dport) AS fwd FROM f0 f ${learned} ${rivals})
    SELECT pr, if(fwd, s, d) AS ip1, if(fwd, d, s) AS ip2, if(fwd, sport, dport) AS port1, if(fwd, dport, sport) AS port2, fwd, ported, g.ob, fl, provider, log_type,
      CASE ${hasMiddle ? `WHEN ${inTransitSql} THEN 'transit' ` : ""}WHEN (learned = 'dst' AND dh IS NOT NULL AND NOT is_private(d)) OR (learned = 'src' AND sh IS NOT NULL AND NOT is_private(s)) THEN 'transit' ELSE learned END AS pt,
      dir, CASE action WHEN 'allow' THEN 'allowed' WHEN 'deny' THEN 'denied' WHEN 'drop' THEN 'dropped' ELSE 'observed' END AS v,
      ${shares}, src_bytes AS fb, dst_bytes AS gb,
      t0, t1, (t0 < ${b} AND (t1 > ${a} OR t0 >= ${a})) AS inh, (t >= ${a} AND t < ${b})::UTINYINT AS rec,
      fs, tf, rule, acl, reason, cq,
      t0 >= ${a} AND t0 < ${b} AND (coalesce((tf & 18) = 2, false) OR coalesce(fs = 'begin', false)) AS opener,
      coalesce((tf & 5) <> 0, false) OR coalesce(fs = 'end', false) AS closer
    FROM g ${hasMiddle ? middleJoins : ""}`;
}
