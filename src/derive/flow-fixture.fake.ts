import { addressFromBigInt, addressToBigInt, formatAddress, parseAddress, type AddressWords } from "#base/address.js";
import type { NameRole } from "#model/names.js";
import { derivedTables } from "#model/tables.js";
import { openEngine, segmentsSql } from "#store/engine.js";
import { deriveHour, outTable, prepareDerivation, type LeftTable } from "./derive-hour.ts";
import { loadNames, noNames } from "./known-names.ts";
import type { SqlRunner } from "./sql-runner.ts";

/** 3 March 2026, 12:00 UTC, in microseconds. */
export const NOON = Date.UTC(2026, 2, 3, 12) * 1000;
const SECOND = 1_000_000;

/** One record: what differs from an ordinary AWS record of one minute. Times are seconds after noon. */
export interface Record {
  readonly log?: string;
  readonly flowLog?: string;
  readonly observer?: string;
  readonly point?: "src" | "dst" | "transit" | null;
  /** `address:port`, `[address]:port`, or an address alone. */
  readonly from: string;
  readonly to: string;
  readonly protocol?: number | null;
  readonly bytes?: number | null;
  readonly back?: number | null;
  readonly action?: string;
  readonly at?: number;
  readonly seconds?: number;
  readonly state?: string;
  readonly flags?: number;
  readonly direction?: string;
  readonly version?: number;
  readonly network?: string;
  readonly fromHop?: string;
  readonly toHop?: string;
  readonly packets?: number;
  readonly quality?: "exact" | "unreliable";
}

/** A conversation as tests look at it. */
export interface Found {
  /** `client > server/protocol`, as text: which conversation it is. */
  readonly name: string;
  /** The client's port. */
  readonly client: string;
  readonly clientBytes: number;
  readonly serverBytes: number;
  /** Where the client's and the server's bytes were counted. */
  readonly countedAt: readonly [string, string];
  readonly verdicts: readonly [string, string];
  readonly realms: readonly [string, string];
  /** Seconds after noon. */
  readonly began: number;
  readonly bytes: number;
  readonly attempted: number;
  readonly verdict: string;
  readonly state: string;
  readonly class: string;
  readonly starts: number;
  readonly basis: string;
  readonly id: string;
}

function wordsOf(address: string): AddressWords {
  const words = parseAddress(address);
  if (words === undefined) throw new Error(`${address} is no address`);
  return words;
}

function uuid(address: string): string {
  const hex = addressToBigInt(wordsOf(address)).toString(16).padStart(32, "0");
  return `'${hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5")}'::UUID`;
}

const text = (value: string | null | undefined): string =>
  value === null || value === undefined ? "NULL" : `'${value}'`;

function rowSql(record: Record): string {
  const {
    log = "aws_vpc",
    flowLog = "fl-1",
    observer = "eni-a",
    point = "src",
    protocol = 6,
    action = "allow",
  } = record;
  const isAzure = log.startsWith("azure");
  const [, src = "", sport] = /^(.*?)(?::(\d+))?$/.exec(record.from) ?? [];
  const [, dst = "", dport] = /^(.*?)(?::(\d+))?$/.exec(record.to) ?? [];
  const start = NOON + (record.at ?? 0) * SECOND;
  const end = isAzure ? "NULL" : `make_timestamp(${start + (record.seconds ?? 60) * SECOND}::BIGINT)`;
  const { bytes = null, back = null } = record;
  return `SELECT make_timestamp(${start}::BIGINT) AS time, ${end}::TIMESTAMP AS end_time, '${log.split("_")[0]}' AS provider, '${log}' AS log_type, ${record.version ?? 2} AS log_version,
    '${flowLog}' AS flow_log_id, '${observer}' AS observer_id, ${text(record.network)} AS network_id, ${text(point)} AS observation_point, ${text(record.direction)} AS direction, ${protocol} AS protocol,
    ${uuid(src)} AS src_ip, ${uuid(dst)} AS dst_ip, ${sport ?? "NULL"} AS src_port, ${dport ?? "NULL"} AS dst_port,
    ${record.fromHop === undefined ? "NULL" : uuid(record.fromHop)} AS src_hop_ip, ${record.toHop === undefined ? "NULL" : uuid(record.toHop)} AS dst_hop_ip,
    ${bytes} AS src_bytes, ${bytes === null ? "NULL" : (record.packets ?? 1)} AS src_packets, ${text(record.quality)} AS counter_quality, ${back} AS dst_bytes, ${back === null ? "NULL" : 1} AS dst_packets, '${action}' AS action,
    ${text(record.state ?? (isAzure ? (bytes === null ? "begin" : "continue") : null))} AS flow_state, ${record.flags ?? "NULL"} AS tcp_flags`;
}

/** What is given besides the records. */
export interface Given {
  readonly hours?: number;
  /** Interfaces that are known: id, role, own addresses. */
  readonly interfaces?: readonly (readonly [id: string, role: NameRole | null, ...addresses: readonly string[]])[];
  /** Addresses with a role. */
  readonly roles?: Readonly<{ [address: string]: NameRole }>;
}

/** Derives hours from noon on, one after the other, each with what the one before left. */
export async function derive(
  folder: string,
  records: readonly Record[],
  given: number | Given = 1,
): Promise<Found[][]> {
  await using bench = await openBench(folder);
  return await bench.derive(records, typeof given === "number" ? { hours: given } : given);
}

/** An engine that derives many small worlds, one after the other: opening one takes longer than they do. */
export interface Bench extends AsyncDisposable {
  derive(records: readonly Record[], given?: Given): Promise<Found[][]>;
  /** Rows of what was derived last: of tables `out_…`. */
  rows(statement: string): ReturnType<SqlRunner["rows"]>;
}

export async function openBench(folder: string): Promise<Bench> {
  const engine = await openEngine(folder, { memoryMb: 500, threads: 1 });
  const { connection } = engine;
  const sql: SqlRunner = {
    run: async (statement, values) => void (await connection.run(statement, values && [...values])),
    rows: async (statement) => (await connection.runAndReadAll(statement)).getRows(),
  };
  await prepareDerivation(sql);
  return {
    derive: async (records, given = {}) => deriveOn(sql, records, given),
    rows: async (statement) => sql.rows(statement),
    async [Symbol.asyncDispose]() {
      engine.close();
    },
  };
}

async function deriveOn(sql: SqlRunner, records: readonly Record[], given: Given): Promise<Found[][]> {
  const { hours = 1, interfaces = [], roles = {} } = given;
  await loadNames(sql, {
    ...noNames,
    interfaces: interfaces.map(([observerId, role, ...own]) => ({ observerId, role, addresses: own.map(wordsOf) })),
    blocks: Object.entries(roles).map(([ip, role]) => ({ first: wordsOf(ip), last: wordsOf(ip), role })),
  });
  for (const table of derivedTables)
    await sql.run(`CREATE OR REPLACE TEMP TABLE ${outTable(table)} AS SELECT * FROM ${segmentsSql(table, [], ".")}`);
  await sql.run(`CREATE OR REPLACE TEMP TABLE given AS SELECT * FROM ${segmentsSql("flows", [], ".")}`);
  if (records.length > 0) await sql.run(`INSERT INTO given BY NAME ${records.map(rowSql).join(" UNION ALL ")}`);
  const found: Found[][] = [];
  for (let hour = 0; hour < hours; hour++) {
    const hourStart = NOON + hour * 3600 * SECOND;
    const last = (table: LeftTable): string =>
      `(SELECT * FROM ${outTable(table)} WHERE time = (SELECT max(time) FROM ${outTable(table)} WHERE time < make_timestamp(${hourStart}::BIGINT)))`;
    await deriveHour(sql, { hourStart, flows: "given", before: async (table) => last(table) });
    found.push(await conversationsOf(sql, hourStart));
  }
  await mustAddUp(sql);
  await mustBeTraced(sql);
  return found;
}

async function conversationsOf(sql: SqlRunner, hourStart: number): Promise<Found[]> {
  const rows = await sql.rows(
    `SELECT {ends: [client_ip::VARCHAR, server_ip::VARCHAR], ports: [client_port, server_port], protocol: protocol, clientBytes: client_bytes::DOUBLE, serverBytes: server_bytes::DOUBLE,
      bytes: (client_bytes + server_bytes)::DOUBLE, attempted: attempted_bytes::DOUBLE, verdict: verdict::VARCHAR, state: state::VARCHAR, class: class::VARCHAR, starts: starts, basis: client_basis::VARCHAR, id: conversation_id::VARCHAR,
      countedAt: [client_counted_at::VARCHAR, server_counted_at::VARCHAR], verdicts: [client_verdict::VARCHAR, server_verdict::VARCHAR], realms: [client_realm, server_realm], began: (epoch_us(chain_start) - ${NOON}) / ${SECOND}}::JSON::VARCHAR
     FROM out_conversations WHERE time = make_timestamp(${hourStart}::BIGINT) ORDER BY start_time, client_port, server_port, client_ip, server_ip, conversation_id`,
  );
  return rows.map(([json]) => {
    const { ends, ports, protocol, ...rest } = JSON.parse(String(json)) as Omit<Found, "client" | "name"> & {
      readonly ends: readonly [string, string];
      readonly ports: readonly [number | null, number | null];
      readonly protocol: number | null;
    };
    const [client, server] = [0, 1].map(
      (at) => addressOf(ends[at] ?? "") + (typeof ports[at] === "number" ? `:${ports[at]}` : ""),
    );
    return { ...rest, client: String(ports[0]), name: `${client} > ${server}/${protocol}` };
  });
}

function addressOf(uuidText: string): string {
  return formatAddress(addressFromBigInt(BigInt(`0x${uuidText.replaceAll("-", "")}`)));
}

/** Rollups add up to conversations exactly. */
async function mustAddUp(sql: SqlRunner): Promise<void> {
  const sums =
    "sum(client_bytes), sum(server_bytes), sum(client_packets), sum(server_packets), sum(attempted_bytes), sum(starts), sum(records)";
  const of = async (table: string): Promise<string> =>
    JSON.stringify((await sql.rows(`SELECT ${sums} FROM ${table}`))[0]?.map(String));
  const expected = await of("out_conversations");
  for (const table of ["out_rollup_minute", "out_rollup_hour"])
    if ((await of(table)) !== expected) throw new Error(`${table} has ${await of(table)} in place of ${expected}`);
}

/** What counts is what observations say that counts; of several observers at one place only the largest does. */
async function mustBeTraced(sql: SqlRunner): Promise<void> {
  const wrong = await sql.rows(
    `SELECT c.conversation_id, c.client_bytes + c.server_bytes, o.bytes FROM out_conversations c
     LEFT JOIN (SELECT time, conversation_id, sum(bytes) FILTER (counted = 'yes') AS bytes,
       count(DISTINCT (sender, observer_id)) FILTER (counted = 'yes' AND side <> 'transit') > count(DISTINCT sender) FILTER (counted = 'yes' AND side <> 'transit') AS is_crowded FROM out_observations GROUP BY ALL) o USING (time, conversation_id)
     WHERE NOT coalesce(is_crowded, false) AND c.client_bytes + c.server_bytes <> coalesce(o.bytes, 0)`,
  );
  if (wrong.length > 0) throw new Error(`observations add up to others than ${wrong.map(String).join("; ")}`);
}
