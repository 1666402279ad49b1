import type { Cell } from "#model/answer.js";
import type { TableReader } from "#query/index.js";
import { Draft, hoursOf, numberOf, openedSql, readAll, textOf, textOrNull, textsOf, touches } from "./path-sql.ts";
import type { PathOutcome, PathQuestion, Sightings, Situation } from "./path-types.ts";

const MOST_OUTCOMES = 500;
/** Where more ports than this were asked for, as a scan does, they are not told apart. */
const MOST_SERVICES = 30;
/** Addresses and ports that an outcome names. */
const SOME = 3;

const SIDES = ["client", "server"] as const;
const LEGS = ["client", "way", "server"] as const;
const sideOfLeg = { client: "client", way: "transit", server: "server" } as const;
/** What records say of packets, as bits: one leg can say several things. */
export const verdictBits = { allowed: 1, denied: 2, dropped: 4, observed: 8 } as const;

const columns = [
  "conversation_id",
  "time",
  "protocol",
  "start_time",
  "end_time",
  "chain_start",
  "starts",
  "state",
  "class",
  "verdict",
  "decided_at",
  "rule_name",
  "acl_id",
  "reject_reason",
  "attempted_bytes",
  "providers",
];
const ofSides = ["ip", "port", "verdict", "rule", "bytes", "provider"];
const flagsOf = (side: string): string => `tcp_flags_${side}`;

/** Columns of a conversation, its ends exchanged if need be: `swapped` says so. */
function ends(isSwapped: boolean): string {
  const pairs = SIDES.flatMap((side, at) => {
    const from = isSwapped ? SIDES[1 - at] : side;
    return [
      ...ofSides.map((name) => `${from}_${name} AS ${side}_${name}`),
      `${flagsOf(from ?? side)} AS ${flagsOf(side)}`,
    ];
  });
  return [...columns, ...pairs, `${isSwapped} AS swapped`].join(", ");
}

/** SQL of an end of a conversation, by its name in the question. */
const exchanged = (column: string): string =>
  `CASE WHEN swapped AND ${column} = 'client' THEN 'server' WHEN swapped AND ${column} = 'server' THEN 'client' ELSE ${column} END`;

/** What the connections from client to server came to, the newest first. */
export async function outcomesOf(question: PathQuestion, reader: TableReader): Promise<PathOutcome[]> {
  const draft = new Draft();
  const rows = `SELECT ${ends(false)} FROM conversations WHERE ${openedSql(question, draft)}
    UNION ALL SELECT ${ends(true)} FROM conversations WHERE ${openedByUnknown(question, draft)}`;
  const seen = `SELECT conversation_id, ${exchanged("sender")} AS sender, ${exchanged("side")} AS side, verdict, log_type, observer_id, coalesce(flow_log_id, '') AS log,
      coalesce(nullif(packets, 0), records) AS tries, records > 0 OR packets > 0 OR bytes > 0 AS is_real
    FROM observations JOIN (SELECT DISTINCT conversation_id, swapped FROM rows) USING (conversation_id) WHERE ${draft.during("time", hoursOf(question.range))}`;
  const sql = `WITH rows AS (${rows}),
    whole AS (${wholeSql}),
    seen AS (${seen}),
    told AS (${toldSql}),
    judged AS (SELECT w.*, ${situationSql} AS situation, t.* EXCLUDE (conversation_id, blind), coalesce(t.blind, false) AS blind FROM whole w LEFT JOIN told t USING (conversation_id))
    ${groupedSql}`;
  return (await readAll(reader, sql, draft)).map(outcomeOf);
}

/** Without flags, ports or order nobody knows who opened it (ICMP): then either way round counts. */
function openedByUnknown({ client, server, port, protocol, range }: PathQuestion, draft: Draft): string {
  const parts = [
    "client_basis = 'unknown'",
    draft.within("client_ip", server.spans),
    draft.within("server_ip", client.spans),
    ...touches(range, draft),
  ];
  if (port !== undefined) parts.push(`client_port = ${draft.bind(port)}`);
  if (protocol !== undefined) parts.push(`protocol = ${draft.bind(protocol)}`);
  return parts.join(" AND ");
}

/** One row a conversation, of its rows an hour; what it came to is what its newest hour says. */
const wholeSql = `SELECT conversation_id, any_value(protocol) AS protocol, any_value(client_ip) AS client_ip, any_value(server_ip) AS server_ip, any_value(server_port) AS port,
    min(if(starts > 0, chain_start, start_time)) AS first, max(end_time) AS last, epoch(max(end_time)) - epoch(min(chain_start)) AS seconds,
    arg_max(state, time) AS state, arg_max(class, time) AS class, arg_max(verdict, time) AS verdict, arg_max(decided_at, time) AS decided_at,
    arg_max(rule_name, time) AS rule_name, arg_max(acl_id, time) AS acl_id, arg_max(reject_reason, time) AS reason,
    arg_max(client_verdict, time) AS client_verdict, arg_max(server_verdict, time) AS server_verdict, arg_max(client_rule, time) AS client_rule, arg_max(server_rule, time) AS server_rule,
    arg_max(client_provider, time) AS client_provider, arg_max(server_provider, time) AS server_provider, arg_max(providers, time) AS providers,
    sum(client_bytes) AS client_bytes, sum(server_bytes) AS server_bytes, sum(attempted_bytes) AS attempted_bytes, bit_or(tcp_flags_server) AS flags, max(starts) > 0 AS began
  FROM rows GROUP BY conversation_id`;

/** What each leg's records say of the packets of one sender. A two-way record that counts nothing of one way says nothing of it. */
const sightingsSql = (sender: "client" | "server", name: string): string =>
  LEGS.map(
    (leg) =>
      `coalesce(bit_or(bits) FILTER (sender = '${sender}' AND side = '${sideOfLeg[leg]}' AND is_real), 0) AS ${name}_${leg}`,
  ).join(", ");
const bitsSql = `CASE verdict ${Object.entries(verdictBits)
  .map(([verdict, bit]) => `WHEN '${verdict}' THEN ${bit}`)
  .join(" ")} ELSE 0 END`;

/** What the observers tell of each conversation: tries as the one that saw most counts them, and what each leg says. */
const toldSql = `SELECT conversation_id, max(tries) FILTER (sender = 'client') AS tries, bool_and(log_type = 'azure_nsg') AS blind, max(verdict) FILTER (side = 'transit') AS way,
    bool_or(sender = 'server' AND verdict = 'denied' AND is_real) AS answer_denied, bool_or(sender = 'client' AND verdict = 'denied') AS request_denied,
    bool_or(sender = 'server' AND verdict = 'dropped') AS answer_dropped, bool_or(sender = 'client' AND verdict = 'dropped') AS request_dropped, bool_or(sender = 'server' AND is_real) AS answered,
    ${sightingsSql("client", "request")}, ${sightingsSql("server", "answer")}
  FROM (SELECT conversation_id, sender, side, verdict, ${bitsSql} AS bits, bool_or(is_real) AS is_real, any_value(log_type) AS log_type, sum(tries) AS tries FROM seen GROUP BY conversation_id, sender, side, verdict, observer_id, log) GROUP BY conversation_id`;

/** What gateways dropped, and what came through all the same: no answer, and nothing at the far end. */
const PASSED = verdictBits.allowed | verdictBits.observed;
const droppedSql = `CASE WHEN t.request_dropped AND NOT t.answered AND (t.request_server & ${PASSED}) = 0 THEN 'dropped'
    WHEN t.answer_dropped AND (t.answer_client & ${PASSED}) = 0 AND (t.request_client <> 0 OR (t.answer_way & ${PASSED}) = 0) THEN 'answer_dropped' END`;

/**
 * What a conversation came to. A reset of the server that never sent a SYN is a closed port; where the log has no flags, one of
 * a connection that carried no more than its own headers.
 */
const situationSql = `CASE WHEN class = 'stray' THEN 'stray' WHEN verdict = 'mixed' THEN 'mixed'
    WHEN verdict = 'denied' THEN (CASE WHEN coalesce(t.answer_denied, false) AND NOT coalesce(t.request_denied, false) THEN 'answer_denied' ELSE 'denied' END)
    WHEN verdict = 'dropped' AND (${droppedSql}) IS NOT NULL THEN ${droppedSql}
    WHEN protocol = 6 AND began AND state = 'reset' AND (CASE WHEN flags IS NULL THEN client_bytes + server_bytes < 200 ELSE (flags & 4) <> 0 AND (flags & 2) = 0 END) THEN 'closed_port'
    WHEN state = 'attempted' THEN (CASE WHEN protocol = 6 THEN 'unanswered' ELSE 'one_way' END) ELSE 'allowed' END`;

const same = (column: string): string =>
  `CASE WHEN min(${column}) <> max(${column}) THEN 'mixed' ELSE min(${column}) END`;

/** The outcomes. The rule is that of the side that decided. */
const groupedSql = `SELECT situation, if((SELECT count(DISTINCT port) FROM judged) > ${MOST_SERVICES}, NULL, port) AS service, protocol, decided_at, arg_max(state, first), ${same("client_verdict")}, ${same("server_verdict")}, max(way),
    CASE WHEN situation IN ('denied', 'answer_denied', 'mixed') THEN coalesce(if(decided_at = 'client', client_rule, server_rule), client_rule, server_rule, rule_name, acl_id) ELSE coalesce(server_rule, client_rule, rule_name) END AS rule, max(reason),
    arg_max(coalesce(if(decided_at = 'client', client_provider, server_provider), client_provider, server_provider, providers), first),
    count(*), sum(coalesce(tries, 1)), sum(client_bytes + server_bytes), sum(attempted_bytes), min(first), max(first), max(last), max(seconds), arg_max(client_bytes + server_bytes, seconds),
    list_slice(list_sort(list(DISTINCT ip_text(client_ip))), 1, ${SOME}), count(DISTINCT client_ip), list_slice(list_sort(list(DISTINCT ip_text(server_ip))), 1, ${SOME}), count(DISTINCT server_ip), bool_and(blind),
    list_slice(list_sort(list(DISTINCT port) FILTER (port IS NOT NULL)), 1, ${SOME}), count(DISTINCT port),
    ${["request", "answer"].flatMap((name) => LEGS.map((leg) => `coalesce(bit_or(${name}_${leg}), 0)`)).join(", ")}
  FROM judged GROUP BY situation, service, protocol, decided_at, rule
  ORDER BY max(first) DESC, count(*) DESC, service, situation, decided_at, rule LIMIT ${MOST_OUTCOMES}`;

function outcomeOf(row: readonly Cell[]): PathOutcome {
  return {
    situation: textOf(row[0]) as Situation,
    port: row[1] === null ? null : numberOf(row[1]),
    protocol: numberOf(row[2]),
    decidedAt: textOf(row[3]),
    state: textOf(row[4]),
    clientVerdict: textOrNull(row[5]),
    serverVerdict: textOrNull(row[6]),
    wayVerdict: textOrNull(row[7]),
    rule: textOrNull(row[8]),
    reason: textOrNull(row[9]),
    provider: textOrNull(row[10]),
    conversations: numberOf(row[11]),
    attempts: numberOf(row[12]),
    bytes: numberOf(row[13]),
    attemptedBytes: numberOf(row[14]),
    first: textOf(row[15]),
    lastStart: textOf(row[16]),
    last: textOf(row[17]),
    longest: { seconds: numberOf(row[18]), bytes: numberOf(row[19]) },
    clients: textsOf(row[20]),
    clientCount: numberOf(row[21]),
    servers: textsOf(row[22]),
    serverCount: numberOf(row[23]),
    blindToAnswers: row[24] === true,
    ports: textsOf(row[25]).map(Number),
    portCount: numberOf(row[26]),
    request: sightingsOf(row.slice(27, 30)),
    answer: sightingsOf(row.slice(30, 33)),
  };
}

function sightingsOf([client, way, server]: readonly Cell[]): Sightings {
  return { client: numberOf(client), way: numberOf(way), server: numberOf(server) };
}
