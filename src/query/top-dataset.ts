import { columnOf, type ColumnName } from "#model/columns.js";
import { tables, type TableName } from "#model/tables.js";

/** One output column of a grouping: its name and the SQL of its value. */
export interface GroupColumn {
  readonly name: string;
  readonly sql: string;
}

/** Something that `--by` takes. */
export interface Dimension {
  readonly word: string;
  readonly columns: readonly GroupColumn[];
  /** The columns of the two ends where either counts: a row then counts twice, and shares do not add up to one. */
  readonly eitherEnd?: readonly [string, string];
}

export interface TopMeasureDefinition {
  readonly sql: string;
  readonly heading: string;
  readonly unit?: "bytes" | "packets";
  /** Only where it is the one that ranks: it does not add, so no rollup can answer it. */
  readonly onlyWhenAsked?: boolean;
}

/** What `top` can group and count. */
export interface TopDataset {
  readonly name: "conversations" | "flows";
  readonly columns: readonly ColumnName[];
  readonly measures: Readonly<Record<string, TopMeasureDefinition>>;
  /** Other words for measures. */
  readonly measureWords: Readonly<Record<string, string>>;
  readonly firstMeasure: string;
  readonly defaultBy: readonly string[];
  /** The two addresses, and the port that stands for the service. */
  readonly ends: readonly [ColumnName, ColumnName];
  readonly servicePort: ColumnName;
  /** Names that are no column: made of columns. */
  readonly made: readonly Dimension[];
  /** The column of the verdict, and other words for its values. */
  readonly verdicts: { readonly column: ColumnName; readonly words: Readonly<Record<string, string>> };
}

const timeDimensions: readonly Dimension[] = [
  { word: "hour", columns: [{ name: "hour", sql: "date_trunc('hour', time)" }] },
  { word: "day", columns: [{ name: "day", sql: "date_trunc('day', time)::TIMESTAMP" }] },
];

export const flowsDataset: TopDataset = {
  name: "flows",
  columns: tables.flows,
  // The plain sum of what the records say: two observers of one packet count it twice.
  measures: {
    logged_bytes: {
      sql: "coalesce(sum(src_bytes), 0) + coalesce(sum(dst_bytes), 0)",
      heading: "Bytes logged",
      unit: "bytes",
    },
    packets: {
      sql: "coalesce(sum(src_packets), 0) + coalesce(sum(dst_packets), 0)",
      heading: "Packets",
      unit: "packets",
    },
    flows: { sql: "count(*)", heading: "Flows" },
    denied: { sql: "count(*) FILTER (action = 'deny')", heading: "Denied" },
  },
  measureWords: { bytes: "logged_bytes" },
  firstMeasure: "logged_bytes",
  defaultBy: ["src_ip"],
  ends: ["src_ip", "dst_ip"],
  servicePort: "dst_port",
  made: [
    { word: "ip", columns: [{ name: "ip", sql: "ip" }], eitherEnd: ["src_ip", "dst_ip"] },
    { word: "port", columns: [{ name: "dst_port", sql: "dst_port" }] },
    {
      word: "pair",
      columns: [
        { name: "ip_a", sql: "least(src_ip, dst_ip)" },
        { name: "ip_b", sql: "greatest(src_ip, dst_ip)" },
      ],
    },
    ...timeDimensions,
  ],
  verdicts: {
    column: "action",
    words: { allowed: "allow", accept: "allow", denied: "deny", reject: "deny", rejected: "deny", dropped: "drop" },
  },
};

/** Columns that come in pairs, one for each end: a word without the end means either. */
const pairs = [
  "provider",
  "account_id",
  "region",
  "network_id",
  "subnet_id",
  "az_id",
  "instance_id",
  "observer",
  "rule",
];
const pairWords: Readonly<Record<string, string>> = {
  cloud: "provider",
  account: "account_id",
  subscription: "account_id",
  network: "network_id",
  vpc: "network_id",
  vnet: "network_id",
  subnet: "subnet_id",
  az: "az_id",
  instance: "instance_id",
};

function pairDimension(word: string, base: string): Dimension {
  const ends = [`client_${base}`, `server_${base}`] as const;
  return { word, columns: [{ name: word, sql: word }], eitherEnd: ends };
}

export const conversationsDataset: TopDataset = {
  name: "conversations",
  columns: tables.conversations,
  measures: {
    bytes: { sql: "sum(client_bytes) + sum(server_bytes)", heading: "Bytes", unit: "bytes" },
    packets: { sql: "sum(client_packets) + sum(server_packets)", heading: "Packets", unit: "packets" },
    conversations: { sql: "sum(starts)", heading: "Conversations" },
    denied: {
      sql: "coalesce(sum(starts) FILTER (verdict = 'denied' AND class <> 'stray'), 0)",
      heading: "Denied",
    },
    attempted_bytes: { sql: "sum(attempted_bytes)", heading: "Attempted", unit: "bytes", onlyWhenAsked: true },
    client_bytes: { sql: "sum(client_bytes)", heading: "From client", unit: "bytes", onlyWhenAsked: true },
    server_bytes: { sql: "sum(server_bytes)", heading: "From server", unit: "bytes", onlyWhenAsked: true },
    clients: { sql: "count(DISTINCT client_ip)", heading: "Clients", onlyWhenAsked: true },
    servers: { sql: "count(DISTINCT server_ip)", heading: "Servers", onlyWhenAsked: true },
    active: { sql: "count(DISTINCT conversation_id)", heading: "Active", onlyWhenAsked: true },
  },
  measureWords: {},
  firstMeasure: "bytes",
  defaultBy: ["client_ip"],
  ends: ["client_ip", "server_ip"],
  servicePort: "server_port",
  made: [
    { word: "ip", columns: [{ name: "ip", sql: "ip" }], eitherEnd: ["client_ip", "server_ip"] },
    { word: "port", columns: [{ name: "server_port", sql: "server_port" }] },
    {
      word: "service",
      columns: [
        { name: "server_port", sql: "server_port" },
        { name: "protocol", sql: "protocol" },
      ],
    },
    {
      word: "pair",
      columns: [
        { name: "client_ip", sql: "client_ip" },
        { name: "server_ip", sql: "server_ip" },
      ],
    },
    ...pairs.map((base) => pairDimension(base, base)),
    ...Object.entries(pairWords).map(([word, base]) => pairDimension(word, base)),
    ...timeDimensions,
  ],
  verdicts: {
    column: "verdict",
    words: {
      allow: "allowed",
      accept: "allowed",
      deny: "denied",
      reject: "denied",
      rejected: "denied",
      drop: "dropped",
    },
  },
};

/** The smallest table that answers exactly: minutes without addresses where nothing else is asked for. */
export function tableFor(dataset: TopDataset, read: readonly string[], measure: string): TableName {
  if (dataset.name === "flows") return "flows";
  const needed = new Set(read);
  for (const column of ["clients", "servers", "active"]) if (measure === column) return "conversations";
  const known = new Set<string>([...tables.rollup_minute, "hour", "day"]);
  return [...needed].every((name) => known.has(name)) ? "rollup_minute" : "conversations";
}

/** Words of columns and made dimensions that `--by` takes. */
export function dimensionWords({ made, columns }: TopDataset): string[] {
  return [...made.map(({ word }) => word), ...columns.filter((name) => columnOf(name).groupable === true)];
}
