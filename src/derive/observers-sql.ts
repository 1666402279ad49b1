import { HOUR, OBSERVER_MEMORY } from "./limits.ts";

/** Rounds of looking for one more own address of observers whose records it would explain: secondary addresses. */
export const LEARNING_ROUNDS = 4;

const places = ["provider", "account_id", "region", "network_id", "subnet_id", "instance_id", "az_id", "observer_type"];

/** Whether a flow touches the hour. */
export const withinSql = (hourStart: number): string =>
  `(t0 < ${hourStart + HOUR} AND (t1 > ${hourStart} OR t0 >= ${hourStart}))`;

/**
 * What kinds of records each observer and flow log wrote, as table `streams`: a few rows for each, from which everything that
 * is about observers is made without reading the flows again. `n` counts what touches the hour: what is only near it must not make
 * a silent hour look active.
 */
export function streamsSql(hourStart: number): string {
  return `CREATE OR REPLACE TEMP TABLE streams AS
    SELECT ob, fl, log_type, log_version, action, ${places.join(", ")}, cq, sh IS NOT NULL OR dh IS NOT NULL AS hops, tf IS NOT NULL AS flagged, pt IS NOT NULL AS told, fs IS NOT NULL AS stated, ported,
      provider = 'azure' OR dst_bytes IS NOT NULL AS two_way, min(if(provider = 'azure', t, t0)) AS t0, max(t1) AS t1, max(t1 - t0) AS longest, count_if(${withinSql(hourStart)}) AS n, bool_or(NOT (${withinSql(hourStart)})) AS beyond, bool_or(t0 < ${hourStart} OR t1 > ${hourStart + HOUR}) AS cut
    FROM f0 GROUP BY ALL`;
}

/** What the statements of an hour depend on, as one row. */
export const shapeSql = `SELECT bool_or(NOT ported), bool_or(beyond), bool_or(cut), bool_or(hops), bool_or(flagged), bool_or(stated), bool_or(NOT told), bool_or(two_way),
    count(DISTINCT cq) + max((cq IS NULL)::INTEGER), count(DISTINCT provider), bool_or(provider = 'azure'), (SELECT max(n) FROM (SELECT count(DISTINCT (fl, log_type, provider)) AS n FROM streams GROUP BY ob))
  FROM streams`;

/**
 * Observers, flow logs and kinds of logs as ENUM types: grouped and joined as numbers, in the order of their texts. The empty
 * text, for none, is number 0.
 */
export const streamTypesSql: readonly string[] = [
  ["hour_ob", "ob"],
  ["hour_fl", "fl"],
  ["hour_log", "log_type"],
  ["hour_provider", "provider"],
].map(
  ([type, column]) =>
    `CREATE OR REPLACE TEMP TYPE ${type} AS ENUM (SELECT DISTINCT ${column} FROM (SELECT ${column} FROM streams UNION ALL SELECT '') ORDER BY 1)`,
);

/** The pairs of addresses that each observer without a told point saw: what its own addresses are learned from. */
export const pairsSql = `CREATE OR REPLACE TEMP TABLE pairs AS
  SELECT DISTINCT ob, least(s, d) AS a, greatest(s, d) AS b FROM f0 WHERE pt IS NULL`;

/** Of what earlier hours knew, what is not too old: observers come and go, and each hour would hand on all there ever were. */
const remembered = (hourStart: number): string => `last_seen >= make_timestamp(${hourStart - OBSERVER_MEMORY}::BIGINT)`;

/** What earlier hours knew. */
export const knownOwnSql = (hourStart: number): string => `CREATE OR REPLACE TEMP TABLE own AS
  SELECT DISTINCT ob, addr FROM (SELECT observer_id AS ob, unnest(from_json(own_addresses, '["UUID"]')) AS addr FROM observers_before WHERE own_addresses IS NOT NULL AND ${remembered(hourStart)})
  WHERE addr IS NOT NULL`;

/** The pairs that no own address explains. */
export const uncoveredSql = (from: "pairs" | "uncovered"): string => `CREATE OR REPLACE TEMP TABLE uncovered AS
  SELECT * FROM ${from} p WHERE NOT EXISTS (SELECT 1 FROM own x WHERE x.ob = p.ob AND x.addr = p.a) AND NOT EXISTS (SELECT 1 FROM own y WHERE y.ob = p.ob AND y.addr = p.b)`;

/**
 * One round of learning: of each observer that has pairs with no own address in them, the address that most of these pairs
 * share. One pair alone tells nothing: then the private one of the two, or the one that is not another observer's own.
 */
export const learnSql = `INSERT INTO own
  WITH ends AS (SELECT ob, a AS addr, b AS peer FROM uncovered UNION ALL SELECT ob, b, a FROM uncovered WHERE a <> b),
  seen AS (SELECT ob, addr, count(*) AS peers, is_private(addr) AS private, EXISTS (SELECT 1 FROM own z WHERE z.addr = ends.addr AND z.ob <> ends.ob) AS taken FROM ends GROUP BY ALL),
  best AS (SELECT ob, max(peers) AS most FROM seen WHERE NOT taken GROUP BY ob),
  top AS (SELECT s.ob, s.addr, s.peers, s.private, s.taken, count(*) OVER (PARTITION BY s.ob) AS rivals
    FROM seen s JOIN best ON best.ob = s.ob AND s.peers = best.most
    WHERE NOT s.taken AND (s.private OR NOT EXISTS (SELECT 1 FROM seen o WHERE o.ob = s.ob AND o.private AND NOT o.taken AND o.peers = s.peers)))
  SELECT ob, addr FROM top WHERE rivals = 1`;

/** The own addresses of the hour's observers, as table `mine`. */
export const mineSql = `CREATE OR REPLACE TEMP TABLE mine AS SELECT DISTINCT * FROM (SELECT try_cast(ob AS hour_ob) AS ob, addr FROM own) WHERE ob IS NOT NULL`;

/** What this hour and the ones before know of each observer and its flow logs, as table `observers_now`. */
export const observersSql = (hourStart: number): string => `CREATE OR REPLACE TEMP TABLE observers_now AS
    WITH seen AS (
      SELECT ob AS observer_id, fl AS flow_log_id, min(log_type) AS log_type, max(richness_of(log_version, hops, flagged, told, log_type)) AS rank, min(t0) AS first_seen, max(t1) AS last_seen, max(longest) // 1000000 AS window_s, sum(n) AS records,
        bool_or(action IN ('allow', 'observed')) AS passes, bool_or(action IN ('deny', 'drop')) AS refuses
      FROM streams GROUP BY ALL),
    place AS (
      SELECT ob AS observer_id, ${places.map((name) => `max(${name}) AS ${name}`).join(", ")} FROM streams GROUP BY ALL),
    addresses AS (SELECT ob AS observer_id, to_json(list(addr ORDER BY addr))::VARCHAR AS own_addresses FROM own GROUP BY ALL),
    before AS (SELECT observer_id, coalesce(flow_log_id, '') AS flow_log_id, log_type, rank, epoch_us(first_seen) AS first_seen, epoch_us(last_seen) AS last_seen, window_s, coalesce(contains(verdicts, 'allowed'), false) AS passes, coalesce(contains(verdicts, 'denied'), false) AS refuses, ${places.join(", ")} FROM observers_before
      WHERE ${remembered(hourStart)})
    SELECT coalesce(n.observer_id, b.observer_id) AS observer_id, coalesce(n.flow_log_id, b.flow_log_id) AS flow_log_id,
      coalesce(n.log_type, b.log_type) AS log_type, greatest(n.rank, b.rank) AS rank,
      least(n.first_seen, b.first_seen) AS first_seen, greatest(n.last_seen, b.last_seen) AS last_seen, greatest(n.window_s, b.window_s)::UINTEGER AS window_s,
      nullif(concat_ws('+', if(coalesce(n.passes, false) OR coalesce(b.passes, false), 'allowed', NULL), if(coalesce(n.refuses, false) OR coalesce(b.refuses, false), 'denied', NULL)), '') AS verdicts,
      a.own_addresses, coalesce(n.records, 0)::UBIGINT AS records, ${places.map((name) => `coalesce(p.${name}, b.${name}) AS ${name}`).join(", ")}
    FROM seen n FULL JOIN before b ON b.observer_id = n.observer_id AND b.flow_log_id = n.flow_log_id
    LEFT JOIN place p ON p.observer_id = coalesce(n.observer_id, b.observer_id)
    LEFT JOIN addresses a ON a.observer_id = coalesce(n.observer_id, b.observer_id)`;

/** Flow logs by observer, as table `logs`: since when each is alive, and until when in this hour. */
export const logsSql = `CREATE OR REPLACE TEMP TABLE logs AS
  SELECT observer_id AS ob, flow_log_id AS fl, rank, first_seen, last_seen AS alive_to FROM observers_now
  WHERE observer_id <> '' AND observer_id IN (SELECT observer_id FROM observers_now GROUP BY observer_id HAVING count(*) > 1)`;
