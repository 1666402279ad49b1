import { CLOSED_MEMORY, HOUR, idleLimits, REOPEN_GAP } from "./limits.ts";

const KEY = "pr, ip1, ip2, port1, port2";

/** What one observer saw of one key and part, in one direction and with one verdict. */
function observationsOf(rows: string, part: string): string {
  return `SELECT ${KEY}, ${part} AS part, fwd, ob, fl, pt, dir, v, any_value(provider) AS provider, any_value(log_type) AS log_type, bool_or(ported) AS ported,
    sum(sb)::UBIGINT AS sb, sum(sk)::UBIGINT AS sk, sum(db)::UBIGINT AS db, sum(dk)::UBIGINT AS dk, sum(fb)::UBIGINT AS fb, sum(gb)::UBIGINT AS gb,
    min(t0) FILTER (inh) AS t0, max(t1) FILTER (inh) AS t1, max(t1 - t0) AS longest, sum(t1 - t0) FILTER (inh) AS busy, sum(rec) AS n, bool_or(inh) AS inh,
    bit_or(tf) FILTER (inh) AS tf, bool_or(fs IS NOT NULL) AS stated, bool_or(closer) FILTER (inh) AS closer, max(t0) FILTER (opener) AS last_open, min(t0) FILTER (opener) AS first_open,
    max(rule) AS rule, max(acl) AS acl, max(reason) AS reason, max(cq) AS cq
    FROM ${rows} GROUP BY ALL`;
}

/** Observations as table `o`, all keys in one part. */
export const observationsSql = `CREATE OR REPLACE TEMP TABLE o AS ${observationsOf("r", "0::UINTEGER")}`;

/** How long a key may be silent: see {@link idleLimits}. */
const LIMIT = `CASE WHEN pr = 6 THEN (CASE WHEN bool_or(stated) OR bit_or(tf) IS NOT NULL THEN ${idleLimits.tcpWithState} ELSE ${idleLimits.tcp} END)
  ELSE greatest(${idleLimits.others}, 2 * max(longest) + 5000000) END`;

/** Keys that may hold more than one conversation, as table `split`. @returns statements */
export const splitKeysSql = `CREATE OR REPLACE TEMP TABLE split AS
  SELECT ${KEY}, ${LIMIT} AS max_idle FROM o GROUP BY ${KEY}
  HAVING bool_or(last_open > t0) OR max(t1) - min(t0) - max(busy) > ${LIMIT}`;

/**
 * Cuts the keys of `split` where a conversation really starts anew, and puts their observations in place of the uncut ones.
 * Starts are read from one observer, the one that saw most of them: two observers see one SYN at two times.
 */
export const splitSql: readonly string[] = [
  `CREATE OR REPLACE TEMP TABLE c AS SELECT r.*, split.max_idle FROM r JOIN split USING (${KEY}) WHERE r.inh`,
  `CREATE OR REPLACE TEMP TABLE cuts AS
    WITH reference AS (SELECT ${KEY}, max({opens: opens, n: n, stream: ob || chr(0) || fl}).stream AS stream FROM (SELECT ${KEY}, ob, fl, count(*) FILTER (opener) AS opens, count(*) AS n FROM c GROUP BY ALL) GROUP BY ${KEY}),
    rows AS (SELECT c.* FROM c JOIN reference USING (${KEY}) WHERE c.ob || chr(0) || c.fl = reference.stream),
    grouped AS (SELECT *, sum(opener::INT) OVER w AS g, t0 - max(t1) OVER (PARTITION BY ${KEY} ORDER BY t0, opener DESC, t1, fwd ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS gap
      FROM rows WINDOW w AS (PARTITION BY ${KEY} ORDER BY t0, opener DESC, t1, fwd ROWS UNBOUNDED PRECEDING)),
    openings AS (SELECT ${KEY}, g, min(t0) FILTER (opener) AS cut, bool_or(closer) AS closes, max(t1) AS until FROM grouped GROUP BY ALL),
    reopened AS (SELECT ${KEY}, cut FROM (SELECT *, lag(closes) OVER w AS closed, max(until) OVER (PARTITION BY ${KEY} ORDER BY g ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before FROM openings WINDOW w AS (PARTITION BY ${KEY} ORDER BY g))
      WHERE cut IS NOT NULL AND before IS NOT NULL AND (closed OR cut - before > ${REOPEN_GAP}))
    SELECT DISTINCT ${KEY}, cut FROM (SELECT * FROM reopened UNION ALL SELECT ${KEY}, t0 FROM grouped WHERE gap > max_idle)`,
  `CREATE OR REPLACE TEMP TABLE parted AS
    SELECT c.*, (SELECT count(*) FROM cuts k WHERE k.pr = c.pr AND k.ip1 = c.ip1 AND k.ip2 = c.ip2 AND k.port1 = c.port1 AND k.port2 = c.port2
      AND CASE WHEN c.closer AND NOT c.opener THEN k.cut <= c.t0 ELSE k.cut < c.t1 OR k.cut <= c.t0 END)::UINTEGER AS piece FROM c`,
  `DELETE FROM o USING cuts k WHERE o.pr = k.pr AND o.ip1 = k.ip1 AND o.ip2 = k.ip2 AND o.port1 = k.port1 AND o.port2 = k.port2`,
  `INSERT INTO o ${observationsOf(`(SELECT parted.* FROM parted SEMI JOIN cuts USING (${KEY}))`, "piece").replace("GROUP BY ALL", "GROUP BY ALL")}`,
];

/** Directions as table `q`: what each observer saw of what one end sent, once for each verdict. Flow logs of one observer add. */
export const directionsSql = `CREATE OR REPLACE TEMP TABLE q AS
  SELECT ${KEY}, part, one, ob, side, v, sum(b)::UBIGINT AS b, sum(k)::UBIGINT AS k, sum(w)::UBIGINT AS w, bool_or(inh) AS inh FROM (
    SELECT ${KEY}, part, fwd AS one, ob, v, inh, sb AS b, sk AS k, fb AS w, CASE pt WHEN 'transit' THEN 'transit_' || coalesce(dir, '') ELSE pt END AS side FROM o
    UNION ALL
    SELECT ${KEY}, part, NOT fwd, ob, v, inh, db, dk, gb, CASE pt WHEN 'src' THEN 'dst' WHEN 'dst' THEN 'src' WHEN 'transit' THEN 'transit_back_' || coalesce(dir, '') ELSE pt END
    FROM o WHERE v NOT IN ('denied', 'dropped') AND (provider = 'azure' OR db IS NOT NULL))
  GROUP BY ALL`;

/**
 * Addresses whose own side saw at least half of what the far side saw: there they are counted. Whole records are compared, those
 * of the halo too: two sides whose windows end at different times must not be judged by where the hour cuts them.
 */
export const ownSideSql = `CREATE OR REPLACE TEMP TABLE own_side AS
  SELECT if(one, ip1, ip2) AS ip FROM q WHERE v NOT IN ('denied', 'dropped') GROUP BY ALL
  HAVING coalesce(sum(w) FILTER (side = 'src'), 0) > 0 AND 2 * coalesce(sum(w) FILTER (side = 'src'), 0) >= coalesce(sum(w) FILTER (side = 'dst'), 0)`;

const REFUSED = "v IN ('denied', 'dropped')";

/** The volumes of one direction by where they were seen. */
function volumes(direction: "one" | "NOT one", name: "b" | "k", suffix: string): string {
  // A refusal without counters is one all the same.
  const at = (side: string, refused: boolean): string =>
    `max(${refused ? `coalesce(${name}, 0)` : name}) FILTER (${direction} AND side = '${side}' AND ${refused ? "" : "NOT "}${REFUSED})`;
  const transit = (sign: string): string =>
    `sum(${name}) FILTER (${direction} AND side LIKE 'transit%' AND ${sign} AND NOT ${REFUSED})`;
  return [
    `${at("src", false)} AS src_${suffix}`,
    `${at("dst", false)} AS dst_${suffix}`,
    `${at("src", true)} AS src_no_${suffix}`,
    `${at("dst", true)} AS dst_no_${suffix}`,
    `${at("unknown", false)} AS any_${suffix}`,
    `${at("unknown", true)} AS any_no_${suffix}`,
    `greatest(${transit("side LIKE '%egress'")}, ${transit("side NOT LIKE '%egress'")}) AS way_${suffix}`,
  ].join(", ");
}

export const volumesSql = `CREATE OR REPLACE TEMP TABLE vol AS
  SELECT ${KEY}, part, ${volumes("one", "b", "b12")}, ${volumes("one", "k", "k12")}, ${volumes("NOT one", "b", "b21")}, ${volumes("NOT one", "k", "k21")},
    bool_or(one AND side = 'src') AS seen12, bool_or(NOT one AND side = 'src') AS seen21, bool_or(one AND side = 'dst') AS far12, bool_or(NOT one AND side = 'dst') AS far21,
    bool_or(one AND side = 'src' AND v = 'allowed' OR NOT one AND side = 'dst' AND v = 'allowed') AS ok1
  FROM q GROUP BY ${KEY}, part`;

/** One side's word on one direction, from the observations. */
function word(fwd: string, pt: string): string {
  const is = (verdict: string): string => `bool_or(v = '${verdict}') FILTER (${fwd} AND pt = '${pt}')`;
  return `CASE WHEN ${is("denied")} AND ${is("allowed")} THEN 'mixed' WHEN ${is("denied")} THEN 'denied' WHEN ${is("dropped")} THEN 'dropped' WHEN ${is("allowed")} THEN 'allowed' WHEN ${is("observed")} THEN 'observed' END`;
}

/** What tells of each conversation but its volumes, as table `facts`. 1 is the smaller endpoint. */
export const factsSql = `CREATE OR REPLACE TEMP TABLE facts AS
  SELECT ${KEY}, part, min(t0) AS t0, max(t1) AS t1, sum(n)::UBIGINT AS records, bool_or(ported) AS ported, ${LIMIT} AS max_idle,
    bit_or(tf) FILTER (fwd) AS f12, bit_or(tf) FILTER (NOT fwd) AS f21, bool_or(stated) AS stated, bool_or(closer) AS closed, bool_or((tf & 4) <> 0) AS reset,
    min(first_open) AS first_open, bool_or(fwd) FILTER (provider = 'azure') AS t12, bool_or(NOT fwd) FILTER (provider = 'azure') AS t21,
    bool_or(fwd) AS any12, bool_or(NOT fwd) AS any21, min_by(fwd, 2 * t0 + if(fwd, 0, 1)) AS first_fwd,
    ${word("fwd", "src")} AS w12_1, ${word("fwd", "dst")} AS w12_2, ${word("NOT fwd", "src")} AS w21_2, ${word("NOT fwd", "dst")} AS w21_1,
    CASE WHEN bool_or(v = 'dropped') FILTER (pt = 'transit') THEN 'dropped' WHEN bool_or(v = 'denied') FILTER (pt = 'transit') THEN 'denied' WHEN bool_or(v = 'allowed') FILTER (pt = 'transit') THEN 'allowed' WHEN bool_or(v = 'observed') FILTER (pt = 'transit') THEN 'observed' END AS word_way,
    CASE WHEN bool_or(v = 'denied') FILTER (pt = 'unknown') AND bool_or(v = 'allowed') FILTER (pt = 'unknown') THEN 'mixed' ELSE max(v) FILTER (pt = 'unknown') END AS word_any,
    bool_and(v = 'denied') AS all_denied, bool_or(v = 'denied') AS some_denied, bit_or(tf) FILTER (v = 'denied') AS denied_flags, max(t1) FILTER (v = 'allowed') AS allowed_to, min(t0) FILTER (v = 'denied') AS denied_from, min(t0) FILTER (v = 'allowed') AS allowed_from,
    max(ob) FILTER (fwd = (pt = 'src') AND pt IN ('src', 'dst')) AS ob1, max(ob) FILTER (fwd = (pt = 'dst') AND pt IN ('src', 'dst')) AS ob2,
    coalesce(max(rule) FILTER (v = 'denied' AND fwd = (pt = 'src') AND pt IN ('src', 'dst')), max(rule) FILTER (fwd = (pt = 'src') AND pt IN ('src', 'dst'))) AS rule1, coalesce(max(rule) FILTER (v = 'denied' AND fwd = (pt = 'dst') AND pt IN ('src', 'dst')), max(rule) FILTER (fwd = (pt = 'dst') AND pt IN ('src', 'dst'))) AS rule2,
    coalesce(max(acl) FILTER (v = 'denied'), max(acl)) AS acl, coalesce(max(rule) FILTER (v = 'denied'), max(rule)) AS rule, max(reason) AS reason, max(cq) AS cq, string_agg(DISTINCT provider, '+' ORDER BY provider) AS providers
  FROM o WHERE inh GROUP BY ${KEY}, part`;

/** Which hour of an open conversation this is: its row in the carry of the hours before, as table `open_before`. */
export function carriedSql(hourStart: number): string {
  return `CREATE OR REPLACE TEMP TABLE open_before AS
    SELECT * EXCLUDE (time), if(client_ip < server_ip OR (client_ip = server_ip AND coalesce(client_port, 0) <= coalesce(server_port, 0)), coalesce(client_port, 0), coalesce(server_port, 0)) AS port1,
      if(client_ip < server_ip OR (client_ip = server_ip AND coalesce(client_port, 0) <= coalesce(server_port, 0)), coalesce(server_port, 0), coalesce(client_port, 0)) AS port2, client_ip < server_ip OR (client_ip = server_ip AND coalesce(client_port, 0) <= coalesce(server_port, 0)) AS client_first,
      least(client_ip, server_ip) AS ip1, greatest(client_ip, server_ip) AS ip2, epoch_us(last_seen) AS until
    FROM carry_before WHERE epoch_us(last_seen) > ${hourStart - idleLimits.tcpWithState}`;
}

/** What is still open when the hour ends, by its state and its silence. */
export function isOpenSql(hourStart: number): string {
  const end = hourStart + HOUR;
  return `CASE WHEN state IN ('closed', 'reset') THEN until > ${end - CLOSED_MEMORY} ELSE until > ${end} - max_idle END`;
}
