import { columnNames, type ColumnName } from "./columns.ts";

/** The tables of the lake that hold evidence. Their order here is the order on screens. */
export type TableName = "flows" | "coverage" | "malformed";

const onlyElsewhere: ReadonlySet<ColumnName> = new Set(["status", "reason", "text"]);

/** The columns of each table, in storage order. `time` comes first everywhere; segments are planned and expired by it. */
export const tables: Readonly<Record<TableName, readonly ColumnName[]>> = {
  flows: columnNames.filter((name) => !onlyElsewhere.has(name)),
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
};

export const tableNames = Object.keys(tables) as readonly TableName[];
