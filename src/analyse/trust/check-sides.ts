import type { TimeRange } from "#model/answer.js";
import type { TableReader } from "#query/index.js";
import { Draft, hoursOf, numberOf, readAll, textOf, textOrNull } from "../path-sql.ts";
import { counted } from "#base/human.js";
import { logName } from "../path-words.ts";
import { fine, type TrustCheck } from "./trust-types.ts";

const MOST = 50;
/** Two clocks further apart than this, in seconds, mix up what came first. */
const SKEW_S = 5;
/** Pairs of logs with fewer conversations than this say nothing about their clocks. */
const LEAST_PAIRS = 20;
const PERCENT = 100;

/** Whether conversations were seen where they should have been: both sides, the right side, the right network, the same time. */
export async function checkSides(range: TimeRange, reader: TableReader): Promise<TrustCheck[]> {
  return [
    await checkOneSided(range, reader),
    await checkSideless(range, reader),
    await checkOverlaps(range, reader),
    await checkSkew(range, reader),
  ];
}

/** Private addresses that talk to logged ones and are never logged themselves, by block of 256. */
async function checkOneSided(range: TimeRange, reader: TableReader): Promise<TrustCheck> {
  const draft = new Draft();
  const during = draft.during("time", hoursOf(range));
  const far = (end: string, other: string): string =>
    `SELECT ${end}_ip AS ip, ${end}_observer IS NULL AS blind, conversation_id FROM conversations
     WHERE ${during} AND ${end}_realm <> 'public' AND (${end}_observer IS NOT NULL OR ${other}_observer IS NOT NULL) AND class IN ('normal', 'health_check') AND verdict <> 'denied'`;
  const rows = await readAll(
    reader,
    `WITH ends AS (${far("client", "server")} UNION ALL ${far("server", "client")}),
      blocks AS (SELECT regexp_replace(ip_text(ip), '(\\.\\d+|:[0-9a-f]*)$', '') AS block, contains(ip_text(ip), ':') AS six, bool_and(blind) AS never, count(DISTINCT ip) AS addresses, count(DISTINCT conversation_id) AS n FROM ends GROUP BY ALL)
      SELECT block || if(six, '', '.0/24'), addresses, n, never FROM blocks WHERE never ORDER BY n DESC, block LIMIT ${MOST}`,
    draft,
  );
  if (rows.length === 0) return fine("one_sided", "Every private network that talks is logged at its own side");
  const conversations = rows.reduce((sum, row) => sum + numberOf(row[2]), 0);
  return {
    code: "one_sided",
    level: "warn",
    finding: `${counted(rows.length, "private network")} never logged at its own side, in ${counted(conversations, "conversation")}`,
    reason: "Of these, only the other end's word is known: where a connection died there cannot be said.",
    next: "Turn on flow logs there, if it is yours.",
    details: rows.map(
      ([block, addresses, n]) =>
        `${textOf(block)}: ${counted(numberOf(n), "conversation")} of ${counted(numberOf(addresses), "address", "addresses")}`,
    ),
  };
}

/** Logs whose records do not say at which end their interface stands: that is learned, and sometimes cannot be. */
async function checkSideless(range: TimeRange, reader: TableReader): Promise<TrustCheck> {
  const draft = new Draft();
  const rows = await readAll(
    reader,
    `SELECT flow_log_id, log_type, sum(records), sum(records) FILTER (side = 'unknown') FROM observations WHERE ${draft.during("time", hoursOf(range))} AND log_type = 'aws_vpc'
     GROUP BY ALL HAVING sum(records) FILTER (side = 'unknown') > 0 ORDER BY 4 DESC, 1 LIMIT ${MOST}`,
    draft,
  );
  const counts = new Draft();
  const [row = []] = await readAll(
    reader,
    `SELECT count(DISTINCT conversation_id) FILTER (client_counted_at = 'unknown' OR server_counted_at = 'unknown' OR decided_at = 'unknown'), count(DISTINCT conversation_id) FROM conversations WHERE ${counts.during("time", hoursOf(range))}`,
    counts,
  );
  const [unknown, all] = [numberOf(row[0]), numberOf(row[1])];
  if (unknown === 0) return fine("unknown_side", "Which end each interface stands at is known for every conversation");
  const share = (unknown / Math.max(1, all)) * PERCENT;
  return {
    code: "unknown_side",
    level: "warn",
    finding: `${counted(unknown, "conversation")} (${share < 1 ? "under 1" : Math.round(share)} %) seen by an interface of which it is not known whose it is`,
    reason:
      "The default format does not say it, and its records did not tell. Such traffic may be counted at the wrong side or twice.",
    next: "Learn the interfaces with weir names learn, or add flow-direction and pkt-srcaddr to the log's format.",
    details: rows.map(
      ([log, , records, sideless]) =>
        `${logName(textOrNull(log))}: ${counted(numberOf(sideless), "record")} of ${numberOf(records).toLocaleString("en-US")}`,
    ),
  };
}

/** One private address in two networks at once: unless they have realms of their own, their conversations are mixed up. */
async function checkOverlaps(range: TimeRange, reader: TableReader): Promise<TrustCheck> {
  const draft = new Draft();
  const during = draft.during("time", hoursOf(range));
  const ends = (end: string): string =>
    `SELECT ${end}_ip AS ip, ${end}_realm AS realm, ${end}_network_id AS network FROM conversations WHERE ${during} AND ${end}_network_id IS NOT NULL AND ${end}_realm <> 'public'`;
  const rows = await readAll(
    reader,
    `SELECT ip_text(ip), list_sort(list(DISTINCT network)) FROM (${ends("client")} UNION ALL ${ends("server")}) GROUP BY ip, realm HAVING count(DISTINCT network) > 1 ORDER BY ip LIMIT ${MOST}`,
    draft,
  );
  if (rows.length === 0) return fine("overlaps", "No private address is used in two networks at once");
  return {
    code: "overlaps",
    level: "bad",
    finding: `${rows.length >= MOST ? `${MOST} or more addresses` : counted(rows.length, "private address")} used in two networks`,
    reason: "Their conversations are taken for those of one machine.",
    next: "Ask with the network: weir top --where client_network=ID.",
    details: rows.map(([ip, networks]) => `${textOf(ip)}: ${(networks as readonly string[]).map(logName).join(", ")}`),
  };
}

/** Clocks of two flow logs that saw the same connections open. */
async function checkSkew(range: TimeRange, reader: TableReader): Promise<TrustCheck> {
  const draft = new Draft();
  const seen = (side: string): string =>
    `SELECT conversation_id, flow_log_id AS log, min(epoch(start_time)) AS t FROM observations WHERE ${draft.during("time", hoursOf(range))} AND side = '${side}' AND sender = 'client' AND protocol = 6 AND verdict = 'allowed' AND flow_log_id IS NOT NULL AND tcp_flags IS DISTINCT FROM 0 GROUP BY ALL`;
  const rows = await readAll(
    reader,
    `SELECT c.log, s.log, median(s.t - c.t) AS apart, count(*) AS n FROM (${seen("client")}) c JOIN (${seen("server")}) s USING (conversation_id)
     WHERE c.log <> s.log GROUP BY ALL HAVING count(*) >= ${LEAST_PAIRS} AND abs(median(s.t - c.t)) > ${SKEW_S} ORDER BY abs(median(s.t - c.t)) DESC, 1, 2 LIMIT ${MOST}`,
    draft,
  );
  if (rows.length === 0) return fine("clocks", "The logs of both sides agree about when connections began");
  return {
    code: "clocks",
    level: "warn",
    finding: `${counted(rows.length, "pair")} of flow logs with clocks apart`,
    reason: "Orders of events across these logs are not to be trusted below that difference.",
    next: "Logs with windows of ten minutes do this: set them to one minute. Otherwise look at the clocks.",
    details: rows.map(
      ([client, server, apart, n]) =>
        `${logName(textOrNull(client))} and ${logName(textOrNull(server))}: ${numberOf(apart).toFixed(1)} s apart in ${counted(numberOf(n), "conversation")}`,
    ),
  };
}
