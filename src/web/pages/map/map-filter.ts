import { joinFilters } from "../../state/filter-join.ts";
import type { MapBox, MapEdge, MapTree } from "./map-tree.ts";

/** The filter that finds a box as client or as server, or as either; undefined where there is none. */
export function endFilter({ filter }: Pick<MapBox, "filter">, end: "client" | "server" | "either"): string | undefined {
  if (filter === null) return undefined;
  const of = (name: string): string => filter.replaceAll("END.", `${name}.`);
  return end === "either" ? `(${of("client")} or ${of("server")})` : of(end);
}

/** Conversations of an edge: with the filter of the page, from the one box to the other. */
export function edgeFilter(
  view: string,
  tree: MapTree,
  { client, server }: Pick<MapEdge, "client" | "server">,
  deniedOnly = false,
): string {
  const [a, b] = [tree.boxes[client], tree.boxes[server]];
  const parts = [
    a === undefined ? undefined : endFilter(a, "client"),
    b === undefined ? undefined : endFilter(b, "server"),
    deniedOnly ? "verdict = denied" : undefined,
  ];
  return joinFilters(view, ...parts);
}
