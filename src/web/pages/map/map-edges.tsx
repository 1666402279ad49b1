import { useEffect, useMemo, useRef } from "react";
import { usePalette } from "../../chart/palette.ts";
import { drawEdges, type EdgeInks } from "./map-draw.ts";
import type { EdgeLine } from "./map-lines.ts";
import type { EdgeChoice } from "./map-shown.ts";
import type { Camera } from "./map-camera.ts";
import style from "./map.module.css";

interface EdgesProps {
  readonly lines: readonly EdgeLine[];
  /** Drawn over the others, strongly. */
  readonly lit: readonly EdgeLine[] | undefined;
  readonly choice: EdgeChoice;
  readonly camera: Camera;
  readonly size: { readonly width: number; readonly height: number };
}

/** More than what is seen is drawn, so that a short way of panning shows no edge of the canvas. */
const BEYOND = 0.35;

/** All edges on one canvas; those that are looked at on another, so that looking redraws only them. */
export function EdgesView({ lines, lit, choice, camera, size }: EdgesProps) {
  const inks = useInks();
  return (
    <>
      <EdgeCanvas lines={lines} isStrong={false} {...{ choice, camera, size, inks }} isDim={lit !== undefined} />
      <EdgeCanvas lines={lit ?? NO_LINES} isStrong {...{ choice, camera, size, inks }} isDim={false} />
    </>
  );
}

const NO_LINES: readonly EdgeLine[] = [];

interface CanvasProps extends Omit<EdgesProps, "lit"> {
  readonly inks: EdgeInks;
  readonly isStrong: boolean;
  readonly isDim: boolean;
}

function EdgeCanvas({ lines, choice, camera, size, inks, isStrong, isDim }: CanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { x, y, zoom } = camera;
  const { width, height } = size;
  const { measure, deniedOnly } = choice;
  const [margin, marginDown] = [width * BEYOND, height * BEYOND];
  // Where the canvas begins, in units of the map.
  const [originX, originY] = [(-x - margin) / zoom, (-y - marginDown) / zoom];
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (canvas.current === null || context === null || context === undefined) return;
    const ratio = Math.min(2, devicePixelRatio);
    canvas.current.width = Math.ceil((width + 2 * margin) * ratio);
    canvas.current.height = Math.ceil((height + 2 * marginDown) * ratio);
    context.scale(ratio, ratio);
    drawEdges(context, lines, {
      inks,
      measure,
      deniedOnly,
      origin: { x: originX, y: originY },
      zoom,
      isStrong,
    });
  }, [lines, measure, deniedOnly, inks, isStrong, width, height, margin, marginDown, originX, originY, zoom]);
  return (
    <canvas
      ref={canvas}
      aria-hidden="true"
      className={`${style["edges"]} ${isDim ? style["dim"] : ""}`}
      style={{ left: originX * zoom, top: originY * zoom, width: width + 2 * margin, height: height + 2 * marginDown }}
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
