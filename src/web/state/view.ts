import { useCallback, useMemo } from "react";
import { useLocation, useSearch } from "wouter";
import type { Question } from "#api/contract/index.js";
import { useLakeTime, type LakeTime } from "./lake-time.ts";
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

export interface ViewState {
  readonly view: View;
  /** All parameters of the URL; a page reads its own. */
  readonly parameters: URLSearchParams;
  /** Changes parameters; undefined and empty ones go away. A step of its own in the history unless `replace`. */
  readonly change: (
    changes: Readonly<Record<string, string | undefined>>,
    options?: { readonly replace?: boolean },
  ) => void;
  /** Goes to another page, and takes filter and time along. */
  readonly go: (page: string, changes?: Readonly<Record<string, string | undefined>>) => void;
  /** The link to another page with filter and time. */
  readonly linkTo: (page: string, changes?: Readonly<Record<string, string | undefined>>) => string;
}

/** The view in the URL. */
export function useView(): ViewState {
  const search = useSearch();
  const [, navigate] = useLocation();
  const parameters = useMemo(() => new URLSearchParams(search), [search]);
  const time = useLakeTime();
  const view = useMemo(() => viewIn(parameters, time), [parameters, time]);
  const change = useCallback<ViewState["change"]>(
    // From the URL as it is now: two changes at once are both made.
    (changes, { replace = false } = {}) =>
      navigate(`${window.location.pathname}${searchWith(new URLSearchParams(window.location.search), changes)}`, {
        replace,
        // A step that is replaced stays the same step of the trail.
        state: replace ? history.state : null,
      }),
    [navigate],
  );
  const linkTo = useCallback<ViewState["linkTo"]>(
    (page, changes = {}) => `${page}${searchWith(sharedOf(parameters), changes)}`,
    [parameters],
  );
  const go = useCallback<ViewState["go"]>((page, changes) => navigate(linkTo(page, changes)), [navigate, linkTo]);
  return { view, parameters, change, go, linkTo };
}

function viewIn(parameters: URLSearchParams, time: LakeTime): View {
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

function sharedOf(parameters: URLSearchParams): URLSearchParams {
  const shared = new URLSearchParams();
  for (const key of SHARED) {
    const value = parameters.get(key);
    if (value !== null) shared.set(key, value);
  }
  return shared;
}

function searchWith(parameters: URLSearchParams, changes: Readonly<Record<string, string | undefined>>): string {
  const next = new URLSearchParams(parameters);
  for (const [key, value] of Object.entries(changes))
    if (value === undefined || value === "") next.delete(key);
    else next.set(key, value);
  const text = next.toString();
  return text === "" ? "" : `?${text}`;
}
