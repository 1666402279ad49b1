/** A group as a way through all layers: one value for each. */
export interface SankeyPath {
  readonly values: readonly (string | null)[];
  readonly value: number;
  readonly isDenied: boolean;
}

/** A value in a layer: the same value in two layers is two nodes, so that no way leads in a circle. */
export interface SankeyNode {
  readonly id: string;
  readonly layer: number;
  readonly value: string | null;
  readonly total: number;
  /** Pixels from the top. */
  readonly y: number;
  readonly height: number;
  /** The paths through it, as indices. */
  readonly paths: readonly number[];
}

/** What passes from a node to one of the next layer; denied apart from the rest where they are told apart. */
export interface SankeyLink {
  readonly id: string;
  readonly layer: number;
  readonly from: string;
  readonly to: string;
  readonly isDenied: boolean;
  readonly total: number;
  /** Middle of its ends, pixels from the top, and how thick it is. */
  readonly fromY: number;
  readonly toY: number;
  readonly height: number;
  readonly paths: readonly number[];
}

export interface SankeyLayout {
  readonly nodes: readonly SankeyNode[];
  readonly links: readonly SankeyLink[];
}

interface DraftNode {
  readonly id: string;
  readonly layer: number;
  readonly value: string | null;
  readonly paths: number[];
  total: number;
  y: number;
}

interface DraftLink {
  readonly id: string;
  readonly layer: number;
  readonly from: DraftNode;
  readonly to: DraftNode;
  readonly isDenied: boolean;
  readonly paths: number[];
  total: number;
  fromY: number;
  toY: number;
}

const LEAST_HEIGHT = 2;
/** Room for a label. */
const LABEL_HEIGHT = 15;

/** The node of a value in a layer. */
export function nodeId(layer: number, value: string | null): string {
  return JSON.stringify([layer, value]);
}

/**
 * Places nodes and links. Layers stand in the order of the values; in a layer nodes stand near those that they are linked with,
 * in the first the largest at the top, and `last` at the bottom.
 */
export function sankeyLayout(
  paths: readonly SankeyPath[],
  height: number,
  { gap = 10, last = "(others)" }: { readonly gap?: number; readonly last?: string } = {},
): SankeyLayout {
  const layers = Math.max(0, ...paths.map(({ values }) => values.length));
  const drawn = paths.map((path, at) => ({ ...path, at })).filter(({ value }) => value > 0);
  const nodes = new Map<string, DraftNode>();
  const links = new Map<string, DraftLink>();
  const nodeOf = (layer: number, value: string | null): DraftNode => {
    const id = nodeId(layer, value);
    const known = nodes.get(id) ?? { id, layer, value, paths: [], total: 0, y: 0 };
    nodes.set(id, known);
    return known;
  };
  for (const { values, value, isDenied, at } of drawn) {
    const own = Array.from({ length: layers }, (_, layer) => nodeOf(layer, values[layer] ?? null));
    for (const [layer, node] of own.entries()) {
      node.total += value;
      node.paths.push(at);
      const to = own[layer + 1];
      if (to === undefined) continue;
      const id = `${node.id} ${to.id} ${isDenied}`;
      const link = links.get(id) ?? { id, layer, from: node, to, isDenied, paths: [], total: 0, fromY: 0, toY: 0 };
      link.total += value;
      link.paths.push(at);
      links.set(id, link);
    }
  }
  const byLayer = Array.from({ length: layers }, (_, layer) =>
    [...nodes.values()].filter((node) => node.layer === layer),
  );
  const most = Math.max(1, ...byLayer.map((layer) => layer.length));
  const space = Math.min(gap, (height * 0.2) / most);
  const least = Math.min(LABEL_HEIGHT, (height * 0.5) / most);
  const scale = scaleOf(byLayer, height, space, least);
  const thickness = (sum: number): number => sum * scale;
  const all = [...links.values()];
  for (const layer of byLayer) placeLayer(layer, { all, thickness, space, least, height, last });
  for (const node of nodes.values()) placeLinks(node, all, thickness);
  return {
    nodes: byLayer.flat().map((node) => ({ ...node, height: Math.max(LEAST_HEIGHT, thickness(node.total)) })),
    links: all.map((link) => ({
      ...link,
      from: link.from.id,
      to: link.to.id,
      height: Math.max(1, thickness(link.total)),
    })),
  };
}

interface Placing {
  readonly all: readonly DraftLink[];
  readonly thickness: (sum: number) => number;
  readonly space: number;
  /** Room that the smallest node has. */
  readonly least: number;
  readonly height: number;
  readonly last: string;
}

function placeLayer(layer: DraftNode[], { all, thickness, space, least, height, last }: Placing): void {
  const middle = (node: DraftNode): number => {
    const incoming = all.filter(({ to }) => to === node);
    const sum = incoming.reduce((total, link) => total + link.total, 0);
    if (sum === 0) return 0;
    return (
      incoming.reduce((total, link) => total + (link.from.y + thickness(link.from.total) / 2) * link.total, 0) / sum
    );
  };
  const sorted = layer
    .map((node) => ({ node, isLast: node.value === last, at: middle(node) }))
    .toSorted((a, b) => Number(a.isLast) - Number(b.isLast) || a.at - b.at || b.node.total - a.node.total);
  const roomOf = (node: DraftNode): number => Math.max(least, thickness(node.total));
  const used = sorted.reduce((sum, { node }) => sum + roomOf(node), 0) + space * (sorted.length - 1);
  let y = Math.max(0, (height - used) / 2);
  for (const { node } of sorted) {
    node.y = y + (roomOf(node) - thickness(node.total)) / 2;
    y += roomOf(node) + space;
  }
}

/** Pixels for one of the measure, so that every layer fits though small nodes have more room than they are due. */
function scaleOf(layers: readonly (readonly DraftNode[])[], height: number, space: number, least: number): number {
  const needs = (scale: number): number =>
    Math.max(
      0,
      ...layers.map((layer) =>
        layer.reduce((sum, { total }) => sum + Math.max(least, total * scale), space * (layer.length - 1)),
      ),
    );
  const total = (layers[0] ?? []).reduce((sum, node) => sum + node.total, 0);
  if (total === 0) return 0;
  let [low, high] = [0, height / total];
  for (let round = 0; round < 40; round++) {
    const middle = (low + high) / 2;
    if (needs(middle) <= height) low = middle;
    else high = middle;
  }
  return low;
}

/** Links leave and reach a node in the order of their other ends, so that they do not cross at the node. */
function placeLinks(node: DraftNode, all: readonly DraftLink[], thickness: (sum: number) => number): void {
  let y = node.y;
  for (const link of all.filter(({ from }) => from === node).toSorted((a, b) => a.to.y - b.to.y)) {
    link.fromY = y + thickness(link.total) / 2;
    y += thickness(link.total);
  }
  y = node.y;
  for (const link of all.filter(({ to }) => to === node).toSorted((a, b) => a.from.y - b.from.y)) {
    link.toY = y + thickness(link.total) / 2;
    y += thickness(link.total);
  }
}

/** How much of each link and node belongs to some paths: what a highlight covers. 0 to 1, by id. */
export function partOf(
  layout: SankeyLayout,
  paths: readonly SankeyPath[],
  chosen: ReadonlySet<number>,
): ReadonlyMap<string, number> {
  const part = new Map<string, number>();
  for (const { id, paths: own, total } of [...layout.nodes, ...layout.links]) {
    const sum = own.reduce((all, at) => all + (chosen.has(at) ? (paths[at]?.value ?? 0) : 0), 0);
    if (sum > 0 && total > 0) part.set(id, sum / total);
  }
  return part;
}
