import { HALO, HOUR } from "./limits.ts";

/** Rounds of looking for one more own address of observers whose records it would explain: secondary addresses. */
export const LEARNING_ROUNDS = 4;

/** The pairs of addresses that each observer without a told point saw: what its own addresses are learned from. */
export const pairsSql = `CREATE OR REPLACE TEMP TABLE pairs AS
  SELECT ob, least(s, d) AS a, greatest(s, d) AS b, count(*) AS n FROM f0 WHERE pt IS NULL GROUP BY ALL`;

/** What earlier hours knew. */
export const knownOwnSql = `CREATE OR REPLACE TEMP TABLE own AS
  SELECT DISTINCT ob, addr FROM (SELECT observer_id AS ob, unnest(from_json(own_addresses, '["UUID"]')) AS addr FROM observers_before WHERE own_addresses IS NOT NULL)
  WHERE addr IS NOT NULL`;

/**
 * One round of learning: of each observer that has pairs with no own address in them, the address that most of these pairs
 * share. One pair alone tells nothing: then the private one of the two, or the one that is not another observer's own.
 */
export const learnSql = `INSERT INTO own
  WITH uncovered AS (SELECT p.* FROM pairs p LEFT JOIN own x ON x.ob = p.ob AND x.addr = p.a LEFT JOIN own y ON y.ob = p.ob AND y.addr = p.b WHERE x.addr IS NULL AND y.addr IS NULL),
  ends AS (SELECT ob, a AS addr, b AS peer, n FROM uncovered UNION ALL SELECT ob, b, a, n FROM uncovered WHERE a <> b),
  seen AS (SELECT ob, addr, count(*) AS peers, sum(n) AS n, is_private(addr) AS private, EXISTS (SELECT 1 FROM own z WHERE z.addr = ends.addr AND z.ob <> ends.ob) AS taken FROM ends GROUP BY ALL),
  best AS (SELECT ob, max(peers) AS most FROM seen WHERE NOT taken GROUP BY ob),
  top AS (SELECT s.ob, s.addr, s.peers, s.private, s.taken, count(*) OVER (PARTITION BY s.ob) AS rivals
    FROM seen s JOIN best ON best.ob = s.ob AND s.peers = best.most
    WHERE NOT s.taken AND (s.private OR NOT EXISTS (SELECT 1 FROM seen o WHERE o.ob = s.ob AND o.private AND NOT o.taken AND o.peers = s.peers)))
  SELECT ob, addr FROM top WHERE rivals = 1`;

const places = ["provider", "account_id", "region", "network_id", "subnet_id", "instance_id", "az_id", "observer_type"];

/** What this hour and the ones before know of each observer and its flow logs, as table `observers_now`. */
export function observersSql(source: string, hourStart: number): string {
  const range = `time >= make_timestamp(${hourStart - HALO}::BIGINT) AND time < make_timestamp(${hourStart + HOUR + HALO}::BIGINT)`;
  return `CREATE OR REPLACE TEMP TABLE observers_now AS
    WITH seen AS (
      SELECT ob AS observer_id, fl AS flow_log_id, any_value(log_type ORDER BY log_type) AS log_type, max(richness) AS rank, min(if(provider = 'azure', t, t0)) AS first_seen, max(t1) AS last_seen, max(t1 - t0) // 1000000 AS window_s, count(*) AS records,
        bool_or(action IN ('allow', 'observed')) AS passes, bool_or(action IN ('deny', 'drop')) AS refuses
      FROM f0 GROUP BY ALL),
    place AS (
      SELECT coalesce(observer_id, '') AS observer_id, ${places.map((name) => `max(${name}) AS ${name}`).join(", ")} FROM ${source} WHERE ${range} GROUP BY ALL),
    addresses AS (SELECT ob AS observer_id, to_json(list(addr ORDER BY addr))::VARCHAR AS own_addresses FROM own GROUP BY ALL),
    before AS (SELECT observer_id, coalesce(flow_log_id, '') AS flow_log_id, log_type, rank, epoch_us(first_seen) AS first_seen, epoch_us(last_seen) AS last_seen, window_s, coalesce(contains(verdicts, 'allowed'), false) AS passes, coalesce(contains(verdicts, 'denied'), false) AS refuses, ${places.join(", ")} FROM observers_before)
    SELECT coalesce(n.observer_id, b.observer_id) AS observer_id, coalesce(n.flow_log_id, b.flow_log_id) AS flow_log_id,
      coalesce(n.log_type, b.log_type) AS log_type, greatest(n.rank, b.rank) AS rank,
      least(n.first_seen, b.first_seen) AS first_seen, greatest(n.last_seen, b.last_seen) AS last_seen, greatest(n.window_s, b.window_s)::UINTEGER AS window_s,
      nullif(concat_ws('+', if(coalesce(n.passes, false) OR coalesce(b.passes, false), 'allowed', NULL), if(coalesce(n.refuses, false) OR coalesce(b.refuses, false), 'denied', NULL)), '') AS verdicts,
      a.own_addresses, coalesce(n.records, 0)::UBIGINT AS records, ${places.map((name) => `coalesce(p.${name}, b.${name}) AS ${name}`).join(", ")}
    FROM seen n FULL JOIN before b ON b.observer_id = n.observer_id AND b.flow_log_id = n.flow_log_id
    LEFT JOIN place p ON p.observer_id = coalesce(n.observer_id, b.observer_id)
    LEFT JOIN addresses a ON a.observer_id = coalesce(n.observer_id, b.observer_id)`;
}

/** Flow logs by observer, as table `logs`: since when each is alive, and until when in this hour. */
export const logsSql = `CREATE OR REPLACE TEMP TABLE logs AS
  SELECT observer_id AS ob, flow_log_id AS fl, rank, first_seen, last_seen AS alive_to FROM observers_now
  WHERE observer_id <> '' AND observer_id IN (SELECT observer_id FROM observers_now GROUP BY observer_id HAVING count(*) > 1)`;
