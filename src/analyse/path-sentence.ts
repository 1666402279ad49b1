import { counted } from "#base/human.js";
import { serviceText } from "#model/protocols.js";
import {
  caseOf,
  conversationsOf,
  firstOf,
  groupsOf,
  headOf,
  lastOf,
  lastStartOf,
  short,
  tally,
  type Group,
  type Judgement,
} from "./path-cases.ts";
import type { PathFacts } from "./path-conclude.ts";
import { besidesWords, lossesOfService } from "./path-losses.ts";
import { silence } from "./path-silence.ts";
import type { PathOutcome, PathVerdict } from "./path-types.ts";
import { clock, servicesText } from "./path-words.ts";

/** What became of one service: what the verdict speaks of, what was beside it in the same time, and what was before. */
interface ServiceJudgement {
  readonly verdict: PathVerdict;
  readonly sentence: string;
  readonly main: Group;
  readonly beside: readonly Group[];
  readonly earlier: readonly Group[];
}

/** From this share on, the few that came to something else do not make it mixed. */
const NEARLY_ALL = 0.95;

/** One sentence: what became of it at last, who decided, how often and since when; and what else there was. */
export function judge(facts: PathFacts, outcomes: readonly PathOutcome[], reverse: readonly PathOutcome[]): Judgement {
  const real = outcomes.filter(({ situation }) => situation !== "stray");
  if (real.length === 0) return silence(facts, outcomes, reverse);
  const judged = byService(real).map((same) => judgeService(facts, same));
  const [first] = judged;
  if (first === undefined || judged.length > 1) return summary(facts, judged);
  const { verdict, sentence, main, beside, earlier } = first;
  const besides = verdict === "dropped" ? "" : besidesWords(lossesOfService(facts.losses, lossKey(main)));
  const now = [main, ...beside].map((group) => caseOf(group, facts.coverage));
  const before = earlier.map((group) => caseOf(group, facts.coverage, true));
  return { verdict, sentence: `${sentence}${besides}`, cases: [...now, ...before] };
}

function lossKey({ outcomes: [outcome] }: Group): Pick<PathOutcome, "port" | "protocol"> {
  return { port: outcome?.port ?? null, protocol: outcome?.protocol ?? -1 };
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

function judgeService(facts: PathFacts, outcomes: readonly PathOutcome[]): ServiceJudgement {
  const groups = groupsOf(outcomes, facts);
  const [latest] = groups;
  if (latest === undefined) throw new Error("a service without outcomes");
  const isBlock = outcomes.some(({ clientCount, serverCount }) => clientCount > 1 || serverCount > 1);
  const told = (group: Group): string => `${group.words}: ${tally(group, isBlock)}`;
  const others = (one: Group): Group[] => groups.filter((group) => group !== one);
  const rest = (one: Group): string =>
    others(one)
      .map((group) => `${short(group)}, last ${clock(lastOf(group))}`)
      .join("; ");
  if (groups.length === 1)
    return { verdict: latest.verdict, sentence: `${told(latest)}.`, main: latest, beside: [], earlier: [] };
  const begun = firstOf(latest);
  if (others(latest).every((group) => lastStartOf(group) < begun)) {
    const sentence = `${told(latest)}. Before: ${rest(latest)}.`;
    return { verdict: latest.verdict, sentence, main: latest, beside: [], earlier: others(latest) };
  }
  const most = groups.toSorted((a, b) => conversationsOf(b) - conversationsOf(a))[0] ?? latest;
  const total = groups.reduce((sum, group) => sum + conversationsOf(group), 0);
  const verdicts = new Set(groups.map(({ verdict }) => verdict));
  const isOpposed = verdicts.has("allowed") && verdicts.has("denied");
  const isOne = verdicts.size === 1 || (!isOpposed && conversationsOf(most) >= NEARLY_ALL * total);
  const sentence = `${told(most)}. In the same time: ${rest(most)}.`;
  const found = { main: most, beside: others(most), earlier: [] };
  return isOne
    ? { verdict: most.verdict, sentence, ...found }
    : { verdict: "mixed", sentence: `Mixed. ${sentence}`, ...found };
}

/** Several services in one sentence, grouped by what became of them at last. */
function summary(facts: PathFacts, judged: readonly ServiceJudgement[]): Judgement {
  const heads = new Map<string, Group & { outcomes: PathOutcome[] }>();
  for (const { verdict, main, beside } of judged)
    for (const group of verdict === "mixed" ? [main, ...beside] : [main]) {
      const same = heads.get(headOf(group));
      if (same === undefined) heads.set(headOf(group), { ...group, outcomes: [...group.outcomes] });
      else same.outcomes.push(...group.outcomes);
    }
  const servicesOf = ({ outcomes }: Group): string[] => {
    const sorted = outcomes.toSorted((a, b) => (a.port ?? 0) - (b.port ?? 0));
    return [...new Set(sorted.map(({ port, protocol }) => serviceText(port, protocol)))];
  };
  const sorted = [...heads.values()].toSorted(
    (a, b) => servicesOf(b).length - servicesOf(a).length || conversationsOf(b) - conversationsOf(a),
  );
  const parts = sorted.map(
    (group) =>
      `${headOf(group)} on ${servicesText(servicesOf(group))} (${counted(conversationsOf(group), "conversation")})`,
  );
  const all = { verdict: "mixed", words: "", outcomes: sorted.flatMap(({ outcomes }) => outcomes) } as const;
  const [first, last] = [firstOf(all), lastOf(all)];
  const verdicts = new Set(judged.map(({ verdict }) => verdict));
  const [verdict = "mixed"] = verdicts;
  return {
    verdict: verdicts.size === 1 ? verdict : "mixed",
    sentence: `${parts.join(". ")}. All since ${clock(first)}, last ${clock(last, first)}; name a port to see one of them.`,
    cases: sorted.map((group) => caseOf(group, facts.coverage)),
  };
}
