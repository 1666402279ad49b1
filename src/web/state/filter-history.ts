const KEY = "weir-filters";
const MOST = 50;

/** Filters that were asked in this browser, the newest first. */
export function pastFilters(): readonly string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(stored) ? stored.filter((each) => typeof each === "string") : [];
  } catch {
    return [];
  }
}

/** Remembers a filter that was asked. */
export function rememberFilter(filter: string): void {
  const text = filter.trim();
  if (text === "") return;
  const kept = [text, ...pastFilters().filter((each) => each !== text)].slice(0, MOST);
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // A browser that keeps nothing has no history.
  }
}
