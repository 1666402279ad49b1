import { conclude, pending, type Conclusion } from "./path-conclude.ts";
import { missingOf, reasons } from "./path-missing.ts";
import type { PathCoverage, PathOutcome, PathQuestion, PathVerdict } from "./path-types.ts";
import { bytesText, clock, counted, lengthText, list, serviceText } from "./path-words.ts";

export interface Judgement {
  readonly verdict: PathVerdict;
  readonly sentence: string;
  /** What the sentence begins with, and how many conversations it speaks of. */
  readonly head: string;
  readonly conversations: number;
  /** The outcome that the verdict speaks of: the newest of its kind. */
  readonly main: PathOutcome | undefined;
}

/** Outcomes that came to the same. */
interface Group extends Conclusion {
  readonly outcomes: readonly PathOutcome[];
}

const MOST_SERVICES = 5;
/** From this share on, the few that came to something else do not make it mixed. */
const NEARLY_ALL = 0.95;

/** One sentence: what became of it at last, who decided, how often and since when; and what else there was. */
export function judge(
  question: PathQuestion,
  outcomes: readonly PathOutcome[],
  reverse: readonly PathOutcome[],
  coverage: PathCoverage,
): Judgement {
  const real = outcomes.filter(({ situation }) => situation !== "stray");
  if (real.length === 0) return silence(question, outcomes, reverse, coverage);
  const services = byService(real);
  const judged = services.map((same) => judgeService(question, same, coverage));
  const [first] = judged;
  return first !== undefined && judged.length === 1 ? first : summary(judged, real);
}

function byService(outcomes: readonly PathOutcome[]): PathOutcome[][] {
  const services = new Map<string, PathOutcome[]>();
  for (const outcome of outcomes) {
    const key = serviceText(outcome.port, outcome.protocol);
    const same = services.get(key);
    if (same === undefined) services.set(key, [outcome]);
    else same.push(outcome);
  }
  return [...services.values()];
}

function judgeService(question: PathQuestion, outcomes: readonly PathOutcome[], coverage: PathCoverage): Judgement {
  const groups = groupsOf(question, outcomes, coverage);
  const [latest, ...others] = groups;
  if (latest === undefined) throw new Error("a service without outcomes");
  const isBlock = outcomes.some(({ clientCount, serverCount }) => clientCount > 1 || serverCount > 1);
  const told = (group: Group): string => `${group.words}: ${tally(group, isBlock)}`;
  const answer = (verdict: PathVerdict, sentence: string, group: Group): Judgement => ({
    verdict,
    sentence,
    head: headOf(group),
    conversations: conversationsOf(group),
    main: group.outcomes[0],
  });
  if (others.length === 0) return answer(latest.verdict, `${told(latest)}.`, latest);
  const rest = (one: Group): string =>
    groups
      .filter((group) => group !== one)
      .map((group) => `${short(group)}, last ${clock(lastOf(group))}`)
      .join("; ");
  const begun = firstOf(latest);
  if (others.every((group) => lastStartOf(group) < begun))
    return answer(latest.verdict, `${told(latest)}. Before: ${rest(latest)}.`, latest);
  const most = groups.toSorted((a, b) => conversationsOf(b) - conversationsOf(a))[0] ?? latest;
  const total = groups.reduce((sum, group) => sum + conversationsOf(group), 0);
  const verdicts = new Set(groups.map(({ verdict }) => verdict));
  const isOpposed = verdicts.has("allowed") && verdicts.has("denied");
  if (verdicts.size === 1 || (!isOpposed && conversationsOf(most) >= NEARLY_ALL * total))
    return answer(most.verdict, `${told(most)}. In the same time: ${rest(most)}.`, most);
  return answer("mixed", `Mixed. ${told(most)}. In the same time: ${rest(most)}.`, most);
}

/** Outcomes that came to the same for the same reason, the group with the newest conversation first. */
function groupsOf(question: PathQuestion, outcomes: readonly PathOutcome[], coverage: PathCoverage): Group[] {
  const groups = new Map<string, Conclusion & { outcomes: PathOutcome[] }>();
  for (const outcome of outcomes) {
    const conclusion = conclude(outcome, question, coverage);
    const key = conclusion.verdict === "denied" ? conclusion.words : conclusion.verdict;
    const same = groups.get(key);
    if (same === undefined) groups.set(key, { ...conclusion, outcomes: [outcome] });
    else same.outcomes.push(outcome);
  }
  return [...groups.values()].toSorted((a, b) => (lastStartOf(a) < lastStartOf(b) ? 1 : -1));
}

const conversationsOf = ({ outcomes }: Group): number =>
  outcomes.reduce((sum, { conversations }) => sum + conversations, 0);
const firstOf = ({ outcomes }: Group): string =>
  outcomes.reduce((least, { first }) => (first < least ? first : least), "~");
const lastOf = ({ outcomes }: Group): string => outcomes.reduce((most, { last }) => (last > most ? last : most), "");
const lastStartOf = ({ outcomes }: Group): string =>
  outcomes.reduce((most, { lastStart }) => (lastStart > most ? lastStart : most), "");

/** `84 attempts in 21 conversations since 2026-03-03 14:03, last 15:40`. */
function tally(group: Group, isBlock: boolean): string {
  const { outcomes, verdict } = group;
  const [first, last] = [firstOf(group), lastOf(group)];
  const conversations = conversationsOf(group);
  const attempts = outcomes.reduce((sum, outcome) => sum + outcome.attempts, 0);
  const amount =
    verdict === "allowed" || verdict === "mixed"
      ? counted(conversations, "conversation")
      : attempts > conversations
        ? `${counted(attempts, "attempt")} in ${counted(conversations, "conversation")}`
        : counted(conversations, "attempt");
  const time =
    clock(first) === clock(last) ? `at ${clock(first)}` : `since ${clock(first)}, last ${clock(last, first)}`;
  return `${amount}${portsWords(outcomes)}${isBlock ? whoWords(outcomes) : ""} ${time}${longestWords(group)}`;
}

/** Where ports are not told apart: how many there are. */
function portsWords(outcomes: readonly PathOutcome[]): string {
  const most = Math.max(...outcomes.map(({ port, portCount }) => (port === null ? portCount : 0)));
  if (most <= 1) return "";
  const some = outcomes.flatMap(({ ports }) => ports).slice(0, 3);
  return ` to ${most.toLocaleString("en-US")} ports (${some.join(", ")}${most > some.length ? ", …" : ""})`;
}

/** `1 conversation allowed at both sides`. */
function short(group: Group): string {
  const head = headOf(group);
  return `${counted(conversationsOf(group), "conversation")}${portsWords(group.outcomes)} ${head.charAt(0).toLowerCase()}${head.slice(1)}`;
}

const headOf = ({ words }: Group): string => (/^[^:;,(]+/.exec(words)?.[0] ?? words).trimEnd();

function whoWords(outcomes: readonly PathOutcome[]): string {
  const who = (
    addresses: (outcome: PathOutcome) => readonly string[],
    count: (outcome: PathOutcome) => number,
  ): string => {
    const all = [...new Set(outcomes.flatMap(addresses))];
    const most = Math.max(...outcomes.map(count));
    return most > all.length || all.length > 3 ? `${Math.max(most, all.length)} addresses` : list(all);
  };
  const from = who(
    ({ clients }) => clients,
    ({ clientCount }) => clientCount,
  );
  const to = who(
    ({ servers }) => servers,
    ({ serverCount }) => serverCount,
  );
  return ` from ${from} to ${to}`;
}

/** Among many short ones a long one stands out: a login that succeeded at last looks like this. */
function longestWords(group: Group): string {
  const conversations = conversationsOf(group);
  const longest = group.outcomes.reduce((most, outcome) =>
    outcome.longest.seconds > most.longest.seconds ? outcome : most,
  ).longest;
  if (group.verdict !== "allowed" || conversations < 20 || longest.seconds < 60) return "";
  return `; the longest lasted ${lengthText(longest.seconds)} and carried ${bytesText(longest.bytes)}`;
}

/** Several services in one sentence, grouped by what became of them. */
function summary(judged: readonly Judgement[], outcomes: readonly PathOutcome[]): Judgement {
  const heads = new Map<string, Judgement[]>();
  for (const each of judged) {
    const head = each.verdict === "mixed" ? "Mixed" : each.head;
    const same = heads.get(head);
    if (same === undefined) heads.set(head, [each]);
    else same.push(each);
  }
  const first = outcomes.reduce((least, outcome) => (outcome.first < least ? outcome.first : least), "~");
  const last = outcomes.reduce((most, outcome) => (outcome.last > most ? outcome.last : most), "");
  const sum = (all: readonly Judgement[]): number => all.reduce((total, { conversations }) => total + conversations, 0);
  const sorted = [...heads].toSorted(([, a], [, b]) => b.length - a.length || sum(b) - sum(a));
  const parts = sorted.map(([head, all]) => {
    const mains = all.flatMap(({ main }) => main ?? []).toSorted((a, b) => (a.port ?? 0) - (b.port ?? 0));
    const names = mains.map(({ port, protocol }) => serviceText(port, protocol));
    return `${head} on ${servicesText(names)} (${counted(sum(all), "conversation")})`;
  });
  const verdicts = new Set(judged.map(({ verdict }) => verdict));
  const [verdict = "mixed"] = verdicts;
  const [[head, all] = ["", []]] = sorted;
  return {
    verdict: verdicts.size === 1 ? verdict : "mixed",
    sentence: `${parts.join(". ")}. All since ${clock(first)}, last ${clock(last, first)}; name a port to see one of them.`,
    head,
    conversations: sum(judged),
    main: all[0]?.main,
  };
}

function servicesText(names: readonly string[]): string {
  if (names.length <= MOST_SERVICES) return list(names);
  return `${names.length} services (${names.slice(0, MOST_SERVICES).join(", ")}, …)`;
}

/** Nothing was recorded: that is only news where the logs would have shown it. */
function silence(
  question: PathQuestion,
  strays: readonly PathOutcome[],
  reverse: readonly PathOutcome[],
  coverage: PathCoverage,
): Judgement {
  const { client, server, port, protocol } = question;
  const target =
    port === undefined && protocol === undefined
      ? server.asked
      : `${server.asked} ${serviceText(port ?? null, protocol ?? null)}`;
  const blind = coverage.missing;
  const [stray] = strays;
  if (stray !== undefined) {
    const count = strays.reduce((sum, { attempts }) => sum + attempts, 0);
    return {
      verdict: "stray",
      sentence: `Only remains: ${counted(count, "packet")} of connections that were over, refused since ${clock(stray.first)}, last ${clock(stray.last, stray.first)}. These are no attempts${blind.length === 0 ? `, and of a new one there is no record` : `; whether there was a new one cannot be said, because ${reasons(blind)}`}.`,
      ...nothing,
    };
  }
  const [back] = reverse;
  if (back !== undefined) {
    const names = [...new Set(reverse.map((outcome) => serviceText(outcome.port, outcome.protocol)))];
    const count = reverse.reduce((sum, { conversations }) => sum + conversations, 0);
    const tail = blind.length === 0 ? "" : `; but ${reasons(blind)}`;
    return {
      verdict: blind.length === 0 ? "reverse" : "unknown",
      sentence: `Only the other way round: ${server.asked} opens connections to ${client.asked} (${servicesText(names)}, ${counted(count, "conversation")}, last ${clock(back.last)}); from ${client.asked} to ${target} there is no record${tail}.`,
      ...nothing,
    };
  }
  return { ...unseen(question, target, coverage), ...nothing };
}

const nothing = { head: "", conversations: 0, main: undefined } as const;

function unseen(
  question: PathQuestion,
  target: string,
  coverage: PathCoverage,
): Pick<Judgement, "verdict" | "sentence"> {
  const { client } = question;
  const { logged, missing } = coverage;
  if (logged === null)
    return { verdict: "unknown", sentence: "No record of it, and no verdict: there are no logs of this time." };
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
