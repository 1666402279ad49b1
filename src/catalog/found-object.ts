import { noRecords, recordKinds, type RecordCounts } from "#model/records.js";
import { numberOrNull, textOrNull, type Row } from "./database.ts";
import type { ObjectRow } from "./types.ts";

/** The columns that count records. */
export const counters = ["total", ...recordKinds] as const;

/** An object, and whose it is. */
export interface FoundObject extends ObjectRow {
  readonly sourceId: number;
  readonly flowLogId: string | null;
}

/** An object, of a row that was found. */
export function foundObject(row: Row): FoundObject {
  return {
    objectId: Number(row["id"]),
    sourceId: Number(row["owner"]),
    source: String(row["source"]),
    key: String(row["key"]),
    status: row["status"] as ObjectRow["status"],
    size: Number(row["size"]),
    sha256: textOrNull(row["sha256"]),
    readAtMs: numberOrNull(row["read_at_ms"]),
    decoder: textOrNull(row["decoder"]),
    flowLogId: textOrNull(row["flow_log_id"]),
    code: textOrNull(row["code"]),
    message: textOrNull(row["message"]),
    counts: added(noRecords(), row),
  };
}

/** Counts, and those of a row with them. */
export function added(counts: RecordCounts, row: Row): RecordCounts {
  const sum = noRecords();
  for (const kind of counters) sum[kind] = counts[kind] + Number(row[kind]);
  return sum;
}
