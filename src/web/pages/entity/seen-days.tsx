import type { EntityJson } from "#api/contract/index.js";
import { counted, humanBytes, humanCount } from "#base/human.js";
import { useTimeRange } from "../../state/time.ts";
import style from "./entity.module.css";

type Day = EntityJson["days"][number];

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** More days than this are a cell each; fewer show their hours. */
const MOST_WITH_HOURS = 3;
const MOST_CELLS = 62;

/** On which days it was seen, or in which hours where the days are few; a click shows that time. */
export function SeenDays({ days }: { readonly days: readonly Day[] }) {
  const { setRange } = useTimeRange();
  const newest = days[0]?.day;
  const oldest = days.at(-1)?.day;
  if (newest === undefined || oldest === undefined) return null;
  const span = Math.round((Date.parse(newest) - Date.parse(oldest)) / DAY_MS) + 1;
  if (span <= MOST_WITH_HOURS)
    return (
      <div className={style["hours"]} role="group" aria-label="Seen in these hours, UTC">
        {days.toReversed().map((day) => (
          <div key={day.day} className={style["hourRow"]}>
            <span className={style["dayName"]}>{day.day}</span>
            {HOURS.map((hour) => {
              const isSeen = day.hours.includes(hour);
              const label = `${day.day} ${String(hour).padStart(2, "0")}:00 UTC${isSeen ? "" : ", not seen"}`;
              const from = Date.parse(day.day) + hour * HOUR_MS;
              return (
                <Cell key={hour} label={label} share={isSeen ? 1 : 0} open={() => setRange(from, from + HOUR_MS)} />
              );
            })}
            <span className={style["faint"]}>{dayText(day)}</span>
          </div>
        ))}
      </div>
    );
  const byDay = new Map(days.map((day) => [day.day, day]));
  const count = Math.min(span, MOST_CELLS);
  const cells = Array.from({ length: count }, (_, at) => {
    const name = new Date(Date.parse(newest) - (count - 1 - at) * DAY_MS).toISOString().slice(0, 10);
    return { name, day: byDay.get(name) };
  });
  return (
    <div className={style["days"]} role="group" aria-label="Seen on these days, UTC">
      <span className={style["dayName"]}>{cells[0]?.name}</span>
      {cells.map(({ name, day }) => {
        const from = Date.parse(name);
        return (
          <Cell
            key={name}
            label={day === undefined ? `${name}: not seen` : `${name}: ${dayText(day)}`}
            share={(day?.hours.length ?? 0) / 24}
            open={() => setRange(from, from + DAY_MS)}
          />
        );
      })}
      <span className={style["dayName"]}>{newest}</span>
      {span > count && <span className={style["faint"]}>and {counted(span - count, "day")} before</span>}
    </div>
  );
}

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

function dayText({ hours, bytes, peers }: Day): string {
  const met = peers === null ? "" : `, ${humanCount(Number(peers))} peers`;
  return `${counted(hours.length, "hour")}, ${humanBytes(BigInt(bytes))}${met}`;
}

function Cell({ label, share, open }: { readonly label: string; readonly share: number; readonly open: () => void }) {
  return (
    <button
      type="button"
      className={style["cell"]}
      aria-label={label}
      title={label}
      data-seen={share > 0}
      disabled={share === 0}
      style={share > 0 ? { opacity: 0.35 + 0.65 * share } : undefined}
      onClick={open}
    />
  );
}
