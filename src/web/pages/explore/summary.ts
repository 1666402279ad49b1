import type { AnswerJson } from "#api/contract/index.js";
import { humanStep } from "#base/human.js";
import { stretchText } from "../../chart/time-axis.ts";
import { dimensionHeading, measureInfo } from "./catalogue.ts";
import type { ExploreState } from "./state.ts";

/** The question in one line, so that a picture of the page says what it shows. */
export function summaryText(state: ExploreState, filter: string, answer: AnswerJson): string {
  const { by, measures, top, rank, compare, having, dataset } = state;
  const headings = measures.map((name) => measureInfo(name).heading.toLowerCase());
  const groups = by.map((name) => dimensionHeading(name, dataset).toLowerCase());
  const zone = answer.time_zone;
  const parts = [
    `${stretchText(Date.parse(answer.range.from), Date.parse(answer.range.to), zone)} ${zone}`,
    filter.trim() === "" ? `all ${dataset}` : `${dataset} with ${filter.trim()}`,
    `${headings.join(", ")}${groups.length === 0 ? ", total" : ` by ${groups.join(", ")}`}`,
    ...(groups.length === 0 ? [] : [`top ${top}${rank === "" ? "" : ` by ${rank.replace(":asc", ", least first")}`}`]),
    ...(answer.step_s === null ? [] : [`steps of ${humanStep(answer.step_s)}`]),
    ...having.map((condition) => `only ${condition}`),
    ...(compare === "" || answer.compared === null
      ? []
      : [`against ${stretchText(Date.parse(answer.compared.from), Date.parse(answer.compared.to), zone)}`]),
  ];
  return parts.join(" · ");
}
