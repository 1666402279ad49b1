import * as fc from "fast-check";
import { addressFromBigInt, formatAddress } from "#base/address.js";
import type { AnswerColumn, Cell, RowStream } from "#model/answer.js";
import { columnOf, type ColumnName } from "#model/columns.js";
import { tables } from "#model/tables.js";
import { eventTextOf, type EventFormat, type EventTable } from "./event-formats.ts";

export type FakeRow = Readonly<Partial<Record<ColumnName, Cell>>>;

/** Rows of a table as a query gives them: a row has null where it does not say a column. */
export function rowsOf(names: readonly ColumnName[], rows: readonly FakeRow[]): RowStream {
  const columns: AnswerColumn[] = names.map((name) => ({ name, type: columnOf(name).type, kind: "text" }));
  return {
    columns,
    async *blocks() {
      yield rows.map((row) => names.map((name) => row[name] ?? null));
    },
  };
}

/** The lines that rows are exported as. */
export async function eventLines(
  table: EventTable,
  format: EventFormat,
  names: readonly ColumnName[],
  rows: readonly FakeRow[],
): Promise<string[]> {
  let all = "";
  for await (const text of eventTextOf(rowsOf(names, rows), { table, format, version: "1.2.3" })) all += text;
  return all.split("\n").slice(0, -1);
}

/** One row as the event that it becomes, all digits of its numbers aside. */
export async function eventOf(table: EventTable, format: EventFormat, row: FakeRow): Promise<Record<string, unknown>> {
  const [line = ""] = await eventLines(table, format, Object.keys(row) as ColumnName[], [row]);
  return JSON.parse(line) as Record<string, unknown>;
}

/** An AWS record of version 5, whose observer is the source. */
export const awsFlow: FakeRow = {
  time: "2026-03-03T12:00:00Z",
  end_time: "2026-03-03T12:00:59.5Z",
  provider: "aws",
  log_type: "aws_vpc",
  log_version: 5,
  flow_log_id: "fl-0a1b2c3d",
  observer_id: "eni-0a1b2c3d",
  observer_type: "interface",
  observation_point: "src",
  account_id: "012345678901",
  region: "eu-west-1",
  az_id: "euw1-az2",
  network_id: "vpc-1",
  subnet_id: "subnet-1",
  instance_id: "i-1",
  src_ip: "10.0.0.5",
  dst_ip: "203.0.113.9",
  src_hop_ip: "10.0.9.9",
  src_port: 40_000,
  dst_port: 443,
  protocol: 6,
  src_bytes: 18_446_744_073_709_551_615n,
  src_packets: 12n,
  action: "allow",
  action_raw: "ACCEPT",
  tcp_flags: 2,
  direction: "egress",
  traffic_path: 8,
  dst_service: "S3",
  object_id: 7,
  position: 3,
  instance_tag: "web \u001b[31m\u009b",
};

/** A denied tuple of an Azure VNet flow log. */
export const azureFlow: FakeRow = {
  time: "2026-03-03T12:00:00.25Z",
  provider: "azure",
  log_type: "azure_vnet",
  log_version: 4,
  logged_time: "2026-03-03T12:01:00Z",
  observer_id: "000D3A112233",
  observer_type: "interface",
  observation_point: "dst",
  account_id: "784263cd-fb06-457c-acf5-026dded2fe9e",
  src_ip: "2001:db8::1",
  dst_ip: "2001:db8::2",
  src_port: 50_000,
  dst_port: 22,
  protocol: 6,
  action: "deny",
  action_raw: "D",
  rule_name: "DefaultRule_DenyAllInBound",
  acl_id: "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkSecurityGroups/nsg-a",
  acl_kind: "nsg",
  flow_state: "deny",
  direction: "ingress",
  object_id: 8,
  position: 1,
  sub_position: 4,
};

/** A conversation between two clouds, seen from both sides. */
export const crossCloud: FakeRow = {
  time: "2026-03-03T12:00:00Z",
  conversation_id: 17_883_819_606_330_934_003n,
  client_realm: "default",
  server_realm: "default",
  client_ip: "10.0.0.5",
  client_port: 40_000,
  server_ip: "10.60.0.4",
  server_port: 1433,
  protocol: 6,
  client_basis: "flags",
  start_time: "2026-03-03T12:10:00Z",
  end_time: "2026-03-03T12:20:00Z",
  chain_start: "2026-03-03T11:00:00Z",
  state: "closed",
  class: "normal",
  verdict: "allowed",
  decided_at: "both",
  starts: 0,
  records: 14n,
  client_bytes: 1000n,
  client_packets: 10n,
  server_bytes: 2000n,
  server_packets: 20n,
  client_observer: "eni-0a1b2c3d",
  server_observer: "000D3A112233",
  client_verdict: "allowed",
  server_verdict: "allowed",
  providers: "aws+azure",
  tcp_flags_client: 3,
  tcp_flags_server: 18,
  client_provider: "aws",
  server_provider: "azure",
  client_account_id: "012345678901",
  server_account_id: "784263cd-fb06-457c-acf5-026dded2fe9e",
  client_network_id: "vpc-1",
  server_network_id: "vnet-2",
};

const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("", "\u001b[31m", "\u009b2J", "__proto__", '"},{"', "\n", "\u2028", "000D3A112233", "public", "aws"),
);
const address = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }).map((value) => formatAddress(addressFromBigInt(value)));
const v4 = fc.nat({ max: 0xffff_ffff }).map((word) => formatAddress([0, 0, 0xffff, word]));

/** Any value that a column can hold. */
function cellOf(name: ColumnName): fc.Arbitrary<Cell> {
  const { type, values } = columnOf(name);
  switch (type) {
    case "timestamp":
      return fc
        .date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true })
        .map((at) => at.toISOString());
    case "address":
      return fc.oneof(address, v4);
    case "uint8":
      return fc.nat({ max: 0xff });
    case "uint16":
      return fc.nat({ max: 0xffff });
    case "uint32":
      return fc.nat({ max: 0xffff_ffff });
    case "uint64":
      return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    case "float64":
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case "text":
    case "json":
      return values === undefined ? hostile : fc.oneof(fc.constantFrom(...values), hostile);
  }
}

const always: ReadonlySet<ColumnName> = new Set([
  "time",
  "src_ip",
  "dst_ip",
  "object_id",
  "position",
  "client_ip",
  "server_ip",
  "conversation_id",
]);

/** Any row of a table, with any text where there is text. */
export function anyRow(table: EventTable): fc.Arbitrary<FakeRow> {
  const cells = tables[table].map((name) => [name, always.has(name) ? cellOf(name) : fc.option(cellOf(name))] as const);
  return fc.record(Object.fromEntries(cells));
}
