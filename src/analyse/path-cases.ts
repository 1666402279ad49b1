import { counted, humanBytes } from "#base/human.js";
import { conclude, type Conclusion, type PathFacts } from "./path-conclude.ts";
import { sidesOf } from "./path-sides.ts";
import type { PathCase, PathCoverage, PathOutcome, PathVerdict } from "./path-types.ts";
import { clock, lengthText, list } from "./path-words.ts";

/** What became of it, in one sentence, and the cases that the sentence speaks of: the one of the verdict first. */
export interface Judgement {
  readonly verdict: PathVerdict;
  readonly sentence: string;
  readonly cases: readonly PathCase[];
}

/** Outcomes that came to the same. */
export interface Group extends Conclusion {
  readonly outcomes: readonly PathOutcome[];
}

/** Outcomes that came to the same for the same reason, the group with the newest conversation first. */
export function groupsOf(outcomes: readonly PathOutcome[], facts: PathFacts): Group[] {
  const groups = new Map<string, Conclusion & { outcomes: PathOutcome[] }>();
  for (const outcome of outcomes) {
    const conclusion = conclude(outcome, facts);
    const { verdict, words } = conclusion;
    const key = verdict === "denied" || verdict === "dropped" ? words : verdict;
    const same = groups.get(key);
    if (same === undefined) groups.set(key, { ...conclusion, outcomes: [outcome] });
    else same.outcomes.push(outcome);
  }
  return [...groups.values()].toSorted((a, b) => (lastStartOf(a) < lastStartOf(b) ? 1 : -1));
}

const sumOf = ({ outcomes }: Group, count: "conversations" | "attempts"): number =>
  outcomes.reduce((sum, outcome) => sum + outcome[count], 0);
export const conversationsOf = (group: Group): number => sumOf(group, "conversations");
export const firstOf = ({ outcomes }: Group): string =>
  outcomes.reduce((least, { first }) => (first < least ? first : least), "~");
export const lastOf = ({ outcomes }: Group): string =>
  outcomes.reduce((most, { last }) => (last > most ? last : most), "");
export const lastStartOf = ({ outcomes }: Group): string =>
  outcomes.reduce((most, { lastStart }) => (lastStart > most ? lastStart : most), "");
export const headOf = ({ words }: Conclusion): string => (/^[^:;,(]+/.exec(words)?.[0] ?? words).trimEnd();

/** A group as others see it. */
export function caseOf(group: Group, coverage: PathCoverage, isEarlier = false): PathCase {
  const { verdict, outcomes } = group;
  return {
    verdict,
    says: headOf(group),
    conversations: conversationsOf(group),
    attempts: sumOf(group, "attempts"),
    first: firstOf(group),
    last: lastOf(group),
    isEarlier,
    sides: sidesOf(outcomes, verdict, coverage),
    outcomes,
  };
}

/** `84 attempts in 21 conversations since 2026-03-03 14:03, last 15:40`. */
export function tally(group: Group, isBlock: boolean): string {
  const { outcomes, verdict } = group;
  const [first, last] = [firstOf(group), lastOf(group)];
  const conversations = conversationsOf(group);
  const attempts = sumOf(group, "attempts");
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
export function short(group: Group): string {
  const head = headOf(group);
  return `${counted(conversationsOf(group), "conversation")}${portsWords(group.outcomes)} ${head.charAt(0).toLowerCase()}${head.slice(1)}`;
}

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
  return `; the longest lasted ${lengthText(longest.seconds)} and carried ${humanBytes(longest.bytes)}`;
}
