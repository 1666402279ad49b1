import { heardBitSql, heardSql, point, refusedSql, verdict } from "./codes.ts";
import { column, heldSql, shownSql, type Column } from "./columns-sql.ts";
import { hasPointsByKey, learnedPointSql, ownJoinsSql, rowsSql } from "./flow-rows-sql.ts";
import type { HourShape } from "./hour-shape.ts";
import { CLOSED_MEMORY, HOUR, idleLimits, REOPEN_GAP } from "./limits.ts";

export const KEY = "pr, ip1, ip2, port1, port2";
const FORWARD = "(s < d OR (s = d AND sport <= dport))";
/** The key of a row of `r`: the unordered pair of endpoints. */
const keyOf = `${FORWARD} AS fwd, if(${FORWARD}, s, d) AS ip1, if(${FORWARD}, d, s) AS ip2, if(${FORWARD}, sport, dport) AS port1, if(${FORWARD}, dport, sport) AS port2`;

/** Which log a row is from; in a plain hour its observer tells. */
const logOf = (shape: HourShape): string => (shape.isPlain ? "" : "fl, log, provider, ");

/** What is summed up of the records of one observer, key, direction and verdict. What the hour has not is not worked on. */
function observationColumns(shape: HourShape): readonly Column[] {
  const inHour = shape.hasHalo ? " FILTER (inh)" : "";
  const opening = shape.hasFlags || shape.hasStates;
  return [
    column("ported", shape.hasPortless, "bool_or(ported)", "true"),
    column("sb", true, "counter(sum(sb))"),
    column("sk", true, "counter(sum(sk))"),
    column("db", shape.isTwoWay, "counter(sum(db))", "NULL::UBIGINT"),
    column("dk", shape.isTwoWay, "counter(sum(dk))", "NULL::UBIGINT"),
    column("fb", shape.isCut, "counter(sum(fb))", "sb"),
    column("gb", shape.isTwoWay, "counter(sum(gb))", "NULL::UBIGINT"),
    column("t0", true, `min(t0)${inHour}`),
    column("t1", true, `max(t1)${inHour}`),
    column("longest", true, "max(t1 - t0)"),
    column("busy", true, `sum(t1 - t0)${inHour}::BIGINT`),
    column("n", true, shape.isCut ? "count_if(rec)::BIGINT" : "count(*)"),
    column("inh", shape.hasHalo, "bool_or(inh)", "true"),
    column("tf", shape.hasFlags, `bit_or(tf)${inHour}`, "NULL::UTINYINT"),
    column("stated", shape.hasStates, "bool_or(fs IS NOT NULL)", "false"),
    column("closer", opening, `bool_or(closer)${inHour}`, "false"),
    column("last_open", opening, "max(t0) FILTER (opener)", "NULL::BIGINT"),
    column("first_open", opening, "min(t0) FILTER (opener)", "NULL::BIGINT"),
    column("rule", shape.has("rule_name"), "max(rule)", "NULL::VARCHAR"),
    column("acl", shape.has("acl_id"), "max(acl)", "NULL::VARCHAR"),
    column("reason", shape.has("reject_reason"), "max(reason)", "NULL::VARCHAR"),
    column("cq", !shape.hasOneQuality, "max(cq)", "NULL::VARCHAR"),
  ];
}

/** The rows of `o_rows` for rows like those of `r`. @param part SQL of which conversation of its key a row belongs to */
function observationsOf(rows: string, part: "0::UINTEGER" | "piece", shape: HourShape): string {
  const same = `ob, ${logOf(shape)}pt, v, out`;
  const grouped = part === "piece" ? `piece, ${same}` : same;
  // Own addresses are looked up once a group where they tell the point: that is a third of the flows, and two keys less.
  const isLater = part !== "piece" && hasPointsByKey(shape);
  const keys = isLater ? `ob, ${logOf(shape)}v` : grouped;
  const groups = `(SELECT pr, s, d, sport, dport, ${keys}, ${heldSql(observationColumns(shape))} FROM ${rows} GROUP BY pr, s, d, sport, dport, ${keys})`;
  const from = isLater
    ? `(SELECT g.*, (${learnedPointSql})::UTINYINT AS pt, false AS out FROM ${groups} g ${ownJoinsSql("g", "g.ob")})`
    : groups;
  return `SELECT pr, ${keyOf}, ${part} AS part, ${same}, * EXCLUDE (pr, s, d, sport, dport, ${grouped}) FROM ${from}`;
}

/** Observations as table `o_rows`, all keys in one part, and with what the hour knows as view `o`. */
export const observationsSql = (shape: HourShape): readonly string[] => [
  `CREATE OR REPLACE TEMP TABLE o_rows AS ${observationsOf("r", "0::UINTEGER", shape)}`,
  `CREATE OR REPLACE TEMP VIEW o AS ${shownSql("o_rows", observationColumns(shape))}`,
];

/** Keys that may hold more than one conversation, as table `split`: see {@link idleLimits} for how long a key may be silent. */
export const splitKeysSql = `CREATE OR REPLACE TEMP TABLE split AS
  SELECT ${KEY}, any_idle AS max_idle FROM facts WHERE reopened OR t1 - t0 - busy > any_idle`;

/**
 * Cuts the keys of `split` where a conversation really starts anew, and puts their observations in place of the uncut ones.
 * Starts are read from one observer, the one that saw most of them: two observers see one SYN at two times.
 */
export const splitSql = (hourStart: number, shape: HourShape): readonly string[] => [
  `CREATE OR REPLACE TEMP VIEW f_split AS SELECT f0.* FROM f0 SEMI JOIN split ON split.pr = f0.pr AND split.ip1 = least(f0.s, f0.d) AND split.ip2 = greatest(f0.s, f0.d)
    AND split.port1 = if(${FORWARD}, f0.sport, f0.dport) AND split.port2 = if(${FORWARD}, f0.dport, f0.sport)`,
  rowsSql(hourStart, shape, { name: "r_split", from: "f_split" }),
  `CREATE OR REPLACE TEMP TABLE c AS SELECT * FROM (SELECT r_split.*, ${keyOf} FROM r_split WHERE inh) JOIN split USING (${KEY})`,
  `CREATE OR REPLACE TEMP TABLE cuts AS
    WITH reference AS (SELECT ${KEY}, max({opens: opens, n: n, stream: ob::VARCHAR || chr(0) || fl::VARCHAR}).stream AS stream FROM (SELECT ${KEY}, ob, fl, count(*) FILTER (opener) AS opens, count(*) AS n FROM c GROUP BY ALL) GROUP BY ${KEY}),
    rows AS (SELECT c.* FROM c JOIN reference USING (${KEY}) WHERE c.ob::VARCHAR || chr(0) || c.fl::VARCHAR = reference.stream),
    grouped AS (SELECT *, sum(opener::INT) OVER w AS g, t0 - max(t1) OVER (PARTITION BY ${KEY} ORDER BY t0, opener DESC, t1, fwd ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS gap
      FROM rows WINDOW w AS (PARTITION BY ${KEY} ORDER BY t0, opener DESC, t1, fwd ROWS UNBOUNDED PRECEDING)),
    openings AS (SELECT ${KEY}, g, min(t0) FILTER (opener) AS cut, bool_or(closer) AS closes, max(t1) AS until FROM grouped GROUP BY ALL),
    reopened AS (SELECT ${KEY}, cut FROM (SELECT *, lag(closes) OVER w AS closed, max(until) OVER (PARTITION BY ${KEY} ORDER BY g ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before FROM openings WINDOW w AS (PARTITION BY ${KEY} ORDER BY g))
      WHERE cut IS NOT NULL AND before IS NOT NULL AND (closed OR cut - before > ${REOPEN_GAP}))
    SELECT DISTINCT ${KEY}, cut FROM (SELECT * FROM reopened UNION ALL SELECT ${KEY}, t0 FROM grouped WHERE gap > max_idle)`,
  `CREATE OR REPLACE TEMP TABLE parted AS
    SELECT c.* EXCLUDE (fwd, ip1, ip2, port1, port2), (SELECT count(*) FROM cuts k WHERE k.pr = c.pr AND k.ip1 = c.ip1 AND k.ip2 = c.ip2 AND k.port1 = c.port1 AND k.port2 = c.port2
      AND CASE WHEN c.closer AND NOT c.opener THEN k.cut <= c.t0 ELSE k.cut < c.t1 OR k.cut <= c.t0 END)::UINTEGER AS piece FROM c SEMI JOIN cuts USING (${KEY})`,
  `DELETE FROM o_rows o USING cuts k WHERE o.pr = k.pr AND o.ip1 = k.ip1 AND o.ip2 = k.ip2 AND o.port1 = k.port1 AND o.port2 = k.port2`,
  `INSERT INTO o_rows BY NAME ${observationsOf("parted", "piece", shape)}`,
  `DELETE FROM facts_rows f USING cuts k WHERE f.pr = k.pr AND f.ip1 = k.ip1 AND f.ip2 = k.ip2 AND f.port1 = k.port1 AND f.port2 = k.port2`,
];

/**
 * Where a volume was seen, as one number: the direction (0: what the smaller endpoint sent), whether it was refused, and the
 * side: its sender's, its receiver's, nobody's that is known, on its way out of or into a gateway.
 */
const side = { src: 0, dst: 1, unknown: 2, out: 3, in: 4 } as const;
const slotOf = (at: keyof typeof side, one: boolean, refused = false): number =>
  4 * side[at] + (refused ? 2 : 0) + (one ? 0 : 1);
const slotSql = (one: string, at: string): string =>
  `(4 * (${at}) + if(${refusedSql("v")}, 2, 0) + if(${one}, 0, 1))::UTINYINT`;
const sideSql = `CASE pt WHEN ${point.src} THEN ${side.src} WHEN ${point.dst} THEN ${side.dst} WHEN ${point.unknown} THEN ${side.unknown} ELSE if(out, ${side.out}, ${side.in}) END`;
const otherSideSql = `CASE pt WHEN ${point.src} THEN ${side.dst} WHEN ${point.dst} THEN ${side.src} WHEN ${point.unknown} THEN ${side.unknown} ELSE if(out, ${side.out}, ${side.in}) END`;

/**
 * Directions: what each observer saw of what one end sent, once for each verdict. Flow logs of one observer add, and records
 * that count both ways tell of two directions; where there are none of either, the observations are the directions.
 * @returns statements that make the table `q`, if it takes one
 */
export function directionsSql(shape: HourShape): readonly string[] {
  if (shape.isPlain) return [];
  return [
    `CREATE OR REPLACE TEMP TABLE q AS SELECT ${KEY}, part, slot, counter(sum(b)) AS b, counter(sum(k)) AS k, counter(sum(w)) AS w FROM (
      SELECT ${KEY}, part, ob, v, ${slotSql("fwd", sideSql)} AS slot, sb AS b, sk AS k, fb AS w FROM o
      UNION ALL
      SELECT ${KEY}, part, ob, v, ${slotSql("NOT fwd", otherSideSql)}, db, dk, gb FROM o WHERE NOT ${refusedSql("v")} AND (provider::VARCHAR = 'azure' OR db IS NOT NULL))
    GROUP BY ${KEY}, part, ob, v, slot`,
  ];
}

const volumesFrom = (shape: HourShape): string =>
  shape.isPlain ? `(SELECT *, ${slotSql("fwd", sideSql)} AS slot, sb AS b, sk AS k, fb AS w FROM o)` : "q";

/** The slots that the hour has volumes in. */
export const slotsSql = (shape: HourShape): string => `SELECT DISTINCT slot FROM ${volumesFrom(shape)}`;

/**
 * Addresses whose own side saw at least half of what the far side saw: there they are counted. Whole records are compared, those
 * of the halo too: two sides whose windows end at different times must not be judged by where the hour cuts them.
 */
export function ownSideSql(shape: HourShape): string {
  const [own, far] = [side.src, side.dst].map(
    (at) => `coalesce(sum(w) FILTER (slot IN (${4 * at}, ${4 * at + 1})), 0)`,
  );
  return `CREATE OR REPLACE TEMP TABLE own_side AS
    SELECT if(slot % 2 = 0, ip1, ip2) AS ip FROM ${volumesFrom(shape)} WHERE slot < 8 AND slot % 4 < 2 GROUP BY ALL
    HAVING ${own} > 0 AND 2 * ${own} >= ${far}`;
}

/** The volumes of one direction by where they were seen. */
function volumes(slots: ReadonlySet<number>, one: boolean, name: "b" | "k", suffix: string): readonly Column[] {
  // A refusal without counters is one all the same.
  const most = (as: string, at: keyof typeof side, refused: boolean): Column => {
    const slot = slotOf(at, one, refused);
    const sql = `max(${refused ? `coalesce(${name}, 0)` : name}) FILTER (slot = ${slot})`;
    return column(`${as}_${suffix}`, slots.has(slot), sql, "NULL::UBIGINT");
  };
  const [out, into] = [slotOf("out", one), slotOf("in", one)];
  const way = [out, into].map((slot) => `sum(${name}) FILTER (slot = ${slot})`).join(", ");
  return [
    most("src", "src", false),
    most("dst", "dst", false),
    most("src_no", "src", true),
    most("dst_no", "dst", true),
    most("any", "unknown", false),
    most("any_no", "unknown", true),
    column(`way_${suffix}`, slots.has(out) || slots.has(into), `counter(greatest(${way}))`, "NULL::UBIGINT"),
  ];
}

/** The rows of one of the ends, as one observer that stands there has them. */
const AT_1 = `fwd = (pt = ${point.src}) AND pt < ${point.transit}`;
const AT_2 = `fwd = (pt = ${point.dst}) AND pt < ${point.transit}`;

/** How long a key may be silent: see {@link idleLimits}. @param only a FILTER, or nothing */
function idleSql(shape: HourShape, only: string): string {
  const stated = shape.hasStates ? `coalesce(bool_or(stated)${only}, false)` : "false";
  const flagged = shape.hasFlags ? "bit_or(tf) IS NOT NULL" : "false";
  return `CASE WHEN pr = 6 THEN (CASE WHEN ${stated} OR ${flagged} THEN ${idleLimits.tcpWithState} ELSE ${idleLimits.tcp} END)
    ELSE greatest(${idleLimits.others}, 2 * max(longest)${only} + 5000000) END`;
}

/**
 * What tells of each conversation: times, what was heard as bits, and volumes by where they were seen. 1 is the smaller
 * endpoint.
 */
function factColumns(shape: HourShape, slots: ReadonlySet<number>): readonly Column[] {
  const { hasFlags, hasStates, hasHalo } = shape;
  const opening = hasFlags || hasStates;
  const inHour = hasHalo ? " FILTER (inh)" : "";
  const denied = (name: string, at = "true"): string =>
    `coalesce(max(${name}) FILTER (v = ${verdict.denied} AND ${at}), max(${name}) FILTER (${at}))`;
  const observer = (at: string): string => `max(enum_code(ob)) FILTER (${at}${hasHalo ? " AND inh" : ""})`;
  return [
    column("first_at", true, "min(2 * t0 + if(fwd, 0, 1))"),
    column("t0", false, "", "first_at // 2"),
    column("t1", true, "max(t1)"),
    column("records", true, "sum(n)::UBIGINT"),
    column("ported", shape.hasPortless, "bool_or(ported)", "true"),
    column("busy", true, "max(busy)"),
    column("reopened", opening, "coalesce(bool_or(last_open > t0), false)", "false"),
    column("max_idle", true, idleSql(shape, inHour)),
    column("any_idle", hasHalo, idleSql(shape, ""), "max_idle"),
    column("heard", true, "bit_or(heard)"),
    column("sight", true, "bit_or(1::UINTEGER << slot)"),
    column("f12", hasFlags, "bit_or(tf) FILTER (fwd)", "NULL::UTINYINT"),
    column("f21", hasFlags, "bit_or(tf) FILTER (NOT fwd)", "NULL::UTINYINT"),
    column("denied_flags", hasFlags, `bit_or(tf) FILTER (v = ${verdict.denied})`, "NULL::UTINYINT"),
    column("stated", hasStates, `bool_or(stated)${inHour}`, "false"),
    column("closed", opening, "bool_or(closer)", "false"),
    column("first_open", opening, "min(first_open)", "NULL::BIGINT"),
    column("azure", shape.hasAzure, "bit_or(azure_bit)", "0::UTINYINT"),
    column("provider_set", shape.providerCount > 1, "bit_or(provider_bit)", "1::UINTEGER"),
    column("ob1", true, observer(AT_1)),
    column("ob2", true, observer(AT_2)),
    column("rule1", shape.has("rule_name"), denied("rule", AT_1), "NULL::VARCHAR"),
    column("rule2", shape.has("rule_name"), denied("rule", AT_2), "NULL::VARCHAR"),
    column("acl", shape.has("acl_id"), denied("acl"), "NULL::VARCHAR"),
    column("rule", shape.has("rule_name"), denied("rule"), "NULL::VARCHAR"),
    column("reason", shape.has("reject_reason"), "max(reason)", "NULL::VARCHAR"),
    column("cq", !shape.hasOneQuality, "max(cq)", "NULL::VARCHAR"),
    ...volumes(slots, true, "b", "b12"),
    ...volumes(slots, true, "k", "k12"),
    ...volumes(slots, false, "b", "b21"),
    ...volumes(slots, false, "k", "k21"),
  ];
}

/** The rows of `facts_rows`. What only the halo saw of a key that passed in the hour tells where volume was seen. */
function factsOf(shape: HourShape, slots: ReadonlySet<number>, from = ""): string {
  const within = (sql: string, otherwise = "NULL"): string => (shape.hasHalo ? `if(inh, ${sql}, ${otherwise})` : sql);
  const azure = "if(provider::VARCHAR = 'azure', if(fwd, 1, 2), 0)::UTINYINT";
  const told = `SELECT ${KEY}, part, ob, pt, fwd, v, t0, t1, busy, last_open, longest, stated, ${within("ported", "false")} AS ported, ${within("n", "0")} AS n, inh, tf, closer, first_open, ${within("rule")} AS rule, ${within("acl")} AS acl, ${within("reason")} AS reason, ${within("cq")} AS cq,
      ${within(heardBitSql)} AS heard, ${shape.providerCount > 1 ? within("1::UINTEGER << enum_code(provider)") : "NULL"} AS provider_bit, ${shape.hasAzure ? within(azure) : "NULL"} AS azure_bit`;
  const seen = shape.isPlain
    ? `${told}, ${slotSql("fwd", sideSql)} AS slot, sb AS b, sk AS k FROM o ${from}`
    : `${told} FROM o ${from} UNION ALL BY NAME SELECT * EXCLUDE (w) FROM q ${from}`;
  return `SELECT ${KEY}, part, ${heldSql(factColumns(shape, slots))} FROM (${seen}) GROUP BY ${KEY}, part ${shape.hasHalo ? "HAVING bool_or(inh)" : ""}`;
}

/** Facts as table `facts_rows`, and with what the hour knows as view `facts`. */
export const factsSql = (shape: HourShape, slots: ReadonlySet<number>): readonly string[] => [
  `CREATE OR REPLACE TEMP TABLE facts_rows AS ${factsOf(shape, slots)}`,
  `CREATE OR REPLACE TEMP VIEW facts AS ${shownSql("facts_rows", factColumns(shape, slots))}`,
];

/** Facts of the conversations of keys that were cut, added to `facts_rows`. */
export const cutFactsSql = (shape: HourShape, slots: ReadonlySet<number>): string =>
  `INSERT INTO facts_rows BY NAME ${factsOf(shape, slots, `SEMI JOIN cuts USING (${KEY})`)}`;

/** SQL of whether a volume of the direction was seen at its sender's side, refused or not. */
export const seenAtSenderSql = (one: boolean): string =>
  `((sight & ${(1 << slotOf("src", one)) | (1 << slotOf("src", one, true))}::UINTEGER) <> 0)`;

/** One side's word on one direction, from what was heard. */
function wordOf(fwd: boolean, at: "src" | "dst"): string {
  const is = (said: keyof typeof verdict): string => heardSql({ fwd, at, said });
  return `CASE WHEN ${is("denied")} AND ${is("allowed")} THEN 'mixed' WHEN ${is("denied")} THEN 'denied' WHEN ${is("dropped")} THEN 'dropped' WHEN ${is("allowed")} THEN 'allowed' WHEN ${is("observed")} THEN 'observed' END`;
}

const way = (said: keyof typeof verdict): string => heardSql({ at: "transit", said });
const any = (said: keyof typeof verdict): string => heardSql({ at: "unknown", said });

/** What was heard, in words. */
export const wordsSql = `${wordOf(true, "src")} AS w12_1, ${wordOf(true, "dst")} AS w12_2, ${wordOf(false, "src")} AS w21_2, ${wordOf(false, "dst")} AS w21_1,
    CASE WHEN ${way("dropped")} THEN 'dropped' WHEN ${way("denied")} THEN 'denied' WHEN ${way("allowed")} THEN 'allowed' WHEN ${way("observed")} THEN 'observed' END AS word_way,
    CASE WHEN ${any("denied")} AND ${any("allowed")} THEN 'mixed' WHEN ${any("observed")} THEN 'observed' WHEN ${any("dropped")} THEN 'dropped' WHEN ${any("denied")} THEN 'denied' WHEN ${any("allowed")} THEN 'allowed' END AS word_any,
    ${heardSql({ said: "denied" })} AS some_denied, NOT (${heardSql({ said: "allowed" })} OR ${heardSql({ said: "dropped" })} OR ${heardSql({ said: "observed" })}) AS all_denied,
    ${heardSql({ fwd: true })} AS any12, ${heardSql({ fwd: false })} AS any21`;

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
