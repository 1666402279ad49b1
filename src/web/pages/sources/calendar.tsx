import { useMemo, type CSSProperties, type KeyboardEvent, type MouseEvent } from "react";
import type { CalendarJson } from "#api/contract/index.js";
import { humanTime } from "#base/human.js";
import { useTimeRange } from "../../state/time.ts";
import { cellWords, columnsOf, columnsWithin, labelledColumns, mostRecords, rowOf } from "./calendar-layout.ts";
import { CalendarRow } from "./calendar-row.tsx";
import { titleOfLog } from "./grade-words.ts";
import { placeOf, useCellGrid, type Place } from "./use-cell-grid.ts";
import style from "./calendar.module.css";

interface CalendarProps {
  readonly calendar: CalendarJson;
  /** Of flow logs, by their ids. */
  readonly names: ReadonlyMap<string, string>;
}

/** Flow logs over time: what was let through, what was not, and what is missing. A click shows that time on every page. */
export function CoverageCalendar({ calendar, names }: CalendarProps) {
  const range = useTimeRange();
  const { timeZone } = range;
  const columns = useMemo(() => columnsOf(calendar), [calendar]);
  const most = useMemo(() => mostRecords(calendar), [calendar]);
  const { cell_s: cellSeconds, flow_logs: logs } = calendar;
  const { focus, setFocus, pointed, events } = useCellGrid(
    { rows: logs.length, columns: columns.length },
    { row: 0, column: Math.max(0, columns.length - 1) },
  );
  const chosen = columnsWithin(columns, cellSeconds, range);
  const choose = ({ column }: Place): void => {
    const from = columns[column];
    if (from !== undefined) range.setRange(from, from + cellSeconds * 1000);
  };
  const press = (event: KeyboardEvent<HTMLElement>): void => {
    const here = placeOf(event);
    if (here === undefined || (event.key !== "Enter" && event.key !== " ")) return events.onKeyDown(event);
    event.preventDefault();
    choose(here);
  };
  const click = (event: MouseEvent<HTMLElement>): void => {
    const place = placeOf(event);
    if (place === undefined) return;
    setFocus(place);
    choose(place);
  };
  return (
    <>
      <div className={style["frame"]}>
        <div
          role="grid"
          tabIndex={-1}
          aria-label="What each flow log wrote over time"
          aria-rowcount={logs.length}
          aria-colcount={columns.length}
          className={style["grid"]}
          style={{ "--columns": columns.length } as CSSProperties}
          {...events}
          onKeyDown={press}
          onClick={click}
        >
          {logs.map((log, row) => (
            <CalendarRow
              key={`${log.provider} ${log.flow_log}`}
              log={log}
              name={names.get(log.flow_log)}
              columns={columns}
              cellSeconds={cellSeconds}
              most={most}
              timeZone={timeZone}
              rowIndex={row}
              focused={focus.row === row ? focus.column : undefined}
            />
          ))}
          {chosen !== undefined && (
            <div
              className={style["chosen"]}
              title="The time that is shown on every page"
              style={{ gridColumn: `${chosen[0] + 2} / ${chosen[1] + 3}` }}
            />
          )}
          {labelledColumns(columns, cellSeconds).map((time) => (
            <span
              key={time}
              className={style["label"]}
              style={{ gridColumnStart: columns.indexOf(time) + 2 }}
              aria-hidden="true"
            >
              {labelOf(time, cellSeconds, timeZone)}
            </span>
          ))}
        </div>
      </div>
      <CellLine calendar={calendar} names={names} columns={columns} place={pointed} timeZone={timeZone} />
    </>
  );
}

interface CellLineProps extends CalendarProps {
  readonly columns: readonly number[];
  readonly place: Place | undefined;
  readonly timeZone: string;
}

/** What the cell under the pointer or the keyboard says; else the legend. */
function CellLine({ calendar, names, columns, place, timeZone }: CellLineProps) {
  const log = place === undefined ? undefined : calendar.flow_logs[place.row];
  const time = place === undefined ? undefined : columns[place.column];
  if (log === undefined || time === undefined || place === undefined)
    return (
      <p className={style["line"]}>
        <span className={style["key"]}>
          <i className={style["allowed"]} /> allowed
        </span>
        <span className={style["key"]}>
          <i className={style["denied"]} /> denied
        </span>
        <span className={style["key"]}>
          <i className={style["silent"]} /> silent although it should have written
        </span>
        <span className={style["key"]}>
          <i className={style["skipdata"]} /> lost by the cloud
        </span>
        <span>A click shows that time on every page.</span>
      </p>
    );
  const cell = rowOf(log, columns)[place.column];
  const until = humanTime((time + calendar.cell_s * 1000) * 1000, timeZone);
  return (
    <p className={style["line"]}>
      <strong>{titleOfLog({ flow_log: log.flow_log, name: names.get(log.flow_log) ?? null })}</strong>
      <span>
        {humanTime(time * 1000, timeZone)} – {until.slice(-5)}
      </span>
      <span>{cellWords(cell, log, time, calendar.cell_s)}</span>
    </p>
  );
}

/** `14:00`, the day where one begins; `03-05` for days. */
function labelOf(time: number, cellSeconds: number, timeZone: string): string {
  const text = humanTime(time * 1000, timeZone);
  const clock = text.slice(11, 16);
  return cellSeconds >= 86_400 || clock === "00:00" ? text.slice(5, 10) : clock;
}
