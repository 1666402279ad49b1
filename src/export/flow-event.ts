import type { ColumnName } from "#model/columns.js";
import {
  observerPlace,
  type EventEnd,
  type EventOrigin,
  type EventPlace,
  type EventVerdict,
  type NetworkEvent,
} from "./network-event.ts";
import type { TableRow } from "./table-row.ts";

const TCP = 6;
const SYN = 2;
const SYN_ACK = 18;

// What is looked up by text of a log is a map: an object knows names that nobody put there.
const origins: ReadonlyMap<string, Pick<EventOrigin, "vendor" | "product" | "feature">> = new Map([
  ["aws_vpc", { vendor: "AWS", product: "Amazon VPC", feature: "Flow logs" }],
  ["aws_tgw", { vendor: "AWS", product: "AWS Transit Gateway", feature: "Flow logs" }],
  ["azure_nsg", { vendor: "Microsoft", product: "Azure Network Watcher", feature: "NSG flow logs" }],
  ["azure_vnet", { vendor: "Microsoft", product: "Azure Network Watcher", feature: "VNet flow logs" }],
  ["gcp_vpc", { vendor: "Google", product: "Google Cloud VPC", feature: "Flow logs" }],
]);

const verdicts: ReadonlyMap<string, EventVerdict> = new Map([
  ["allow", "allowed"],
  ["deny", "denied"],
  ["drop", "dropped"],
]);

/** Columns that a flow's event says in members of its own. */
const used: ReadonlySet<ColumnName> = new Set([
  ...(["time", "start_time", "end_time", "logged_time", "provider", "log_type", "log_version", "flow_log_id"] as const),
  ...(["observer_id", "observer_type", "observation_point", "account_id", "region", "az_id"] as const),
  ...(["network_id", "subnet_id", "instance_id", "src_ip", "dst_ip", "src_hop_ip", "dst_hop_ip"] as const),
  ...(["src_port", "dst_port", "protocol", "src_bytes", "src_packets", "dst_bytes", "dst_packets"] as const),
  ...(["action", "action_raw", "reject_reason", "rule_name", "direction", "traffic_path", "tcp_flags"] as const),
  ...(["src_network_id", "dst_network_id", "src_subnet_id", "dst_subnet_id", "src_service", "dst_service"] as const),
  ...(["src_interface_id", "dst_interface_id", "src_instance_id", "dst_instance_id", "src_asn", "dst_asn"] as const),
]);
const withoutRuleset: ReadonlySet<string> = used;
const withRuleset: ReadonlySet<string> = new Set([...used, "acl_id", "acl_kind"]);

/** A row of `flows`: one record of one observer. */
export function flowEvent(row: TableRow): NetworkEvent {
  const verdict = verdicts.get(row.text("action") ?? "") ?? "observed";
  const acl = row.text("acl_id");
  const direction = row.text("direction");
  const point = row.text("observation_point");
  const time = row.millis("time") ?? 0;
  return {
    dataset: "flows",
    uid: ["object_id", "position", "sub_position"]
      .map((name) => row.number(name as ColumnName))
      .filter((part) => part !== undefined)
      .join("-"),
    conversation: undefined,
    origin: originOf(row),
    times: { time, start: startOf(row, time), end: row.millis("end_time"), logged: row.millis("logged_time") },
    verdict,
    verdictAsWritten: row.text("action_raw"),
    reason: row.text("reject_reason"),
    activity: activityOf(verdict, row.text("flow_state")),
    src: endOf(row, "src"),
    dst: endOf(row, "dst"),
    protocol: row.number("protocol"),
    tcpFlags: row.number("protocol") === TCP ? row.number("tcp_flags") : undefined,
    direction: direction === "ingress" || direction === "egress" ? direction : undefined,
    boundary: boundaryOf(row),
    initiator: initiatorOf(row),
    observedAt: point === "src" || point === "dst" || point === "transit" ? point : undefined,
    observer: observerOf(row),
    rule: row.text("rule_name"),
    ruleset: acl === undefined ? undefined : { id: acl, kind: row.text("acl_kind") },
    cloud: {
      provider: row.text("provider") ?? "unknown",
      account: row.text("account_id"),
      region: row.text("region"),
      zone: row.text("az_id"),
    },
    records: undefined,
    rest: row.others(acl === undefined ? withoutRuleset : withRuleset),
  };
}

function originOf(row: TableRow): EventOrigin {
  const logFormat = row.text("log_type");
  const known = origins.get(logFormat ?? "") ?? {
    vendor: row.text("provider") ?? "unknown",
    product: logFormat ?? "Flow logs",
    feature: undefined,
  };
  return { ...known, logName: row.text("flow_log_id"), logFormat, logVersion: row.number("log_version")?.toString() };
}

/** Where the interval begins: an Azure tuple after the first has only an end. */
function startOf(row: TableRow, time: number): number | undefined {
  const given = row.millis("start_time");
  if (given !== undefined || row.text("provider") !== "azure") return given ?? time;
  return row.text("flow_state") === "begin" ? time : undefined;
}

function activityOf(verdict: EventVerdict, state: string | undefined): NetworkEvent["activity"] {
  if (verdict === "denied") return "refuse";
  return state === "begin" ? "open" : state === "end" ? "close" : "traffic";
}

function endOf(row: TableRow, end: "src" | "dst"): EventEnd {
  return {
    ip: row.text(`${end}_ip`),
    port: row.number(`${end}_port`),
    hop: row.text(`${end}_hop_ip`),
    service: row.text(`${end}_service`),
    asn: row.number(`${end}_asn`),
    bytes: row.count(`${end}_bytes`),
    packets: row.count(`${end}_packets`),
    interfaceId: row.text(`${end}_interface_id`),
    mac: undefined,
    observerId: undefined,
    networkId: row.text(`${end}_network_id`),
    subnetId: row.text(`${end}_subnet_id`),
    instanceId: row.text(`${end}_instance_id`),
  };
}

function observerOf(row: TableRow): EventPlace {
  return {
    ...observerPlace(row.text("observer_id"), row.text("observer_type")),
    networkId: row.text("network_id"),
    subnetId: row.text("subnet_id"),
    instanceId: row.text("instance_id"),
  };
}

function boundaryOf(row: TableRow): NetworkEvent["boundary"] {
  const path = row.number("traffic_path");
  if (path !== undefined) return path;
  const network = row.text("src_network_id");
  return network !== undefined && network === row.text("dst_network_id") ? "same_network" : undefined;
}

/** Azure writes the initiator first; Google logs connections from their SYN; else the SYN itself tells. */
function initiatorOf(row: TableRow): NetworkEvent["initiator"] {
  if (row.text("provider") === "azure" || row.text("connection_direction") !== undefined) return "src";
  const flags = row.number("protocol") === TCP ? row.number("tcp_flags") : undefined;
  if (flags === undefined) return undefined;
  return (flags & SYN_ACK) === SYN ? "src" : (flags & SYN_ACK) === SYN_ACK ? "dst" : undefined;
}
