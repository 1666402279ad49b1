import type { SavedViewJson } from "#api/contract/index.js";

/** Where the page is: what a view keeps. */
export interface Place {
  readonly page: string;
  /** The query string, with or without its `?`. */
  readonly search: string;
}

/** The parameters in one order: the same state has links that differ in theirs. */
function canonical(search: string): string {
  const parameters = new URLSearchParams(search);
  parameters.sort();
  return parameters.toString();
}

export function isSamePlace(one: Place, other: Place): boolean {
  return one.page === other.page && canonical(one.search) === canonical(other.search);
}

/**
 * The view that is open: the one that shows just this, else the one that was opened last while its page is still there.
 * @param last id of the one that was opened last
 */
export function openView(
  views: readonly SavedViewJson[],
  place: Place,
  last: string | undefined,
): { readonly view: SavedViewJson; readonly isChanged: boolean } | undefined {
  const before = views.find(({ id }) => id === last);
  if (before !== undefined && isSamePlace(before, place)) return { view: before, isChanged: false };
  const same = views.find((view) => isSamePlace(view, place));
  if (same !== undefined) return { view: same, isChanged: false };
  return before?.page === place.page ? { view: before, isChanged: true } : undefined;
}

/** The link of a view. */
export function viewLink({ page, search }: Place): string {
  const text = search.replace(/^\?/, "");
  return text === "" ? page : `${page}?${text}`;
}
