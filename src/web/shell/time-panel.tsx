import { useState } from "react";
import { humanTime } from "#base/human.js";
import { useLakeTime } from "../state/lake-time.ts";
import { readNaturalRange } from "../state/natural-time.ts";
import type { TimeRangeState } from "../state/time.ts";
import { lengthText, presets, resolveRange, spanText } from "../state/time-range.ts";
import { useView } from "../state/view.ts";
import { momentOfText, offsetText, wallText } from "../state/zone.ts";
import style from "./time-panel.module.css";

interface TimePanelProps {
  readonly range: TimeRangeState;
  readonly onDone: () => void;
}

/** Ways to say a time: presets, words, two ends; and in which zone. */
export function TimePanel({ range, onDone }: TimePanelProps) {
  const { parameters } = useView();
  const from = parameters.get("from") ?? "";
  const isPreset = (parameters.get("to") ?? "") === "";
  const choose = (words: string, to = ""): void => {
    range.setWords(words, to);
    onDone();
  };
  return (
    <div className={style["panel"]}>
      <ul className={style["presets"]} aria-label="Presets">
        {presets.map((preset) => (
          <li key={preset.from}>
            <button
              type="button"
              className={style["preset"]}
              aria-current={isPreset && preset.from === from ? "true" : undefined}
              onClick={() => choose(preset.from)}
            >
              {preset.title}
            </button>
          </li>
        ))}
      </ul>
      <div className={style["own"]}>
        <InWords range={range} onChoose={choose} />
        <TwoEnds key={`${range.fromMs} ${range.toMs} ${range.timeZone}`} range={range} onDone={onDone} />
        <Zone range={range} />
        <Newest timeZone={range.timeZone} />
      </div>
    </div>
  );
}

function InWords({
  range,
  onChoose,
}: {
  readonly range: TimeRangeState;
  readonly onChoose: (from: string, to?: string) => void;
}) {
  const [text, setText] = useState("");
  const time = useLakeTime();
  const { timeZone } = range;
  const found = text.trim() === "" ? undefined : readNaturalRange(text, { nowMs: time.nowMs, timeZone });
  const preview = found === undefined ? undefined : resolveRange(found, time, timeZone);
  return (
    <form
      className={style["field"]}
      onSubmit={(event) => {
        event.preventDefault();
        if (found !== undefined) onChoose(found.from, found.to);
      }}
    >
      <label htmlFor="time-in-words">In words</label>
      <input
        id="time-in-words"
        className="input"
        // The panel was opened to say a time.
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        autoComplete="off"
        placeholder="yesterday 7pm"
        value={text}
        aria-describedby="time-in-words-read"
        onChange={(event) => setText(event.target.value)}
      />
      <p id="time-in-words-read" className={style["read"]} aria-live="polite">
        {text.trim() === "" && "last monday 9-17, 2h ago to 1h ago, since 3 march, last 3 days"}
        {text.trim() !== "" && preview === undefined && "This is no time yet."}
        {preview !== undefined && `${spanText(preview, timeZone)} (${lengthText(preview)}). Enter shows it.`}
      </p>
    </form>
  );
}

function TwoEnds({ range, onDone }: TimePanelProps) {
  const { timeZone, setRange } = range;
  const [from, setFrom] = useState(() => wallText(range.fromMs, timeZone));
  const [to, setTo] = useState(() => wallText(range.toMs, timeZone));
  const fromMs = momentOfText(from, timeZone);
  const toMs = momentOfText(to, timeZone);
  const isRight = fromMs !== undefined && toMs !== undefined && fromMs < toMs;
  return (
    <form
      className={style["ends"]}
      onSubmit={(event) => {
        event.preventDefault();
        if (fromMs === undefined || toMs === undefined || !isRight) return;
        setRange(fromMs, toMs);
        onDone();
      }}
    >
      <label className={style["field"]}>
        From
        <input className="input" type="datetime-local" value={from} onChange={(event) => setFrom(event.target.value)} />
      </label>
      <label className={style["field"]}>
        To, not included
        <input className="input" type="datetime-local" value={to} onChange={(event) => setTo(event.target.value)} />
      </label>
      <button type="submit" className="button button-main" disabled={!isRight}>
        Show
      </button>
      {!isRight && <p className={style["read"]}>The end must be later than the start.</p>}
    </form>
  );
}

/** IANA names of all zones that the browser knows. */
const zones: readonly string[] = Intl.supportedValuesOf("timeZone");

function Zone({ range }: { readonly range: TimeRangeState }) {
  const { change } = useView();
  const own = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const { timeZone, fromMs } = range;
  const first = [...new Set(["UTC", own, timeZone])];
  return (
    <label className={style["field"]}>
      Time zone
      <select
        className="input"
        value={timeZone}
        onChange={(event) => change({ tz: event.target.value === "UTC" ? undefined : event.target.value })}
      >
        {first.map((zone) => (
          <option key={zone} value={zone}>
            {zone === "UTC" ? "UTC" : `${zone} (${offsetText(fromMs, zone)}${zone === own ? ", this machine's" : ""})`}
          </option>
        ))}
        <optgroup label="Others">
          {zones
            .filter((zone) => !first.includes(zone))
            .map((zone) => (
              <option key={zone} value={zone}>
                {zone}
              </option>
            ))}
        </optgroup>
      </select>
    </label>
  );
}

/** How far the lake goes. */
function Newest({ timeZone }: { readonly timeZone: string }) {
  const { newestMs, oldestMs } = useLakeTime();
  if (newestMs === null || oldestMs === null) return null;
  const text = (ms: number): string => humanTime(Math.floor(ms / 60_000) * 60_000_000, timeZone);
  return (
    <p className={style["read"]}>
      Flows in the lake: {text(oldestMs)} to {text(newestMs)}.
    </p>
  );
}
