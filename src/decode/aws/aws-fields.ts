import type { ColumnName } from "#model/columns.js";

/** How a field's text is read and checked. Every kind takes `-` as "no value". */
export type FieldKind =
  | "text"
  | "tag"
  | "version"
  | "uint8"
  | "uint64"
  | "protocol"
  | "src-port"
  | "dst-port"
  | "src-address"
  | "dst-address"
  | "packet-src"
  | "packet-dst"
  | "start"
  | "end"
  | "action"
  | "status"
  | "direction";

export interface AwsField {
  readonly kind: FieldKind;
  /** Where its value goes. Absent for log-status, which decides the table. */
  readonly column?: ColumnName;
  /** Only Transit Gateway logs have it. */
  readonly gateway?: boolean;
}

const text = (column: ColumnName): AwsField => ({ kind: "text", column });
const tag = (column: ColumnName): AwsField => ({ kind: "tag", column });
const gateway = (column: ColumnName, kind: FieldKind = "text"): AwsField => ({ kind, column, gateway: true });

const fields = {
  version: { kind: "version", column: "log_version" },
  "account-id": text("account_id"),
  "interface-id": text("observer_id"),
  srcaddr: { kind: "src-address", column: "src_ip" },
  dstaddr: { kind: "dst-address", column: "dst_ip" },
  srcport: { kind: "src-port", column: "src_port" },
  dstport: { kind: "dst-port", column: "dst_port" },
  protocol: { kind: "protocol", column: "protocol" },
  packets: { kind: "uint64", column: "src_packets" },
  bytes: { kind: "uint64", column: "src_bytes" },
  start: { kind: "start", column: "time" },
  end: { kind: "end", column: "end_time" },
  action: { kind: "action", column: "action_raw" },
  "log-status": { kind: "status" },
  "vpc-id": text("network_id"),
  "subnet-id": text("subnet_id"),
  "instance-id": text("instance_id"),
  "tcp-flags": { kind: "uint8", column: "tcp_flags" },
  type: text("traffic_type"),
  "pkt-srcaddr": { kind: "packet-src", column: "src_ip" },
  "pkt-dstaddr": { kind: "packet-dst", column: "dst_ip" },
  region: text("region"),
  "az-id": text("az_id"),
  "sublocation-type": text("sublocation_type"),
  "sublocation-id": text("sublocation_id"),
  "pkt-src-aws-service": text("src_service"),
  "pkt-dst-aws-service": text("dst_service"),
  "flow-direction": { kind: "direction", column: "direction" },
  "traffic-path": { kind: "uint8", column: "traffic_path" },
  "ecs-cluster-arn": text("ecs_cluster_arn"),
  "ecs-cluster-name": text("ecs_cluster_name"),
  "ecs-container-instance-arn": text("ecs_container_instance_arn"),
  "ecs-container-instance-id": text("ecs_container_instance_id"),
  "ecs-container-id": text("ecs_container_id"),
  "ecs-second-container-id": text("ecs_second_container_id"),
  "ecs-service-name": text("ecs_service_name"),
  "ecs-task-definition-arn": text("ecs_task_definition_arn"),
  "ecs-task-arn": text("ecs_task_arn"),
  "ecs-task-id": text("ecs_task_id"),
  "reject-reason": text("reject_reason"),
  "resource-id": text("resource_id"),
  "encryption-status": text("encryption"),
  "instance-tag": tag("instance_tag"),
  "instance-tag-2": tag("instance_tag_2"),
  "interface-tag": tag("interface_tag"),
  "interface-tag-2": tag("interface_tag_2"),
  "asg-tag": tag("asg_tag"),
  "asg-tag-2": tag("asg_tag_2"),
  "interface-type": text("interface_type"),
  "next-hop-interface-id": text("next_hop_interface_id"),
  "next-hop-subnet-id": text("next_hop_subnet_id"),
  "next-hop-az-id": text("next_hop_az_id"),
  "next-hop-vpc-id": text("next_hop_network_id"),
  "next-hop-interface-type": text("next_hop_interface_type"),
  "resource-type": gateway("resource_type"),
  "tgw-id": gateway("gateway_id"),
  "tgw-attachment-id": gateway("observer_id"),
  "tgw-src-vpc-account-id": gateway("src_account_id"),
  "tgw-dst-vpc-account-id": gateway("dst_account_id"),
  "tgw-src-vpc-id": gateway("src_network_id"),
  "tgw-dst-vpc-id": gateway("dst_network_id"),
  "tgw-src-subnet-id": gateway("src_subnet_id"),
  "tgw-dst-subnet-id": gateway("dst_subnet_id"),
  "tgw-src-eni": gateway("src_interface_id"),
  "tgw-dst-eni": gateway("dst_interface_id"),
  "tgw-src-az-id": gateway("src_az_id"),
  "tgw-dst-az-id": gateway("dst_az_id"),
  "tgw-pair-attachment-id": gateway("pair_attachment_id"),
  "packets-lost-no-route": gateway("packets_lost_no_route", "uint64"),
  "packets-lost-blackhole": gateway("packets_lost_blackhole", "uint64"),
  "packets-lost-mtu-exceeded": gateway("packets_lost_mtu_exceeded", "uint64"),
  "packets-lost-ttl-expired": gateway("packets_lost_ttl_expired", "uint64"),
} as const satisfies Record<string, AwsField>;

/** Every field of VPC flow logs (v2 to v11) and Transit Gateway flow logs (v6), by AWS's own name. */
export const awsFields: ReadonlyMap<string, AwsField> = new Map(Object.entries(fields));

/** The VPC default format: the 14 fields of version 2, which AWS keeps in this order. */
export const vpcDefaultFields: readonly string[] =
  "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status".split(
    " ",
  );

/** The Transit Gateway default format: all fields, in AWS's order. */
export const gatewayDefaultFields: readonly string[] = (
  "version resource-type account-id tgw-id tgw-attachment-id tgw-src-vpc-account-id tgw-dst-vpc-account-id " +
  "tgw-src-vpc-id tgw-dst-vpc-id tgw-src-subnet-id tgw-dst-subnet-id tgw-src-eni tgw-dst-eni tgw-src-az-id tgw-dst-az-id " +
  "tgw-pair-attachment-id srcaddr dstaddr srcport dstport protocol packets bytes start end log-status type " +
  "packets-lost-no-route packets-lost-blackhole packets-lost-mtu-exceeded packets-lost-ttl-expired tcp-flags region " +
  "flow-direction pkt-src-aws-service pkt-dst-aws-service"
).split(" ");

/** The packet-loss columns of a transit gateway; `drop_packets` is their sum. */
export const lossColumns = [
  "packets_lost_no_route",
  "packets_lost_blackhole",
  "packets_lost_mtu_exceeded",
  "packets_lost_ttl_expired",
] as const satisfies readonly ColumnName[];
