import { point } from "./codes.ts";

/*
 * What names change. Without any, the statements here are not run: `named_interfaces` and `named_blocks` are empty.
 */

/** Interfaces whose addresses are known: theirs are these and no others, whatever their records look like. */
export const ownByNameSql: readonly string[] = [
  "DELETE FROM own WHERE ob IN (SELECT ob FROM named_interfaces WHERE len(addresses) > 0)",
  "INSERT INTO own SELECT DISTINCT ob, unnest(addresses) FROM named_interfaces",
];

/** Nothing is learned of interfaces whose addresses are known. */
export const unlearnSql = "DELETE FROM pairs WHERE ob IN (SELECT ob FROM named_interfaces WHERE len(addresses) > 0)";

/**
 * Observers that pass on what others send, as tables: `middle`, and `middle_own` with their own addresses. What such an
 * observer sees of others is seen in transit: it stands at neither end. A firewall whose addresses nobody told has no records
 * of its own.
 */
export const middleSql: readonly string[] = [
  `CREATE OR REPLACE TEMP TABLE middle AS SELECT ob, len(addresses) > 0 AS told, role = 'firewall' AS forwards
    FROM named_interfaces WHERE role IN ('nat', 'load_balancer', 'firewall')`,
  "CREATE OR REPLACE TEMP TABLE middle_own AS SELECT DISTINCT ob, unnest(addresses) AS addr FROM named_interfaces SEMI JOIN middle USING (ob)",
];

/** The joins of {@link inTransitSql}: `g` are the flows, `seen_at` the point that is known or learned of each. */
export const middleJoins = `LEFT JOIN middle m ON m.ob = g.ob LEFT JOIN middle_own mo ON mo.ob = g.ob AND mo.addr = if(g.seen_at = ${point.src}, g.s, g.d)`;

/** Whether a record of `g` is of traffic that its observer only passes on. */
export const inTransitSql = `(m.ob IS NOT NULL AND CASE WHEN m.told THEN g.seen_at = ${point.unknown} OR mo.ob IS NULL
  ELSE m.forwards OR g.seen_at = ${point.unknown} OR (g.seen_at = ${point.src} AND g.sh IS NOT NULL) OR (g.seen_at = ${point.dst} AND g.dh IS NOT NULL) END)`;

const OPEN = `SELECT client_ip, client_port, server_ip, server_port, protocol FROM conv WHERE verdict <> 'denied' AND class IN ('normal', 'health_check')
    UNION ALL SELECT client_ip, client_port, server_ip, server_port, protocol FROM open_before`;
const MUTE =
  "class = 'translated', mute = true, client_bytes = 0, client_packets = 0, server_bytes = 0, server_packets = 0, attempted_bytes = 0";
const COUNTED = "conv.class = 'normal' AND conv.verdict <> 'denied'";

/**
 * Conversations of `conv` that are another one's bytes again, under the address of something that stands in for an end. Which leg
 * that is depends on what was logged: one leg always counts.
 */
export const translatedSql: readonly string[] = [
  `CREATE OR REPLACE TEMP TABLE stand_ins AS
    WITH ends AS (SELECT client_ip AS ip FROM conv UNION SELECT server_ip FROM conv)
    SELECT ip, CASE WHEN bool_or(role = 'nat') THEN 'nat' ELSE 'proxy' END AS kind FROM (
      SELECT e.ip, b.role FROM ends e JOIN named_blocks b ON e.ip BETWEEN b.first AND b.last
      UNION ALL SELECT e.ip, n.role FROM ends e JOIN (SELECT unnest(addresses) AS ip, role FROM named_interfaces) n USING (ip))
    WHERE role IN ('nat', 'load_balancer', 'proxy') GROUP BY ip`,
  `CREATE OR REPLACE TEMP TABLE passing AS SELECT DISTINCT * FROM (${OPEN})`,
  // Client to NAT: the client's own record names the server and has the same ports; else the leg beyond the gateway counts.
  `UPDATE conv SET ${MUTE} FROM stand_ins n WHERE n.ip = conv.server_ip AND n.kind = 'nat' AND ${COUNTED} AND (
      EXISTS (SELECT 1 FROM passing p WHERE p.client_ip = conv.client_ip AND p.client_port = conv.client_port AND p.protocol = conv.protocol AND p.server_port = conv.server_port
        AND p.server_ip NOT IN (SELECT ip FROM stand_ins))
      OR EXISTS (SELECT 1 FROM passing p WHERE p.client_ip = n.ip AND p.server_port = conv.server_port AND p.protocol = conv.protocol))`,
  // Client to a load balancer that keeps the client's address: the leg behind it, at the same time and as large, has both real ends.
  `UPDATE conv SET ${MUTE} FROM stand_ins n WHERE n.ip = conv.server_ip AND n.kind = 'proxy' AND ${COUNTED} AND EXISTS (
      SELECT 1 FROM (SELECT * FROM conv WHERE server_ip NOT IN (SELECT ip FROM stand_ins)) p
      WHERE p.client_ip = conv.client_ip AND p.client_port = conv.client_port AND p.protocol = conv.protocol AND is_private(p.server_ip)
        AND p.start_time <= conv.end_time + INTERVAL 1 MINUTE AND p.end_time + INTERVAL 1 MINUTE >= conv.start_time
        AND p.client_bytes BETWEEN 0.95 * conv.client_bytes AND 1.05 * conv.client_bytes AND p.server_bytes BETWEEN 0.95 * conv.server_bytes AND 1.05 * conv.server_bytes)`,
  // From NAT on: others are known to talk to the same server. From a load balancer or proxy on: somebody is known to ask it.
  `UPDATE conv SET ${MUTE} FROM stand_ins n WHERE n.ip = conv.client_ip AND ${COUNTED} AND (
      (n.kind = 'nat' AND EXISTS (SELECT 1 FROM passing p WHERE p.server_ip = conv.server_ip AND p.server_port IS NOT DISTINCT FROM conv.server_port AND p.protocol = conv.protocol AND p.client_ip NOT IN (SELECT ip FROM stand_ins)))
      OR (n.kind = 'proxy' AND EXISTS (SELECT 1 FROM passing p WHERE p.server_ip = n.ip)))`,
];
