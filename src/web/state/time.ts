import { useCallback, useMemo } from "react";
import { moveNow, useLakeTime } from "./lake-time.ts";
import {
  rangeText,
  rangeTitle,
  resolveRange,
  shifted,
  zoomedOut,
  type ResolvedRange,
  type Span,
} from "./time-range.ts";
import { useView, zoneIn } from "./view.ts";

export interface TimeRangeState extends ResolvedRange {
  /** IANA name; days and hours begin there. */
  readonly timeZone: string;
  /** What the range is called: `Last hour`, or its two ends. */
  readonly title: string;
  /** Shows another time, on every page: what a brush calls. A step of its own in the history unless `replace`. */
  readonly setRange: (fromMs: number, toMs: number, options?: { readonly replace?: boolean }) => void;
  /** Goes to a named or relative range such as `-1h`, `today`; times count from now again. */
  readonly setWords: (from: string, to?: string) => void;
  /** Goes back (-1) or on (1) by the length of the range. */
  readonly step: (steps: -1 | 1) => void;
  /** Shows twice the time. */
  readonly zoomOut: () => void;
}

/** The time of the view, resolved, and how it is changed. */
export function useTimeRange(): TimeRangeState {
  const { parameters, change } = useView();
  const time = useLakeTime();
  const from = parameters.get("from") ?? "";
  const to = parameters.get("to") ?? "";
  const timeZone = zoneIn(parameters);
  const range = useMemo(() => resolveRange({ from, to }, time, timeZone), [from, to, time, timeZone]);
  const setSpan = useCallback(
    (span: Span, options?: { readonly replace?: boolean }): void => change({ ...rangeText(span) }, options),
    [change],
  );
  return useMemo(
    () => ({
      ...range,
      timeZone,
      title: rangeTitle({ from, to }, range, timeZone),
      setRange: (fromMs, toMs, options) => setSpan({ fromMs, toMs }, options),
      setWords: (words, until = "") => {
        moveNow();
        change({ from: words, to: until });
      },
      step: (steps) => setSpan(shifted(range, steps)),
      zoomOut: () => setSpan(zoomedOut(range)),
    }),
    [range, timeZone, from, to, setSpan, change],
  );
}
