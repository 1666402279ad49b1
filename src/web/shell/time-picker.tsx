import { useQueryClient } from "@tanstack/react-query";
import { CalendarClock, ChevronLeft, ChevronRight, RefreshCw, ZoomOut } from "lucide-react";
import { Popover } from "radix-ui";
import { lazy, Suspense, useState } from "react";
import { humanTime } from "#base/human.js";
import { useKeys } from "../state/keys.ts";
import { moveNow, useLakeTime } from "../state/lake-time.ts";
import { useTimeRange } from "../state/time.ts";
import { lengthText, spanText } from "../state/time-range.ts";
import { offsetText } from "../state/zone.ts";
import { Loading } from "../ui/states.tsx";
import style from "./time-picker.module.css";

const TimePanel = lazy(async () => ({ default: (await import("./time-panel.tsx")).TimePanel }));

/** The time of every page. */
export function TimePicker() {
  const range = useTimeRange();
  const client = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const { timeZone, title, step, zoomOut } = range;
  const { nowMs, newestMs } = useLakeTime();
  const span = spanText(range, timeZone);
  const latest = Math.max(nowMs, newestMs ?? 0);
  const again = (): void => {
    moveNow();
    void client.invalidateQueries();
  };
  useKeys("Everywhere", [
    { keys: "t", says: "choose the time", run: () => setOpen(true) },
    { keys: "[", says: "the time before", run: () => step(-1) },
    { keys: "]", says: "the time after", run: () => step(1) },
    { keys: "-", says: "twice the time", run: zoomOut },
    { keys: "r", says: "ask again", run: again },
  ]);
  return (
    <div className={style["picker"]} role="group" aria-label="Time">
      <button
        type="button"
        className={style["step"]}
        aria-label="The time before"
        title="The time before  ["
        onClick={() => step(-1)}
      >
        <ChevronLeft size={16} aria-hidden="true" />
      </button>
      <Popover.Root open={isOpen} onOpenChange={setOpen}>
        <Popover.Trigger className={style["shown"]} title={`${span} (${timeZone}, ${lengthText(range)})`}>
          <CalendarClock size={14} aria-hidden="true" />
          <span className="visually-hidden">Time:</span>
          <span className={style["title"]}>{title}</span>
          {title !== span && <span className={style["span"]}>{span}</span>}
          <span className={style["zone"]}>{offsetText(range.fromMs, timeZone)}</span>
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content
            className={style["panel"]}
            align="end"
            sideOffset={6}
            collisionPadding={8}
            aria-label="Choose the time"
          >
            <Suspense fallback={<Loading what="the times" />}>
              <TimePanel range={range} onDone={() => setOpen(false)} />
            </Suspense>
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
      <button
        type="button"
        className={style["step"]}
        aria-label="The time after"
        title="The time after  ]"
        disabled={range.toMs >= latest}
        onClick={() => step(1)}
      >
        <ChevronRight size={16} aria-hidden="true" />
      </button>
      <button
        type="button"
        className={style["step"]}
        aria-label="Twice the time"
        title="Twice the time  -"
        onClick={zoomOut}
      >
        <ZoomOut size={14} aria-hidden="true" />
      </button>
      <button type="button" className={style["step"]} aria-label="Ask again" title="Ask again  r" onClick={again}>
        <RefreshCw size={14} aria-hidden="true" />
      </button>
    </div>
  );
}

/** What has to be said about the time that is shown. */
export function TimeNote() {
  const { isOfNewest, mistake, timeZone } = useTimeRange();
  const { newestMs } = useLakeTime();
  if (mistake !== undefined)
    return (
      <p className={style["note"]} role="alert">
        {mistake} The 24 h to the newest flow are shown.
      </p>
    );
  if (!isOfNewest || newestMs === null) return null;
  return (
    <p className={style["note"]} role="status">
      The newest flow is of {humanTime(Math.floor(newestMs / 60_000) * 60_000_000, timeZone)}: the time counts back from
      there.
    </p>
  );
}
