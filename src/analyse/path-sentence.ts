import type { PathOutcome, PathQuestion, PathVerdict, SideCoverage } from "./path-types.ts";

interface Coverage {
  readonly client: SideCoverage;
  readonly server: SideCoverage;
  readonly lostWindows: number;
}

interface Verdict {
  readonly verdict: PathVerdict;
  readonly sentence: string;
}

/** One sentence: what became of it at last, who decided, how often and since when; and what it was before, where that differs. */
export function sentenceOf(question: PathQuestion, outcomes: readonly PathOutcome[], coverage: Coverage): Verdict {
  const [latest] = outcomes;
  if (latest === undefined) return silence(question, coverage);
  const kind = kindOf(latest);
  const same = outcomes.filter((outcome) => kindOf(outcome) === kind);
  const others = outcomes.filter((outcome) => kindOf(outcome) !== kind);
  const total = same.reduce((sum, { conversations }) => sum + conversations, 0);
  const first = same.reduce((least, outcome) => (outcome.first < least ? outcome.first : least), latest.first);
  const sentence = `${opening(kind, latest, coverage)}: ${count(total, kind)} since ${clock(first)}, the last until ${clock(latest.last)}.`;
  const [before] = others;
  const rest =
    before === undefined
      ? ""
      : ` Others in this time: ${others.map((outcome) => `${count(outcome.conversations, kindOf(outcome))} ${words[kindOf(outcome)]} until ${clock(outcome.last)}`).join("; ")}.`;
  return { verdict: kind, sentence: sentence + rest };
}

const words: Readonly<Record<PathVerdict, string>> = {
  allowed: "allowed",
  denied: "denied",
  dropped: "dropped on the way",
  unanswered: "allowed and not answered",
  closed_port: "refused by the host",
  unseen: "unseen",
  unknown: "unknown",
};

function kindOf({ verdict, state, bytes, conversations }: PathOutcome): PathVerdict {
  if (verdict === "denied") return "denied";
  if (verdict === "dropped") return "dropped";
  if (state === "reset" && bytes < CLOSED_PORT_BYTES * Math.max(1, conversations)) return "closed_port";
  return state === "attempted" ? "unanswered" : "allowed";
}

/** A connection that was reset before it carried more than a few packets never got through to a service. */
const CLOSED_PORT_BYTES = 1000;

function opening(kind: PathVerdict, outcome: PathOutcome, { client, server }: Coverage): string {
  const rule = outcome.rule === null ? "" : ` by rule ${outcome.rule}`;
  switch (kind) {
    case "denied":
      if (outcome.returnDenied)
        return `The request passed and the answer was denied at the ${outcome.decidedAt}'s side${rule}, as a network ACL does that has no rule for the way back`;
      return outcome.decidedAt === "unknown"
        ? `Denied${rule}; the log does not tell at which side`
        : outcome.decidedAt === "both"
          ? `Denied at both sides${rule}`
          : outcome.decidedAt === "transit"
            ? `Denied on the way${rule}`
            : `Denied at the ${outcome.decidedAt}'s side${rule}`;
    case "dropped":
      return "Dropped on the way, as the gateway's log says";
    case "closed_port":
      return `Allowed${sides(outcome)}, and the server answered with a reset: nothing listens on this port, or the host refuses`;
    case "unanswered":
      if (outcome.serverVerdict === null)
        return server.logged > 0
          ? `Allowed at the client's side and never seen at the server's, whose interface is logged: lost between them (route, peering, gateway, firewall)`
          : `Allowed at the client's side and not answered; the server's side is not logged, so where it ended cannot be said`;
      return `Allowed${sides(outcome)} and not answered: nothing answers on the host, or its own firewall is silent`;
    case "allowed":
    case "unseen":
    case "unknown":
      return client.logged === 0 && server.logged === 0 ? "Seen on the way" : `Allowed${sides(outcome)}`;
  }
}

function sides({ clientVerdict, serverVerdict }: PathOutcome): string {
  if (clientVerdict !== null && serverVerdict !== null) return " at both sides";
  if (clientVerdict !== null) return " at the client's side, the only one that is logged";
  return serverVerdict === null ? "" : " at the server's side, the only one that is logged";
}

/** Nothing was recorded: that is only news where the logs would have shown it. */
function silence({ client, server }: PathQuestion, coverage: Coverage): Verdict {
  const blind = [...(coverage.client.logged === 0 ? [client] : []), ...(coverage.server.logged === 0 ? [server] : [])];
  if (blind.length > 0)
    return {
      verdict: "unknown",
      sentence: `No record of it, and no verdict: ${blind.join(" and ")} ${blind.length === 1 ? "is" : "are"} not logged in this time, so silence means nothing.`,
    };
  if (coverage.lostWindows > 0)
    return {
      verdict: "unknown",
      sentence: `No record of it, and no verdict: in ${coverage.lostWindows} windows the cloud lost records (skipdata).`,
    };
  return {
    verdict: "unseen",
    sentence: `No record of it, although both interfaces are logged: ${client} sent nothing to ${server} that its interface saw. Look at the host: name resolution, its own firewall, another address.`,
  };
}

function count(conversations: number, kind: PathVerdict): string {
  const isAttempt = kind !== "allowed";
  return `${conversations.toLocaleString("en-US")} ${isAttempt ? "attempt" : "conversation"}${conversations === 1 ? "" : "s"}`;
}

/** `2026-03-03T14:03:00Z` as people say it. */
function clock(time: string): string {
  return time.replace("T", " ").replace(/(:\d\d)(\.\d+)?Z?$/, "$1");
}
