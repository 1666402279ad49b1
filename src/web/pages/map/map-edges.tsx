import { memo, useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import { usePalette } from "../../chart/palette.ts";
import { drawEdges, type EdgeInks } from "./map-draw.ts";
import type { EdgeLine } from "./map-lines.ts";
import type { MapDrawing } from "./map-scene.ts";
import type { EdgeChoice } from "./map-shown.ts";
import type { HoverStore } from "./hover-store.ts";
import type { Camera, Size } from "./map-camera.ts";
import style from "./map.module.css";

interface EdgesProps {
  readonly drawing: MapDrawing;
  readonly choice: EdgeChoice;
  readonly camera: Camera;
  readonly size: Size;
}

/** More than what is seen is drawn, so that a short way of panning shows no edge of the canvas. */
const BEYOND = 0.25;

/** All edges on one canvas. */
export const EdgesView = memo(function EdgesView({ drawing, ...rest }: EdgesProps) {
  return <EdgeCanvas lines={drawing.drawn} widest={drawing.widest} isStrong={false} {...rest} />;
});

/** Those edges that are looked at, on a canvas of their own over a veil: looking redraws only them. */
export function LitEdges({ drawing, hover, ...rest }: EdgesProps & { readonly hover: HoverStore }) {
  const now = useSyncExternalStore(hover.subscribe, hover.now);
  return (
    <>
      <div
        aria-hidden="true"
        className={style["veil"]}
        hidden={now === undefined}
        style={canvasPlace(rest.camera, rest.size)}
      />
      <EdgeCanvas lines={now?.lit ?? NO_LINES} widest={drawing.widest} isStrong {...rest} />
    </>
  );
}

const NO_LINES: readonly EdgeLine[] = [];

/** What a canvas covers, in pixels of the layer. */
function canvasPlace({ x, y }: Camera, { width, height }: Size) {
  const [beside, above] = [width * BEYOND, height * BEYOND];
  return { left: -x - beside, top: -y - above, width: width + 2 * beside, height: height + 2 * above };
}

interface CanvasProps extends Omit<EdgesProps, "drawing"> {
  readonly lines: readonly EdgeLine[];
  readonly widest: MapDrawing["widest"];
  readonly isStrong: boolean;
}

function EdgeCanvas({ lines, widest, choice, camera, size, isStrong }: CanvasProps) {
  const inks = useInks();
  const canvas = useRef<HTMLCanvasElement>(null);
  const { zoom } = camera;
  const { measure, deniedOnly } = choice;
  const { left, top, width, height } = canvasPlace(camera, size);
  useEffect(() => {
    const place = canvas.current;
    const context = place?.getContext("2d");
    if (place === null || context === null || context === undefined) return;
    const ratio = Math.min(2, devicePixelRatio);
    const [wide, high] = [Math.ceil(width * ratio), Math.ceil(height * ratio)];
    if (place.width !== wide) place.width = wide;
    if (place.height !== high) place.height = high;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const origin = { x: left / zoom, y: top / zoom };
    drawEdges(context, lines, { inks, widest, measure, deniedOnly, origin, zoom, isStrong });
  }, [lines, widest, measure, deniedOnly, inks, isStrong, width, height, left, top, zoom]);
  return (
    <canvas
      ref={canvas}
      aria-hidden="true"
      className={isStrong ? style["litEdges"] : style["edges"]}
      style={{ left, top, width, height }}
    />
  );
}

function useInks(): EdgeInks {
  const palette = usePalette();
  return useMemo(() => {
    const fresh = getComputedStyle(document.documentElement).getPropertyValue("--good-ink").trim();
    const { allowed, denied, faint } = palette;
    return { allowed, denied, faint, fresh };
  }, [palette]);
}
