import type { TimeRange } from "#model/answer.js";
import type { TableReader } from "#query/index.js";
import { Draft, numberOf, readAll, textOf, textOrNull } from "./path-sql.ts";
import type { CoverageGap } from "./path-types.ts";

const SECOND = 1_000_000;
/**
 * Stretches longer than `slackS` without any record, NODATA included, of each interface or flow log. Those of several flow logs of
 * one interface are one series: one of them is enough.
 */
export async function silences(
  key: "observer_id" | "flow_log_id",
  ids: readonly string[],
  slackS: number,
  asked: TimeRange,
  reader: TableReader,
): Promise<CoverageGap[]> {
  const draft = new Draft();
  const column = key === "flow_log_id" ? "coalesce(flow_log_id, '')" : key;
  const where = `${draft.among(column, ids)} AND ${draft.during("time", asked)}`;
  const row = `${column} AS id, flow_log_id AS log, epoch_us(time) AS t0, greatest(epoch_us(time), coalesce(epoch_us(end_time), 0)) AS t1`;
  const [from, to] = [draft.bind(BigInt(asked.from)), draft.bind(BigInt(asked.to))];
  const slack = draft.bind(BigInt(slackS * SECOND));
  const rows = await readAll(
    reader,
    `WITH spoken AS (SELECT ${row} FROM flows WHERE ${where} UNION ALL SELECT ${row} FROM coverage WHERE ${where} AND status = 'nodata'),
      minutes AS (SELECT id, min(log) AS log, min(t0) AS t0, max(t1) AS t1 FROM spoken GROUP BY id, t0 // ${60 * SECOND}),
      ends AS (SELECT id, max(log) AS log FROM minutes GROUP BY id),
      marks AS (SELECT * FROM minutes UNION ALL SELECT id, log, ${to}::BIGINT, ${to}::BIGINT FROM ends),
      steps AS (SELECT id, log, t0, coalesce(max(t1) OVER (PARTITION BY id ORDER BY t0, t1 ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), ${from}::BIGINT) AS until FROM marks)
      SELECT id, log, until, t0 FROM steps WHERE t0 - until > ${slack}::BIGINT ORDER BY until, id LIMIT 500`,
    draft,
  );
  return rows.map(([id, log, start, end]) => ({
    flowLog: textOrNull(log),
    observer: key === "observer_id" ? textOf(id) : null,
    from: numberOf(start),
    to: numberOf(end),
    cause: "no-records",
  }));
}
