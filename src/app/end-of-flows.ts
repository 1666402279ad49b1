import type { TableName } from "#model/tables.js";

const MINUTE_MICROS = 60_000_000;
const HOUR_MICROS = 3_600_000_000;

/**
 * The full minute, not included, up to which the lake has traffic; null without any. A record's window goes on behind its start, so
 * the sums by minute tell it: with the newest start alone the last windows would be cut. Where sums by minute are kept no longer, the
 * end of the newest hour.
 * @param newestOf the newest time of a table's rows, microseconds; null without rows
 */
export function endOfFlows(newestOf: (table: TableName) => number | null): number | null {
  const starts = [newestOf("flows"), newestOf("rollup_minute")].filter((time) => time !== null);
  if (newestOf("rollup_minute") === null) {
    const hour = newestOf("conversations") ?? newestOf("rollup_hour");
    if (hour !== null) starts.push(hour + HOUR_MICROS - MINUTE_MICROS);
  }
  return starts.length === 0 ? null : (Math.floor(Math.max(...starts) / MINUTE_MICROS) + 1) * MINUTE_MICROS;
}
