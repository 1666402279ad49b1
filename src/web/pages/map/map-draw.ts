import type { EdgeLine } from "./map-lines.ts";
import { changeOf, sizeOf } from "./map-shown.ts";
import type { MapMeasure } from "./map-tree.ts";

/** The inks of edges. */
export interface EdgeInks {
  readonly allowed: string;
  readonly denied: string;
  readonly fresh: string;
  readonly faint: string;
}

export interface DrawOptions {
  readonly inks: EdgeInks;
  readonly measure: MapMeasure;
  readonly deniedOnly: boolean;
  /** Where the left top corner of the canvas is, and how large a unit of the map is. */
  readonly origin: { readonly x: number; readonly y: number };
  readonly zoom: number;
  readonly isStrong?: boolean;
}

const THIN = 1;
const WIDE = 9;
const MOST_ARROWS = 600;

/** Draws edges: what was allowed as a line, what was denied as dashes in its own ink beside it. */
export function drawEdges(context: CanvasRenderingContext2D, lines: readonly EdgeLine[], options: DrawOptions): void {
  const { measure, deniedOnly, inks, isStrong = false } = options;
  const largest = (of: MapMeasure): number => Math.max(1, ...lines.map(({ edge }) => sizeOf(edge.sums, of)));
  const most = { bytes: largest("bytes"), conversations: largest("conversations"), denied: largest("denied") };
  const widthOf = (size: number, of: MapMeasure): number =>
    THIN + (WIDE - THIN) * Math.sqrt(Math.min(1, size / most[of]));
  context.lineCap = "butt";
  context.lineJoin = "round";
  const withArrows = lines.length <= MOST_ARROWS || isStrong;
  for (const line of lines) {
    const { sums } = line.edge;
    const change = changeOf(sums);
    const [conversations, denied] = [sizeOf(sums, "conversations"), sizeOf(sums, "denied")];
    const isAllowed = !deniedOnly && measure !== "denied" && (sizeOf(sums, "bytes") > 0 || conversations > denied);
    const isGone = change === "gone";
    if (isGone || isAllowed) {
      context.strokeStyle = isGone ? inks.faint : change === "new" ? inks.fresh : inks.allowed;
      context.globalAlpha = isStrong ? 0.95 : 0.5;
      context.setLineDash(isGone ? [2, 4] : []);
      const width = isGone ? THIN : widthOf(sizeOf(sums, measure), measure);
      stroke(context, line.points, options, width, 0);
      if (withArrows && !isGone) arrow(context, line.points, options, width);
    }
    if (denied > 0) {
      context.strokeStyle = inks.denied;
      context.globalAlpha = isStrong ? 1 : 0.75;
      context.setLineDash([5, 3]);
      const width = Math.max(1.25, widthOf(denied, "denied") * 0.5);
      stroke(context, line.points, options, width, isAllowed ? width / 2 + 2 : 0);
      context.setLineDash([]);
      if (withArrows && !isAllowed) arrow(context, line.points, options, width);
    }
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
}

function stroke(
  context: CanvasRenderingContext2D,
  points: Float32Array,
  { origin, zoom }: DrawOptions,
  width: number,
  aside: number,
): void {
  context.lineWidth = width;
  context.beginPath();
  for (let at = 0; at < points.length; at += 2) {
    const x = ((points[at] ?? 0) - origin.x) * zoom + aside;
    const y = ((points[at + 1] ?? 0) - origin.y) * zoom + aside;
    if (at === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
  context.stroke();
}

/** A triangle at the server's end. */
function arrow(
  context: CanvasRenderingContext2D,
  points: Float32Array,
  { origin, zoom }: DrawOptions,
  width: number,
): void {
  const end = points.length - 2;
  const [x, y] = [((points[end] ?? 0) - origin.x) * zoom, ((points[end + 1] ?? 0) - origin.y) * zoom];
  const [dx, dy] = [(points[end] ?? 0) - (points[end - 2] ?? 0), (points[end + 1] ?? 0) - (points[end - 1] ?? 0)];
  const angle = Math.atan2(dy, dx);
  const size = 4 + width * 0.8;
  context.fillStyle = context.strokeStyle;
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x - size * Math.cos(angle - 0.45), y - size * Math.sin(angle - 0.45));
  context.lineTo(x - size * Math.cos(angle + 0.45), y - size * Math.sin(angle + 0.45));
  context.closePath();
  context.fill();
}
