import { KEY, seenAtSenderSql, wordsSql } from "./assemble-sql.ts";
import { point } from "./codes.ts";
import type { HourShape } from "./hour-shape.ts";
import { HOUR, REOPEN_GAP } from "./limits.ts";

/**
 * Macros of choosing. `pick`: of what the sides saw, the sender's own side where it is to be trusted, else the far side, else
 * whoever saw it. `heard`: what one side says of both directions.
 */
export const chooseMacros: readonly string[] = [
  `CREATE OR REPLACE MACRO pick_side(own, seen, src, dst, other, way) AS (CASE WHEN own AND seen THEN ${point.src} WHEN dst IS NOT NULL THEN ${point.dst} WHEN src IS NOT NULL THEN ${point.src} WHEN other IS NOT NULL THEN ${point.unknown} WHEN way IS NOT NULL THEN ${point.transit} WHEN seen THEN ${point.src} END)`,
  `CREATE OR REPLACE MACRO picked(side, src, dst, other, way) AS (coalesce(CASE side WHEN ${point.src} THEN src WHEN ${point.dst} THEN dst WHEN ${point.unknown} THEN other WHEN ${point.transit} THEN way END, 0))`,
  `CREATE OR REPLACE MACRO attempted(src, dst, src_no, dst_no, any_no, tail) AS (CASE WHEN tail THEN 0 WHEN dst_no IS NOT NULL THEN greatest(coalesce(src, 0)::HUGEINT + coalesce(src_no, 0), dst_no::HUGEINT + coalesce(dst, 0)) - coalesce(dst, 0) ELSE coalesce(src_no, 0)::HUGEINT + coalesce(any_no, 0) END)`,
  `CREATE OR REPLACE MACRO heard(request, response, tail) AS (CASE WHEN tail AND (request IN ('denied', 'mixed') OR response IN ('denied', 'mixed')) THEN 'allowed' WHEN request = 'denied' OR response = 'denied' THEN 'denied' WHEN request = 'mixed' OR response = 'mixed' THEN 'mixed' WHEN request = 'dropped' OR response = 'dropped' THEN 'dropped' ELSE coalesce(request, response) END)`,
  `CREATE OR REPLACE MACRO basis_rank(basis) AS (CASE basis WHEN 'explicit' THEN 4 WHEN 'flags' THEN 3 WHEN 'port' THEN 2 WHEN 'seen' THEN 1 ELSE 0 END)`,
  `CREATE OR REPLACE MACRO is_tunnel(pr, a, b) AS (pr IN (4, 41, 47, 50, 51, 94) OR (pr = 17 AND (a IN (4500, 4789, 6081, 65330, 51820) OR b IN (4500, 4789, 6081, 65330, 51820))))`,
  // 168.63.129.16 (Azure), 169.254.0.0/16 (metadata, DNS and time of all clouds).
  `CREATE OR REPLACE MACRO is_platform(a) AS (a = '00000000-0000-0000-0000-ffffa83f8110'::UUID OR a BETWEEN '00000000-0000-0000-0000-ffffa9fe0000'::UUID AND '00000000-0000-0000-0000-ffffa9feffff'::UUID)`,
  // 35.191.0.0/16 and 130.211.0.0/22: Google's load balancers ask from here.
  `CREATE OR REPLACE MACRO is_prober(a) AS (a BETWEEN '00000000-0000-0000-0000-ffff23bf0000'::UUID AND '00000000-0000-0000-0000-ffff23bfffff'::UUID OR a BETWEEN '00000000-0000-0000-0000-ffff82d30000'::UUID AND '00000000-0000-0000-0000-ffff82d303ff'::UUID)`,
];

/** Addresses that stand in for others: hops whose records carry another, public address behind them. */
export const translatorsSql = `CREATE OR REPLACE TEMP TABLE translators AS
  SELECT DISTINCT ip FROM (
    SELECT dh AS ip FROM f0 WHERE dh IS NOT NULL AND is_private(dh) AND NOT is_private(d) AND coalesce(pt, 'dst') <> 'src'
    UNION ALL SELECT sh FROM f0 WHERE sh IS NOT NULL AND is_private(sh) AND NOT is_private(s) AND coalesce(pt, 'src') <> 'dst')`;

/** Who opened it, by what the facts of a conversation tell. */
const TOLD = `CASE WHEN azure = 1 THEN 1 WHEN azure = 2 THEN 2 END AS by_order,
    CASE WHEN (f12 & 18) = 2 AND coalesce(f21 & 18, 0) <> 2 THEN 1 WHEN (f21 & 18) = 2 AND coalesce(f12 & 18, 0) <> 2 THEN 2 WHEN (f12 & 18) = 18 THEN 2 WHEN (f21 & 18) = 18 THEN 1 END AS by_flags,
    CASE WHEN NOT ported THEN NULL WHEN port1 >= 32768 AND port2 < 32768 THEN 1 WHEN port2 >= 32768 AND port1 < 32768 THEN 2
      WHEN port1 >= 1024 AND port2 < 1024 THEN 1 WHEN port2 >= 1024 AND port1 < 1024 THEN 2 END AS by_port`;

/** How many conversations each endpoint has of those that nothing else tells of, as table `crowd`: servers have more. */
export const crowdSql = `CREATE OR REPLACE TEMP TABLE crowd AS
  WITH untold AS (SELECT * FROM (SELECT pr, ip1, ip2, port1, port2, ported, ${TOLD} FROM facts) WHERE coalesce(by_order, by_flags, by_port) IS NULL AND ported)
  SELECT pr, ip, port, count(*) AS keys FROM (SELECT pr, ip1 AS ip, port1 AS port FROM untold UNION ALL SELECT pr, ip2, port2 FROM untold) GROUP BY ALL`;

/**
 * What was heard in words, as table `sayings`, and the verdicts that follow, as table `verdicts`: a row for each thing that was
 * heard, for either client, with and without a tail. Many conversations have few of them.
 */
export const verdictsSql: readonly string[] = [
  `CREATE OR REPLACE TEMP TABLE sayings AS SELECT *,
      coalesce(w12_1 IN ('allowed', 'mixed') OR w12_2 IN ('allowed', 'mixed'), false) AND coalesce(w21_1 IN ('allowed', 'mixed') OR w21_2 IN ('allowed', 'mixed'), false) AND some_denied AND NOT all_denied AS may_tail
    FROM (SELECT heard, ${wordsSql} FROM (SELECT DISTINCT heard FROM facts))`,
  `CREATE OR REPLACE TEMP TABLE verdicts AS
    WITH sides AS (SELECT *,
        heard(if(client = 1, w12_1, w21_2), if(client = 1, w21_1, w12_2), tail) AS client_verdict,
        heard(if(client = 1, w12_2, w21_1), if(client = 1, w21_2, w12_1), tail) AS server_verdict
      FROM sayings, (VALUES (1), (2)) AS one(client), (VALUES (true), (false)) AS other(tail)),
    combined AS (SELECT *,
        CASE WHEN coalesce(client_verdict = 'denied', false) OR coalesce(server_verdict = 'denied', false) OR coalesce(word_way = 'denied', false) OR coalesce(word_any = 'denied', false) THEN 'denied'
          WHEN coalesce(client_verdict = 'mixed', false) OR coalesce(server_verdict = 'mixed', false) OR (coalesce(word_any = 'mixed', false) AND NOT tail) THEN 'mixed'
          WHEN coalesce(client_verdict = 'dropped', false) OR coalesce(server_verdict = 'dropped', false) OR coalesce(word_way = 'dropped', false) THEN 'dropped'
          WHEN coalesce(client_verdict = 'allowed', false) OR coalesce(server_verdict = 'allowed', false) OR coalesce(word_way = 'allowed', false) OR coalesce(word_any IN ('allowed', 'mixed'), false) THEN 'allowed' ELSE 'observed' END AS verdict
      FROM sides)
    SELECT heard, client, tail, client_verdict::word_verdict AS client_verdict, server_verdict::word_verdict AS server_verdict, verdict::word_verdict AS verdict, all_denied, any12, any21,
      CASE verdict WHEN 'denied' THEN (CASE WHEN coalesce(client_verdict = 'denied', false) AND coalesce(server_verdict = 'denied', false) THEN 'both' WHEN client_verdict = 'denied' THEN 'client' WHEN server_verdict = 'denied' THEN 'server' WHEN word_way = 'denied' THEN 'transit' ELSE 'unknown' END)
        WHEN 'dropped' THEN 'transit' ELSE (CASE WHEN client_verdict IS NOT NULL AND server_verdict IS NOT NULL THEN 'both' WHEN client_verdict IS NOT NULL THEN 'client' WHEN server_verdict IS NOT NULL THEN 'server' WHEN word_way IS NOT NULL THEN 'transit' ELSE 'unknown' END) END::word_side AS decided_at
    FROM combined`,
];

/** What else a statement about conversations joins. */
export interface Joins {
  readonly hasCarry: boolean;
  readonly hasCrowd: boolean;
}

/** Facts, the carry of each conversation, and who opened it: 1 or 2, with the basis as its rank. */
function openedSql(hourStart: number, { hasCarry, hasCrowd }: Joins): string {
  const carried = hasCarry
    ? `c.conversation_id AS carried_id, epoch_us(c.chain_start) AS carried_start, c.state AS carried_state, basis_rank(c.client_basis) AS carried_basis, c.client_first AS carried_first,
      c.client_counted_at AS carried_client_at, c.server_counted_at AS carried_server_at`
    : "NULL::UBIGINT AS carried_id, NULL::BIGINT AS carried_start, NULL::VARCHAR AS carried_state, NULL::INTEGER AS carried_basis, NULL::BOOLEAN AS carried_first, NULL::VARCHAR AS carried_client_at, NULL::VARCHAR AS carried_server_at";
  const carry = hasCarry
    ? `LEFT JOIN open_before c ON f.part = 0 AND c.protocol = f.pr AND c.ip1 = f.ip1 AND c.ip2 = f.ip2 AND c.port1 = f.port1 AND c.port2 = f.port2
      AND f.t0 - c.until <= f.max_idle
      AND NOT (coalesce(f.first_open - f.t0 <= ${REOPEN_GAP}, false) AND f.t0 >= ${hourStart} AND (c.state IN ('closed', 'reset') OR f.t0 - c.until > ${REOPEN_GAP}))`
    : "";
  const guessed = hasCrowd
    ? `SELECT told.*, CASE WHEN coalesce(by_order, by_flags, by_port) IS NOT NULL OR NOT ported THEN NULL WHEN coalesce(x.keys, 0) > coalesce(y.keys, 0) THEN 2 WHEN y.keys > coalesce(x.keys, 0) THEN 1 END AS by_crowd
      FROM told LEFT JOIN crowd x ON x.pr = told.pr AND x.ip = told.ip1 AND x.port = told.port1 LEFT JOIN crowd y ON y.pr = told.pr AND y.ip = told.ip2 AND y.port = told.port2`
    : "SELECT *, NULL::INTEGER AS by_crowd FROM told";
  return `WITH told AS (SELECT *, ${TOLD} FROM (SELECT f.*, s.may_tail AND f.pr = 6 AND coalesce((f.denied_flags & 2) = 0, true) AS tail, a.ip IS NOT NULL AS own1, z.ip IS NOT NULL AS own2, ${carried}
      FROM facts f JOIN sayings s USING (heard) LEFT JOIN own_side a ON a.ip = f.ip1 LEFT JOIN own_side z ON z.ip = f.ip2 ${carry})),
  guessed AS (${guessed}),
  here AS (SELECT *, coalesce(by_order, by_flags, by_port, by_crowd, if(first_at % 2 = 0, 1, 2)) AS client_here,
    CASE WHEN by_order IS NOT NULL THEN 4 WHEN by_flags IS NOT NULL THEN 3 WHEN by_port IS NOT NULL THEN 2 WHEN by_crowd IS NOT NULL THEN 1 ELSE 0 END AS basis_here FROM guessed),
  opened AS (SELECT * EXCLUDE (by_order, by_flags, by_port, by_crowd),
    if(carried_id IS NOT NULL AND carried_basis >= basis_here, if(carried_first, 1, 2), client_here) AS client,
    if(carried_id IS NOT NULL AND carried_basis >= basis_here, carried_basis, basis_here) AS basis
  FROM here)`;
}

const word = (type: string, text: string): string => `'${text}'::word_${type}`;

/** Volumes and verdicts are chosen. What the receiver refused did not pass: of such a direction the receiver's word counts. */
const CHOSEN = `sided AS (SELECT opened.*, verdicts.* EXCLUDE (heard, client, tail),
    CASE WHEN dst_no_b12 IS NOT NULL AND NOT tail THEN ${point.dst} ELSE pick_side(own1, ${seenAtSenderSql(true)} OR coalesce(if(carried_first, carried_client_at = 'client', carried_server_at = 'server'), false), src_b12, dst_b12, any_b12, way_b12) END AS at12,
    CASE WHEN dst_no_b21 IS NOT NULL AND NOT tail THEN ${point.dst} ELSE pick_side(own2, ${seenAtSenderSql(false)} OR coalesce(if(carried_first, carried_server_at = 'server', carried_client_at = 'client'), false), src_b21, dst_b21, any_b21, way_b21) END AS at21,
    CASE WHEN is_tunnel(pr, port1, port2) THEN ${word("class", "encapsulation")} WHEN is_platform(ip1) OR is_platform(ip2) THEN ${word("class", "platform")} WHEN is_prober(if(client = 1, ip1, ip2)) THEN ${word("class", "health_check")}
      WHEN if(client = 1, ip1, ip2) IN (SELECT ip FROM translators) AND NOT is_private(if(client = 1, ip2, ip1)) THEN ${word("class", "translated")}
      WHEN all_denied AND pr = 6 AND (coalesce((denied_flags & 2) = 0, false) OR coalesce(carried_state IN ('established', 'closed', 'reset'), false)) THEN ${word("class", "stray")} ELSE ${word("class", "normal")} END AS class
    FROM opened JOIN verdicts USING (heard, client, tail)),
  chosen AS (SELECT *, class = ${word("class", "encapsulation")} OR class = ${word("class", "translated")} AS mute,
    picked(at12, src_b12, dst_b12, any_b12, way_b12)::UBIGINT AS b12, picked(at12, src_k12, dst_k12, any_k12, way_k12)::UBIGINT AS k12,
    picked(at21, src_b21, dst_b21, any_b21, way_b21)::UBIGINT AS b21, picked(at21, src_k21, dst_k21, any_k21, way_k21)::UBIGINT AS k21,
    counter(attempted(src_b12, dst_b12, src_no_b12, dst_no_b12, any_no_b12, tail) + attempted(src_b21, dst_b21, src_no_b21, dst_no_b21, any_no_b21, tail)) AS att,
    coalesce(((coalesce(f12, 0) | coalesce(f21, 0)) & 4) <> 0, false) AS reset
  FROM sided)`;

/** SQL of the side at which a direction was counted, in words. */
const sideOf = (at: string, own: "client" | "server", far: "client" | "server"): string =>
  `CASE ${at} WHEN ${point.src} THEN ${word("side", own)} WHEN ${point.dst} THEN ${word("side", far)} WHEN ${point.transit} THEN ${word("side", "transit")} WHEN ${point.unknown} THEN ${word("side", "unknown")} END`;

const STATE = `CASE WHEN verdict = ${word("verdict", "denied")} THEN ${word("state", "denied")} WHEN reset THEN ${word("state", "reset")} WHEN closed OR coalesce(carried_state = 'closed', false) THEN ${word("state", "closed")} WHEN coalesce(carried_state = 'reset', false) THEN ${word("state", "reset")}
        WHEN (b12 > 0 AND b21 > 0) OR (k12 > 0 AND k21 > 0) OR (any12 AND any21 AND NOT stated) OR coalesce(carried_state = 'established', false) THEN ${word("state", "established")} ELSE ${word("state", "attempted")} END`;
const BASIS = `CASE basis WHEN 4 THEN ${word("basis", "explicit")} WHEN 3 THEN ${word("basis", "flags")} WHEN 2 THEN ${word("basis", "port")} WHEN 1 THEN ${word("basis", "seen")} ELSE ${word("basis", "unknown")} END`;
const REALM = (ip: string): string => `if(is_private(${ip}), 'default'::hour_realm, 'public'::hour_realm)`;

/** The order in which conversations are written. */
const WRITTEN = "ORDER BY server_ip, server_port, client_ip, client_port, start_time";

/**
 * The hour's conversations, the client first, as table `conv`.
 * @param isOrdered in the order in which they and their observations are written
 */
export function conversationsSql(hourStart: number, shape: HourShape, joins: Joins, isOrdered: boolean): string {
  const [a, b] = [hourStart, hourStart + HOUR];
  // What no record of the hour has is left out, and not written: see absentColumns.
  const texts = [
    shape.has("rule_name")
      ? "rule AS rule_name, if(client = 1, rule1, rule2) AS client_rule, if(client = 1, rule2, rule1) AS server_rule, "
      : "",
    shape.has("acl_id") ? "acl AS acl_id, " : "",
    shape.has("reject_reason") ? "reason AS reject_reason, " : "",
    shape.hasFlags
      ? "if(client = 1, f12, f21) AS tcp_flags_client, if(client = 1, f21, f12) AS tcp_flags_server, "
      : "",
  ];
  return `CREATE OR REPLACE TEMP TABLE conv AS
    ${openedSql(hourStart, joins)}, ${CHOSEN},
    w AS (SELECT *, coalesce(carried_start, t0) AS began, coalesce(carried_id, hash(pr, ip1, ip2, port1, port2, t0)) AS id FROM chosen)
    SELECT make_timestamp(${a}::BIGINT) AS time, id AS conversation_id, ${KEY}, part, client, ${REALM("if(client = 1, ip1, ip2)")} AS client_realm, ${REALM("if(client = 1, ip2, ip1)")} AS server_realm,
      if(client = 1, ip1, ip2) AS client_ip, if(ported, if(client = 1, port1, port2), NULL) AS client_port, if(client = 1, ip2, ip1) AS server_ip, if(ported, if(client = 1, port2, port1), NULL) AS server_port,
      pr AS protocol, ${BASIS} AS client_basis, make_timestamp(greatest(t0, ${a})) AS start_time, make_timestamp(least(greatest(t1, ${a}), ${b})) AS end_time, make_timestamp(began) AS chain_start,
      ${STATE} AS state, class, verdict, decided_at, ${texts.join("")} (began >= ${a} AND began < ${b})::UINTEGER AS starts, records,
      if(mute, 0, if(client = 1, b12, b21))::UBIGINT AS client_bytes, if(mute, 0, if(client = 1, k12, k21))::UBIGINT AS client_packets,
      if(mute, 0, if(client = 1, b21, b12))::UBIGINT AS server_bytes, if(mute, 0, if(client = 1, k21, k12))::UBIGINT AS server_packets, if(mute OR class = ${word("class", "stray")}, 0, att)::UBIGINT AS attempted_bytes,
      c.ob AS client_ob, c.place AS client_place, client_verdict, s.ob AS server_ob, s.place AS server_place, server_verdict,
      if(client = 1, ${sideOf("at12", "client", "server")}, ${sideOf("at21", "client", "server")}) AS client_counted_at, if(client = 1, ${sideOf("at21", "server", "client")}, ${sideOf("at12", "server", "client")}) AS server_counted_at,
      provider_sets.providers, ${shape.hasOneQuality ? "" : "cq AS counter_quality, "}mute, max_idle, t1 AS until
    FROM w JOIN provider_sets USING (provider_set) LEFT JOIN places c ON c.code = if(client = 1, ob1, ob2) LEFT JOIN places s ON s.code = if(client = 1, ob2, ob1) ${isOrdered ? WRITTEN : ""}`;
}
