import { memo } from "react";
import { humanTime } from "#base/human.js";
import { Value } from "../../ui/value.tsx";
import { cellWords, rowOf, strength, type CalendarCell, type CalendarLog } from "./calendar-layout.ts";
import { logKinds, titleOfLog } from "./grade-words.ts";
import { shownText } from "./shown-text.ts";
import style from "./calendar.module.css";

interface CalendarRowProps {
  readonly log: CalendarLog;
  readonly name: string | undefined;
  readonly columns: readonly number[];
  readonly cellSeconds: number;
  readonly most: number;
  readonly timeZone: string;
  /** The column that the keyboard is at, if it is in this row. */
  readonly focused: number | undefined;
  readonly rowIndex: number;
}

/** One flow log: what it writes, and a cell for each stretch of time. */
export const CalendarRow = memo(function CalendarRow({
  log,
  name,
  columns,
  cellSeconds,
  most,
  timeZone,
  focused,
  rowIndex,
}: CalendarRowProps) {
  const { allowed, denied } = log.kinds;
  return (
    <div role="row" className={style["row"]}>
      <div role="rowheader" className={style["name"]}>
        <Value
          field="flow_log_id"
          value={log.flow_log === "" ? null : log.flow_log}
          label={titleOfLog({ flow_log: log.flow_log, name: name ?? null })}
        />
        <span className={style["facts"]}>
          {logKinds[log.log_type] ?? log.log_type} · {log.interfaces}{" "}
          {log.interfaces === 1 ? "interface" : "interfaces"}
          {denied === "none" && <em> · denied is not logged</em>}
          {allowed === "none" && <em> · allowed is not logged</em>}
          {denied === "partial" && <em> · denied in part</em>}
          {name !== undefined && <> · {shownText(log.flow_log)}</>}
        </span>
      </div>
      {rowOf(log, columns).map((cell, at) => {
        const time = columns[at] ?? 0;
        return (
          <div
            key={time}
            role="gridcell"
            className={style["cell"]}
            tabIndex={focused === at ? 0 : -1}
            data-row={rowIndex}
            data-column={at}
            aria-label={`${humanTime(time * 1000, timeZone)}: ${cellWords(cell, log, time, cellSeconds)}`}
          >
            {cell !== undefined && <Marks cell={cell} most={most} cellSeconds={cellSeconds} />}
          </div>
        );
      })}
    </div>
  );
});

function Marks({
  cell,
  most,
  cellSeconds,
}: {
  readonly cell: CalendarCell;
  readonly most: number;
  readonly cellSeconds: number;
}) {
  const { allowed, denied, gap_s: gap, gap_at_s: gapAt, cause } = cell;
  const share = (seconds: number): string => `${Math.min(1, seconds / cellSeconds) * 100}%`;
  return (
    <>
      <span className={style["allowed"]} style={{ opacity: strength(allowed, most) }} />
      <span className={style["denied"]} style={{ opacity: strength(denied, most) }} />
      {cause !== null && (
        <span
          className={`${style["gap"]} ${style[cause]}`}
          // However short, it is seen, and within its cell.
          style={{ left: `min(${share(gapAt)}, 100% - 4px)`, width: `max(4px, ${share(gap)})` }}
        />
      )}
    </>
  );
}
