import type { ColumnDefinition } from "./column-definition.ts";

type Pair<Name extends string> = { readonly [End in `src_${Name}` | `dst_${Name}`]: ColumnDefinition };

/** One fact of an end of the flow: a column of the source and, with the next number, one of the destination. */
function pair<const Name extends string>(
  name: Name,
  id: number,
  heading: string,
  description: string,
  type: ColumnDefinition["type"] = "text",
): Pair<Name> {
  const column = (end: string, offset: number): ColumnDefinition => ({
    id: id + offset,
    type,
    heading: `${end} ${heading}`,
    groupable: true,
    description: `${end}: ${description}`,
  });
  return { [`src_${name}`]: column("Source", 0), [`dst_${name}`]: column("Destination", 1) } as Pair<Name>;
}

function text(id: number, heading: string, description: string): ColumnDefinition {
  return { id, type: "text", heading, groupable: true, description };
}

/** Columns that only Google Cloud fills. Ids 200 to 299. Source: "About VPC Flow Logs records". */
export const gcpColumns = {
  reporter: text(200, "Reporter", "Which side wrote the record: SRC, DEST, SRC_GATEWAY, DEST_GATEWAY."),
  latency_ms: {
    id: 201,
    type: "float64",
    heading: "Latency",
    unit: "ms",
    description: "Round-trip time: the median where the log has it, else rtt_msec.",
  },
  insert_id: {
    id: 202,
    type: "text",
    heading: "Insert id",
    description: "insertId of the log entry: with its time and log name, the entry's identity.",
  },
  log_name: text(203, "Log name", "logName of the log entry."),
  connection_direction: text(
    204,
    "Connection direction",
    "EGRESS: the source's side saw its SYN leave; INGRESS: the destination's side answered. Only where connections are logged.",
  ),
  throughput_inclusion: text(
    205,
    "Throughput inclusion",
    "Whether the dropped amount is in the reporter's sent amount too: INCLUDED, EXCLUDED.",
  ),
  rdma_type: text(206, "RDMA type", "rdma_traffic_type: GPUDirect-TCPXO, Falcon, RoCE."),
  dscp: {
    id: 207,
    type: "uint8",
    heading: "DSCP",
    groupable: true,
    description: "Differentiated services code point.",
  },
  egress_as_path: text(
    208,
    "Egress AS path",
    "Autonomous systems on the way to the internet: numbers separated by blanks, paths by commas.",
  ),
  lb_reporter: text(209, "LB side", "Load balancing: CLIENT or BACKEND wrote the record."),
  lb_type: text(210, "LB type", "Type of the load balancer."),
  lb_scheme: text(211, "LB scheme", "Scheme of the load balancer, such as EXTERNAL."),
  lb_account_id: text(212, "LB account", "Project of the forwarding rule."),
  lb_forwarding_rule: text(213, "LB forwarding rule", "Name of the forwarding rule."),
  lb_url_map: text(214, "LB URL map", "Name of the URL map."),
  lb_backend_service: text(215, "LB backend service", "Name of the backend service."),
  lb_backend_group: text(216, "LB backend group", "Name of the backend group."),
  lb_backend_group_type: text(217, "LB backend group type", "Type of the backend group."),
  lb_backend_group_location: text(218, "LB backend group location", "Location of the backend group."),
  lb_network_id: text(219, "LB network", "VPC of the load balancer."),
  psc_reporter: text(220, "PSC side", "Private Service Connect: CONSUMER or PRODUCER wrote the record."),
  psc_connection_id: text(221, "PSC connection", "Id of the Private Service Connect connection."),
  psc_target_type: text(222, "PSC target", "Type of the service behind the endpoint."),
  psc_endpoint_account_id: text(223, "PSC endpoint account", "Project of the endpoint."),
  psc_endpoint_region: text(224, "PSC endpoint region", "Region of the endpoint."),
  psc_endpoint_network_id: text(225, "PSC endpoint network", "VPC of the endpoint."),
  psc_attachment_account_id: text(226, "PSC attachment account", "Project of the service attachment."),
  psc_attachment_region: text(227, "PSC attachment region", "Region of the service attachment."),
  psc_attachment_network_id: text(228, "PSC attachment network", "VPC of the service attachment."),
  ...pair("instance_id", 230, "instance", "VM name."),
  ...pair("region", 232, "region", "region of the VM."),
  ...pair("zone", 234, "zone", "zone of the VM."),
  ...pair("instance_group", 236, "instance group", "managed instance group of the VM."),
  ...pair(
    "network_account_id",
    238,
    "network account",
    "project that hosts the VPC, in shared networks another than the VM's.",
  ),
  ...pair("asn", 240, "ASN", "autonomous system of a public address.", "uint32"),
  ...pair("country", 242, "country", "country of a public address, three letters as written."),
  ...pair("continent", 244, "continent", "continent of a public address."),
  ...pair("geo_region", 246, "geographic region", "region of a public address."),
  ...pair("city", 248, "city", "city of a public address."),
  ...pair("cluster", 250, "cluster", "GKE cluster."),
  ...pair("cluster_location", 252, "cluster location", "location of the GKE cluster."),
  ...pair("namespace", 254, "namespace", "namespace of the pod."),
  ...pair("pod", 256, "pod", "name of the pod."),
  ...pair("workload", 258, "workload", "workload of the pod."),
  ...pair("workload_type", 260, "workload type", "kind of the workload, such as DEPLOYMENT."),
  ...pair("kube_service", 262, "Kubernetes service", "namespace/name of the Kubernetes services, separated by blanks."),
  ...pair("service_type", 264, "service type", "GOOGLE_API or GOOGLE_VPC_HOSTED_SERVICE."),
  ...pair("service_connectivity", 266, "service connectivity", "how the Google service is reached, such as PUBLIC_IP."),
  ...pair("service_domain", 268, "service domain", "private domain of the Google service."),
  ...pair("gateway", 270, "gateway", "name of the VLAN attachment or VPN tunnel."),
  ...pair("gateway_type", 272, "gateway type", "INTERCONNECT_ATTACHMENT or VPN_TUNNEL."),
  ...pair("gateway_location", 274, "gateway location", "location of the gateway."),
  ...pair("gateway_account_id", 276, "gateway account", "project of the gateway."),
  ...pair("gateway_network_id", 278, "gateway network", "VPC of the gateway."),
  ...pair("interconnect", 280, "interconnect", "Interconnect of the gateway."),
  ...pair("interconnect_account", 282, "interconnect account", "project number of the Interconnect."),
  ...pair("serverless", 284, "serverless", "name of the Cloud Run service, job or worker pool."),
  ...pair("serverless_type", 286, "serverless type", "service, job or worker_pool."),
  ...pair("serverless_region", 288, "serverless region", "region of the Cloud Run workload."),
} as const satisfies Record<string, ColumnDefinition>;
