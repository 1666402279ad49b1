import type { GapStretch } from "./gaps.ts";
import type { Stretch, TimeStep } from "./series.ts";
import { stretchText } from "./time-axis.ts";
import { plotMargin } from "./time-option.ts";
import style from "./chart.module.css";

interface BackgroundProps {
  readonly gaps: readonly GapStretch[];
  readonly steps: readonly TimeStep[];
  readonly range: Stretch;
  readonly xOf: (at: number) => number;
  readonly height: number;
  readonly zone: string;
}

/** What the ink stands on: stretches without logs, gaps, steps that are cut. */
export function PlotBackground({ gaps, steps, range, xOf, height, zone }: BackgroundProps) {
  const box = ({ from, to }: Stretch): { left: number; width: number; top: number; height: number } => {
    const left = xOf(Math.max(from, range.from));
    return { left, width: Math.max(2, xOf(Math.min(to, range.to)) - left), top: plotMargin.top, height };
  };
  return (
    <>
      {gaps.map((gap) => (
        <div
          key={`${gap.kind} ${gap.from}`}
          className={style[`gap-${gap.kind}`]}
          style={box(gap)}
          title={`${stretchText(gap.from, gap.to, zone)}: ${gap.causes.join(" ")}`}
        >
          {gap.kind === "unlogged" && box(gap).width > 70 && <span>no logs</span>}
        </div>
      ))}
      {steps
        .filter(({ isPartial }) => isPartial)
        .map((step) => (
          <div key={`partial ${step.from}`} className={style["partial"]} style={box(step)} />
        ))}
    </>
  );
}
