import { point, verdict } from "./codes.ts";
import type { HourShape } from "./hour-shape.ts";
import { AZURE_WINDOW, HALO, HOUR } from "./limits.ts";
import { inTransitSql, middleJoins } from "./names-sql.ts";
import { recountedSql } from "./recounted-sql.ts";

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
  // A sum as a counter: counters of hostile records add up to more than 64 bits hold, and no hour may fail for it.
  `CREATE OR REPLACE MACRO counter(n) AS (if(n > 18446744073709551615, 18446744073709551615, n)::UBIGINT)`,
  // What falls into the hour of a count that belongs to [t0, t1): differences of one running sum, so that hours add up exactly.
  // Where the product of a count and an hour of microseconds fits 64 bits, which divide ten times as fast, they are taken.
  `CREATE OR REPLACE MACRO share_of(n, t0, t1, a, b) AS (CASE WHEN n IS NULL THEN NULL WHEN t1 <= t0 THEN (CASE WHEN t0 >= a AND t0 < b THEN n ELSE 0 END)
     WHEN t0 >= a AND t1 <= b THEN n
     WHEN n < 2147483648 AND t1 - t0 <= 4000000000
     THEN ((n::BIGINT * (greatest(least(t1, b), t0) - t0)) // (t1 - t0) - (n::BIGINT * (greatest(least(t1, a), t0) - t0)) // (t1 - t0))::UBIGINT
     ELSE ((n::HUGEINT * (greatest(least(t1, b), t0) - t0)) // (t1 - t0) - (n::HUGEINT * (greatest(least(t1, a), t0) - t0)) // (t1 - t0))::UBIGINT END)`,
];

const flowColumns = `
  epoch_us(time) AS t, epoch_us(end_time) AS te, provider, log_type, log_version, coalesce(flow_log_id, '') AS fl, coalesce(observer_id, '') AS ob,
  observation_point AS pt, protocol AS pr, src_ip AS s, dst_ip AS d, src_hop_ip AS sh, dst_hop_ip AS dh,
  coalesce(src_port, 0::USMALLINT) AS sport, coalesce(dst_port, 0::USMALLINT) AS dport, src_port IS NOT NULL OR dst_port IS NOT NULL AS ported,
  src_bytes, src_packets, dst_bytes, dst_packets, action, flow_state AS fs, tcp_flags AS tf, direction AS dir,
  rule_name AS rule, acl_id AS acl, reject_reason AS reason, counter_quality AS cq, account_id, region, network_id, subnet_id, instance_id, az_id, observer_type`;

/** How much a record tells: packet addresses before interface addresses, states and flags before none. */
export const richnessMacro = `CREATE OR REPLACE MACRO richness_of(version, hops, flagged, told, kind) AS
  ((CASE WHEN kind = 'azure_vnet' THEN 60 WHEN kind = 'azure_nsg' THEN 40 ELSE 0 END) + (CASE WHEN hops THEN 32 ELSE 0 END)
   + (CASE WHEN told THEN 16 ELSE 0 END) + (CASE WHEN flagged THEN 8 ELSE 0 END) + least(coalesce(version, 0), 7))::UTINYINT`;

/** The flows of an hour with their halo, in the words of the statements that follow. @param source SQL of the relation with the flows */
export const nearFlowsSql = (source: string, hourStart: number): string =>
  `SELECT ${flowColumns} FROM ${source} WHERE time >= make_timestamp(${hourStart - HALO}::BIGINT) AND time < make_timestamp(${hourStart + HOUR + HALO}::BIGINT)`;

/**
 * The hour's flows with their halo as the views `flows_read` and `f0`, which is the same at first: when each one was, and what it says. An Azure tuple that goes on or ends
 * counts since the tuple before it, five minutes at most; only Azure's are put down in a table for that. A record
 * that says it took longer than the halo counts within that: no window does, and the next hour would not find the rest of it.
 * @param source SQL of the relation with the flows: see {@link nearFlowsSql}
 */
export function readFlowsSql(source: string, hasAzure: boolean): string[] {
  const others = `SELECT *, t AS t0, least(greatest(coalesce(te, t), t), t + ${HALO}) AS t1 FROM ${source}${hasAzure ? " WHERE provider <> 'azure'" : ""}`;
  const shown = "CREATE OR REPLACE TEMP VIEW f0 AS SELECT * FROM flows_read";
  if (!hasAzure) return [`CREATE OR REPLACE TEMP VIEW flows_read AS ${others}`, shown];
  return [
    `CREATE OR REPLACE TEMP TABLE azure AS
      SELECT *, CASE WHEN fs IN ('continue', 'end') THEN greatest(coalesce(lag(t) OVER (PARTITION BY ob, fl, pr, s, d, sport, dport ORDER BY t, fs), 0), t - ${AZURE_WINDOW}) ELSE t END AS t0, t AS t1
      FROM ${source} WHERE provider = 'azure'`,
    ...recountedSql,
    `CREATE OR REPLACE TEMP VIEW flows_read AS ${others} UNION ALL SELECT * FROM azure`,
    shown,
  ];
}

/** Whether the point at which a flow was seen follows from its observer and its two addresses alone. */
export const hasPointsByKey = (shape: HourShape): boolean =>
  shape.isOpen && !shape.has("observation_point") && !shape.hasHops && !shape.hasMiddle;

/** The joins of {@link learnedPointSql}. @param observer SQL of the observer of a row of `from` */
export const ownJoinsSql = (from: string, observer: string): string =>
  `LEFT JOIN mine os ON os.ob = ${observer} AND os.addr = ${from}.s LEFT JOIN mine od ON od.ob = ${observer} AND od.addr = ${from}.d`;

/** The point that own addresses tell. */
export const learnedPointSql = `CASE WHEN os.addr IS NOT NULL AND od.addr IS NULL THEN ${point.src} WHEN od.addr IS NOT NULL AND os.addr IS NULL THEN ${point.dst} ELSE ${point.unknown} END`;

/**
 * Rows of `f0` as the view `r`, with each count's share in the hour. Left out are the flow logs of an observer that has a
 * richer one while that is alive: their records say the same again. A view, because reading the flows again costs less than
 * putting them down.
 */
export function rowsSql(hourStart: number, shape: HourShape, { name, from } = { name: "r", from: "f0" }): string {
  // Learned points are told by the keys that flows are grouped by: see observationsOf.
  const isLearned = shape.isOpen && !(name === "r" && hasPointsByKey(shape));
  const [a, b] = [`${hourStart}::BIGINT`, `${hourStart + HOUR}::BIGINT`];
  // Nothing but equalities: a condition on one side alone would make it a loop over all pairs of rows.
  const observer = shape.has("observation_point") ? "CASE WHEN f.pt IS NULL THEN f.ob::hour_ob END" : "f.ob::hour_ob";
  const own = isLearned ? ownJoinsSql("f", observer) : "";
  const told = `CASE f.pt WHEN 'src' THEN ${point.src} WHEN 'dst' THEN ${point.dst} WHEN 'transit' THEN ${point.transit} ELSE ${point.unknown} END`;
  const seenAt = isLearned
    ? shape.has("observation_point")
      ? `CASE WHEN f.pt IS NULL THEN ${learnedPointSql} ELSE ${told} END`
      : learnedPointSql
    : told;
  const rivals = shape.hasRivals
    ? `WHERE NOT EXISTS (SELECT 1 FROM logs one JOIN logs better ON better.ob = one.ob WHERE one.ob = f.ob AND one.fl = f.fl
        AND (better.rank > one.rank OR (better.rank = one.rank AND better.fl < one.fl)) AND ((f.t1 > better.first_seen AND f.t0 < better.alive_to) OR (f.t1 = f.t0 AND f.t0 BETWEEN better.first_seen AND better.alive_to)))`
    : "";
  const isWhole = !shape.isCut && !shape.hasHalo;
  const share = (count: string): string =>
    isWhole ? count : `CASE WHEN whole THEN ${count} ELSE share_of(${count}, t0, t1, ${a}, ${b}) END`;
  const behind = `WHEN (seen_at = ${point.dst} AND dh IS NOT NULL AND NOT is_private(d)) OR (seen_at = ${point.src} AND sh IS NOT NULL AND NOT is_private(s)) THEN ${point.transit}`;
  const transit = `${shape.hasMiddle ? `WHEN ${inTransitSql} THEN ${point.transit} ` : ""}${shape.hasHops ? behind : ""}`;
  const pt = transit === "" ? "seen_at" : `CASE ${transit} ELSE seen_at END`;
  return `CREATE OR REPLACE TEMP VIEW ${name} AS
    SELECT *, pt = ${point.transit} AND coalesce(dir = 'egress', false) AS out FROM (
      SELECT pr, s, d, sport, dport, ported, g.ob::hour_ob AS ob, fl::hour_fl AS fl, log_type::hour_log AS log, provider::hour_provider AS provider, (${pt})::UTINYINT AS pt, dir,
        (CASE action WHEN 'allow' THEN ${verdict.allowed} WHEN 'deny' THEN ${verdict.denied} WHEN 'drop' THEN ${verdict.dropped} ELSE ${verdict.observed} END)::UTINYINT AS v,
        ${share("src_bytes")} AS sb, ${share("src_packets")} AS sk, ${share("dst_bytes")} AS db, ${share("dst_packets")} AS dk, src_bytes AS fb, dst_bytes AS gb,
        t0, t1, (t0 < ${b} AND (t1 > ${a} OR t0 >= ${a})) AS inh, t >= ${a} AND t < ${b} AS rec, fs, tf, rule, acl, reason, cq,
        t0 >= ${a} AND t0 < ${b} AND (coalesce((tf & 18) = 2, false) OR coalesce(fs = 'begin', false)) AS opener,
        coalesce((tf & 5) <> 0, false) OR coalesce(fs = 'end', false) AS closer
      FROM (SELECT f.*, ${seenAt} AS seen_at, t0 >= ${a} AND t1 <= ${b} AND t1 > t0 AS whole FROM ${from} f ${own} ${rivals}) g ${shape.hasMiddle ? middleJoins : ""})`;
}
