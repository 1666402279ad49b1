import type { MapLayout } from "./map-layout.ts";
import { bridgePlaces, edgeLines, type BridgePlace, type EdgeLine } from "./map-lines.ts";
import {
  bridgesOf,
  chosenEdges,
  shownEdges,
  shownOf,
  sizeOf,
  type Bridge,
  type EdgeChoice,
  type OpenState,
  type Shown,
  type ShownEdges,
} from "./map-shown.ts";
import { addTo, pathOf, type MapMeasure, type MapTree, type Sums } from "./map-tree.ts";

/** All that is drawn: boxes and their places, edges and their lines. */
export interface MapScene {
  readonly tree: MapTree;
  readonly shown: Shown;
  readonly edges: ShownEdges;
  /** By place in the tree. */
  readonly totals: readonly BoxTotals[];
  /** What touches each shown box itself: of an open one, what touches none in it. */
  readonly all: ReadonlyMap<number, Sums>;
  readonly bridges: readonly Bridge[];
}

/** What is shown of a tree, without where. */
export function mapScene(tree: MapTree, root: number | undefined, openState: OpenState): MapScene {
  const shown = shownOf(tree, root, openState);
  const edges = shownEdges(tree, shown, root);
  const all = new Map<number, number[]>();
  const add = (at: number, sums: Sums): void => void all.set(at, addTo(all.get(at) ?? [], sums));
  for (const { client, server, sums } of edges.edges) {
    add(client, sums);
    add(server, sums);
  }
  for (const [at, sums] of edges.inside) add(at, sums);
  return { tree, shown, edges, totals: boxTotals(tree, root), all, bridges: bridgesOf(tree) };
}

const NOTHING: Sums = [];

/** What passes a box with all that is in it: from it to others, to it, inside it. */
export interface BoxTotals {
  readonly sent: Sums;
  readonly received: Sums;
  readonly inside: Sums;
}

/** The totals of every box, whatever is open: an edge is inside of the boxes that hold both of its ends. @param root all else is elsewhere */
export function boxTotals(tree: MapTree, root: number | undefined): readonly BoxTotals[] {
  const totals = tree.boxes.map(() => ({ sent: [] as number[], received: [] as number[], inside: [] as number[] }));
  for (const { client, server, sums } of tree.edges) {
    const clients = pathOf(tree, client).map(({ at }) => at);
    const servers = pathOf(tree, server).map(({ at }) => at);
    if (root !== undefined && !clients.includes(root) && !servers.includes(root)) continue;
    for (const at of clients) addTo(totals[at]?.[servers.includes(at) ? "inside" : "sent"] ?? [], sums);
    for (const at of servers) if (!clients.includes(at)) addTo(totals[at]?.received ?? [], sums);
  }
  return totals;
}

/** All that touches a box: from it, to it, inside it. The same list each time, so that boxes need not be rendered again. */
export function touching({ all }: MapScene, at: number): Sums {
  return all.get(at) ?? NOTHING;
}

/** Lines that are drawn at once. */
export const MOST_DRAWN = 800;

export interface MapDrawing {
  readonly layout: MapLayout;
  /** The smallest first. */
  readonly lines: readonly EdgeLine[];
  /** The largest of them: more than some hundred lines show nothing. The others are seen when their box is looked at. */
  readonly drawn: readonly EdgeLine[];
  readonly widest: Readonly<Record<MapMeasure, number>>;
  /** Empty where one has stepped in: bridges then stand above the map only. */
  readonly bridges: readonly BridgePlace[];
}

/** Where everything of a scene is. The layout does not depend on what is open. */
export function placed(scene: MapScene, layout: MapLayout, choice: EdgeChoice, root: number | undefined): MapDrawing {
  const { tree, shown, bridges } = scene;
  const places = root === undefined ? bridgePlaces(bridges, tree, layout) : new Map<string, BridgePlace>();
  const lines = edgeLines(chosenEdges(scene.edges.edges, choice), tree, shown, layout, places);
  const largest = (measure: MapMeasure): number =>
    lines.reduce((most, { edge }) => Math.max(most, sizeOf(edge.sums, measure)), 1);
  return {
    layout,
    lines,
    drawn: lines.slice(-MOST_DRAWN),
    widest: { bytes: largest("bytes"), conversations: largest("conversations"), denied: largest("denied") },
    bridges: [...places.values()],
  };
}
