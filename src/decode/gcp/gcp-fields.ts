import type { ColumnName } from "#model/columns.js";

/** How a field's value is read. `nothing`: known, and kept in another way or not at all. */
export type FieldKind = "text" | "uint8" | "uint32" | "float" | "uint64" | "services" | "paths" | "nothing";

export interface GcpField {
  readonly column: ColumnName | undefined;
  readonly kind: FieldKind;
}

type FieldList = Readonly<Record<string, ColumnName | readonly [ColumnName, FieldKind] | null>>;

/** Fields of the log entry around the record. */
const entryFields: FieldList = {
  insertId: "insert_id",
  logName: "log_name",
  timestamp: null,
  receiveTimestamp: null,
  severity: null,
  jsonPayload: null,
  "resource.type": null,
  "resource.labels.name": null,
  "resource.labels.location": null,
  "resource.labels.resource_container": null,
  "resource.labels.project_id": null,
  "resource.labels.subnetwork_id": null,
  "resource.labels.subnetwork_name": null,
  "labels.target_resource_name": "resource_id",
};

/** Fields of the record that are there once. */
const recordFields: FieldList = {
  "connection.src_ip": null,
  "connection.dest_ip": null,
  "connection.src_port": null,
  "connection.dest_port": null,
  "connection.protocol": null,
  start_time: null,
  end_time: null,
  rtt_msec: null,
  "round_trip_time.median_msec": null,
  reporter: "reporter",
  disposition: "action_raw",
  drop_reason: "reject_reason",
  bytes_sent: ["src_bytes", "uint64"],
  packets_sent: ["src_packets", "uint64"],
  bytes_dropped: ["drop_bytes", "uint64"],
  packets_dropped: ["drop_packets", "uint64"],
  throughput_inclusion: "throughput_inclusion",
  connection_direction: "connection_direction",
  rdma_traffic_type: "rdma_type",
  "network_service.dscp": ["dscp", "uint8"],
  "internet_routing_details.egress_as_path": ["egress_as_path", "paths"],
  "load_balancing.reporter": "lb_reporter",
  "load_balancing.type": "lb_type",
  "load_balancing.scheme": "lb_scheme",
  "load_balancing.forwarding_rule_project_id": "lb_account_id",
  "load_balancing.forwarding_rule_name": "lb_forwarding_rule",
  "load_balancing.url_map_name": "lb_url_map",
  "load_balancing.backend_service_name": "lb_backend_service",
  "load_balancing.backend_group_name": "lb_backend_group",
  "load_balancing.backend_group_type": "lb_backend_group_type",
  "load_balancing.backend_group_location": "lb_backend_group_location",
  "load_balancing.vpc.vpc_name": "lb_network_id",
  "psc.reporter": "psc_reporter",
  "psc.psc_endpoint.psc_connection_id": "psc_connection_id",
  "psc.psc_endpoint.target_service_type": "psc_target_type",
  "psc.psc_endpoint.project_id": "psc_endpoint_account_id",
  "psc.psc_endpoint.region": "psc_endpoint_region",
  "psc.psc_endpoint.vpc.vpc_name": "psc_endpoint_network_id",
  "psc.psc_attachment.project_id": "psc_attachment_account_id",
  "psc.psc_attachment.region": "psc_attachment_region",
  "psc.psc_attachment.vpc.vpc_name": "psc_attachment_network_id",
};

/** Fields that each end has, with the column's name behind `src_` or `dst_`. */
const endFields = {
  "instance.project_id": "account_id",
  "instance.vm_name": "instance_id",
  "instance.region": "region",
  "instance.zone": "zone",
  "instance.managed_instance_group.name": "instance_group",
  "vpc.project_id": "network_account_id",
  "vpc.vpc_name": "network_id",
  "vpc.subnetwork_name": "subnet_id",
  "location.country": "country",
  "location.continent": "continent",
  "location.region": "geo_region",
  "location.city": "city",
  "gke_details.cluster.cluster_name": "cluster",
  "gke_details.cluster.cluster_location": "cluster_location",
  "gke_details.pod.pod_name": "pod",
  "gke_details.pod.pod_namespace": "namespace",
  "gke_details.pod.workload.workload_name": "workload",
  "gke_details.pod.workload.workload_type": "workload_type",
  // An older spelling, seen in other products' samples.
  "gke_details.pod.pod_workload.workload_name": "workload",
  "gke_details.pod.pod_workload.workload_type": "workload_type",
  "google_service.service_name": "service",
  "google_service.type": "service_type",
  "google_service.connectivity": "service_connectivity",
  "google_service.private_domain": "service_domain",
  "gateway.name": "gateway",
  "gateway.type": "gateway_type",
  "gateway.location": "gateway_location",
  "gateway.project_id": "gateway_account_id",
  "gateway.vpc.vpc_name": "gateway_network_id",
  "gateway.interconnect_name": "interconnect",
  "gateway.interconnect_project_number": "interconnect_account",
  "serverless_details.region": "serverless_region",
} as const;

/** Fields that say again what other fields of the same record say, or place a thing that is named. */
const repeated = [
  "instance.managed_instance_group.region",
  "instance.managed_instance_group.zone",
  "vpc.subnetwork_region",
  "gateway.vpc.project_id",
  "gateway.vpc.subnetwork_name",
  "gateway.vpc.subnetwork_region",
];

const repeatedOnce = ["load_balancing.vpc", "psc.psc_endpoint.vpc", "psc.psc_attachment.vpc"].flatMap((vpc) =>
  ["project_id", "subnetwork_name", "subnetwork_region"].map((name) => `${vpc}.${name}`),
);

/** What is known of the fields of a log entry, by dotted path; those of the record as if it stood alone. */
export const gcpEntryFields = fieldMap(entryFields);
export const gcpRecordFields = new Map([
  ...fieldMap(recordFields),
  ...fieldsOfEnd("src", "src"),
  ...fieldsOfEnd("dest", "dst"),
]);
for (const path of repeatedOnce) gcpRecordFields.set(path, { column: undefined, kind: "nothing" });

function fieldMap(fields: FieldList): Map<string, GcpField> {
  return new Map(
    Object.entries(fields).map(([path, to]): [string, GcpField] => {
      if (to === null) return [path, { column: undefined, kind: "nothing" }];
      return typeof to === "string" ? [path, { column: to, kind: "text" }] : [path, { column: to[0], kind: to[1] }];
    }),
  );
}

function fieldsOfEnd(prefix: "src" | "dest", end: "src" | "dst"): Map<string, GcpField> {
  const fields: Record<string, ColumnName | readonly [ColumnName, FieldKind] | null> = {};
  for (const [path, name] of Object.entries(endFields) as [
    keyof typeof endFields,
    (typeof endFields)[keyof typeof endFields],
  ][]) {
    fields[`${prefix}_${path}`] = `${end}_${name}`;
  }
  fields[`${prefix}_location.asn`] = [`${end}_asn`, "uint32"];
  fields[`${prefix}_gke_details.service`] = [`${end}_kube_service`, "services"];
  for (const path of repeated) fields[`${prefix}_${path}`] = null;
  fields[`${prefix}_serverless_details.project_id`] = `${end}_account_id`;
  for (const [kind, name] of [
    ["service", "service_name"],
    ["job", "job_name"],
    ["worker_pool", "worker_pool_name"],
  ]) {
    fields[`${prefix}_serverless_details.cloud_run_${kind}_details.${name}`] = `${end}_serverless`;
  }
  return fieldMap(fields);
}
