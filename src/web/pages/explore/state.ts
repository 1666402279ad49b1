import type { DatasetName } from "#model/datasets.js";

export const graphs = ["area", "line", "bars", "heat", "sankey", "table"] as const;
export type Graph = (typeof graphs)[number];

/** What Explore asks and how it shows it; filter and time are those of every page. */
export interface ExploreState {
  readonly dataset: DatasetName;
  readonly by: readonly string[];
  /** The first is drawn, and ranks unless `rank` says otherwise. */
  readonly measures: readonly string[];
  readonly graph: Graph;
  readonly step: string;
  readonly top: number;
  readonly others: boolean;
  /** A measure, with `:asc` for the smallest first; empty: the first measure. */
  readonly rank: string;
  /** `previous`, a length of time to go back, or a date; empty: none. */
  readonly compare: string;
  readonly having: readonly string[];
  /** Whether a sankey tells denied from allowed. */
  readonly byVerdict: boolean;
  /** The series that was clicked: its id. */
  readonly pinned: string | undefined;
}

export const defaults: ExploreState = {
  dataset: "conversations",
  by: ["service"],
  measures: ["rate"],
  graph: "area",
  step: "auto",
  top: 10,
  others: true,
  rank: "",
  compare: "",
  having: [],
  byVerdict: false,
  pinned: undefined,
};

/** Whether a graph is over time: then the question has a step. */
export function isOverTime(graph: Graph): boolean {
  return graph !== "sankey" && graph !== "table";
}

/** What Explore can ask. */
export const datasets: readonly DatasetName[] = ["conversations", "observations", "flows"];

/** The measure that is drawn when none is named. */
const firstMeasure: Partial<Record<DatasetName, string>> = { observations: "interface_bytes", flows: "logged_bytes" };

/** Reads the state from the URL; what cannot be read is as by default. */
export function readState(parameters: URLSearchParams): ExploreState {
  const text = (key: string): string => parameters.get(key)?.trim() ?? "";
  const dataset = datasets.find((name) => name === text("dataset")) ?? defaults.dataset;
  const measures = wordsOf(text("m"));
  const top = Number(text("n"));
  return {
    dataset,
    // Written as in filters, they are read as well: client.ip is the column client_ip.
    by: parameters.has("by") ? wordsOf(text("by").toLowerCase().replaceAll(/[.-]/g, "_")) : defaults.by,
    measures: measures.length > 0 ? measures : [firstMeasure[dataset] ?? "rate"],
    graph: graphs.find((name) => name === text("g")) ?? defaults.graph,
    step: text("step") || defaults.step,
    top: Number.isInteger(top) && top >= 1 && top <= 1000 ? top : defaults.top,
    others: text("others") !== "0",
    rank: text("rank"),
    compare: text("cmp"),
    having: text("having")
      .split(";")
      .map((each) => each.trim())
      .filter((each) => each !== ""),
    byVerdict: text("v") === "1",
    pinned: text("pin") || undefined,
  };
}

function wordsOf(text: string): string[] {
  return [
    ...new Set(
      text
        .split(",")
        .map((word) => word.trim())
        .filter((word) => word !== ""),
    ),
  ];
}

/** Changes of the state as parameters of the URL; what is as by default is left out. */
export function stateParameters(changes: Partial<ExploreState>): Record<string, string | undefined> {
  const parameters: Record<string, string | undefined> = {};
  const put = (key: string, value: string, byDefault: string): void => {
    parameters[key] = value === byDefault ? undefined : value;
  };
  if (changes.dataset !== undefined) put("dataset", changes.dataset, defaults.dataset);
  // No dimension at all is a question too: the total.
  if (changes.by !== undefined) put("by", changes.by.length === 0 ? "," : changes.by.join(","), defaults.by.join(","));
  if (changes.measures !== undefined) put("m", changes.measures.join(","), "");
  if (changes.graph !== undefined) put("g", changes.graph, defaults.graph);
  if (changes.step !== undefined) put("step", changes.step, defaults.step);
  if (changes.top !== undefined) put("n", String(changes.top), String(defaults.top));
  if (changes.others !== undefined) put("others", changes.others ? "" : "0", "");
  if (changes.rank !== undefined) put("rank", changes.rank, "");
  if (changes.compare !== undefined) put("cmp", changes.compare, "");
  if (changes.having !== undefined) put("having", changes.having.join(";"), "");
  if (changes.byVerdict !== undefined) put("v", changes.byVerdict ? "1" : "", "");
  if ("pinned" in changes) put("pin", changes.pinned ?? "", "");
  return parameters;
}

/** A list with one of its words at another place. */
export function moved(words: readonly string[], from: number, to: number): string[] {
  const rest = words.filter((_, at) => at !== from);
  const word = words[from];
  if (word === undefined) return [...words];
  const place = Math.max(0, Math.min(rest.length, to));
  return [...rest.slice(0, place), word, ...rest.slice(place)];
}
