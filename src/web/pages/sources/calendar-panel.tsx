import { useMemo } from "react";
import { useCalendar, useLogs } from "../../client/sources.ts";
import { useLakeTime } from "../../state/lake-time.ts";
import { useTimeRange } from "../../state/time.ts";
import { useView } from "../../state/view.ts";
import { Panel } from "../../ui/panel.tsx";
import { Empty, Failed, Loading } from "../../ui/states.tsx";
import { CoverageCalendar } from "./calendar.tsx";
import style from "./sources.module.css";

const DAYS_MS = 3 * 86_400_000;
const spans = [
  { key: "", title: "30 days" },
  { key: "3d", title: "3 days" },
  { key: "view", title: "Chosen time" },
] as const;

/** The coverage calendar, with the stretch of time that it shows. */
export function CalendarPanel() {
  const { parameters, change } = useView();
  const { fromMs, toMs } = useTimeRange();
  const { newestMs } = useLakeTime();
  const span = parameters.get("cal") ?? "";
  const chosen = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
  const recent = { from: newestMs === null ? "-3d" : new Date(newestMs - DAYS_MS).toISOString(), to: "" };
  const query = useCalendar(span === "view" ? chosen : span === "3d" ? recent : { from: "", to: "" });
  // Names come with what the flow logs can answer, which this page asks anyway.
  const logs = useLogs(chosen).data?.flow_logs;
  const names = useMemo(
    () => new Map(logs?.flatMap(({ flow_log: id, name }) => (name === null ? [] : [[id, name] as const]))),
    [logs],
  );
  const { data, error } = query;
  return (
    <Panel
      title="Coverage by flow log"
      actions={
        <div className={style["choices"]} role="group" aria-label="Time of the calendar">
          {spans.map(({ key, title }) => (
            <button
              key={key}
              type="button"
              className="button button-quiet"
              aria-pressed={span === key}
              onClick={() => change({ cal: key })}
            >
              {title}
            </button>
          ))}
        </div>
      }
    >
      {error !== null && <Failed error={error} retry={() => void query.refetch()} />}
      {error === null && data === undefined && <Loading what="the calendar" />}
      {data !== undefined && data.flow_logs.length === 0 && (
        <Empty title="No flow log wrote anything in this time.">
          Coverage is known once conversations were made of flows.
        </Empty>
      )}
      {data !== undefined && data.flow_logs.length > 0 && (
        <CoverageCalendar key={`${data.range.from} ${data.cell_s}`} calendar={data} names={names} />
      )}
    </Panel>
  );
}
