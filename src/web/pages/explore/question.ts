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
  const first = place?.split(/[.\s]/)[0] ?? "";
  return controlOfPlace[first] ?? (code === "bad-measure-condition" ? "having" : undefined);
}
