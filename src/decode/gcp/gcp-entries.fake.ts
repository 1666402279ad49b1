/** What Google says of a VM at one end of a flow. */
export const end = (name: string) => ({
  instance: {
    project_id: "app",
    region: "europe-west1",
    zone: "europe-west1-b",
    vm_name: name,
    managed_instance_group: { name: "mig", region: "europe-west1" },
  },
  vpc: { project_id: "host", vpc_name: "net", subnetwork_name: `sub-${name}`, subnetwork_region: "europe-west1" },
});

/** A log entry with a VPC flow record: `payload` goes into the record, `more` into the entry. */
export function entry(payload: Record<string, unknown>, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    insertId: "i1",
    logName: "projects/logs-project/logs/networkmanagement.googleapis.com%2Fvpc_flows",
    resource: {
      type: "vpc_flow_logs_config",
      labels: { name: "cfg", location: "global", resource_container: "projects/42" },
    },
    labels: { target_resource_name: "projects/42/global/networks/net" },
    timestamp: "2026-03-01T10:00:06.000000001Z",
    receiveTimestamp: "2026-03-01T10:00:06Z",
    severity: "DEFAULT",
    jsonPayload: {
      connection: { src_ip: "10.0.0.10", src_port: 50_112, dest_ip: "10.0.0.20", dest_port: 5432, protocol: 6 },
      reporter: "SRC",
      start_time: "2026-03-01T10:00:00.100000999Z",
      end_time: "2026-03-01T10:00:04.9Z",
      bytes_sent: "9007199254740993",
      packets_sent: 12,
      ...payload,
    },
    ...more,
  };
}
