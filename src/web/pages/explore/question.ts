import type { Question } from "#api/contract/index.js";
import { asked, type View } from "../../state/view.ts";
import { isOverTime, type ExploreState } from "./state.ts";

/** The question of a state. */
export function questionOf(state: ExploreState, view: View): Question {
  const { dataset, by, measures, graph, step, top, others, rank, compare, having, byVerdict } = state;
  const overTime = isOverTime(graph);
  const withVerdict = graph === "sankey" && byVerdict && !by.includes("verdict");
  return {
    ...asked(view),
    dataset,
    by: withVerdict ? [...by, "verdict"] : [...by],
    measures: [...measures],
    ...(overTime && { step }),
    ...(rank !== "" && { order: rank }),
    ...(compare !== "" && { compare }),
    ...(having.length > 0 && { having: [...having] }),
    limit: top,
    others,
  };
}

/** A word for a POSIX shell. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The same question for `weir query`. */
export function commandLine(question: Question): string {
  const options: [string, string | undefined][] = [
    ["--dataset", question.dataset === "conversations" ? undefined : question.dataset],
    ["--by", question.by === undefined || question.by.length === 0 ? undefined : question.by.join(",")],
    ["--measure", question.measures?.join(",")],
    ["--step", question.step],
    ["--from", question.from],
    ["--to", question.to],
    ["--tz", question.time_zone],
    ["--order", question.order],
    ["--compare", question.compare],
    ["--top", question.limit === undefined ? undefined : String(question.limit)],
  ];
  return [
    "weir query",
    ...(question.filter === undefined ? [] : [quoted(question.filter)]),
    ...options.flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${quoted(value)}`])),
    ...(question.having ?? []).map((condition) => `--having ${quoted(condition)}`),
    ...(question.others === false ? ["--no-others"] : []),
  ].join(" ");
}

/** The same question for `curl`. */
export function curlLine(question: Question, origin: string): string {
  const body = JSON.stringify(question).replaceAll("'", `'\\''`);
  return `curl -s ${quoted(`${origin}/api/v1/query`)} -H 'content-type: application/json' -d '${body}'`;
}

/** The control whose value a problem is about. */
export type Control = "by" | "measures" | "step" | "having" | "rank" | "compare" | "top";

const controlOfPlace: Readonly<Record<string, Control>> = {
  "--by": "by",
  by: "by",
  "--measure": "measures",
  measures: "measures",
  "--step": "step",
  step: "step",
  "--having": "having",
  having: "having",
  "--order": "rank",
  order: "rank",
  "--compare": "compare",
  compare: "compare",
  "--top": "top",
  limit: "top",
};

/** Which control a problem belongs to; undefined: the filter, the time, or the whole. */
export function controlOf(code: string, place: string | undefined): Control | undefined {
  if (code === "too-many-rows") return "top";
  if (code === "compared-series") return "compare";
  const first = place?.split(/[.\s]/)[0] ?? "";
  return controlOfPlace[first] ?? (code === "bad-measure-condition" ? "having" : undefined);
}
