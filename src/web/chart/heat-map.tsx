import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { usePicture } from "../ui/panel-picture.ts";
import { BrushBox } from "./brush-box.tsx";
import { ChartTooltip } from "./chart-tooltip.tsx";
import { hoverTime, useHoverTime } from "./chart-hover.ts";
import { mixed } from "./colours.ts";
import type { GapStretch } from "./gaps.ts";
import { usePalette, type Palette } from "./palette.ts";
import { stepAt, type Stretch, type TimeStep } from "./series.ts";
import { timeTicks } from "./time-axis.ts";
import { usePlotPointer } from "./use-plot-pointer.ts";
import { useWidth } from "./use-size.ts";
import style from "./chart.module.css";

/** A row of a heat map. */
export interface HeatRow {
  readonly id: string;
  readonly name: string;
  readonly label: ReactNode;
  readonly isDenied: boolean;
  readonly points: readonly (number | null)[];
}

interface HeatMapProps {
  readonly title: string;
  readonly rows: readonly HeatRow[];
  readonly steps: readonly TimeStep[];
  readonly range: Stretch;
  readonly zone: string;
  readonly gaps: readonly GapStretch[];
  readonly valueText: (value: number) => string;
  readonly exactText: (value: number) => string;
  readonly emphasis?: string | undefined;
  readonly onHover: (id: string | undefined) => void;
  readonly onPick: (id: string, place: { readonly x: number; readonly y: number }) => void;
  readonly onBrush: (stretch: Stretch) => void;
}

const ROW = 22;
const AXIS = 24;

/** Time against groups: the stronger the ink, the more. Ink goes with the root of the value, so that small ones show. */
export function HeatMap(props: HeatMapProps) {
  const { title, rows, steps, range, zone, gaps, valueText, exactText, emphasis, onHover, onPick, onBrush } = props;
  const place = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useWidth(place);
  const palette = usePalette();
  const hovered = useHoverTime();
  const [isOver, setOver] = useState(false);
  const height = rows.length * ROW;
  const largest = useMemo(
    () => Math.max(0, ...rows.flatMap(({ points }) => points.map((value) => value ?? 0))),
    [rows],
  );
  const length = Math.max(1, range.to - range.from);
  const timeOf = (x: number): number => range.from + Math.min(1, Math.max(0, x / Math.max(1, width))) * length;
  const rowAt = (y: number): HeatRow | undefined => rows[Math.floor(y / ROW)];
  useEffect(() => {
    if (canvas.current !== null) drawHeat(canvas.current, { rows, steps, range, width, largest, palette, emphasis });
  }, [rows, steps, range, width, largest, palette, emphasis]);
  const draw = useCallback(() => canvas.current?.toDataURL("image/png") ?? "", []);
  usePicture(draw);
  const pointer = usePlotPointer({
    place,
    onEnter: () => setOver(true),
    onMove: (x, y) => {
      hoverTime(timeOf(x));
      onHover(rowAt(y)?.id);
    },
    onLeave: () => {
      setOver(false);
      hoverTime(undefined);
      onHover(undefined);
    },
    onClick: (x, y) => {
      const row = rowAt(y);
      if (row !== undefined) onPick(row.id, { x, y });
    },
    onBrush: (a, b) => onBrush({ from: timeOf(a), to: timeOf(b) }),
  });
  const at = hovered === undefined ? undefined : stepAt(steps, hovered);
  const step = at === undefined ? undefined : steps[at];
  const left = step === undefined ? 0 : (((step.from + step.to) / 2 - range.from) / length) * width;
  const shown = rows.filter(({ id }) => id === emphasis);
  return (
    <div className={style["heat"]} role="group" aria-label={title}>
      <div className={style["heat-labels"]}>
        {rows.map(({ id, label }) => (
          <div
            key={id}
            style={{ height: ROW }}
            onPointerEnter={() => onHover(id)}
            onPointerLeave={() => onHover(undefined)}
          >
            {label}
          </div>
        ))}
      </div>
      <div className={style["heat-plot"]}>
        <div ref={place} className={style["chart"]} style={{ height }} {...pointer.handlers}>
          <canvas
            ref={canvas}
            className={style["heat-canvas"]}
            role="img"
            aria-label={`${title}: ${rows.length} rows over ${steps.length} steps, at most ${valueText(largest)}.`}
          />
          {step !== undefined && <div className={style["crosshair"]} style={{ left, top: 0, height }} />}
          <BrushBox brush={pointer.brush} top={0} height={height} />
          {isOver && step !== undefined && at !== undefined && shown.length > 0 && (
            <ChartTooltip
              step={step}
              at={at}
              series={shown.map((row) => ({ ...row, colour: row.isDenied ? palette.denied : palette.allowed }))}
              gaps={gaps.filter(({ from, to }) => to > step.from && from < step.to)}
              zone={zone}
              exact={exactText}
              emphasis={emphasis}
              left={left}
              width={width}
              isStacked={false}
            />
          )}
        </div>
        <HeatAxis range={range} zone={zone} width={width} />
        <HeatScale largest={valueText(largest)} hasDenied={rows.some(({ isDenied }) => isDenied)} />
      </div>
    </div>
  );
}

function HeatAxis({ range, zone, width }: { readonly range: Stretch; readonly zone: string; readonly width: number }) {
  return (
    <div className={style["heat-axis"]} style={{ height: AXIS }}>
      {timeTicks(range.from, range.to, zone, width).map(({ at, label }) => (
        <span key={at} style={{ left: ((at - range.from) / Math.max(1, range.to - range.from)) * width }}>
          {label}
        </span>
      ))}
    </div>
  );
}

function HeatScale({ largest, hasDenied }: { readonly largest: string; readonly hasDenied: boolean }) {
  const ink = hasDenied ? "var(--denied)" : "var(--allowed)";
  return (
    <div className={style["heat-scale"]}>
      <span>0</span>
      <i style={{ background: `linear-gradient(90deg, var(--line), ${ink})` }} />
      <span>{largest}</span>
    </div>
  );
}

interface HeatPicture extends Pick<HeatMapProps, "rows" | "steps" | "range" | "emphasis"> {
  readonly width: number;
  readonly largest: number;
  readonly palette: Palette;
}

function drawHeat(target: HTMLCanvasElement, picture: HeatPicture): void {
  const { rows, steps, range, width, largest, palette, emphasis } = picture;
  const pen = target.getContext("2d");
  if (pen === null || width === 0) return;
  const ratio = devicePixelRatio;
  target.width = width * ratio;
  target.height = rows.length * ROW * ratio;
  pen.scale(ratio, ratio);
  const xOf = (time: number): number => ((time - range.from) / Math.max(1, range.to - range.from)) * width;
  for (const [at, { points, isDenied, id }] of rows.entries()) {
    pen.globalAlpha = emphasis === undefined || emphasis === id ? 1 : 0.35;
    for (const [cell, { from, to }] of steps.entries()) {
      const value = points[cell];
      if (value === null || value === undefined) continue;
      const [x, next] = [xOf(from), xOf(to)];
      pen.fillStyle = inkOf(value, largest, isDenied ? palette.denied : palette.allowed, palette);
      pen.fillRect(x, at * ROW + 1, Math.max(1, next - x - (next - x > 4 ? 1 : 0)), ROW - 2);
      if (isDenied && value > 0) hatch(pen, x, at * ROW + 1, next - x, palette.surface);
    }
  }
}

/** Nothing is an empty cell; the least shows. */
function inkOf(value: number, largest: number, ink: string, { surface, line }: Palette): string {
  if (value === 0 || largest === 0) return mixed(line, surface, 0.7);
  return mixed(mixed(ink, surface, 0.8), ink, Math.sqrt(value / largest));
}

function hatch(pen: CanvasRenderingContext2D, x: number, y: number, width: number, colour: string): void {
  pen.save();
  pen.beginPath();
  pen.rect(x, y, width - 1, ROW - 2);
  pen.clip();
  pen.strokeStyle = colour;
  pen.globalAlpha *= 0.5;
  for (let at = x - ROW; at < x + width; at += 5) {
    pen.moveTo(at, y + ROW);
    pen.lineTo(at + ROW, y);
  }
  pen.stroke();
  pen.restore();
}
