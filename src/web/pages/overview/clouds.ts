import { topsOf } from "../map/map-shown.ts";
import { addTo, type MapBox, type MapTree, type Sums } from "../map/map-tree.ts";

/** What passed from one outermost box of the map to another: a cloud, or what is outside of all clouds that are logged. */
export interface CloudPair {
  readonly client: MapBox;
  readonly server: MapBox;
  readonly sums: Sums;
}

export interface CloudTraffic {
  readonly between: readonly CloudPair[];
  readonly inside: readonly CloudPair[];
  readonly outside: readonly CloudPair[];
}

/** Sums of pairs of clouds, as the map counts them: every conversation in one pair. */
export function cloudTraffic(tree: MapTree): CloudTraffic {
  const tops = topsOf(tree);
  const pairs = new Map<string, { client: MapBox; server: MapBox; sums: number[] }>();
  for (const edge of tree.edges) {
    const [client, server] = [tree.boxes[tops[edge.client] ?? -1], tree.boxes[tops[edge.server] ?? -1]];
    if (client === undefined || server === undefined) continue;
    const key = `${client.at} ${server.at}`;
    const pair = pairs.get(key) ?? { client, server, sums: [] };
    addTo(pair.sums, edge.sums);
    pairs.set(key, pair);
  }
  const all = [...pairs.values()].toSorted(
    (a, b) => (b.sums[0] ?? 0) - (a.sums[0] ?? 0) || (b.sums[1] ?? 0) - (a.sums[1] ?? 0),
  );
  const clouds = ({ client, server }: CloudPair): number =>
    [client, server].filter(({ kind }) => kind === "cloud").length;
  return {
    between: all.filter((pair) => clouds(pair) === 2 && pair.client !== pair.server),
    inside: all.filter((pair) => clouds(pair) === 2 && pair.client === pair.server),
    outside: all.filter((pair) => clouds(pair) === 1),
  };
}
