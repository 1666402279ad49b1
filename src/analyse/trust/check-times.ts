import type { TimeRange } from "#model/answer.js";
import type { TableReader } from "#query/index.js";
import { counted } from "#base/human.js";
import { Draft, numberOf, readAll, textOf, textOrNull } from "../path-sql.ts";
import { logName } from "../path-words.ts";
import { fine, type TrustCheck } from "./trust-types.ts";

/** Records that tell no time, so that the name or the age of their object stands for it. */
export async function checkBorrowedTimes(range: TimeRange, reader: TableReader): Promise<TrustCheck> {
  const draft = new Draft();
  const rows = await readAll(
    reader,
    `SELECT flow_log_id, count(*), max(time)::VARCHAR FROM flows WHERE time_basis = 'object' AND ${draft.during("time", range)} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 20`,
    draft,
  );
  const records = rows.reduce((sum, row) => sum + numberOf(row[1]), 0);
  if (records === 0) return fine("borrowed_times", "Every record tells its time");
  return {
    code: "borrowed_times",
    level: "warn",
    finding: `${counted(records, "record")} without a time of their own`,
    reason:
      "They stand at the time of their object, which may be that of its copy; the default range ends at the newest flow, and may show nothing else.",
    next: "Have the flow log write start and end. weir sql \"SELECT * FROM flows WHERE time_basis = 'object'\" lists them; --from and --to ask about another time.",
    details: detailsOf(rows),
  };
}

/** Records that were written before they happened: clocks that are wrong, or times that were read wrongly. */
export async function checkFuture(nowMs: number, reader: TableReader): Promise<TrustCheck> {
  const draft = new Draft();
  const rows = await readAll(
    reader,
    `SELECT flow_log_id, count(*), max(time)::VARCHAR FROM flows WHERE time > ${draft.time((nowMs + 300_000) * 1000)} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 20`,
    draft,
  );
  const records = rows.reduce((sum, row) => sum + numberOf(row[1]), 0);
  if (records === 0) return fine("future", "No record is of the future");
  return {
    code: "future",
    level: "bad",
    finding: `${counted(records, "record")} of the future`,
    reason: "The default range ends at the newest flow, so these move it away from what happened.",
    next: "Look at the clock of whoever writes these logs, and of this machine.",
    details: detailsOf(rows),
  };
}

const detailsOf = (rows: Awaited<ReturnType<typeof readAll>>): string[] =>
  rows.map(
    ([log, count, newest]) =>
      `${logName(textOrNull(log))}: ${counted(numberOf(count), "record")}, the newest of ${textOf(newest)}`,
  );
