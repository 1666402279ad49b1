import type { MapEdge, MapSums } from "./map-types.ts";

/** How many edges of one level are told one by one. */
export const MOST_EDGES = 2500;

type Tree = readonly { readonly parent: number }[];

/**
 * At most some thousand edges. The largest by each measure stay as they are; the others are lifted to the boxes around their
 * ends, level by level, until they are few. Sums stay the same.
 */
export function thinEdges(edges: readonly MapEdge[], nodes: Tree, most = MOST_EDGES): MapEdge[] {
  const kept: MapEdge[] = [];
  let rest = edges;
  for (;;) {
    if (rest.length <= most) return mergeEdges([...kept, ...rest]);
    const large = largest(rest, most);
    kept.push(...large);
    const lifted = rest.filter((edge) => !large.has(edge)).map((edge) => lift(edge, nodes));
    const merged = mergeEdges(lifted);
    const isDone = merged.every(({ client, server }) => parentOf(client, nodes) < 0 && parentOf(server, nodes) < 0);
    rest = merged;
    if (isDone) return mergeEdges([...kept, ...rest]);
  }
}

/** Edges between the same boxes as one. */
export function mergeEdges(edges: readonly MapEdge[]): MapEdge[] {
  const merged = new Map<string, MapEdge>();
  for (const edge of edges) {
    const key = `${edge.client} ${edge.server}`;
    const before = merged.get(key);
    merged.set(key, before === undefined ? edge : { ...edge, sums: addSums(before.sums, edge.sums) });
  }
  return [...merged.values()];
}

export function addSums(a: MapSums, b: MapSums): MapSums {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3], a[4] + b[4], a[5] + b[5]];
}

/** The largest by bytes, by conversations and by denied attempts, of both times together. */
function largest(edges: readonly MapEdge[], most: number): Set<MapEdge> {
  const part = Math.max(1, Math.floor(most / 3));
  const chosen = new Set<MapEdge>();
  for (const measure of [2, 0, 1] as const) {
    const size = ({ sums }: MapEdge): number => sums[measure] + sums[(measure + 3) as 3 | 4 | 5];
    const sorted = edges.filter((edge) => size(edge) > 0 && !chosen.has(edge)).toSorted((a, b) => size(b) - size(a));
    for (const edge of sorted.slice(0, part)) chosen.add(edge);
  }
  return chosen;
}

function parentOf(node: number, nodes: Tree): number {
  return nodes[node]?.parent ?? -1;
}

/** One level up at both ends. What is outermost stays. */
function lift(edge: MapEdge, nodes: Tree): MapEdge {
  const up = (node: number): number => {
    const parent = parentOf(node, nodes);
    return parent < 0 ? node : parent;
  };
  return { ...edge, client: up(edge.client), server: up(edge.server) };
}
