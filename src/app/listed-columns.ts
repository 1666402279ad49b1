import { WeirError } from "#base/errors.js";
import { nearestWord } from "#base/nearest.js";
import { findColumn, type ColumnName } from "#model/columns.js";
import { tables } from "#model/tables.js";
import type { RowDataset } from "#query/index.js";

/** Those that people look at first. */
const firstColumns: Readonly<Record<RowDataset, readonly ColumnName[]>> = {
  conversations: [
    "conversation_id",
    "time",
    "start_time",
    "end_time",
    "client_ip",
    "client_port",
    "server_ip",
    "server_port",
    "protocol",
    "verdict",
    "rule_name",
    "client_bytes",
    "server_bytes",
    "client_packets",
    "server_packets",
    "attempted_bytes",
    "state",
    "class",
    "client_network_id",
    "server_network_id",
    "providers",
  ],
  flows: [
    "time",
    "end_time",
    "src_ip",
    "src_port",
    "dst_ip",
    "dst_port",
    "protocol",
    "action",
    "rule_name",
    "src_bytes",
    "src_packets",
    "dst_bytes",
    "dst_packets",
    "observer_id",
    "flow_log_id",
    "log_type",
    "direction",
    "object_id",
    "position",
    "sub_position",
  ],
};

/** The columns that a list shows. @throws WeirError `unknown-column` */
export function columnsNamed(words: readonly string[] | undefined, dataset: RowDataset): readonly ColumnName[] {
  if (words === undefined || words.length === 0) return firstColumns[dataset];
  const own = tables[dataset];
  return [...new Set(words)].map((word) => {
    const name = findColumn(word, own);
    if (name !== undefined) return name;
    const near = nearestWord(word, own);
    throw new WeirError({
      code: "unknown-column",
      kind: "usage",
      message: `${dataset} have no column “${word}”`,
      place: "columns",
      next: near === undefined ? "GET /api/v1/catalogue lists the fields of each dataset." : `Did you mean ${near}?`,
    });
  });
}
