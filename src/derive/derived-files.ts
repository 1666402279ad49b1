import type { ColumnName } from "#model/columns.js";
import type { Segment } from "#model/segment.js";
import type { DerivedTable } from "#model/tables.js";
import { writeSegment } from "#store/engine.js";
import type { Engine, Lake } from "#store/index.js";

/** Rows that are asked for together stand together. */
const orders: Readonly<Record<DerivedTable, readonly ColumnName[]>> = {
  conversations: ["time", "server_ip", "server_port", "client_ip", "client_port", "start_time"],
  observations: ["time", "server_ip", "server_port", "client_ip", "client_port", "observer_id"],
  rollup_minute: ["time", "server_port", "protocol"],
  rollup_hour: ["time", "server_ip", "client_ip", "server_port"],
  presence: ["time", "address"],
  observers: ["time", "observer_id", "flow_log_id"],
  carry: ["time", "client_ip", "server_ip", "client_port"],
};

/**
 * Writes rows of a derived table as one file, in the order in which they are asked for.
 * @param names the columns to write
 * @param rows SQL of the relation
 * @returns undefined, and no file, when there is no row
 */
export async function writeDerived(
  lake: Lake,
  engine: Engine,
  table: DerivedTable,
  names: readonly ColumnName[],
  rows: string,
): Promise<Segment | undefined> {
  const order = orders[table].filter((name) => names.includes(name)).join(", ");
  return writeSegment(lake, engine, table, names, `${rows} ORDER BY ${order}`);
}

/** Rows of a table in some files. */
export function sumOf(segments: readonly Segment[], table: DerivedTable): number {
  return segments.reduce((sum, segment) => sum + (segment.table === table ? segment.rows : 0), 0);
}
