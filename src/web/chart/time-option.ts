import type { EChartsCoreOption } from "echarts/core";
import { isStacked, type DrawnSeries, type TimeShape } from "./drawn.ts";
import { deniedPattern, type Palette } from "./palette.ts";
import type { Scale } from "./scale.ts";
import type { Stretch, TimeStep } from "./series.ts";
import type { TimeTick } from "./time-axis.ts";

/** Space around the plot, pixels. It is fixed, so that what lies over the canvas knows where each value is. */
export const plotMargin = { left: 64, right: 14, top: 10, bottom: 26 } as const;

export interface TimePicture {
  readonly steps: readonly TimeStep[];
  readonly range: Stretch;
  readonly series: readonly DrawnSeries[];
  readonly shape: TimeShape;
  readonly scale: Scale;
  readonly ticks: readonly TimeTick[];
  readonly valueText: (value: number) => string;
  /** The series that stands out; the others step back. */
  readonly emphasis?: string | undefined;
  readonly palette: Palette;
}

type Point = [number, number | null];

/** A series over time for ECharts: only ink; pointer, tooltip, crosshair and brush are ours. */
export function timeOption(picture: TimePicture): EChartsCoreOption {
  const { range, scale, ticks, valueText, palette, series } = picture;
  const label = { color: palette.faint, fontSize: 11, fontFamily: "inherit" };
  const clock = new Map(ticks.map(({ at, label: text }) => [at, text]));
  return {
    animation: false,
    grid: { ...plotMargin, containLabel: false },
    xAxis: {
      type: "value",
      // Else bars make the axis longer, and what lies over the canvas would stand elsewhere.
      containShape: false,
      min: range.from,
      max: range.to,
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: true, customValues: ticks.map(({ at }) => at), lineStyle: { color: palette.line } },
      axisLabel: {
        ...label,
        customValues: ticks.map(({ at }) => at),
        formatter: (at: number) => clock.get(at) ?? "",
        hideOverlap: true,
      },
      splitLine: { show: false },
    },
    yAxis: {
      type: "value",
      min: 0,
      max: scale.max,
      axisTick: { show: false, customValues: scale.ticks },
      axisLabel: { ...label, customValues: scale.ticks, formatter: valueText },
      interval: scale.ticks[1] ?? scale.max,
      splitLine: { lineStyle: { color: palette.line, width: 1 } },
    },
    series: [
      ...series.map((each) => (picture.shape === "bars" ? bars(each, picture) : line(each, picture))),
      ...beforeLines(picture),
    ],
  };
}

/** Values stand in the middle of their steps; the first and last reach to the edges. */
function pointsOf(values: readonly (number | null)[], steps: readonly TimeStep[]): Point[] {
  const points = steps.map(({ from, to }, at): Point => [(from + to) / 2, values[at] ?? null]);
  const [first, last] = [steps[0], steps.at(-1)];
  if (first === undefined || last === undefined) return [];
  return [[first.from, values[0] ?? null], ...points, [last.to, values[steps.length - 1] ?? null]];
}

function opacityOf({ id }: DrawnSeries, emphasis: string | undefined): number {
  return emphasis === undefined || emphasis === id ? 1 : 0.18;
}

function line(each: DrawnSeries, { steps, shape, emphasis, palette }: TimePicture): object {
  const stacked = isStacked(shape);
  const opacity = opacityOf(each, emphasis);
  const isAlone = steps.length === 1 || isolated(each.points);
  return {
    type: "line",
    id: each.id,
    silent: true,
    symbol: isAlone ? "circle" : "none",
    symbolSize: 4,
    connectNulls: false,
    data: pointsOf(each.points, steps),
    ...(stacked && { stack: "all" }),
    lineStyle: {
      color: each.colour,
      opacity,
      width: stacked ? 1 : emphasis === each.id ? 2.5 : 1.75,
      ...(each.isDenied === true && !stacked && { type: [6, 3] }),
    },
    itemStyle: { color: each.colour, ...(each.isDenied === true && { decal: decalOf(palette) }) },
    ...(stacked && { areaStyle: { color: each.colour, opacity: opacity * 0.82 } }),
  };
}

function decalOf(palette: Palette): object {
  return { ...deniedPattern, ...(palette.isDark && { color: "rgba(0, 0, 0, 0.5)" }) };
}

/** Whether a value stands alone between missing ones: a line would not show it. */
function isolated(points: readonly (number | null)[]): boolean {
  return points.some(
    (value, at) => value !== null && (points[at - 1] ?? null) === null && (points[at + 1] ?? null) === null,
  );
}

function bars(each: DrawnSeries, { steps, emphasis, palette }: TimePicture): object {
  return {
    type: "bar",
    id: each.id,
    silent: true,
    stack: "all",
    barCategoryGap: "12%",
    data: steps.map(({ from, to }, at) => [(from + to) / 2, each.points[at] ?? null]),
    itemStyle: {
      color: each.colour,
      opacity: opacityOf(each, emphasis),
      ...(each.isDenied === true && { decal: decalOf(palette) }),
    },
  };
}

/** The time before: of lines one dashed line each, of stacks one for their height. */
function beforeLines({ series, steps, shape, emphasis, palette }: TimePicture): object[] {
  const known = series.filter(({ before = [] }) => before.length > 0);
  if (known.length === 0) return [];
  const dashed = (id: string, values: readonly (number | null)[], colour: string, opacity: number): object => ({
    type: "line",
    id: `before ${id}`,
    silent: true,
    symbol: "none",
    data: pointsOf(values, steps),
    lineStyle: { color: colour, type: [4, 4], width: 1.5, opacity },
    z: 5,
  });
  const alone = known.find(({ id }) => id === emphasis);
  if (isStacked(shape) && alone === undefined) {
    const sums = steps.map((_, at) => {
      const values = known.map(({ before = [] }) => before[at] ?? null);
      return values.every((value) => value === null)
        ? null
        : values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
    });
    return [dashed("all", sums, palette.ink, 0.75)];
  }
  return (alone === undefined ? known : [alone]).map((each) =>
    dashed(each.id, each.before ?? [], each.colour, opacityOf(each, emphasis) * 0.8),
  );
}
