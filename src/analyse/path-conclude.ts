import type { TimeRange } from "#model/answer.js";
import { serviceText } from "#model/protocols.js";
import { lossesOfService, lossWords } from "./path-losses.ts";
import { missingOf, reasons } from "./path-missing.ts";
import type { GatewayLoss, PathCoverage, PathOutcome, PathQuestion, PathVerdict } from "./path-types.ts";
import { list } from "./path-words.ts";

/** What an outcome is judged with. */
export interface PathFacts {
  readonly question: PathQuestion;
  readonly coverage: PathCoverage;
  readonly losses: readonly GatewayLoss[];
}

/** What an outcome comes to, with what its silence proves, and the sentence's beginning. */
export interface Conclusion {
  readonly verdict: PathVerdict;
  readonly words: string;
}

/** A log's windows are delivered when they end: what arrived shortly after the last attempt belongs to it. */
const AFTER = 600_000_000;

/** What one outcome came to. */
export function conclude(outcome: PathOutcome, facts: PathFacts): Conclusion {
  const { coverage } = facts;
  const losses = lossesOfService(facts.losses, outcome);
  switch (outcome.situation) {
    case "denied":
      return { verdict: "denied", words: deniedWords(outcome) };
    case "answer_denied":
      return { verdict: "denied", words: answerDeniedWords(outcome) };
    case "dropped":
      return { verdict: "dropped", words: lossWords(losses, "request") ?? `Dropped on the way${reasonWords(outcome)}` };
    case "answer_dropped":
      return {
        verdict: "dropped",
        words:
          lossWords(losses, "answer") ??
          `The request arrived and its answer was dropped on the way${reasonWords(outcome)}`,
      };
    case "closed_port":
      return {
        verdict: "closed_port",
        words: `Allowed${sidesWords(outcome, coverage)} and refused by the host: it answered with a reset, nothing listens ${outcome.port === null ? "there" : `on ${serviceText(outcome.port, outcome.protocol)}`}`,
      };
    case "mixed":
      return { verdict: "mixed", words: `Let through and refused in the same connections${byWords(outcome)}` };
    case "stray":
      return { verdict: "stray", words: "Only remains of connections that were over" };
    case "one_way":
    case "unanswered":
      return concludeUnanswered(outcome, facts);
    case "allowed":
      return { verdict: "allowed", words: `Allowed${sidesWords(outcome, coverage)}${throughWords(coverage)}` };
  }
}

function deniedWords(outcome: PathOutcome): string {
  const { decidedAt } = outcome;
  if (decidedAt === "unknown") return `Denied${byWords(outcome)}; the log does not tell at which side`;
  if (decidedAt === "both") return `Denied at both sides${byWords(outcome)}`;
  if (decidedAt === "transit") return `Denied on the way${byWords(outcome)}`;
  return `Denied at the ${decidedAt}'s side${byWords(outcome)}`;
}

function answerDeniedWords(outcome: PathOutcome): string {
  const side =
    outcome.decidedAt === "client" || outcome.decidedAt === "server" ? ` at the ${outcome.decidedAt}'s side` : "";
  const cause =
    outcome.provider === "aws"
      ? ": a network ACL has no rule for the way back (security groups let answers pass, network ACLs do not)"
      : byWords(outcome);
  return `The request passed and its answer was denied${side}${cause}`;
}

/** Who refused. AWS never says which rule it was. */
function byWords(outcome: PathOutcome): string {
  const rule =
    outcome.rule !== null
      ? ` by rule ${outcome.rule}`
      : outcome.provider === "aws"
        ? " by a security group or network ACL"
        : "";
  return `${rule}${reasonWords(outcome)}`;
}

const reasonWords = ({ reason }: PathOutcome): string => (reason === null ? "" : ` (${reason})`);

function sidesWords({ clientVerdict, serverVerdict }: PathOutcome, { client, server }: PathCoverage): string {
  if (clientVerdict !== null && serverVerdict !== null) return " at both sides";
  const other = clientVerdict === null ? client : server;
  const why = other.observers.length === 0 ? "the other is not logged" : "the other's log does not have it";
  if (clientVerdict !== null) return ` at the client's side (${why})`;
  return serverVerdict === null ? " as far as the logs on the way tell" : ` at the server's side (${why})`;
}

/** What gave these packets another address on their way. */
function throughWords({ hops }: PathCoverage): string {
  const through = [...new Set(hops.flatMap(({ through }) => through ?? []))];
  return through.length === 0 ? "" : `, through ${list(through)}`;
}

/** Sent and never answered: by whom, if the logs can tell. */
function concludeUnanswered(outcome: PathOutcome, { question, coverage, losses }: PathFacts): Conclusion {
  const isOneWay = outcome.situation === "one_way";
  const during = timeOf(outcome);
  const missing = (side: "client" | "server"): string[] =>
    missingOf(side, question[side], restrictTo(side, outcome, coverage), during);
  if (outcome.serverVerdict !== null) return concludeSilent(outcome, coverage, missing, isOneWay);
  const blind = [...missing("server"), ...coverage.hops.map(({ what }) => what), ...pending(coverage)];
  if (outcome.clientVerdict === null && outcome.decidedAt === "unknown")
    return {
      verdict: "unknown",
      words: "Allowed and not answered; the log does not tell at which side it was seen, so there is no verdict",
    };
  const where = outcome.clientVerdict === null ? "Seen on the way" : "Allowed at the client's side";
  if (blind.length === 0) {
    const lost = lossWords(lossesOfService(losses, outcome), "request");
    if (lost !== undefined) return { verdict: "dropped", words: lost };
    const on = outcome.wayVerdict === null || outcome.clientVerdict === null ? "" : ", seen on the way";
    return {
      verdict: "lost",
      words: `${where}${on} and never seen at the server's, whose interface was logging (${coverage.server.observers.slice(0, 3).join(", ")}): lost between them (route, peering, gateway, firewall)`,
    };
  }
  if (isOneWay)
    return { verdict: "allowed", words: `${where}, one way; whether it arrived is not logged: ${reasons(blind)}` };
  if (outcome.clientVerdict !== null && missing("client").length === 0)
    return {
      verdict: "unanswered",
      words: `Allowed at the client's side and not answered; where it ended cannot be said, because ${reasons(blind)}`,
    };
  return {
    verdict: "unknown",
    words: `${where}, no answer seen, and no verdict: ${reasons([...new Set([...missing("client"), ...blind])])}`,
  };
}

/** The request arrived. That nothing answered is only sure where a refused answer would have been logged. */
function concludeSilent(
  outcome: PathOutcome,
  coverage: PathCoverage,
  missing: (side: "client" | "server") => string[],
  isOneWay: boolean,
): Conclusion {
  const sides = sidesWords(outcome, coverage);
  if (isOneWay)
    return {
      verdict: "allowed",
      words: `Allowed${sides} one way: no answer was seen, as is usual for some of this protocol`,
    };
  if (outcome.blindToAnswers)
    return {
      verdict: "allowed",
      words: `Allowed${sides} and not closed; whether it was answered NSG flow logs do not tell`,
    };
  const server = missing("server");
  if (server.length === 0)
    return {
      verdict: "unanswered",
      words: `Allowed${sides} and never answered: the host is silent (nothing runs there, or its own firewall drops it)`,
    };
  if (outcome.clientVerdict !== null && missing("client").length === 0)
    return {
      verdict: "unanswered",
      words: `Allowed${sides} and no answer came to the client; whether the host is silent or its answer was refused cannot be said, because ${reasons(server)}`,
    };
  return { verdict: "unknown", words: `Allowed${sides}, no answer seen, and no verdict: ${reasons(server)}` };
}

/** Of a block, only the addresses of this outcome matter. */
function restrictTo(side: "client" | "server", outcome: PathOutcome, coverage: PathCoverage): PathCoverage["client"] {
  const whole = coverage[side];
  const seen = side === "client" ? outcome.clientVerdict : outcome.serverVerdict;
  if (seen === null || whole.observers.length === 0) return whole;
  // It logged this very conversation: how many of the block's other addresses are logged does not matter here.
  return { ...whole, addresses: { asked: 1, observed: 1 } };
}

export function pending({ pendingHours }: PathCoverage): string[] {
  return pendingHours === 0
    ? []
    : [`${pendingHours} ${pendingHours === 1 ? "hour has" : "hours have"} records that are not in conversations yet`];
}

function timeOf({ first, last }: PathOutcome): TimeRange {
  return { from: Date.parse(first) * 1000, to: Date.parse(last) * 1000 + AFTER };
}
