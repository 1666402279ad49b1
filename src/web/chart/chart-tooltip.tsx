import type { DrawnSeries } from "./drawn.ts";
import type { GapStretch } from "./gaps.ts";
import type { TimeStep } from "./series.ts";
import { Swatch } from "./swatch.tsx";
import { stretchText } from "./time-axis.ts";
import style from "./chart.module.css";

interface ChartTooltipProps {
  readonly step: TimeStep;
  readonly at: number;
  readonly series: readonly DrawnSeries[];
  readonly gaps: readonly GapStretch[];
  readonly zone: string;
  readonly exact: (value: number) => string;
  readonly emphasis: string | undefined;
  /** Pixels from the left of the chart, and the chart's width: it stands where there is room. */
  readonly left: number;
  readonly width: number;
  readonly isStacked: boolean;
}

const MOST_LINES = 12;

/** Every series at one time, the largest first, with exact values; and what is missing then. */
export function ChartTooltip(props: ChartTooltipProps) {
  const { step, at, series, gaps, zone, exact, emphasis, left, width, isStacked } = props;
  const lines = series
    .map((each) => ({ ...each, value: each.points[at] ?? null, earlier: each.before?.[at] ?? null }))
    .toSorted((a, b) => (b.value ?? -1) - (a.value ?? -1));
  const shown = lines.filter(({ value, id }, place) => place < MOST_LINES && (value !== 0 || id === emphasis));
  const rest = lines.length - shown.length;
  const isUnlogged = lines.length > 0 && lines.every(({ value }) => value === null);
  const total = lines.reduce((sum, { value }) => sum + (value ?? 0), 0);
  const isRight = left > width / 2;
  return (
    <div
      className={style["tooltip"]}
      role="presentation"
      style={isRight ? { right: width - left + 14 } : { left: left + 14 }}
    >
      <div className={style["tooltip-time"]}>
        {stretchText(step.from, step.to, zone)}
        {step.isPartial && <em> part of a step</em>}
      </div>
      {isUnlogged ? (
        <div className={style["tooltip-note"]}>No logs. Whether there was traffic is not known.</div>
      ) : total === 0 && lines.length > 1 ? (
        <div className={style["tooltip-note"]}>No traffic that matches.</div>
      ) : (
        <table>
          <tbody>
            {shown.map(({ id, name, colour, isDenied, value, earlier }) => (
              <tr key={id} data-emphasis={id === emphasis || undefined}>
                <td>
                  <Swatch colour={colour} isDenied={isDenied} /> {name}
                </td>
                <td className="number">{value === null ? "no logs" : exact(value)}</td>
                {earlier !== null && <td className={style["tooltip-before"]}>before {exact(earlier)}</td>}
              </tr>
            ))}
            {rest > 0 && (
              <tr>
                <td colSpan={2}>{rest} more with less or nothing</td>
              </tr>
            )}
            {isStacked && shown.length > 1 && (
              <tr className={style["tooltip-total"]}>
                <td>All</td>
                <td className="number">{exact(total)}</td>
              </tr>
            )}
          </tbody>
        </table>
      )}
      {gaps.flatMap(({ causes, kind }) =>
        kind === "unlogged"
          ? []
          : causes.slice(0, 3).map((cause) => (
              <div key={cause} className={style["tooltip-gap"]}>
                {cause}
              </div>
            )),
      )}
    </div>
  );
}
