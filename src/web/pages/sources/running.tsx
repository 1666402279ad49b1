import { useNews } from "../../client/events.ts";
import { fullCount, humanBytes } from "#base/human.js";
import { Progress } from "./progress.tsx";
import style from "./upload.module.css";

/** What is being collected and derived at this moment, other than uploads of this page. */
export function Running() {
  const { collects, derive } = useNews();
  const running = Object.values(collects).filter(
    ({ state, source }) => state === "running" && !source.startsWith("upload"),
  );
  const isDeriving = derive?.state === "running";
  if (running.length === 0 && !isDeriving) return null;
  return (
    <section className={style["upload"]} aria-label="What is going on">
      <div>
        {running.map(({ source, records, bytes, bytes_total: total, message }) => (
          <Progress
            key={source}
            text={
              message === null
                ? `Reading ${source}: ${humanBytes(bytes)} of ${humanBytes(total)}, ${fullCount(records)} records`
                : `${source}: ${message}`
            }
            share={message === null && total > 0 ? bytes / total : undefined}
          />
        ))}
        {isDeriving && (
          <Progress
            text={`Making conversations: ${derive.hours} of ${derive.hours_total} hours`}
            share={derive.hours_total > 0 ? derive.hours / derive.hours_total : undefined}
          />
        )}
      </div>
    </section>
  );
}
