import type { FoldClass } from "#model/folds.js";

/** Internet noise, as the glossary has it, in the filter language. */
const NOISE =
  "class = normal and client.realm = public and client.observer is unknown and client.name is unknown and (server.realm != public or server.observer is known) and (verdict in (denied, dropped) or state = attempted)";

/** The filter of what a list shows, for who knows no folds: downloads and commands. */
export function shownFilter(filter: string | undefined, fold: readonly FoldClass[]): string | undefined {
  const classes = fold.filter((name) => name !== "internet_noise");
  const parts = [
    ...(filter === undefined || filter.trim() === "" ? [] : [`(${filter})`]),
    ...(classes.length === 0 ? [] : [`class not in (${classes.join(", ")})`]),
    ...(fold.includes("internet_noise") ? [`not (${NOISE})`] : []),
  ];
  return parts.length === 0 ? undefined : parts.join(" and ");
}
