import { useMemo, useRef, useState } from "react";
import { ChartCanvas } from "./canvas.tsx";
import { hoverTime, useHoverTime, stepKeys } from "./chart-hover.ts";
import { ChartTooltip } from "./chart-tooltip.tsx";
import { essenceOf, isStacked, largestDrawn, seriesUnder, type DrawnSeries, type TimeShape } from "./drawn.ts";
import type { GapStretch } from "./gaps.ts";
import { usePalette } from "./palette.ts";
import { niceScale, wholeScale } from "./scale.ts";
import { stepAt, type Stretch, type TimeStep } from "./series.ts";
import { stretchText, timeTicks } from "./time-axis.ts";
import { plotMargin, timeOption } from "./time-option.ts";
import { PlotBackground } from "./plot-background.tsx";
import { BrushBox } from "./brush-box.tsx";
import { usePlotPointer } from "./use-plot-pointer.ts";
import { useWidth } from "./use-size.ts";
import style from "./chart.module.css";

interface TimeChartProps {
  /** What the chart shows. */
  readonly title: string;
  readonly steps: readonly TimeStep[];
  readonly range: Stretch;
  readonly series: readonly DrawnSeries[];
  readonly shape: TimeShape;
  readonly height: number;
  readonly zone: string;
  readonly gaps?: readonly GapStretch[];
  /** Short text for the axis, exact text for the tooltip. */
  readonly valueText: (value: number) => string;
  readonly exactText: (value: number) => string;
  /** Values are counts: the axis has no halves. */
  readonly isWhole?: boolean;
  readonly emphasis?: string | undefined;
  readonly onHover?: (id: string | undefined) => void;
  readonly onPick?: (id: string, place: { readonly x: number; readonly y: number }) => void;
  /** A stretch was drawn with the pointer. */
  readonly onBrush?: (stretch: Stretch) => void;
}

/** Series over time, with crosshair, tooltip and brush. */
export function TimeChart(props: TimeChartProps) {
  const { title, steps, range, series, shape, height, zone, gaps = [], emphasis } = props;
  const { valueText, exactText, isWhole = false, onHover, onPick, onBrush } = props;
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  const palette = usePalette();
  const hovered = useHoverTime();
  const [isOver, setOver] = useState(false);
  const plotWidth = Math.max(1, width - plotMargin.left - plotMargin.right);
  const plotHeight = height - plotMargin.top - plotMargin.bottom;
  const scale = useMemo(() => {
    const largest = largestDrawn(series, steps.length, shape);
    return (isWhole ? wholeScale : niceScale)(largest, height < 140 ? 2 : 4);
  }, [series, steps, shape, isWhole, height]);
  const option = useMemo(() => {
    const ticks = timeTicks(range.from, range.to, zone, plotWidth);
    return timeOption({ steps, range, series, shape, scale, ticks, valueText, emphasis, palette });
  }, [steps, range, series, shape, scale, zone, plotWidth, valueText, emphasis, palette]);
  const xOf = (at: number): number =>
    plotMargin.left + ((at - range.from) / Math.max(1, range.to - range.from)) * plotWidth;
  const timeOf = (x: number): number =>
    range.from + Math.min(1, Math.max(0, (x - plotMargin.left) / plotWidth)) * (range.to - range.from);
  const under = (x: number, y: number): DrawnSeries | undefined => {
    const at = stepAt(steps, timeOf(x));
    const value = (1 - (y - plotMargin.top) / plotHeight) * scale.max;
    return at === undefined || value < 0
      ? undefined
      : seriesUnder(series, at, value, shape, (14 / plotHeight) * scale.max);
  };
  const pointer = usePlotPointer({
    place,
    onMove: (x, y) => {
      hoverTime(timeOf(x));
      onHover?.(under(x, y)?.id);
    },
    onLeave: () => {
      setOver(false);
      hoverTime(undefined);
      onHover?.(undefined);
    },
    onEnter: () => setOver(true),
    onClick: (x, y) => {
      const found = under(x, y);
      if (found !== undefined) onPick?.(found.id, { x, y });
    },
    ...(onBrush !== undefined && {
      onBrush: (from: number, to: number) => onBrush(wholeSteps({ from: timeOf(from), to: timeOf(to) }, steps)),
    }),
  });
  const at = hovered === undefined ? undefined : stepAt(steps, hovered);
  const step = at === undefined ? undefined : steps[at];
  const keys = stepKeys(steps, at, () => setOver(true));
  const label = useMemo(() => essenceOf(title, series, steps), [title, series, steps]);
  return (
    <div
      ref={place}
      className={style["chart"]}
      style={{ height }}
      // The pointer in time is what can be moved: arrow keys read the chart out step by step.
      role="slider"
      aria-label={label}
      aria-valuemin={1}
      aria-valuemax={Math.max(1, steps.length)}
      aria-valuenow={(at ?? 0) + 1}
      aria-valuetext={step === undefined || at === undefined ? label : spokenStep(step, at, series, zone, exactText)}
      tabIndex={0}
      onKeyDown={keys}
      onBlur={() => {
        setOver(false);
        hoverTime(undefined);
      }}
      {...pointer.handlers}
    >
      <PlotBackground gaps={gaps} steps={steps} range={range} xOf={xOf} height={plotHeight} zone={zone} />
      <ChartCanvas option={option} />
      {step !== undefined && (
        <div
          className={style["crosshair"]}
          style={{ left: xOf((step.from + step.to) / 2), top: plotMargin.top, height: plotHeight }}
        />
      )}
      <BrushBox brush={pointer.brush} top={plotMargin.top} height={plotHeight} />
      {isOver && step !== undefined && at !== undefined && (
        <ChartTooltip
          step={step}
          at={at}
          series={series}
          gaps={gaps.filter(({ from, to }) => to > step.from && from < step.to)}
          zone={zone}
          exact={exactText}
          emphasis={emphasis}
          left={xOf((step.from + step.to) / 2)}
          width={width}
          isStacked={isStacked(shape)}
        />
      )}
    </div>
  );
}

/** One step in words. */
function spokenStep(
  step: TimeStep,
  at: number,
  series: readonly DrawnSeries[],
  zone: string,
  exact: (value: number) => string,
): string {
  const parts = series.map(({ name, points }) => {
    const value = points[at];
    return `${name} ${value === null || value === undefined ? "no logs" : exact(value)}`;
  });
  return `${stretchText(step.from, step.to, zone)}: ${parts.slice(0, 8).join(", ")}`;
}

/** A brush takes whole steps: parts of them would be guesses. */
function wholeSteps({ from, to }: Stretch, steps: readonly TimeStep[]): Stretch {
  const first = steps.findLast((step) => step.from <= from) ?? steps[0];
  const last = steps.find((step) => step.to >= to) ?? steps.at(-1);
  return { from: first?.from ?? from, to: last?.to ?? to };
}
