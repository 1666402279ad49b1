import { counted } from "#base/human.js";
import { serviceText } from "#model/protocols.js";
import { caseOf, conversationsOf, firstOf, lastOf, type Group, type Judgement } from "./path-cases.ts";
import { pending, type PathFacts } from "./path-conclude.ts";
import { missingOf, reasons } from "./path-missing.ts";
import type { PathOutcome } from "./path-types.ts";
import { clock, servicesText } from "./path-words.ts";

/** No connection was tried in this direction: that is only news where the logs would have shown one. */
export function silence(facts: PathFacts, strays: readonly PathOutcome[], reverse: readonly PathOutcome[]): Judgement {
  const { client, server, port, protocol } = facts.question;
  const target =
    port === undefined && protocol === undefined
      ? server.asked
      : `${server.asked} ${serviceText(port ?? null, protocol ?? null)}`;
  const blind = facts.coverage.missing;
  if (strays.length > 0) return onlyStrays(facts, strays);
  const [back] = reverse;
  if (back !== undefined) {
    const names = [...new Set(reverse.map((outcome) => serviceText(outcome.port, outcome.protocol)))];
    const count = reverse.reduce((sum, { conversations }) => sum + conversations, 0);
    const tail = blind.length === 0 ? "" : `; but ${reasons(blind)}`;
    return {
      verdict: blind.length === 0 ? "reverse" : "unknown",
      sentence: `Only the other way round: ${server.asked} opens connections to ${client.asked} (${servicesText(names)}, ${counted(count, "conversation")}, last ${clock(back.last)}); from ${client.asked} to ${target} there is no record${tail}.`,
      cases: [],
    };
  }
  return { ...unseen(facts, target), cases: [] };
}

/** Late packets: what refused them is seen, and no connection was opened. */
function onlyStrays({ coverage }: PathFacts, strays: readonly PathOutcome[]): Judgement {
  const blind = coverage.missing;
  const group: Group = { verdict: "stray", words: "Only remains of connections that were over", outcomes: strays };
  const count = strays.reduce((sum, { attempts }) => sum + attempts, 0);
  const sides = new Set(strays.map(({ decidedAt }) => decidedAt));
  const [side] = sides;
  const where = sides.size === 1 && (side === "client" || side === "server") ? ` at the ${side}'s side` : "";
  const [first, last] = [firstOf(group), lastOf(group)];
  const time =
    clock(first) === clock(last) ? `at ${clock(first)}` : `since ${clock(first)}, last ${clock(last, first)}`;
  const tail =
    blind.length === 0
      ? ", and of a new one there is no record"
      : `; whether there was a new one cannot be said, because ${reasons(blind)}`;
  return {
    verdict: "stray",
    sentence: `Only remains: ${counted(count, "packet")} of ${counted(conversationsOf(group), "connection")} that ${conversationsOf(group) === 1 ? "was" : "were"} over, refused${where} ${time}. These are no attempts${tail}.`,
    cases: [caseOf(group, coverage)],
  };
}

function unseen(
  { question: { client }, coverage }: PathFacts,
  target: string,
): Pick<Judgement, "verdict" | "sentence"> {
  const { logged, missing } = coverage;
  if (logged === null) return { verdict: "unknown", sentence: `No record of it, and no verdict: ${reasons(missing)}.` };
  const time = `from ${clock(logged.from)} to ${clock(logged.to, logged.from)}`;
  if (missing.length === 0)
    return {
      verdict: "unseen",
      sentence: `No record of it ${time}, and both sides are logged whole: ${client.asked} sent nothing to ${target}. Look at the host: name resolution, its own firewall, another address.`,
    };
  const own = missingOf("client", client, coverage.client, logged);
  const known =
    own.length === 0 && coverage.hops.length === 0 && pending(coverage).length === 0
      ? ` The client's interface, which is logged whole, has sent nothing to ${target}.`
      : "";
  return { verdict: "unknown", sentence: `No record of it, and no verdict: ${reasons(missing)}.${known}` };
}
