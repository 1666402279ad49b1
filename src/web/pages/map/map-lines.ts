import { headerHeight, type MapLayout, type Rect } from "./map-layout.ts";
import type { Bridge, Shown, ShownEdge } from "./map-shown.ts";
import { topsOf } from "./map-shown.ts";
import type { MapTree } from "./map-tree.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** An edge as it is drawn: points one after another, x and y in turn. */
export interface EdgeLine {
  readonly edge: ShownEdge;
  readonly points: Float32Array;
}

/** Where the label of a bridge stands. */
export interface BridgePlace extends Point {
  readonly bridge: Bridge;
  /** From left to right. */
  readonly isForward: boolean;
}

const STEPS = 14;
/** The two directions of a bridge keep this distance from its middle. */
const BRIDGE_OFFSET = 34;

/** Where bridges stand: in the room between two clouds side by side, above the others. One place for each direction. */
export function bridgePlaces(
  bridges: readonly Bridge[],
  tree: MapTree,
  { rects }: MapLayout,
): ReadonlyMap<string, BridgePlace> {
  const clouds = tree.tops.filter((at) => tree.boxes[at]?.kind === "cloud");
  const places = new Map<string, BridgePlace>();
  for (const bridge of bridges) {
    const [one, other] = [rects.get(bridge.client), rects.get(bridge.server)];
    if (one === undefined || other === undefined) continue;
    const [left, right] = one.x < other.x ? [one, other] : [other, one];
    const isForward = one.x < other.x;
    const apart = Math.abs(clouds.indexOf(bridge.client) - clouds.indexOf(bridge.server));
    const offset = isForward ? -BRIDGE_OFFSET : BRIDGE_OFFSET;
    places.set(bridge.key, {
      bridge,
      isForward,
      x: (left.x + left.width + right.x) / 2,
      y: apart === 1 ? Math.min(left.height, right.height) / 2 + offset : -60 * apart + offset / 2,
    });
  }
  return places;
}

/** The lines of edges. Those between clouds meet on their bridge. */
export function edgeLines(
  edges: readonly ShownEdge[],
  tree: MapTree,
  { open }: Shown,
  layout: MapLayout,
  bridges: ReadonlyMap<string, BridgePlace>,
): EdgeLine[] {
  const tops = topsOf(tree);
  const endRect = (at: number): Rect | undefined => {
    const rect = layout.rects.get(at);
    const box = tree.boxes[at];
    // An open box is where its title is.
    return rect !== undefined && box !== undefined && open.has(at) ? { ...rect, height: headerHeight(box) } : rect;
  };
  return edges.flatMap((edge) => {
    const [from, to] = [endRect(edge.client), endRect(edge.server)];
    if (from === undefined || to === undefined) return [];
    const bridge = edge.isCross ? bridges.get(`${tops[edge.client]} ${tops[edge.server]}`) : undefined;
    return { edge, points: bridge === undefined ? lineBetween(from, to) : lineOver(from, bridge, to) };
  });
}

function middleOf({ x, y, width, height }: Rect): Point {
  return { x: x + width / 2, y: y + height / 2 };
}

/** Where a line from the middle of a box towards a point leaves the box. */
export function borderPoint(rect: Rect, towards: Point): Point {
  const middle = middleOf(rect);
  const [dx, dy] = [towards.x - middle.x, towards.y - middle.y];
  if (dx === 0 && dy === 0) return middle;
  const scale = Math.min(
    dx === 0 ? Number.POSITIVE_INFINITY : rect.width / 2 / Math.abs(dx),
    dy === 0 ? Number.POSITIVE_INFINITY : rect.height / 2 / Math.abs(dy),
  );
  return { x: middle.x + dx * Math.min(1, scale), y: middle.y + dy * Math.min(1, scale) };
}

/** A bow to the right of its direction, so that the way back has a bow of its own. */
function lineBetween(from: Rect, to: Rect): Float32Array {
  const [a, b] = [middleOf(from), middleOf(to)];
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length = Math.hypot(dx, dy) || 1;
  const bow = Math.min(70, Math.max(10, length * 0.12));
  const control = { x: (a.x + b.x) / 2 - (dy / length) * bow, y: (a.y + b.y) / 2 + (dx / length) * bow };
  const [start, end] = [borderPoint(from, control), borderPoint(to, control)];
  return sampled((t) => quadratic(start, control, end, t));
}

/** From a box to the bridge, and on to the other box. */
function lineOver(from: Rect, bridge: Point, to: Rect): Float32Array {
  const [start, end] = [borderPoint(from, bridge), borderPoint(to, bridge)];
  const half = Math.sign(end.x - start.x) * 70;
  const [before, after] = [
    { x: bridge.x - half, y: bridge.y },
    { x: bridge.x + half, y: bridge.y },
  ];
  const first = sampled((t) =>
    cubic(start, { x: before.x - half, y: start.y }, { x: before.x - half / 2, y: bridge.y }, before, t),
  );
  const second = sampled((t) =>
    cubic(after, { x: after.x + half / 2, y: bridge.y }, { x: after.x + half, y: end.y }, end, t),
  );
  const points = new Float32Array(first.length + second.length);
  points.set(first);
  points.set(second, first.length);
  return points;
}

function sampled(at: (t: number) => Point): Float32Array {
  const points = new Float32Array((STEPS + 1) * 2);
  for (let step = 0; step <= STEPS; step++) {
    const { x, y } = at(step / STEPS);
    points[step * 2] = x;
    points[step * 2 + 1] = y;
  }
  return points;
}

function quadratic(a: Point, b: Point, c: Point, t: number): Point {
  const [u, v, w] = [(1 - t) ** 2, 2 * (1 - t) * t, t * t];
  return { x: u * a.x + v * b.x + w * c.x, y: u * a.y + v * b.y + w * c.y };
}

function cubic(a: Point, b: Point, c: Point, d: Point, t: number): Point {
  const r = 1 - t;
  const [u, v, w, z] = [r ** 3, 3 * r * r * t, 3 * r * t * t, t ** 3];
  return { x: u * a.x + v * b.x + w * c.x + z * d.x, y: u * a.y + v * b.y + w * c.y + z * d.y };
}

/** The line nearest to a point, if it is no farther than `most`. */
export function lineAt(lines: readonly EdgeLine[], { x, y }: Point, most: number): EdgeLine | undefined {
  let [nearest, least]: [EdgeLine | undefined, number] = [undefined, most * most];
  for (const line of lines) {
    const { points } = line;
    for (let at = 0; at + 3 < points.length; at += 2) {
      const distance = distanceSquared(x, y, points, at);
      if (distance <= least) [nearest, least] = [line, distance];
    }
  }
  return nearest;
}

function distanceSquared(x: number, y: number, points: Float32Array, at: number): number {
  const [ax = 0, ay = 0, bx = 0, by = 0] = points.subarray(at, at + 4);
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / length));
  return (x - ax - along * dx) ** 2 + (y - ay - along * dy) ** 2;
}
