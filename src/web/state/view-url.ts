import type { Question } from "#api/contract/index.js";
import type { LakeTime } from "./lake-time.ts";
import { resolveRange } from "./time-range.ts";
import { isZone } from "./zone.ts";

/** What is asked about, on every page: kept in the URL, so that every view is a link and the back button undoes. */
export interface View {
  /** Filter of conversations, as text; empty: everything. */
  readonly filter: string;
  /** As the API takes times, resolved to moments; empty: the default range, 24 h up to the newest flow. */
  readonly from: string;
  readonly to: string;
  /** IANA name; days and hours begin there, and times are shown so. */
  readonly timeZone: string;
}

/** The keys of the view in the URL, which every page keeps; each page has more of its own. */
const SHARED = ["q", "off", "from", "to", "tz"] as const;

/** The view that parameters of a URL stand for now. */
export function viewIn(parameters: URLSearchParams, time: LakeTime): View {
  const of = (key: string): string => parameters.get(key) ?? "";
  const timeZone = zoneIn(parameters);
  const { from, to } = resolveRange({ from: of("from"), to: of("to") }, time, timeZone);
  return { filter: of("q"), from, to, timeZone };
}

/** The dataset whose words the filter is in: a page that asks flows says so in the URL. */
export function datasetIn(parameters: URLSearchParams): FilterDataset {
  const named = parameters.get("dataset");
  return datasets.find((each) => each === named) ?? "conversations";
}

export type FilterDataset = NonNullable<Question["dataset"]>;
const datasets: readonly FilterDataset[] = ["conversations", "observations", "flows", "coverage", "presence"];

/** The time zone of the view; UTC unless the URL names one that there is. */
export function zoneIn(parameters: URLSearchParams): string {
  const named = parameters.get("tz");
  return named !== null && isZone(named) ? named : "UTC";
}

interface Asked {
  readonly filter?: string;
  readonly from?: string;
  readonly to?: string;
  readonly time_zone?: string;
}

/** The time and filter of a question, for the API. */
export function asked({ filter, from, to, timeZone }: View): Asked {
  return {
    ...(filter.trim() !== "" && { filter }),
    ...(from !== "" && { from }),
    ...(to !== "" && { to }),
    ...(timeZone !== "UTC" && { time_zone: timeZone }),
  };
}

/** Those that every page keeps. */
export function sharedOf(parameters: URLSearchParams): URLSearchParams {
  const shared = new URLSearchParams();
  for (const key of SHARED) {
    const value = parameters.get(key);
    if (value !== null) shared.set(key, value);
  }
  return shared;
}

/** The query string with some parameters changed; undefined and empty ones go away. */
export function searchWith(parameters: URLSearchParams, changes: Readonly<Record<string, string | undefined>>): string {
  const next = new URLSearchParams(parameters);
  for (const [key, value] of Object.entries(changes))
    if (value === undefined || value === "") next.delete(key);
    else next.set(key, value);
  const text = next.toString();
  return text === "" ? "" : `?${text}`;
}
