import { addTo, pathOf, type MapBox, type MapEdge, type MapMeasure, type MapTree, type Sums } from "./map-tree.ts";

/** Which boxes are open: by level, and the other way round for some. */
export interface OpenState {
  /** Boxes of a lower rank are open. */
  readonly level: number;
  /** The first letters of ids of boxes that are not as the level says. */
  readonly flipped: ReadonlySet<string>;
}

/** Enough letters of an id for a link. */
export const ID_LETTERS = 6;
const COMFORTABLE = 60;

export function isOpen({ children, rank, id }: MapBox, { level, flipped }: OpenState): boolean {
  if (children.length === 0) return false;
  return rank < level !== flipped.has(id.slice(0, ID_LETTERS));
}

/** The deepest level at which not too many boxes are shown. */
export function comfortableLevel(tree: MapTree): number {
  for (let level = 4; level > 1; level--) {
    const shown = tree.boxes.filter((box) =>
      pathOf(tree, box.at)
        .slice(1)
        .every(({ rank }) => rank < level),
    );
    if (shown.length <= COMFORTABLE) return level;
  }
  return 1;
}

/** What is shown of a tree: boxes in the order of walking, and for every box the one that stands for it. */
export interface Shown {
  readonly boxes: readonly MapBox[];
  readonly open: ReadonlySet<number>;
  /** Boxes beside the root: what it talks to, closed. */
  readonly beside: readonly number[];
  /** The place of the shown box that holds each box; -1 where none does. */
  readonly holders: Int32Array;
}

/** Walks the tree from the root; what is around the root stands beside it, closed. */
export function shownOf(tree: MapTree, root: number | undefined, state: OpenState): Shown {
  const holders = new Int32Array(tree.boxes.length).fill(-1);
  const open = new Set<number>();
  const shown: MapBox[] = [];
  const walk = (at: number, holder: number): void => {
    const box = tree.boxes[at];
    if (box === undefined) return;
    holders[at] = holder < 0 ? at : holder;
    if (holder < 0) shown.push(box);
    const opens = holder < 0 && (at === root || isOpen(box, state));
    if (opens) open.add(at);
    for (const child of box.children) walk(child, opens ? -1 : (holders[at] ?? at));
  };
  for (const at of root === undefined ? tree.tops : [root]) walk(at, -1);
  if (root === undefined) return { boxes: shown, open, beside: [], holders };
  const around = aroundOf(tree, root);
  for (const at of around) hold(tree, at, at, holders);
  const touched = new Set<number>();
  for (const { client, server } of tree.edges) {
    const [a = -1, b = -1] = [holders[client], holders[server]];
    if (a >= 0 && b >= 0 && isUnder(tree, a, root) !== isUnder(tree, b, root)) {
      touched.add(a);
      touched.add(b);
    }
  }
  const beside = around.filter((at) => touched.has(at));
  for (const at of beside) {
    const box = tree.boxes[at];
    if (box !== undefined) shown.push(box);
  }
  return { boxes: shown, open, beside, holders };
}

/** What is beside each box on the way out. */
function aroundOf(tree: MapTree, root: number): number[] {
  return pathOf(tree, root).flatMap(({ at, parent }) =>
    (tree.boxes[parent]?.children ?? tree.tops).filter((other) => other !== at),
  );
}

function hold(tree: MapTree, at: number, holder: number, holders: Int32Array): void {
  holders[at] = holder;
  for (const child of tree.boxes[at]?.children ?? []) hold(tree, child, holder, holders);
}

/** Whether a box is another one or in it. */
export function isUnder(tree: MapTree, at: number, outer: number): boolean {
  for (let box = tree.boxes[at]; box !== undefined; box = tree.boxes[box.parent]) if (box.at === outer) return true;
  return false;
}

/** What passes between two boxes that are shown. */
export interface ShownEdge extends MapEdge {
  readonly key: string;
  /** Between two clouds. */
  readonly isCross: boolean;
}

/** What passes between the shown boxes. Every edge of the tree counts once: on an edge, inside a box, or elsewhere. */
export interface ShownEdges {
  readonly edges: readonly ShownEdge[];
  readonly inside: ReadonlyMap<number, Sums>;
  /** What does not touch the root. */
  readonly elsewhere: Sums;
}

export function shownEdges(tree: MapTree, { holders }: Shown, root: number | undefined): ShownEdges {
  const edges = new Map<string, { client: number; server: number; sums: number[] }>();
  const inside = new Map<number, number[]>();
  const elsewhere: number[] = [];
  const under = tree.boxes.map(({ at }) => root === undefined || isUnder(tree, at, root));
  const outer = outerTest(tree);
  for (const { client, server, sums } of tree.edges) {
    const [a = -1, b = -1] = [holders[client], holders[server]];
    if (a < 0 || b < 0 || (under[a] !== true && under[b] !== true)) {
      addTo(elsewhere, sums);
      continue;
    }
    const around = outer(a, b);
    if (around !== undefined) {
      inside.set(around, addTo(inside.get(around) ?? [], sums));
      continue;
    }
    const key = `${a} ${b}`;
    const known = edges.get(key);
    if (known === undefined) edges.set(key, { client: a, server: b, sums: [...sums] });
    else addTo(known.sums, sums);
  }
  const tops = topsOf(tree);
  const isCloud = (at: number): boolean => tree.boxes[tops[at] ?? -1]?.kind === "cloud";
  return {
    edges: [...edges].map(([key, edge]) => ({
      ...edge,
      key,
      isCross: tops[edge.client] !== tops[edge.server] && isCloud(edge.client) && isCloud(edge.server),
    })),
    inside,
    elsewhere,
  };
}

/** The one of two boxes that holds the other, if one does. */
function outerTest(tree: MapTree): (a: number, b: number) => number | undefined {
  return (a, b) => {
    if (a === b || isUnder(tree, b, a)) return a;
    return isUnder(tree, a, b) ? b : undefined;
  };
}

/** The outermost box of each. */
export function topsOf(tree: MapTree): Int32Array {
  const tops = new Int32Array(tree.boxes.length);
  for (const { at, parent } of tree.boxes) tops[at] = parent < 0 ? at : (tops[parent] ?? at);
  return tops;
}

/** What passes from one cloud to another. */
export interface Bridge extends MapEdge {
  readonly key: string;
}

/** Conversations between clouds: always told, whatever is open or hidden. */
export function bridgesOf(tree: MapTree): Bridge[] {
  const tops = topsOf(tree);
  const found = new Map<string, { client: number; server: number; sums: number[] }>();
  for (const { client, server, sums } of tree.edges) {
    const [a = -1, b = -1] = [tops[client], tops[server]];
    if (a === b || tree.boxes[a]?.kind !== "cloud" || tree.boxes[b]?.kind !== "cloud") continue;
    const key = `${a} ${b}`;
    const known = found.get(key) ?? { client: a, server: b, sums: [] };
    addTo(known.sums, sums);
    found.set(key, known);
  }
  return [...found].map(([key, bridge]) => ({ key, ...bridge }));
}

const measurePlace: Readonly<Record<MapMeasure, number>> = { bytes: 0, conversations: 1, denied: 2 };

export function sizeOf(sums: Sums, measure: MapMeasure): number {
  return sums[measurePlace[measure]] ?? 0;
}

/** How an edge changed against the time before: undefined without one. */
export function changeOf(sums: Sums): "new" | "gone" | "both" | undefined {
  if (sums.length < 6) return undefined;
  const some = (from: number): boolean => sums.slice(from, from + 3).some((value) => value > 0);
  if (!some(3)) return "new";
  return some(0) ? "both" : "gone";
}

export interface EdgeChoice {
  readonly measure: MapMeasure;
  readonly deniedOnly: boolean;
  readonly crossOnly: boolean;
  /** 0 to 1: edges whose share of the largest is below this, on a scale that gives the small ones room. */
  readonly least: number;
}

/** The edges that are drawn, the smallest first, so that the largest lie on top. */
export function chosenEdges(edges: readonly ShownEdge[], choice: EdgeChoice): ShownEdge[] {
  const measure = choice.deniedOnly ? "denied" : choice.measure;
  const size = ({ sums }: ShownEdge): number => Math.max(sizeOf(sums, measure), sizeOf(sums.slice(3), measure));
  const possible = edges.filter(
    (edge) =>
      (!choice.crossOnly || edge.isCross) &&
      (!choice.deniedOnly || size(edge) > 0) &&
      (choice.measure !== "denied" || size(edge) > 0),
  );
  const largest = Math.max(1, ...possible.map(size));
  // The cube gives as much of the slider to what is a thousandth as to what is large.
  const least = choice.least ** 3 * largest;
  return possible.filter((edge) => size(edge) >= least).sort((a, b) => size(a) - size(b) || a.client - b.client);
}
