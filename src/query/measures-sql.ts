import type { ColumnName } from "#model/columns.js";
import type { DatasetName } from "#model/datasets.js";
import type { MeasureName } from "#model/measures.js";

/** How a measure is computed over rows of a table. */
interface MeasureSql {
  readonly columns: readonly ColumnName[];
  readonly sql: string;
}

const sum = (...columns: readonly ColumnName[]): MeasureSql => ({
  columns,
  sql: columns.map((column) => `coalesce(sum(${column}), 0)`).join(" + "),
});
const distinct = (column: ColumnName): MeasureSql => ({ columns: [column], sql: `count(DISTINCT ${column})` });
const rows: MeasureSql = { columns: [], sql: "count(*)" };
const transferred = sum("client_bytes", "server_bytes");

const ofConversations: Partial<Record<MeasureName, MeasureSql>> = {
  bytes: transferred,
  client_bytes: sum("client_bytes"),
  server_bytes: sum("server_bytes"),
  attempted_bytes: sum("attempted_bytes"),
  packets: sum("client_packets", "server_packets"),
  conversations: sum("starts"),
  active: distinct("conversation_id"),
  denied: {
    columns: ["starts", "verdict", "class"],
    sql: "coalesce(sum(starts) FILTER (verdict = 'denied' AND class <> 'stray'), 0)",
  },
  clients: distinct("client_ip"),
  servers: distinct("server_ip"),
  // The sum; what it is divided by depends on the range or the step.
  rate: transferred,
  p95: transferred,
  records: sum("records"),
};

const byDataset: Readonly<Record<DatasetName, Partial<Record<MeasureName, MeasureSql>>>> = {
  conversations: ofConversations,
  observations: { interface_bytes: sum("bytes"), records: sum("records") },
  flows: {
    logged_bytes: sum("src_bytes", "dst_bytes"),
    packets: sum("src_packets", "dst_packets"),
    denied: { columns: ["action"], sql: "count(*) FILTER (action = 'deny')" },
    flows: rows,
  },
  coverage: { windows: rows },
  presence: { addresses: distinct("address") },
};

/** How a measure of a dataset is computed; the measure is one of it. */
export function measureSql(dataset: DatasetName, measure: MeasureName): MeasureSql {
  const known = byDataset[dataset][measure];
  if (known === undefined) throw new RangeError(`${dataset} have no measure ${measure}`);
  return known;
}

/** Columns whose values belong to a stretch of time and are divided when it is cut. */
export const spreadColumns: ReadonlySet<ColumnName> = new Set([
  "client_bytes",
  "client_packets",
  "server_bytes",
  "server_packets",
  "attempted_bytes",
  "bytes",
  "packets",
]);

/** Columns of a row that count at its beginning, and not over its stretch of time. */
export const beginningColumns: ReadonlySet<ColumnName> = new Set(["records", "starts"]);
