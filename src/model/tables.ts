import { evidenceColumns, type ColumnName } from "./columns.ts";

/** The tables that hold evidence: what the logs said. */
export type EvidenceTable = "flows" | "coverage" | "malformed";

/** The tables that hold interpretation: made of the evidence, and made again when it changes. */
export type DerivedTable =
  | "conversations"
  | "observations"
  | "rollup_minute"
  | "rollup_hour"
  | "presence"
  | "observers"
  | "carry";

/** The tables of the lake. Their order in {@link tables} is the order on screens. */
export type TableName = EvidenceTable | DerivedTable;

const onlyElsewhere: ReadonlySet<ColumnName> = new Set(["status", "reason", "text"]);

/** Where each end of a conversation is, as its observer's records say. */
const placeColumns = [
  "client_provider",
  "server_provider",
  "client_account_id",
  "server_account_id",
  "client_region",
  "server_region",
  "client_network_id",
  "server_network_id",
  "client_subnet_id",
  "server_subnet_id",
  "client_az_id",
  "server_az_id",
] as const satisfies readonly ColumnName[];

/** Measures that add: over time, and over conversations. */
const sumColumns = [
  "starts",
  "records",
  "client_bytes",
  "client_packets",
  "server_bytes",
  "server_packets",
  "attempted_bytes",
] as const satisfies readonly ColumnName[];

/** What tells one kind of conversation from another, whoever its ends are. */
const kindColumns = [
  "protocol",
  "server_port",
  "verdict",
  "decided_at",
  "class",
  "state",
  "providers",
] as const satisfies readonly ColumnName[];

/**
 * The columns of each table, in storage order. `time` comes first everywhere, and segments are planned and expired by it: the
 * record's own time in evidence; in derived tables the start of the hour, minute or day that a row stands for.
 */
export const tables: Readonly<Record<TableName, readonly ColumnName[]>> = {
  flows: evidenceColumns.filter((name) => !onlyElsewhere.has(name)),
  coverage: [
    "time",
    "start_time",
    "end_time",
    "time_basis",
    "status",
    "provider",
    "log_type",
    "log_version",
    "flow_log_id",
    "observer_id",
    "observer_type",
    "log_account_id",
    "account_id",
    "region",
    "az_id",
    "network_id",
    "subnet_id",
    "instance_id",
    "resource_id",
    "object_id",
    "position",
    "sub_position",
  ],
  // `time` of a malformed record is when it arrived: its own time may be what could not be read.
  malformed: ["time", "log_type", "reason", "text", "object_id", "position", "sub_position"],
  conversations: [
    "time",
    "conversation_id",
    "client_realm",
    "server_realm",
    "client_ip",
    "client_port",
    "server_ip",
    "server_port",
    "protocol",
    "client_basis",
    "start_time",
    "end_time",
    "chain_start",
    "state",
    "class",
    "verdict",
    "decided_at",
    "rule_name",
    "acl_id",
    "reject_reason",
    ...sumColumns,
    "client_observer",
    "client_verdict",
    "client_rule",
    "server_observer",
    "server_verdict",
    "server_rule",
    "client_counted_at",
    "server_counted_at",
    "providers",
    "tcp_flags_client",
    "tcp_flags_server",
    "counter_quality",
    ...placeColumns,
    "client_instance_id",
    "server_instance_id",
  ],
  // One observer's view of one conversation in one hour and one direction.
  observations: [
    "time",
    "conversation_id",
    "client_ip",
    "client_port",
    "server_ip",
    "server_port",
    "protocol",
    "sender",
    "side",
    "observer_id",
    "flow_log_id",
    "log_type",
    "provider",
    "verdict",
    "rule_name",
    "acl_id",
    "reject_reason",
    "bytes",
    "packets",
    "records",
    "start_time",
    "end_time",
    "tcp_flags",
    "counted",
  ],
  rollup_minute: ["time", ...kindColumns, ...placeColumns, ...sumColumns],
  rollup_hour: [
    "time",
    "client_realm",
    "server_realm",
    "client_ip",
    "server_ip",
    "folded",
    ...kindColumns,
    ...placeColumns,
    ...sumColumns,
  ],
  // One address on one day. `time` is the day.
  presence: [
    "time",
    "realm",
    "address",
    "hours_seen",
    "first_seen",
    "last_seen",
    "roles",
    "peers",
    "starts",
    "records",
    "bytes",
  ],
  // What an hour knows of each observer and its flow logs, learned in it and before.
  observers: [
    "time",
    "observer_id",
    "flow_log_id",
    "log_type",
    "rank",
    "first_seen",
    "last_seen",
    "window_s",
    "verdicts",
    "own_addresses",
    "provider",
    "account_id",
    "region",
    "network_id",
    "subnet_id",
    "instance_id",
    "az_id",
    "observer_type",
    "records",
  ],
  // Conversations that are still open at the end of an hour: what the next hour goes on with.
  carry: [
    "time",
    "conversation_id",
    "client_realm",
    "server_realm",
    "client_ip",
    "client_port",
    "server_ip",
    "server_port",
    "protocol",
    "client_basis",
    "chain_start",
    "state",
    "last_seen",
    "client_counted_at",
    "server_counted_at",
    "idle",
  ],
};

/** All tables. */
export const tableNames = Object.keys(tables) as readonly TableName[];

export const evidenceTables: readonly EvidenceTable[] = ["flows", "coverage", "malformed"];

export function isEvidence(table: TableName): table is EvidenceTable {
  return evidenceTables.some((name) => name === table);
}

export const derivedTables: readonly DerivedTable[] = [
  "conversations",
  "observations",
  "rollup_minute",
  "rollup_hour",
  "presence",
  "observers",
  "carry",
];
