import { spanText, presets, resolveRange } from "./time-range.ts";
import { lakeTime } from "./lake-time.ts";

/** One step of a tab's history: where it is, and what it added to the step before. */
export interface TrailStep {
  /** Counts on from step to step; history goes back by the difference. */
  readonly at: number;
  readonly path: string;
  readonly search: string;
  readonly label: string;
}

/** Steps that a tab remembers. */
const MOST = 50;

/** The trail with one more step; steps that were undone before go away. */
export function withStep(trail: readonly TrailStep[], step: TrailStep): readonly TrailStep[] {
  return [...trail.filter(({ at }) => at < step.at), step].slice(-MOST);
}

/** What a step added: the page, conditions of the filter, the time, another choice. */
export function stepLabel(
  before: Pick<TrailStep, "path" | "search"> | undefined,
  after: Pick<TrailStep, "path" | "search">,
  titleOf: (path: string) => string,
): string {
  const now = new URLSearchParams(after.search);
  if (before === undefined) return titleOf(after.path);
  const then = new URLSearchParams(before.search);
  const isOther = (key: string): boolean => (now.get(key) ?? "") !== (then.get(key) ?? "");
  const parts: string[] = [];
  if (before.path !== after.path || (after.path === "/entity" && isOther("id")))
    parts.push(placeText(after.path, now, titleOf));
  if (isOther("q")) parts.push(filterChange(then.get("q") ?? "", now.get("q") ?? ""));
  else if (isOther("off")) parts.push("switched off or on");
  if (isOther("from") || isOther("to")) parts.push(timeText(now));
  if (isOther("tz")) parts.push(now.get("tz") ?? "UTC");
  if (parts.length > 0) return parts.join(", ");
  const key = [...now.keys(), ...then.keys()].find(isOther);
  if (key === undefined) return titleOf(after.path);
  const value = now.get(key);
  if (key === "dataset") return value ?? "conversations";
  const said = changes[key];
  if (said !== undefined) return value === null ? said.taken : said.given;
  const title = parameterTitles[key] ?? key;
  // What is pinned is a list of values.
  const text = (key === "pin" ? value?.replaceAll(/[[\]"]/g, "") : value)?.replaceAll(/,(?=\S)/g, ", ");
  return text === undefined ? `without ${title}` : `${title} ${shortened(text)}`;
}

/** Short parameters of pages in words. */
const parameterTitles: Readonly<Record<string, string>> = {
  m: "measures",
  g: "graph",
  n: "top",
  cmp: "against",
  having: "only with",
  v: "denied apart",
  pin: "alone",
  rank: "ranked by",
  step: "steps of",
};

/** Parameters whose values say nothing to people. */
const changes: Readonly<Record<string, { readonly given: string; readonly taken: string }>> = {
  flip: { given: "opened or closed boxes", taken: "boxes as they were" },
  root: { given: "stepped into a box", taken: "stepped out" },
  denied: { given: "only denied", taken: "not only denied" },
  cross: { given: "only cross-cloud", taken: "not only cross-cloud" },
  diff: { given: "compared with before", taken: "not compared" },
  level: { given: "opened to another depth", taken: "opened as at first" },
  min: { given: "small ones hidden", taken: "small ones shown" },
  as: { given: "as table", taken: "as map" },
  row: { given: "one row", taken: "row closed" },
  tab: { given: "its evidence", taken: "what it is" },
  unfold: { given: "folded otherwise", taken: "folded as at first" },
  cols: { given: "other columns", taken: "columns as at first" },
  order: { given: "oldest first", taken: "newest first" },
  others: { given: "without others", taken: "with others" },
  cal: { given: "calendar of another time", taken: "calendar of 30 days" },
  log: { given: "one flow log", taken: "flow log closed" },
};

function placeText(path: string, parameters: URLSearchParams, titleOf: (path: string) => string): string {
  const id = path === "/entity" ? parameters.get("id") : null;
  return id === null ? titleOf(path) : shortened(id);
}

/** What stands in one filter and not in the other. */
function filterChange(before: string, after: string): string {
  if (after === "") return "no filter";
  if (before !== "" && after.startsWith(`${before} and `)) return `+ ${shortened(after.slice(before.length + 5))}`;
  const kept = conditions(before);
  const added = conditions(after).filter((each) => !kept.includes(each));
  if (added.length > 0) return `${before === "" ? "" : "+ "}${shortened(added.join(" and "))}`;
  const taken = kept.filter((each) => !conditions(after).includes(each));
  return `− ${shortened(taken.join(" and "))}`;
}

/** The conditions of a filter by its words: the label needs no more. */
function conditions(filter: string): readonly string[] {
  return filter
    .split(/ and /i)
    .map((each) => each.trim())
    .filter((each) => each !== "");
}

function timeText(parameters: URLSearchParams): string {
  const range = { from: parameters.get("from") ?? "", to: parameters.get("to") ?? "" };
  const preset = range.to === "" ? presets.find(({ from }) => from === range.from) : undefined;
  const timeZone = parameters.get("tz") ?? "UTC";
  return preset?.title ?? spanText(resolveRange(range, lakeTime(), timeZone), timeZone);
}

function shortened(text: string): string {
  return text.length > 48 ? `${text.slice(0, 47)}…` : text;
}
