import type { PathAnswer } from "#analyse/index.js";
import { formatAddress } from "#base/address.js";

type Coverage = PathAnswer["coverage"];
type Side = Coverage["client"];
type End = PathAnswer["client"];

/** Addresses of an end that are listed. */
const MOST_ADDRESSES = 20;

/** The answer of `weir why` as stable JSON: snake_case keys, times RFC 3339 in UTC. */
export function pathJson(answer: PathAnswer): object {
  const { verdict, sentence, client, server, port, protocol, sides, outcomes, main, records, coverage, range } = answer;
  const places = new Map(outcomes.map((outcome, at) => [outcome, at]));
  return {
    verdict,
    sentence,
    client: endJson(client),
    server: endJson(server),
    port,
    protocol,
    range: rangeJson(range),
    sides,
    cases: answer.cases.map(({ isEarlier, outcomes: own, ...rest }) => ({
      ...rest,
      earlier: isEarlier,
      outcomes: own.flatMap((outcome) => places.get(outcome) ?? []),
    })),
    losses: answer.losses,
    outcomes: outcomes.map(outcomeJson),
    main: main === null ? null : (places.get(main) ?? null),
    records: records.map(({ subPosition, objectId, ...record }) => ({
      ...record,
      sub_position: subPosition,
      object_id: objectId,
    })),
    coverage: {
      client: sideJson(coverage.client),
      server: sideJson(coverage.server),
      hops: coverage.hops.map(({ what }) => what),
      logged: coverage.logged === null ? null : rangeJson(coverage.logged),
      pending_hours: coverage.pendingHours,
      missing: coverage.missing,
    },
  };
}

/** Addresses that follow one another are `first-last`. */
function endJson({ asked, name, spans }: End): object {
  const addresses = spans.slice(0, MOST_ADDRESSES).map(({ first, last }) => {
    const [from, to] = [formatAddress(first), formatAddress(last)];
    return from === to ? from : `${from}-${to}`;
  });
  return { asked, name, addresses, more_addresses: spans.length - addresses.length };
}

function outcomeJson(outcome: PathAnswer["outcomes"][number]): object {
  return {
    situation: outcome.situation,
    port: outcome.port,
    protocol: outcome.protocol,
    ports: outcome.ports,
    port_count: outcome.portCount,
    decided_at: outcome.decidedAt,
    state: outcome.state,
    client_verdict: outcome.clientVerdict,
    server_verdict: outcome.serverVerdict,
    way_verdict: outcome.wayVerdict,
    rule: outcome.rule,
    reason: outcome.reason,
    provider: outcome.provider,
    conversations: outcome.conversations,
    attempts: outcome.attempts,
    bytes: outcome.bytes,
    attempted_bytes: outcome.attemptedBytes,
    first: outcome.first,
    last_start: outcome.lastStart,
    last: outcome.last,
    longest_s: outcome.longest.seconds,
    longest_bytes: outcome.longest.bytes,
    clients: outcome.clients,
    client_count: outcome.clientCount,
    servers: outcome.servers,
    server_count: outcome.serverCount,
  };
}

function sideJson({ logged, observers, flowLogs, gaps, addresses }: Side): object {
  return {
    conversations: logged,
    observers,
    flow_logs: flowLogs.map(({ flowLog, logType, allowed, denied, basis }) => ({
      flow_log: flowLog,
      log_type: logType,
      allowed,
      denied,
      basis,
    })),
    gaps: gaps.map(({ flowLog, observer, cause, ...range }) => ({
      flow_log: flowLog,
      observer,
      ...rangeJson(range),
      cause,
    })),
    addresses,
  };
}

function rangeJson({ from, to }: { readonly from: number; readonly to: number }): { from: string; to: string } {
  return { from: new Date(from / 1000).toISOString(), to: new Date(to / 1000).toISOString() };
}
