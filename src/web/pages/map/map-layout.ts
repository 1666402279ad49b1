import type { MapBox, MapTree } from "./map-tree.ts";

/** A place on the map, in its own units: pixels at zoom 1. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface MapLayout {
  /** Changes when the map is another one, and not when something of the outside opens. */
  readonly key: string;
  /** A place for every box under the root, open or not, and for the boxes around the root that are shown beside it. */
  readonly rects: ReadonlyMap<number, Rect>;
  readonly width: number;
  readonly height: number;
}

const LEAF = { width: 128, height: 30 } as const;
const GAP = 8;
const PADDING = 10;
/** Room for the bridges between two clouds. */
const LANE = 280;
const OUTSIDE_GAP = 80;
/** What is outside takes room only when it is open: it stands below all others, and moves none of them. */
const CLOSED_OUTSIDE = { width: 230, height: 92 } as const;
/** Screens are wide. */
const ASPECT = 1.5;
/** Title bars: the outer the higher, so that they can be read from far. */
const HEADERS = [46, 38, 34, 28] as const;
const BESIDE = { width: 190, height: 54, gap: 10, distance: 220 } as const;

export function headerHeight({ rank }: Pick<MapBox, "rank">): number {
  return HEADERS[Math.min(rank, HEADERS.length - 1)] ?? 28;
}

/**
 * Every box of a cloud has its place as if all were open: opening, closing and hovering move nothing, and the same data gives
 * the same map. Rows are packed from the innermost boxes outwards; clouds stand side by side with room for bridges, the outside
 * below.
 */
export function layoutMap(
  tree: MapTree,
  root: number | undefined,
  { beside, open }: { readonly beside: readonly number[]; readonly open: ReadonlySet<number> },
): MapLayout {
  const sizes = sizesOf(tree, (box) => box.children.length > 0);
  const rects = new Map<number, Rect>();
  if (root === undefined) return layoutTops(tree, sizes, open);
  const size = sizes[root]?.size ?? LEAF;
  place(root, { x: 0, y: 0, ...size }, tree, sizes, rects);
  const perColumn = Math.max(4, Math.floor((size.height + BESIDE.gap) / (BESIDE.height + BESIDE.gap)));
  for (const [nth, at] of beside.entries())
    rects.set(at, {
      x: size.width + BESIDE.distance + Math.floor(nth / perColumn) * (BESIDE.width + BESIDE.gap),
      y: (nth % perColumn) * (BESIDE.height + BESIDE.gap),
      width: BESIDE.width,
      height: BESIDE.height,
    });
  return { rects, key: `${root} ${size.width} ${size.height}`, ...extentOf(rects) };
}

function layoutTops(tree: MapTree, sizes: readonly Packed[], open: ReadonlySet<number>): MapLayout {
  const rects = new Map<number, Rect>();
  const sizeOf = (at: number): Size => sizes[at]?.size ?? LEAF;
  const clouds = tree.tops.filter((at) => tree.boxes[at]?.kind !== "outside");
  const rowWidth = clouds.reduce((sum, at) => sum + sizeOf(at).width + LANE, -LANE);
  const rowHeight = Math.max(0, ...clouds.map((at) => sizeOf(at).height));
  let x = 0;
  for (const at of clouds) {
    place(at, { x, y: 0, ...sizeOf(at) }, tree, sizes, rects);
    x += sizeOf(at).width + LANE;
  }
  const outside = tree.boxes.find(({ kind }) => kind === "outside");
  if (outside !== undefined) {
    const packed = packOutside(outside, tree, open, Math.max(rowWidth, 900));
    const size = packed[outside.at]?.size ?? LEAF;
    const y = rowHeight === 0 ? 0 : rowHeight + OUTSIDE_GAP;
    // Left of the middle by as much as it is wide while closed: what opens grows to the right and down.
    const left = Math.max(0, rowWidth / 2 - CLOSED_OUTSIDE.width - PADDING);
    place(outside.at, { x: Math.min(left, Math.max(0, rowWidth - size.width)), y, ...size }, tree, packed, rects);
  }
  return { rects, key: `${rowWidth} ${rowHeight}`, ...extentOf(rects) };
}

function extentOf(rects: ReadonlyMap<number, Rect>): { width: number; height: number } {
  let [width, height] = [0, 0];
  for (const rect of rects.values()) {
    width = Math.max(width, rect.x + rect.width);
    height = Math.max(height, rect.y + rect.height);
  }
  return { width, height };
}

type Size = Pick<Rect, "width" | "height">;

/** How large a box is, and where its children are in it. */
interface Packed {
  readonly size: Size;
  readonly offsets: readonly (readonly [x: number, y: number])[];
}

/** Boxes come after the boxes around them, so that from the end all children are known. */
function sizesOf(tree: MapTree, isSpread: (box: MapBox) => boolean, room?: number): Packed[] {
  const packed: Packed[] = [];
  for (let at = tree.boxes.length - 1; at >= 0; at--) {
    const box = tree.boxes[at];
    if (box === undefined) continue;
    if (isSpread(box)) packed[at] = room === undefined ? pack(box, packed) : packRows(box, packed, room);
    else packed[at] = { size: box.children.length > 0 ? CLOSED_OUTSIDE : LEAF, offsets: [] };
  }
  return packed;
}

/** The outside as a strip that is as wide as the clouds. */
function packOutside(outside: MapBox, tree: MapTree, open: ReadonlySet<number>, width: number): Packed[] {
  const packed = sizesOf(tree, ({ at }) => open.has(at), width / Math.max(1, outside.children.length) - 4 * PADDING);
  if (open.has(outside.at)) packed[outside.at] = packRows(outside, packed, Number.POSITIVE_INFINITY);
  return packed;
}

function pack(box: MapBox, packed: readonly Packed[]): Packed {
  const area = box.children.reduce((sum, child) => {
    const { width, height } = packed[child]?.size ?? LEAF;
    return sum + (width + GAP) * (height + GAP);
  }, 0);
  let best: Packed | undefined;
  let bestCost = Number.POSITIVE_INFINITY;
  for (let stretch = 0.7; stretch < 2.2; stretch += 0.1) {
    const tried = packRows(box, packed, Math.sqrt(area * ASPECT) * stretch);
    const { width, height } = tried.size;
    const cost = (width * height) / area + Math.abs(Math.log(width / height / ASPECT));
    if (cost >= bestCost) continue;
    [best, bestCost] = [tried, cost];
  }
  return best ?? { size: LEAF, offsets: [] };
}

/** Rows no wider than `room`, if their boxes are not. */
function packRows(box: MapBox, packed: readonly Packed[], room: number): Packed {
  const offsets: [number, number][] = [];
  const header = headerHeight(box);
  let [x, y, rowHeight, widest] = [PADDING, header, 0, 0];
  for (const child of box.children) {
    const { width, height } = packed[child]?.size ?? LEAF;
    if (x > PADDING && x + width > room + PADDING) [x, y, rowHeight] = [PADDING, y + rowHeight + GAP, 0];
    offsets.push([x, y]);
    x += width + GAP;
    widest = Math.max(widest, x - GAP);
    rowHeight = Math.max(rowHeight, height);
  }
  return { size: { width: Math.max(widest + PADDING, 180), height: y + rowHeight + PADDING }, offsets };
}

function place(at: number, rect: Rect, tree: MapTree, packed: readonly Packed[], rects: Map<number, Rect>): void {
  rects.set(at, rect);
  const offsets = packed[at]?.offsets ?? [];
  for (const [nth, child] of (tree.boxes[at]?.children ?? []).entries()) {
    const [x, y] = offsets[nth] ?? [0, 0];
    place(child, { x: rect.x + x, y: rect.y + y, ...(packed[child]?.size ?? LEAF) }, tree, packed, rects);
  }
}
