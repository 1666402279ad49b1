import { useCallback, useMemo } from "react";
import { useLocation, useSearch } from "wouter";

/** What is asked about, on every page: kept in the URL, so that every view is a link and the back button undoes. */
export interface View {
  /** Filter of conversations, as text; empty: everything. */
  readonly filter: string;
  /** As the API takes times; empty: the default range, 24 h up to the newest flow. */
  readonly from: string;
  readonly to: string;
}

/** The keys of the view in the URL; each page has more of its own. */
const KEYS = { filter: "q", from: "from", to: "to" } as const;

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
  const [location, navigate] = useLocation();
  const parameters = useMemo(() => new URLSearchParams(search), [search]);
  const view = useMemo(() => viewIn(parameters), [parameters]);
  const change = useCallback<ViewState["change"]>(
    (changes, { replace = false } = {}) => navigate(`${location}${searchWith(parameters, changes)}`, { replace }),
    [location, navigate, parameters],
  );
  const linkTo = useCallback<ViewState["linkTo"]>(
    (page, changes = {}) => `${page}${searchWith(sharedOf(parameters), changes)}`,
    [parameters],
  );
  const go = useCallback<ViewState["go"]>((page, changes) => navigate(linkTo(page, changes)), [navigate, linkTo]);
  return { view, parameters, change, go, linkTo };
}

function viewIn(parameters: URLSearchParams): View {
  const of = (key: string): string => parameters.get(key) ?? "";
  return { filter: of(KEYS.filter), from: of(KEYS.from), to: of(KEYS.to) };
}

/** The time and filter of a question, for the API. */
export function asked({ filter, from, to }: View): { filter?: string; from?: string; to?: string } {
  return {
    ...(filter.trim() !== "" && { filter }),
    ...(from !== "" && { from }),
    ...(to !== "" && { to }),
  };
}

function sharedOf(parameters: URLSearchParams): URLSearchParams {
  const shared = new URLSearchParams();
  for (const key of Object.values(KEYS)) {
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
