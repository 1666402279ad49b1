import { ChevronLeft, ChevronRight } from "lucide-react";
import { memo, useId, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import type { RowCountsJson } from "#api/contract/index.js";
import { fullCount } from "#base/human.js";
import { stripBars, stripTicks, type StripBar } from "./strip-layout.ts";
import { rowTime } from "./time-text.ts";
import style from "./strip.module.css";

interface StripProps {
  readonly counts: RowCountsJson;
  readonly timeZone: string;
  /** The stretch of time that the rows on screen are of. */
  readonly seen: { readonly fromMs: number; readonly toMs: number } | undefined;
  readonly onZoom: (fromMs: number, toMs: number) => void;
  readonly onStep: (steps: -1 | 1) => void;
}

/** A part of the strip, in shares of its width. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Units of the drawing; it is stretched to its place. */
const WIDTH = 1000;
const HEIGHT = 56;

/** All rows of the range by time and verdict: a click or a drag shows that time alone, arrows go back and on. */
export function Strip({ counts, timeZone, seen, onZoom, onStep }: StripProps) {
  const place = useRef<HTMLDivElement>(null);
  const [hovered, setHovered] = useState<StripBar>();
  const [drag, setDrag] = useState<Stretch>();
  const bars = useMemo(() => stripBars(counts), [counts]);
  const [fromMs, toMs] = [Date.parse(counts.range.from), Date.parse(counts.range.to)];
  const shareAt = (event: PointerEvent): number => {
    const box = place.current?.getBoundingClientRect();
    return box === undefined ? 0 : Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  };
  const timeAt = (share: number): number => fromMs + share * (toMs - fromMs);
  const barAt = (share: number): StripBar | undefined =>
    bars.find(({ left, width }) => share >= left && share < left + width);
  const down = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    place.current?.setPointerCapture(event.pointerId);
    const share = shareAt(event);
    setDrag({ from: share, to: share });
  };
  const move = (event: PointerEvent): void => {
    const share = shareAt(event);
    setHovered(barAt(share));
    if (drag !== undefined) setDrag({ ...drag, to: share });
  };
  const up = (): void => {
    setDrag(undefined);
    if (drag === undefined) return;
    const [first, last] = [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)];
    const bar = barAt(drag.from);
    if ((last - first) * (place.current?.clientWidth ?? WIDTH) > 4)
      onZoom(Math.floor(timeAt(first)), Math.ceil(timeAt(last)));
    else if (bar !== undefined) onZoom(bar.fromMs, bar.toMs);
  };
  const press = (event: KeyboardEvent): void => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    onStep(event.key === "ArrowLeft" ? -1 : 1);
  };
  const shareOf = (ms: number): number => Math.min(1, Math.max(0, (ms - fromMs) / (toMs - fromMs)));
  const span = (from: number, to: number): Stretch => ({ from: shareOf(from), to: shareOf(to) });
  return (
    <div className={style["strip"]}>
      <button type="button" className="button button-quiet" aria-label="The time before" onClick={() => onStep(-1)}>
        <ChevronLeft size={16} />
      </button>
      <div className={style["middle"]}>
        <div
          ref={place}
          className={style["place"]}
          role="slider"
          tabIndex={0}
          aria-label="Rows by time: drag a stretch to show it alone; arrow keys go back and on in time"
          aria-valuemin={fromMs}
          aria-valuemax={toMs}
          aria-valuenow={seen?.fromMs ?? fromMs}
          aria-valuetext={`${rowTime(counts.range.from, timeZone)} to ${rowTime(counts.range.to, timeZone)}`}
          onPointerDown={down}
          onPointerMove={move}
          onPointerUp={up}
          onPointerLeave={() => setHovered(undefined)}
          onKeyDown={press}
        >
          <Drawing bars={bars} hovered={hovered} seen={seen && span(seen.fromMs, seen.toMs)} drag={drag} />
          {hovered !== undefined && drag === undefined && <Tip bar={hovered} timeZone={timeZone} />}
        </div>
        <div className={style["ticks"]} aria-hidden="true">
          {stripTicks(fromMs, toMs, 10)
            .filter((at) => shareOf(at) > 0.02 && shareOf(at) < 0.98)
            .map((at) => (
              <span key={at} style={{ left: `${shareOf(at) * 100}%` }}>
                {tickText(at, toMs - fromMs, timeZone)}
              </span>
            ))}
        </div>
      </div>
      <button type="button" className="button button-quiet" aria-label="The time after" onClick={() => onStep(1)}>
        <ChevronRight size={16} />
      </button>
    </div>
  );
}

interface DrawingProps {
  readonly bars: readonly StripBar[];
  readonly hovered: StripBar | undefined;
  readonly seen: Stretch | undefined;
  readonly drag: Stretch | undefined;
}

function Drawing({ bars, hovered, seen, drag }: DrawingProps) {
  const hatch = useId();
  const block = ({ from, to }: Stretch): { x: number; width: number; y: number; height: number } => ({
    x: Math.min(from, to) * WIDTH,
    width: Math.max(2, Math.abs(to - from) * WIDTH),
    y: 0,
    height: HEIGHT,
  });
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <defs>
        <pattern id={hatch} width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="4" height="4" className={style["denied"]} />
          <rect width="1.4" height="4" className={style["hatching"]} />
        </pattern>
      </defs>
      {seen !== undefined && <rect {...block(seen)} className={style["seen"]} />}
      <Bars bars={bars} hatch={hatch} hovered={hovered} />
      {drag !== undefined && <rect {...block(drag)} className={style["brush"]} />}
    </svg>
  );
}

interface BarsProps {
  readonly bars: readonly StripBar[];
  readonly hatch: string;
  readonly hovered: StripBar | undefined;
}

/** Drawn again only when other bars come: what is seen of the table changes with every scrolled row. */
const Bars = memo(function Bars({ bars, hatch, hovered }: BarsProps) {
  return bars.map((bar) => <Bar key={bar.fromMs} bar={bar} hatch={hatch} isHovered={bar === hovered} />);
});

/** The least height of a part: one refusal among a million rows is seen. */
const LEAST_HEIGHT = 1.5;

function Bar({
  bar,
  hatch,
  isHovered,
}: {
  readonly bar: StripBar;
  readonly hatch: string;
  readonly isHovered: boolean;
}) {
  const gap = Math.min(1, bar.width * WIDTH * 0.15);
  const heights = bar.parts.map(({ share }) => Math.max(LEAST_HEIGHT, share * (HEIGHT - 4)));
  return (
    <g className={isHovered ? style["hovered"] : undefined}>
      {bar.parts.map(({ ink }, at) => (
        <rect
          key={ink}
          x={bar.left * WIDTH + gap / 2}
          width={Math.max(0.6, bar.width * WIDTH - gap)}
          y={HEIGHT - heights.slice(0, at + 1).reduce((sum, height) => sum + height, 0)}
          height={heights[at]}
          className={ink === "denied" ? undefined : style[ink]}
          fill={ink === "denied" ? `url(#${hatch})` : undefined}
        />
      ))}
    </g>
  );
}

function Tip({ bar, timeZone }: { readonly bar: StripBar; readonly timeZone: string }) {
  const middle = bar.left + bar.width / 2;
  const time = (ms: number): string => rowTime(new Date(ms).toISOString(), timeZone);
  return (
    <div className={style["tip"]} data-side={middle > 0.5 ? "left" : "right"} style={{ left: `${middle * 100}%` }}>
      <strong>
        {time(bar.fromMs)} – {time(bar.toMs).slice(11)}
      </strong>
      {Object.entries(bar.verdicts).map(([verdict, count]) => (
        <span key={verdict}>
          {verdict} <b>{fullCount(count)}</b>
        </span>
      ))}
    </div>
  );
}

function tickText(at: number, length: number, timeZone: string): string {
  const text = rowTime(new Date(at).toISOString(), timeZone);
  if (text.endsWith("00:00:00") && length > 86_400_000 / 2) return text.slice(5, 10);
  return length > 10 * 86_400_000 ? text.slice(5, 10) : length < 600_000 ? text.slice(11) : text.slice(11, 16);
}
