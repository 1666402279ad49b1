import { asObject, asText, type JsonObject } from "../json/json-record.ts";

const NETWORK_ACTIVITY = 4001;
/** Boundaries from 4 on are the values of traffic-path, in its order. */
const FIRST_BOUNDARY = 4;
const LAST_BOUNDARY = 11;
const MILLIS_END = 1e14;

/**
 * The fields of a VPC flow-log record that AWS wrote as an event of OCSF's class Network Activity: Security Lake's VPC flow logs
 * (OCSF 1.0.0-rc.2 and 1.1.0) and CloudWatch Logs' `parseToOCSF` (1.1 and 1.5). Undefined for every other event.
 * The mapping is the one that AWS publishes, read backwards:
 * https://github.com/ocsf/examples/tree/main/mappings/markdown/AWS (VPC Flowlogs, for each version)
 */
export function ocsfFields(event: JsonObject): JsonObject | undefined {
  const product = asObject(asObject(event.metadata)?.product);
  const feature = asText(asObject(product?.feature)?.name);
  if (event.class_uid !== NETWORK_ACTIVITY || product?.name !== "Amazon VPC") return undefined;
  if (feature !== undefined && feature !== "Flowlogs") return undefined;
  const cloud = asObject(event.cloud);
  const connection = asObject(event.connection_info);
  const traffic = asObject(event.traffic);
  const direction = directionOf(connection?.direction_id);
  const fields = new Map<string, unknown>([
    ["version", product.version],
    ["account-id", asObject(cloud?.account)?.uid ?? cloud?.account_uid],
    ["region", cloud?.region],
    ["az-id", cloud?.zone],
    ["protocol", connection?.protocol_num],
    ["type", connection?.protocol_ver],
    ["tcp-flags", connection?.tcp_flags],
    ["flow-direction", direction],
    ["traffic-path", pathOf(connection?.boundary_id)],
    ["packets", traffic?.packets],
    ["bytes", traffic?.bytes],
    ["start", secondsOf(event.start_time ?? event.start_time_dt ?? event.time)],
    ["end", secondsOf(event.end_time ?? event.end_time_dt)],
    ["action", actionOf(event)],
    ["log-status", event.status_code],
  ]);
  addEndpoint(fields, "src", asObject(event.src_endpoint));
  addEndpoint(fields, "dst", asObject(event.dst_endpoint));
  const [source, destination] = [asObject(event.src_endpoint), asObject(event.dst_endpoint)];
  const own =
    direction === "egress" || (direction === undefined && typeof source?.interface_uid === "string")
      ? source
      : destination;
  for (const [name, member] of Object.entries({
    interface: "interface-id",
    vpc: "vpc-id",
    subnet: "subnet-id",
    instance: "instance-id",
  }))
    fields.set(member, own?.[`${name}_uid`]);
  // What was not told is no field of the record: it must not look like one that is empty.
  for (const [name, value] of fields) if (value === undefined || value === null) fields.delete(name);
  for (const [name, value] of unmappedOf(event.unmapped)) if (!fields.has(name)) fields.set(name, value);
  return Object.fromEntries(fields);
}

/** The packet's address; and the interface's, where it differs. */
function addEndpoint(fields: Map<string, unknown>, side: "src" | "dst", endpoint: JsonObject | undefined): void {
  const hops = endpoint?.intermediate_ips;
  const hop: unknown = Array.isArray(hops) ? hops[0] : undefined;
  fields.set(`${side}addr`, hop ?? endpoint?.ip);
  if (hop !== undefined && hop !== null) fields.set(`pkt-${side}addr`, endpoint?.ip);
  fields.set(`${side}port`, endpoint?.port);
  fields.set(`pkt-${side}-aws-service`, endpoint?.svc_name);
}

function directionOf(id: unknown): string | undefined {
  return id === 1 ? "ingress" : id === 2 ? "egress" : undefined;
}

function pathOf(boundary: unknown): number | undefined {
  if (typeof boundary !== "number" || boundary < FIRST_BOUNDARY || boundary > LAST_BOUNDARY) return undefined;
  return boundary - FIRST_BOUNDARY + 1;
}

/** Before OCSF 1.1 there is no action, and in 1.5 AWS writes no id of the disposition. */
function actionOf({ action_id, disposition_id, disposition }: JsonObject): string | undefined {
  if (action_id === 1 || disposition_id === 1 || disposition === "Allowed") return "ACCEPT";
  return action_id === 2 || disposition_id === 2 || disposition === "Blocked" ? "REJECT" : undefined;
}

/** Epoch milliseconds, microseconds as a Parquet timestamp may come, or a time as text, in UTC where it has no zone. */
function secondsOf(time: unknown): number | undefined {
  if (typeof time === "number") return Math.floor(time / (Math.abs(time) < MILLIS_END ? 1000 : 1_000_000));
  const parts =
    typeof time === "string"
      ? /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d(?::?\d\d)?)?$/.exec(time)
      : null;
  if (parts === null) return undefined;
  const [, day = "", clock = "", zone = "Z"] = parts;
  const millis = Date.parse(`${day}T${clock}${zone.length === 3 ? `${zone}:00` : zone}`);
  return Number.isNaN(millis) ? undefined : millis / 1000;
}

/** An object, or pairs, as the first version had it. */
function unmappedOf(unmapped: unknown): [string, unknown][] {
  const pairs = Array.isArray(unmapped) ? (unmapped as unknown[]) : Object.entries(asObject(unmapped) ?? {});
  return pairs.flatMap((pair): [string, unknown][] =>
    Array.isArray(pair) && typeof pair[0] === "string" ? [[pair[0].replaceAll("_", "-"), pair[1]]] : [],
  );
}
