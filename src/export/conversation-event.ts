import type { ColumnName } from "#model/columns.js";
import {
  observerPlace,
  type EventCloud,
  type EventEnd,
  type EventVerdict,
  type NetworkEvent,
} from "./network-event.ts";
import type { TableRow } from "./table-row.ts";

const TCP = 6;
const PUBLIC = "public";

const verdicts: readonly EventVerdict[] = ["allowed", "denied", "dropped", "mixed", "observed"];

/** Columns that a conversation's event says in members of its own. Places are said of each end in the rest, too. */
const used: ReadonlySet<string> = new Set<ColumnName>([
  ...(["time", "conversation_id", "start_time", "end_time", "client_ip", "client_port", "server_ip"] as const),
  ...(["server_port", "protocol", "verdict", "rule_name", "reject_reason", "records", "client_bytes"] as const),
  ...(["client_packets", "server_bytes", "server_packets", "client_observer", "server_observer"] as const),
  ...(["client_network_id", "server_network_id", "client_subnet_id", "server_subnet_id"] as const),
  ...(["client_instance_id", "server_instance_id", "acl_id"] as const),
]);

/** A row of `conversations`: one conversation in one hour. The client is the source. */
export function conversationEvent(row: TableRow): NetworkEvent {
  const verdict = verdicts.find((known) => known === row.text("verdict")) ?? "observed";
  const id = row.count("conversation_id")?.toString();
  const hour = row.millis("time") ?? 0;
  const start = row.millis("start_time");
  const acl = row.text("acl_id");
  const isOpenerKnown = !["unknown", undefined].includes(row.text("client_basis"));
  const realms = [row.text("client_realm"), row.text("server_realm")] as const;
  return {
    dataset: "conversations",
    uid: `${id}-${hour / 1000}`,
    conversation: id,
    origin: {
      vendor: "Weir",
      product: "Weir",
      feature: "Conversations",
      logName: undefined,
      logFormat: undefined,
      logVersion: undefined,
    },
    times: { time: start ?? hour, start, end: row.millis("end_time"), logged: undefined },
    verdict,
    verdictAsWritten: undefined,
    reason: row.text("reject_reason"),
    activity: activityOf(verdict, row.text("state")),
    src: endOf(row, "client"),
    dst: endOf(row, "server"),
    protocol: row.number("protocol"),
    tcpFlags: flagsOf(row),
    direction: directionOf(realms, isOpenerKnown),
    boundary: boundaryOf(row, realms),
    initiator: isOpenerKnown ? "src" : undefined,
    observedAt: observedAt(row),
    observer: undefined,
    rule: row.text("rule_name"),
    ruleset: acl === undefined ? undefined : { id: acl, kind: undefined },
    cloud: cloudOf(row),
    records: row.count("records"),
    rest: row.others(used),
  };
}

function activityOf(verdict: EventVerdict, state: string | undefined): NetworkEvent["activity"] {
  if (verdict === "denied") return "refuse";
  return state === "closed" ? "close" : state === "reset" ? "reset" : "traffic";
}

function endOf(row: TableRow, end: "client" | "server"): EventEnd {
  return {
    ip: row.text(`${end}_ip`),
    port: row.number(`${end}_port`),
    hop: undefined,
    service: undefined,
    asn: undefined,
    bytes: row.count(`${end}_bytes`),
    packets: row.count(`${end}_packets`),
    ...observerPlace(row.text(`${end}_observer`), undefined),
    networkId: row.text(`${end}_network_id`),
    subnetId: row.text(`${end}_subnet_id`),
    instanceId: row.text(`${end}_instance_id`),
  };
}

function flagsOf(row: TableRow): number | undefined {
  const [client, server] = [row.number("tcp_flags_client"), row.number("tcp_flags_server")];
  if (row.number("protocol") !== TCP || (client === undefined && server === undefined)) return undefined;
  return (client ?? 0) | (server ?? 0);
}

type Realms = readonly [string | undefined, string | undefined];

/** Seen from a perimeter around everything that is not public. */
function directionOf([client, server]: Realms, isOpenerKnown: boolean): NetworkEvent["direction"] {
  if (client === undefined || server === undefined) return undefined;
  if (client !== PUBLIC && server !== PUBLIC) return "internal";
  if (client === PUBLIC && server === PUBLIC) return "external";
  if (!isOpenerKnown) return undefined;
  return client === PUBLIC ? "inbound" : "outbound";
}

function boundaryOf(row: TableRow, [client, server]: Realms): NetworkEvent["boundary"] {
  const network = row.text("client_network_id");
  if (network !== undefined && network === row.text("server_network_id")) return "same_network";
  if (client === undefined || server === undefined) return undefined;
  return client === PUBLIC || server === PUBLIC ? "external" : "internal";
}

function observedAt(row: TableRow): NetworkEvent["observedAt"] {
  const [client, server] = [row.text("client_observer"), row.text("server_observer")];
  if (client !== undefined && server !== undefined) return "both";
  if (client !== undefined) return "src";
  if (server !== undefined) return "dst";
  const counted = [row.text("client_counted_at"), row.text("server_counted_at")];
  return counted.includes("transit") ? "transit" : undefined;
}

/** The cloud of both ends, as far as they agree; undefined when they are in two clouds. */
function cloudOf(row: TableRow): EventCloud | undefined {
  const agreed = (name: "provider" | "account_id" | "region" | "az_id"): string | undefined => {
    const [client, server] = [row.text(`client_${name}`), row.text(`server_${name}`)];
    return client === undefined || server === undefined || client === server ? (client ?? server) : undefined;
  };
  const providers = row.text("providers");
  const provider = agreed("provider") ?? (providers?.includes("+") === true ? undefined : providers);
  if (provider === undefined) return undefined;
  return { provider, account: agreed("account_id"), region: agreed("region"), zone: agreed("az_id") };
}
