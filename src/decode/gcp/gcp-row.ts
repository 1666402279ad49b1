import { parseAddress } from "#base/address.js";
import type { ColumnBatch } from "#model/column-batch.js";
import type { ColumnName } from "#model/columns.js";
import type { DecodeOutput } from "../decode-output.ts";
import { parseIsoTime } from "../json/iso-time.ts";
import { asObject, asText, type JsonObject } from "../json/json-record.ts";
import { gcpEntryFields, gcpRecordFields, type GcpField } from "./gcp-fields.ts";
import { asMillis, asUint, asUint64, pathsText, servicesText } from "./gcp-values.ts";

/** Nesting of unknown members that is looked into; deeper ones are kept as they are. */
const DEPTH_LIMIT = 8;

/** A log entry and the record in it; a record on its own has an empty entry. */
export interface GcpEntry {
  readonly entry: JsonObject;
  readonly payload: JsonObject;
}

/** Fills the row `flows.rows` with all that the entry says. Returns what is wrong with it instead, if it is no flow. */
export function fillRow(output: DecodeOutput, { entry, payload }: GcpEntry): string | undefined {
  const { flows } = output;
  const row = flows.rows;
  const problem = fillConnection(flows, row, payload) ?? fillTimes(output, row, payload);
  if (problem !== undefined) return problem;
  const extra: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  const fields = { flows, row, extra };
  if (!fillFields(fields, payload, gcpRecordFields)) return "bad-counter";
  if (!fillFields(fields, entry, gcpEntryFields)) return "bad-counter";
  fillVerdict(flows, row, payload);
  fillStream(flows, row, entry);
  for (const [prefix, end] of [
    ["src", "src"],
    ["dest", "dst"],
  ] as const) {
    fillServerless(flows, row, asObject(payload[`${prefix}_serverless_details`]), end);
  }
  const names = Object.keys(extra);
  for (const name of names) output.addUnknownField(name);
  if (names.length > 0) flows.setText("ext", row, JSON.stringify(extra));
  const logged = parseIsoTime(entry["timestamp"]);
  if (logged !== undefined) flows.setTime("logged_time", row, logged);
  flows.setText("provider", row, "gcp");
  flows.setText("log_type", row, "gcp_vpc");
  flows.setText("bytes_kind", row, "payload");
  flows.setText("counter_quality", row, "estimated");
  return undefined;
}

function fillConnection(flows: ColumnBatch, row: number, payload: JsonObject): string | undefined {
  const connection = asObject(payload["connection"]) ?? {};
  const src = parseAddress(asText(connection["src_ip"]) ?? "");
  const dst = parseAddress(asText(connection["dest_ip"]) ?? "");
  if (src === undefined || dst === undefined) return "bad-address";
  flows.setAddress("src_ip", row, src);
  flows.setAddress("dst_ip", row, dst);
  const protocol = connection["protocol"];
  const number = asUint(protocol, 255);
  if (number !== undefined) flows.setNumber("protocol", row, number);
  else if (protocol !== undefined && protocol !== null) return "bad-protocol";
  const hasPorts = number === undefined || [6, 17, 132, 136, 33].includes(number);
  for (const [name, column] of [
    ["src_port", "src_port"],
    ["dest_port", "dst_port"],
  ] as const) {
    const value = connection[name];
    if (value === undefined || value === null) continue;
    const port = asUint(value, 65_535);
    if (port === undefined) return "bad-port";
    if (hasPorts || port !== 0) flows.setNumber(column, row, port);
  }
  return undefined;
}

function fillTimes(output: DecodeOutput, row: number, payload: JsonObject): string | undefined {
  const { flows } = output;
  const start = parseIsoTime(payload["start_time"]);
  const end = parseIsoTime(payload["end_time"]);
  const time = start ?? end;
  if (time === undefined) return "bad-time";
  if (!output.isTimeInRange(time)) return "time-out-of-range";
  flows.setTime("time", row, time);
  if (end !== undefined && output.isTimeInRange(end)) flows.setTime("end_time", row, end);
  const latency = asMillis(asObject(payload["round_trip_time"])?.["median_msec"]) ?? asMillis(payload["rtt_msec"]);
  if (latency !== undefined) flows.setNumber("latency_ms", row, latency);
  return undefined;
}

interface RowFields {
  readonly flows: ColumnBatch;
  readonly row: number;
  /** Members that no column holds. */
  readonly extra: Record<string, unknown>;
}

/** Fills the columns of all known members and puts the others aside. False when a counter is no number. */
function fillFields(
  into: RowFields,
  value: JsonObject,
  known: ReadonlyMap<string, GcpField>,
  prefix = "",
  depth = 0,
): boolean {
  for (const key of Object.keys(value)) {
    const path = prefix + key;
    const member = value[key];
    const field = known.get(path);
    if (field !== undefined) {
      if (fillField(into, field, member)) continue;
      if (field.kind === "uint64") return false;
      into.extra[path] = member;
      continue;
    }
    const object = asObject(member);
    if (object === undefined || depth >= DEPTH_LIMIT) into.extra[path] = member;
    else if (!fillFields(into, object, known, `${path}.`, depth + 1)) return false;
  }
  return true;
}

/** Fills one column. False when the value is not of its kind. */
function fillField({ flows, row }: RowFields, { column, kind }: GcpField, value: unknown): boolean {
  if (column === undefined || value === null || value === undefined || value === "") return true;
  const number = kind === "uint8" ? asUint(value, 0xff) : kind === "uint32" ? asUint(value, 0xffff_ffff) : undefined;
  if (number !== undefined) flows.setNumber(column, row, number);
  if (kind === "uint8" || kind === "uint32") return number !== undefined;
  if (kind === "uint64") {
    const count = asUint64(value);
    if (count !== undefined) flows.setUint64(column, row, count);
    return count !== undefined;
  }
  const text = kind === "services" ? servicesText(value) : kind === "paths" ? pathsText(value) : textOf(value);
  if (text !== undefined) flows.setText(column, row, text);
  return text !== undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "number" || typeof value === "boolean" ? String(value) : asText(value);
}

/** A source's record says nothing of the verdict, a destination's was let in; drops are said as such. */
function fillVerdict(flows: ColumnBatch, row: number, payload: JsonObject): void {
  const reporter = asText(payload["reporter"]);
  const isDropped = payload["disposition"] === "DROPPED";
  if (isDropped) flows.setText("action", row, payload["drop_reason"] === "FIREWALL_DENY" ? "deny" : "drop");
  else flows.setText("action", row, reporter === "DEST" ? "allow" : "observed");
  if (reporter === "SRC_GATEWAY" || reporter === "DEST_GATEWAY") {
    flows.setText("observation_point", row, "transit");
    fillObserver(flows, row, gatewayFacts(payload, reporter === "SRC_GATEWAY" ? "src" : "dest"));
    return;
  }
  if (reporter !== "SRC" && reporter !== "DEST") return;
  flows.setText("observation_point", row, reporter === "SRC" ? "src" : "dst");
  flows.setText("direction", row, reporter === "SRC" ? "egress" : "ingress");
  fillObserver(flows, row, instanceFacts(payload, reporter === "SRC" ? "src" : "dest"));
}

type ObserverFacts = Readonly<Partial<Record<ColumnName, string | undefined>>>;

function gatewayFacts(payload: JsonObject, end: "src" | "dest"): ObserverFacts {
  const gateway = asObject(payload[`${end}_gateway`]) ?? {};
  const vpc = asObject(gateway["vpc"]) ?? {};
  const id = joinId(gateway["project_id"], gateway["location"], gateway["name"]);
  return {
    observer_id: id,
    observer_type: id === undefined ? undefined : "gateway",
    account_id: asText(gateway["project_id"]) ?? asText(vpc["project_id"]),
    region: asText(gateway["location"]),
    network_id: asText(vpc["vpc_name"]),
    subnet_id: asText(vpc["subnetwork_name"]),
  };
}

function instanceFacts(payload: JsonObject, end: "src" | "dest"): ObserverFacts {
  const instance = asObject(payload[`${end}_instance`]) ?? {};
  const vpc = asObject(payload[`${end}_vpc`]) ?? {};
  const serverless = asObject(payload[`${end}_serverless_details`]) ?? {};
  const id = joinId(instance["project_id"], instance["zone"], instance["vm_name"]);
  const workload = serverlessOf(serverless);
  const workloadId = joinId(serverless["project_id"], serverless["region"], workload?.name);
  return {
    observer_id: id ?? workloadId,
    observer_type: id !== undefined ? "instance" : workloadId !== undefined ? "serverless" : undefined,
    account_id: asText(instance["project_id"]) ?? asText(serverless["project_id"]) ?? asText(vpc["project_id"]),
    region: asText(instance["region"]) ?? asText(serverless["region"]) ?? asText(vpc["subnetwork_region"]),
    az_id: asText(instance["zone"]),
    network_id: asText(vpc["vpc_name"]),
    subnet_id: asText(vpc["subnetwork_name"]),
    instance_id: asText(instance["vm_name"]),
  };
}

function fillObserver(flows: ColumnBatch, row: number, facts: ObserverFacts): void {
  for (const [column, value] of Object.entries(facts))
    if (value !== undefined) flows.setText(column as ColumnName, row, value);
}

/** Names are unique in a project and place only. */
function joinId(project: unknown, place: unknown, name: unknown): string | undefined {
  if (asText(name) === undefined) return undefined;
  return [project, place, name]
    .map(asText)
    .filter((part) => part !== undefined)
    .join("/");
}

function serverlessOf(details: JsonObject): { type: string; name: string } | undefined {
  for (const type of ["service", "job", "worker_pool"]) {
    const name = asText(
      asObject(details[`cloud_run_${type}_details`])?.[`${type === "service" ? "service" : type}_name`],
    );
    if (name !== undefined) return { type, name };
  }
  return undefined;
}

function fillServerless(flows: ColumnBatch, row: number, details: JsonObject | undefined, end: "src" | "dst"): void {
  const workload = details === undefined ? undefined : serverlessOf(details);
  if (workload !== undefined) flows.setText(`${end}_serverless_type`, row, workload.type);
}

/** The configuration or the subnetwork that wrote the record, and the project of the log. */
function fillStream(flows: ColumnBatch, row: number, entry: JsonObject): void {
  const resource = asObject(entry["resource"]) ?? {};
  const labels = asObject(resource["labels"]) ?? {};
  const name = asText(labels["name"]);
  const container = asText(labels["resource_container"]);
  const subnet = asText(labels["subnetwork_id"]) ?? asText(labels["subnetwork_name"]);
  const stream = name === undefined ? subnet : container === undefined ? name : `${container}/${name}`;
  if (stream !== undefined) flows.setText("flow_log_id", row, stream);
  const project = /^projects\/([^/]+)\/logs\//.exec(asText(entry["logName"]) ?? "")?.[1];
  if (project !== undefined) flows.setText("log_account_id", row, project);
}
