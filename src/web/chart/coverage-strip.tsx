import type { GapStretch } from "./gaps.ts";
import type { Stretch } from "./series.ts";
import { stretchText } from "./time-axis.ts";
import style from "./chart.module.css";

interface CoverageStripProps {
  readonly range: Stretch;
  readonly gaps: readonly GapStretch[];
}

/** The time of a question as a strip: where it is broken, records are missing. */
export function CoverageStrip({ range, gaps }: CoverageStripProps) {
  const length = Math.max(1, range.to - range.from);
  const part = (at: number): number => (Math.min(range.to, Math.max(range.from, at)) - range.from) / length;
  return (
    <span className={style["strip"]}>
      {gaps.map(({ from, to, kind, causes }) => (
        <span
          key={`${kind} ${from}`}
          className={style[`strip-${kind}`]}
          title={`${stretchText(from, to, "UTC")}: ${causes.join(" ")}`}
          style={{ left: `${part(from) * 100}%`, width: `${Math.max(0.8, (part(to) - part(from)) * 100)}%` }}
        />
      ))}
    </span>
  );
}
