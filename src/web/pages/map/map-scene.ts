import type { MapLayout } from "./map-layout.ts";
import { bridgePlaces, edgeLines, type BridgePlace, type EdgeLine } from "./map-lines.ts";
import {
  bridgesOf,
  chosenEdges,
  shownEdges,
  shownOf,
  type Bridge,
  type EdgeChoice,
  type OpenState,
  type Shown,
  type ShownEdges,
} from "./map-shown.ts";
import { addTo, type MapTree, type Sums } from "./map-tree.ts";

/** All that is drawn: boxes and their places, edges and their lines. */
export interface MapScene {
  readonly tree: MapTree;
  readonly shown: Shown;
  readonly edges: ShownEdges;
  /** What touches each shown box: as client, as server. */
  readonly sent: ReadonlyMap<number, Sums>;
  readonly received: ReadonlyMap<number, Sums>;
  readonly all: ReadonlyMap<number, Sums>;
  readonly bridges: readonly Bridge[];
}

/** What is shown of a tree, without where. */
export function mapScene(tree: MapTree, root: number | undefined, openState: OpenState): MapScene {
  const shown = shownOf(tree, root, openState);
  const edges = shownEdges(tree, shown, root);
  const [sent, received] = [new Map<number, number[]>(), new Map<number, number[]>()];
  const add = (to: Map<number, number[]>, at: number, sums: Sums): void => {
    to.set(at, addTo(to.get(at) ?? [], sums));
  };
  for (const { client, server, sums } of edges.edges) {
    add(sent, client, sums);
    add(received, server, sums);
  }
  const all = new Map<number, number[]>();
  for (const part of [sent, received, edges.inside]) for (const [at, sums] of part) add(all, at, sums);
  return { tree, shown, edges, sent, received, all, bridges: bridgesOf(tree) };
}

const NOTHING: Sums = [];

/** All that touches a box: from it, to it, inside it. The same list each time, so that boxes need not be rendered again. */
export function touching({ all }: MapScene, at: number): Sums {
  return all.get(at) ?? NOTHING;
}

export interface MapDrawing {
  readonly layout: MapLayout;
  readonly lines: readonly EdgeLine[];
  /** Empty where one has stepped in: bridges then stand above the map only. */
  readonly bridges: readonly BridgePlace[];
}

/** Where everything of a scene is. The layout does not depend on what is open. */
export function placed(scene: MapScene, layout: MapLayout, choice: EdgeChoice, root: number | undefined): MapDrawing {
  const { tree, shown, bridges } = scene;
  const places = root === undefined ? bridgePlaces(bridges, tree, layout) : new Map<string, BridgePlace>();
  const lines = edgeLines(chosenEdges(scene.edges.edges, choice), tree, shown, layout, places);
  return { layout, lines, bridges: [...places.values()] };
}
