/*
 * Private addresses that two networks have at the same time. That they do is taken from names only: of two interfaces in different
 * networks a cloud says that both own the address. Records alone cannot tell an overlap from a firewall that passes on what others
 * send. Without an overlap none of these statements but the first is run.
 */

/** Addresses with the networks that have them, as table `shared_addresses`; of observers that something was heard of in the last day. */
export const sharedAddressesSql = `CREATE OR REPLACE TEMP TABLE shared_addresses AS
  WITH owned AS (SELECT DISTINCT i.addr, o.network_id AS network FROM (SELECT ob, unnest(addresses) AS addr FROM named_interfaces) i
      JOIN observers_now o ON o.observer_id = i.ob WHERE is_private(i.addr) AND o.network_id IS NOT NULL)
  SELECT addr, network, ('fc' || substr(md5(network || chr(0) || addr::VARCHAR), 3))::UUID AS scoped
  FROM owned WHERE addr IN (SELECT addr FROM owned GROUP BY addr HAVING count(*) > 1)`;

/** The unordered pair of endpoints of a row, as {@link keyedRowsSql} makes it. */
const pairOf = (s: string, d: string, sport: string, dport: string): string => {
  const forward = `(${s} < ${d} OR (${s} = ${d} AND ${sport} <= ${dport}))`;
  return `if(${forward}, ${s}, ${d}) AS ip1, if(${forward}, ${d}, ${s}) AS ip2, if(${forward}, ${sport}, ${dport}) AS port1, if(${forward}, ${dport}, ${sport}) AS port2`;
};
const CARRIED = ["client_ip", "server_ip", "coalesce(client_port, 0)", "coalesce(server_port, 0)"] as const;
const inCollision = (row: string, protocol: string, ends: readonly [string, string, string, string]): string =>
  `EXISTS (SELECT 1 FROM collisions x WHERE x.pr = ${row}.${protocol} AND least(x.ip1, x.ip2) = least(${ends[0]}, ${ends[1]}) AND greatest(x.ip1, x.ip2) = greatest(${ends[0]}, ${ends[1]})
    AND least(x.port1, x.port2) = least(${ends[2]}, ${ends[3]}) AND greatest(x.port1, x.port2) = greatest(${ends[2]}, ${ends[3]}))`;

/**
 * Conversations in two networks that have the same ends and ports: their rows, and what they go on with, get addresses that stand
 * for one network's (of fc00::/8, which is assigned to nobody), until they are assembled.
 */
export const scopeSql: readonly string[] = [
  "CREATE OR REPLACE TEMP TABLE scope_of AS SELECT DISTINCT o.observer_id AS ob, v.addr, v.network, v.scoped FROM observers_now o JOIN shared_addresses v ON v.network = o.network_id",
  `CREATE OR REPLACE TEMP TABLE collisions AS SELECT pr, ip1, ip2, port1, port2 FROM (
      SELECT f.pr, ${pairOf("f.s", "f.d", "f.sport", "f.dport")}, x.network FROM f0 f JOIN scope_of x ON x.ob = f.ob AND x.addr IN (f.s, f.d)
      UNION ALL SELECT c.protocol, ${pairOf(...CARRIED)}, v.network FROM carry_before c JOIN shared_addresses v ON (v.addr = c.client_ip AND v.network = c.client_realm) OR (v.addr = c.server_ip AND v.network = c.server_realm))
    GROUP BY pr, ip1, ip2, port1, port2 HAVING count(DISTINCT network) > 1`,
  `CREATE OR REPLACE TEMP VIEW f0 AS SELECT f.* EXCLUDE (collides) REPLACE (coalesce(a.scoped, f.s) AS s, coalesce(b.scoped, f.d) AS d)
    FROM (SELECT *, ${inCollision("f", "pr", ["f.s", "f.d", "f.sport", "f.dport"])} AS collides FROM flows_read f) f
    LEFT JOIN scope_of a ON f.collides AND a.ob = f.ob AND a.addr = f.s LEFT JOIN scope_of b ON f.collides AND b.ob = f.ob AND b.addr = f.d`,
  ...["mine", "middle_own"].map(
    (table) =>
      `INSERT INTO ${table} SELECT o.ob, x.scoped FROM ${table} o JOIN scope_of x ON x.ob = o.ob::VARCHAR AND x.addr = o.addr`,
  ),
  `CREATE OR REPLACE TEMP TABLE carry_before AS SELECT c.* EXCLUDE (collides) REPLACE (coalesce(a.scoped, c.client_ip) AS client_ip, coalesce(b.scoped, c.server_ip) AS server_ip)
    FROM (SELECT *, ${inCollision("c", "protocol", ["c.client_ip", "c.server_ip", "coalesce(c.client_port, 0)", "coalesce(c.server_port, 0)"])} AS collides FROM carry_before c) c
    LEFT JOIN shared_addresses a ON c.collides AND a.addr = c.client_ip AND a.network = c.client_realm LEFT JOIN shared_addresses b ON c.collides AND b.addr = c.server_ip AND b.network = c.server_realm`,
];

const restored = (table: string, end: "client" | "server"): string =>
  `UPDATE ${table} SET ${end}_ip = v.addr, ${end}_realm = v.network FROM shared_addresses v WHERE ${table}.${end}_ip = v.scoped`;
/** By the observer at that end, else by the one at the other end: a network reaches its own. */
const labelled = (end: "client" | "server", observer: "client" | "server"): string =>
  `UPDATE conv SET ${end}_realm = x.network FROM scope_of x WHERE conv.${end}_realm = 'default' AND x.addr = conv.${end}_ip AND x.ob = conv.${observer}_ob::VARCHAR`;

/** Gives the ends of assembled conversations their addresses back, and their realms. */
export const realmsSql: readonly string[] = [
  restored("conv", "client"),
  restored("conv", "server"),
  restored("open_before", "client"),
  restored("open_before", "server"),
  labelled("client", "client"),
  labelled("server", "server"),
  labelled("client", "server"),
  labelled("server", "client"),
];
