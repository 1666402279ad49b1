import type { AddressOwner, TrafficEnd, TrafficPair } from "#query/index.js";
import type { MapEdge, MapNames, MapNode, MapSums, TrafficMap } from "./map-types.ts";
import { NodeTree } from "./node-tree.ts";
import { EndPlacer } from "./place-ends.ts";
import { addSums, mergeEdges, thinEdges } from "./thin-edges.ts";

/** What passed between ends at one time. */
export interface TimedTraffic {
  readonly ends: readonly TrafficEnd[];
  readonly pairs: readonly TrafficPair[];
}

export interface TrafficMapRequest {
  readonly now: TimedTraffic;
  /** The time that is compared with. */
  readonly before: TimedTraffic | undefined;
  readonly owners: readonly AddressOwner[];
  readonly names: MapNames;
}

/** Boxes without boxes in them, in one box; the others are one box. */
export const MOST_LEAVES = 120;
/** More addresses than this are not written into a filter. */
const MOST_LISTED = 100;

/** What holds addresses whose place is not known. */
const NOWHERE_KINDS: ReadonlySet<string> = new Set(["outside", "private"]);
const NOTHING: MapSums = [0, 0, 0, 0, 0, 0];

/** Traffic as boxes in boxes and what passes between them. Every conversation counts on one edge. */
export function trafficMap({ now, before, owners, names }: TrafficMapRequest): TrafficMap {
  const tree = new NodeTree();
  const placer = new EndPlacer(tree, names, [...now.ends, ...(before?.ends ?? [])], owners);
  const edges = mergeEdges([
    ...edgesOf(now, placer, ({ bytes, conversations, denied }) => [bytes, conversations, denied, 0, 0, 0]),
    ...edgesOf(before, placer, ({ bytes, conversations, denied }) => [0, 0, 0, bytes, conversations, denied]),
  ]);
  const nodes = withInferred(tree).map(toldApart(tree.nodes));
  const gathered = gatherLeaves(nodes, edges);
  return {
    nodes: gathered.nodes,
    edges: thinEdges(gathered.edges, gathered.nodes),
    totals: edges.reduce((sum, each) => addSums(sum, each.sums), NOTHING),
  };
}

function edgesOf(
  traffic: TimedTraffic | undefined,
  placer: EndPlacer,
  sumsOf: (pair: TrafficPair) => MapSums,
): MapEdge[] {
  if (traffic === undefined) return [];
  const boxes = traffic.ends.map((end) => placer.boxOf(end));
  return traffic.pairs.map((pair) => ({
    client: boxes[pair.client] ?? 0,
    server: boxes[pair.server] ?? 0,
    sums: sumsOf(pair),
  }));
}

/** A box's filter finds also what is known to be in it; that of what is nowhere leaves it out. */
function withInferred(tree: NodeTree): MapNode[] {
  const all = new Set(tree.nodes.flatMap(({ parent }, at) => (parent < 0 ? tree.inferredIn(at) : [])));
  return tree.nodes.map((node, at) => {
    const own = tree.inferredIn(at);
    if (node.filter === null || own.length > MOST_LISTED || all.size > MOST_LISTED) return node;
    if (own.length > 0)
      return { ...node, filter: `(${node.filter} or (END.ip in (${own.join(", ")}) and END.provider is unknown))` };
    const isNowhere = all.size > 0 && NOWHERE_KINDS.has(node.kind);
    return isNowhere ? { ...node, filter: `${node.filter} and not END.ip in (${[...all].join(", ")})` } : node;
  });
}

/** Of an address that has several boxes, each finds its own conversations only. */
function toldApart(nodes: readonly MapNode[]): (node: MapNode) => MapNode {
  const boxes = new Map<string, number>();
  for (const { kind, value } of nodes) if (kind === "address") boxes.set(value, (boxes.get(value) ?? 0) + 1);
  return (node) => {
    if (node.kind !== "address" || node.filter === null || (boxes.get(node.value) ?? 0) < 2) return node;
    let around = nodes[node.parent];
    while (around !== undefined && around.parent >= 0 && around.kind !== "network" && around.kind !== "account")
      around = nodes[around.parent];
    if (around?.filter === undefined || around.filter === null) return node;
    return { ...node, filter: `${node.filter} and ${around.filter}` };
  };
}

/** Puts the smallest of many leaves of one box together, so that no box holds more than some hundred. */
function gatherLeaves(
  nodes: readonly MapNode[],
  edges: readonly MapEdge[],
): { nodes: readonly MapNode[]; edges: readonly MapEdge[] } {
  const hasChildren = new Set(nodes.map(({ parent }) => parent));
  const leaves = new Map<number, number[]>();
  for (const [at, { parent }] of nodes.entries())
    if (!hasChildren.has(at)) leaves.set(parent, [...(leaves.get(parent) ?? []), at]);
  const crowded = [...leaves].filter(([, all]) => all.length > MOST_LEAVES);
  if (crowded.length === 0) return { nodes, edges };
  const sizes = sizesOf(nodes.length, edges);
  const size = (at: number): number => sizes[at] ?? 0;
  const into = new Map<number, number>();
  const made = [...nodes];
  for (const [parent, all] of crowded) {
    const small = all.toSorted((a, b) => size(b) - size(a) || byId(nodes[a], nodes[b])).slice(MOST_LEAVES - 1);
    const rest = made.push(restOf(parent, small.length, nodes)) - 1;
    for (const at of small) into.set(at, rest);
  }
  return renumbered(made, into, edges);
}

function restOf(parent: number, count: number, nodes: readonly MapNode[]): MapNode {
  const around = nodes[parent];
  return {
    id: `${around?.id ?? ""}-rest`,
    kind: "rest",
    parent,
    value: String(count),
    name: null,
    instance: null,
    observer: null,
    inferred: false,
    filter: around?.filter ?? null,
  };
}

function byId(a: MapNode | undefined, b: MapNode | undefined): number {
  return (a?.value ?? "") < (b?.value ?? "") ? -1 : 1;
}

/** How much each box has a part in: a denied attempt or a conversation weighs as a kilobyte, so that none is nothing. */
function sizesOf(count: number, edges: readonly MapEdge[]): Float64Array {
  const sizes = new Float64Array(count);
  for (const { client, server, sums } of edges) {
    const size = sums[0] + sums[3] + 1000 * (sums[1] + sums[2] + sums[4] + sums[5]);
    sizes[client] = (sizes[client] ?? 0) + size;
    sizes[server] = (sizes[server] ?? 0) + size;
  }
  return sizes;
}

/** Without the boxes that went into others. */
function renumbered(
  made: readonly MapNode[],
  into: ReadonlyMap<number, number>,
  edges: readonly MapEdge[],
): { nodes: readonly MapNode[]; edges: readonly MapEdge[] } {
  const places = new Map<number, number>();
  for (const at of made.keys()) if (!into.has(at)) places.set(at, places.size);
  const place = (at: number): number => places.get(into.get(at) ?? at) ?? -1;
  return {
    nodes: made.filter((_, at) => !into.has(at)).map((node) => ({ ...node, parent: place(node.parent) })),
    edges: mergeEdges(edges.map((edge) => ({ ...edge, client: place(edge.client), server: place(edge.server) }))),
  };
}
