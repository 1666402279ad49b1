import { expect, it } from "vitest";
import { decodeWhole, type Decoded, type PlainRow } from "../json/decode-whole.fake.ts";
import { end, entry } from "./gcp-entries.fake.ts";

const decoded = (content: unknown): Decoded => decodeWhole(JSON.stringify(content))!;
const rowOf = (payload: Record<string, unknown>, more = {}): PlainRow => {
  const { rows, report } = decoded(entry(payload, more));
  expect(report.counts).toMatchObject({ flows: 1, total: 1 });
  return rows[0]!;
};
const src = end("web");
const dst = end("db");

it("reads a record of the source into all columns", () => {
  const row = rowOf({
    src_instance: src.instance,
    src_vpc: src.vpc,
    dest_instance: dst.instance,
    dest_vpc: dst.vpc,
    rtt_msec: "7",
    round_trip_time: { median_msec: 0.42 },
  });
  expect(row).toEqual({
    time: 1_772_359_200_100_000n,
    end_time: 1_772_359_204_900_000n,
    logged_time: 1_772_359_206_000_000n,
    provider: "gcp",
    log_type: "gcp_vpc",
    flow_log_id: "projects/42/cfg",
    resource_id: "projects/42/global/networks/net",
    log_account_id: "logs-project",
    log_name: "projects/logs-project/logs/networkmanagement.googleapis.com%2Fvpc_flows",
    insert_id: "i1",
    observer_id: "app/europe-west1-b/web",
    observer_type: "instance",
    observation_point: "src",
    direction: "egress",
    reporter: "SRC",
    action: "observed",
    account_id: "app",
    region: "europe-west1",
    az_id: "europe-west1-b",
    network_id: "net",
    subnet_id: "sub-web",
    instance_id: "web",
    src_ip: "10.0.0.10",
    dst_ip: "10.0.0.20",
    src_port: 50_112,
    dst_port: 5432,
    protocol: 6,
    src_bytes: 9_007_199_254_740_993n,
    src_packets: 12n,
    bytes_kind: "payload",
    counter_quality: "estimated",
    latency_ms: 0.42,
    src_account_id: "app",
    src_instance_id: "web",
    src_region: "europe-west1",
    src_zone: "europe-west1-b",
    src_instance_group: "mig",
    src_network_account_id: "host",
    src_network_id: "net",
    src_subnet_id: "sub-web",
    dst_account_id: "app",
    dst_instance_id: "db",
    dst_region: "europe-west1",
    dst_zone: "europe-west1-b",
    dst_instance_group: "mig",
    dst_network_account_id: "host",
    dst_network_id: "net",
    dst_subnet_id: "sub-db",
    object_id: 7,
    position: 1,
  });
});

it("takes the observer from the side that reports", () => {
  expect(rowOf({ reporter: "DEST", src_instance: src.instance, dest_instance: dst.instance })).toMatchObject({
    observer_id: "app/europe-west1-b/db",
    observation_point: "dst",
    direction: "ingress",
    action: "allow",
  });
  const gateway = {
    project_id: "p",
    location: "europe-west1",
    name: "vlan-1",
    type: "INTERCONNECT_ATTACHMENT",
    vpc: { vpc_name: "net" },
    interconnect_name: "dc",
  };
  const row = rowOf({ reporter: "SRC_GATEWAY", src_gateway: gateway });
  expect(row).toMatchObject({
    observer_type: "gateway",
    observer_id: "p/europe-west1/vlan-1",
    observation_point: "transit",
    action: "observed",
    network_id: "net",
    src_gateway: "vlan-1",
    src_interconnect: "dc",
  });
  expect(row).not.toHaveProperty("direction");
});

it("tells denied from dropped", () => {
  const drop = {
    disposition: "DROPPED",
    bytes_sent: undefined,
    packets_sent: undefined,
    bytes_dropped: "0",
    packets_dropped: "3",
    throughput_inclusion: "EXCLUDED",
  };
  const denied = rowOf({ ...drop, drop_reason: "FIREWALL_DENY" });
  expect(denied).toMatchObject({
    action: "deny",
    action_raw: "DROPPED",
    reject_reason: "FIREWALL_DENY",
    drop_bytes: 0n,
    drop_packets: 3n,
    throughput_inclusion: "EXCLUDED",
  });
  expect(denied).not.toHaveProperty("src_bytes");
  expect(rowOf({ ...drop, drop_reason: "QUEUE_OVERFLOW" })).toMatchObject({
    action: "drop",
    reject_reason: "QUEUE_OVERFLOW",
  });
});

it("has a column for every documented field", () => {
  const vpc = { project_id: "p", vpc_name: "v", subnetwork_name: "s", subnetwork_region: "r" };
  const details = {
    location: { asn: 4_200_000_000, city: "Seoul", continent: "Asia", country: "kor", region: "Seoul" },
    gke_details: {
      cluster: { cluster_name: "c", cluster_location: "l" },
      pod: { pod_name: "pod", pod_namespace: "ns", workload: { workload_name: "w", workload_type: "DEPLOYMENT" } },
      service: [
        { service_name: "a", service_namespace: "ns" },
        { service_name: "b", service_namespace: "ns" },
      ],
    },
    google_service: {
      type: "GOOGLE_API",
      service_name: "storage.googleapis.com",
      connectivity: "PUBLIC_IP",
      private_domain: "d",
    },
    gateway: {
      project_id: "p",
      location: "l",
      name: "g",
      type: "VPN_TUNNEL",
      vpc,
      interconnect_name: "i",
      interconnect_project_number: "1",
    },
    serverless_details: { project_id: "p", region: "r", cloud_run_worker_pool_details: { worker_pool_name: "pool" } },
  };
  const ends = Object.fromEntries(
    ["src", "dest"].flatMap((prefix) => Object.entries(details).map(([name, value]) => [`${prefix}_${name}`, value])),
  );
  const row = rowOf({
    ...ends,
    internet_routing_details: {
      egress_as_path: [{ as_details: [{ asn: 1 }, { asn: 2 }] }, { as_details: [{ asn: 3 }] }],
    },
    load_balancing: {
      forwarding_rule_project_id: "p",
      reporter: "CLIENT",
      type: "t",
      scheme: "EXTERNAL",
      url_map_name: "u",
      forwarding_rule_name: "f",
      backend_service_name: "b",
      backend_group_name: "g",
      backend_group_type: "t",
      backend_group_location: "l",
      vpc,
    },
    psc: {
      reporter: "CONSUMER",
      psc_endpoint: { project_id: "p", region: "r", psc_connection_id: "5", target_service_type: "t", vpc },
      psc_attachment: { project_id: "p", region: "r", vpc },
    },
    network_service: { dscp: 46 },
    rdma_traffic_type: "RoCE",
    connection_direction: "EGRESS",
  });
  expect(row).not.toHaveProperty("ext");
  expect(row).toMatchObject({
    dst_asn: 4_200_000_000,
    egress_as_path: "1 2, 3",
    src_kube_service: "ns/a ns/b",
    dscp: 46,
    src_serverless: "pool",
    src_serverless_type: "worker_pool",
    psc_connection_id: "5",
  });
});

it("keeps and counts what it does not know", () => {
  const { rows, report } = decoded(
    entry(
      { new_thing: { a: 1 }, src_instance: { ...src.instance, color: "red" }, network_service: { dscp: 999 } },
      { trace: "t" },
    ),
  );
  expect(JSON.parse(rows[0]!["ext"] as string)).toEqual({
    "new_thing.a": 1,
    "src_instance.color": "red",
    "network_service.dscp": 999,
    trace: "t",
  });
  expect(report.unknownFields).toEqual({
    "new_thing.a": 1,
    "src_instance.color": 1,
    "network_service.dscp": 1,
    trace: 1,
  });
});

it("leaves ports and protocol null where they say nothing", () => {
  const rdma = rowOf({ connection: { src_ip: "10.0.0.1", dest_ip: "2001:db8::1" } });
  for (const name of ["protocol", "src_port", "dst_port"]) expect(rdma).not.toHaveProperty(name);
  expect(
    rowOf({ connection: { src_ip: "10.0.0.1", dest_ip: "10.0.0.2", protocol: 1, src_port: 0, dest_port: 0 } }),
  ).not.toHaveProperty("src_port");
});

it.each([
  ["array", (record: unknown) => JSON.stringify([record])],
  ["entries", (record: unknown) => JSON.stringify({ entries: [record] })],
  ["lines", (record: unknown) => `${JSON.stringify(record)}\n`],
  ["bare payload", (record: { jsonPayload?: unknown }) => JSON.stringify(record.jsonPayload)],
  [
    "pushed message",
    (record: unknown) =>
      JSON.stringify({
        message: { data: Buffer.from(JSON.stringify(record)).toString("base64"), messageId: "1" },
        subscription: "s",
      }),
  ],
  [
    "pulled messages",
    (record: unknown) =>
      JSON.stringify([
        { ackId: "x", message: { data: Buffer.from(JSON.stringify(record)).toString("base64"), messageId: "1" } },
      ]),
  ],
])("reads every wrapper: %s", (_, wrap) => {
  const { rows } = decodeWhole(wrap(entry({})))!;
  expect(rows).toMatchObject([{ src_ip: "10.0.0.10", action: "observed" }]);
});

it("counts firewall and other log entries as filtered", () => {
  const firewall = {
    ...entry({ disposition: "DENIED", rule_details: {} }),
    logName: "projects/p/logs/compute.googleapis.com%2Ffirewall",
  };
  const bare = { connection: { src_ip: "1.1.1.1", dest_ip: "2.2.2.2" }, disposition: "DENIED", rule_details: {} };
  const audit = { logName: "projects/p/logs/cloudaudit.googleapis.com%2Factivity", insertId: "1", protoPayload: {} };
  const { report } = decoded([firewall, bare, audit, entry({})]);
  expect(report.counts).toMatchObject({ filtered: 3, flows: 1, total: 4 });
});
