import { useCallback, useMemo } from "react";
import { useLocation, useSearch } from "wouter";
import { useLakeTime } from "./lake-time.ts";
import { searchWith, sharedOf, viewIn, type View } from "./view-url.ts";

export { asked, datasetIn, zoneIn, type FilterDataset, type View } from "./view-url.ts";

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
    (changes, { replace = false } = {}) => {
      const { pathname, search: now } = window.location;
      const next = searchWith(new URLSearchParams(now), changes);
      // What changes nothing is no step.
      if (next === searchWith(new URLSearchParams(now), {})) return;
      // A step that is replaced stays the same step of the trail.
      navigate(`${pathname}${next}`, { replace, state: replace ? history.state : null });
    },
    [navigate],
  );
  const linkTo = useCallback<ViewState["linkTo"]>(
    (page, changes = {}) => `${page}${searchWith(sharedOf(parameters), changes)}`,
    [parameters],
  );
  const go = useCallback<ViewState["go"]>((page, changes) => navigate(linkTo(page, changes)), [navigate, linkTo]);
  return { view, parameters, change, go, linkTo };
}
