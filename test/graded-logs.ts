import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Flow logs of every kind and make, each as one file: what `weir doctor --logs` is asked about in tests. */
export const START = Date.UTC(2026, 2, 3, 12) / 1000;
const HOUR_S = 3600;
/** So many records of one state that another one's absence is no accident. */
const MANY = 120;

const values: Readonly<Record<string, string>> = {
  version: "11",
  "account-id": "123456789012",
  region: "eu-west-1",
  "az-id": "euw1-az1",
  "vpc-id": "vpc-0aaaaaaaaaaaaaaa1",
  "subnet-id": "subnet-0aaaaaaaaaaaaaaa1",
  "instance-id": "i-0aaaaaaaaaaaaaaa1",
  "interface-id": "eni-0aaaaaaaaaaaaaaaa",
  srcaddr: "10.0.0.1",
  dstaddr: "10.0.0.2",
  srcport: "40000",
  dstport: "443",
  protocol: "6",
  "pkt-srcaddr": "10.0.0.1",
  "pkt-dstaddr": "10.0.0.2",
  packets: "5",
  bytes: "500",
  action: "ACCEPT",
  "log-status": "OK",
  type: "IPv4",
  "tcp-flags": "3",
  "flow-direction": "egress",
  "traffic-path": "1",
  "encryption-status": "1",
  "resource-type": "TransitGateway",
  "tgw-id": "tgw-0aaaaaaaaaaaaaaa1",
  "tgw-attachment-id": "tgw-attach-0aaaaaaaaaaaaaaa1",
  "packets-lost-no-route": "0",
  "packets-lost-blackhole": "0",
  "packets-lost-mtu-exceeded": "0",
  "packets-lost-ttl-expired": "0",
};

export const defaultFields =
  "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status".split(
    " ",
  );
const whole = [
  ..."version account-id region az-id vpc-id subnet-id instance-id interface-id srcaddr dstaddr srcport dstport protocol".split(
    " ",
  ),
  ..."pkt-srcaddr pkt-dstaddr packets bytes start end action reject-reason log-status tcp-flags flow-direction traffic-path".split(
    " ",
  ),
  "encryption-status",
];
const gateway =
  "version resource-type account-id tgw-id tgw-attachment-id tgw-src-vpc-account-id tgw-dst-vpc-account-id tgw-src-vpc-id tgw-dst-vpc-id tgw-src-subnet-id tgw-dst-subnet-id tgw-src-eni tgw-dst-eni tgw-src-az-id tgw-dst-az-id tgw-pair-attachment-id srcaddr dstaddr srcport dstport protocol packets bytes start end log-status type packets-lost-no-route packets-lost-blackhole packets-lost-mtu-exceeded packets-lost-ttl-expired tcp-flags region flow-direction pkt-src-aws-service pkt-dst-aws-service".split(
    " ",
  );

type Change = Readonly<Record<string, string>>;

/** Lines of an AWS flow log with a header; each change is a line. */
export function awsText(fields: readonly string[], lines: readonly Change[], windowS = 60): string {
  const rows = lines.map((change, at) =>
    fields
      .map((field) => {
        if (field === "start") return change[field] ?? String(START + at);
        if (field === "end") return change[field] ?? String(START + at + windowS);
        return change[field] ?? values[field] ?? "-";
      })
      .join(" "),
  );
  return `${[fields.join(" "), ...rows].join("\n")}\n`;
}

const without = (fields: readonly string[], ...left: readonly string[]): string[] =>
  fields.filter((field) => !left.includes(field));
const both: readonly Change[] = [{}, { action: "REJECT" }];
const accepted: readonly Change[] = [{}, {}];

/** Name of a delivered object, which says which flow log it is of. */
export const object = (id: string): string => `123456789012_vpcflowlogs_eu-west-1_${id}_20260303T1200Z_0a1b2c3d.log`;
export const fl = (digit: string): string => `fl-0${digit.padStart(16, "0")}`;

const azure = "/subscriptions/0A1B2C3D-0000-4000-8000-00000000ABCD/resourceGroups/apps/providers/Microsoft.Network";
export const guid = (digit: string): string => `${digit.repeat(8)}-2222-4333-8444-555555555555`;
export const nsgId = (name: string): string => `${azure}/networkSecurityGroups/${name}`.toUpperCase();

export function vnetText(
  digit: string,
  tuples: readonly string[],
  {
    name = `log-${digit}`,
    mac = "000D3A112233",
    rule = "UserRule_web",
    acl = `${azure}/networkSecurityGroups/web`,
  } = {},
): string {
  return JSON.stringify({
    records: [
      {
        time: "2026-03-03T12:01:05.1234567Z",
        flowLogVersion: 4,
        flowLogGUID: guid(digit),
        macAddress: mac,
        category: "FlowLogFlowEvent",
        flowLogResourceID: `${azure}/networkWatchers/NetworkWatcher_westeurope/flowLogs/${name}`.toUpperCase(),
        targetResourceID: `${azure}/virtualNetworks/web`,
        operationName: "FlowLogFlowEvent",
        flowRecords: { flows: [{ aclID: acl, flowGroups: [{ rule, flowTuples: tuples }] }] },
      },
    ],
  });
}

export function nsgText(resource: string, version: number, tuples: readonly string[], mac = "000D3A445566"): string {
  return JSON.stringify({
    records: [
      {
        time: "2026-03-03T12:01:05.1234567Z",
        systemId: "66666666-7777-4888-8999-aaaaaaaaaaaa",
        macAddress: mac,
        category: "NetworkSecurityGroupFlowEvent",
        resourceId: resource,
        operationName: "NetworkSecurityGroupFlowEvents",
        properties: { Version: version, flows: [{ rule: "UserRule_web", flows: [{ mac, flowTuples: tuples }] }] },
      },
    ],
  });
}

/** A tuple of a VNet flow log. @param at seconds after the start */
export const vnetTuple = (at: number, state: string, port = 443, counters = "3,300,2,200"): string =>
  `${(START + at) * 1000},10.1.0.4,10.1.1.5,${40_000 + at},${port},6,O,${state},NX,${state === "B" || state === "D" ? "0,0,0,0" : counters}`;

const times = Array.from({ length: MANY }, (_, at) => at);

function gcpText(label: string, payload: object, more: object): string {
  return `${JSON.stringify({
    insertId: "i1",
    logName: "projects/p/logs/networkmanagement.googleapis.com%2Fvpc_flows",
    resource: {
      type: "vpc_flow_logs_config",
      labels: { name: label, location: "global", resource_container: "projects/42" },
    },
    timestamp: new Date((START + 30) * 1000).toISOString(),
    jsonPayload: {
      connection: { src_ip: "10.2.0.10", src_port: 50_112, dest_ip: "10.2.0.20", dest_port: 5432, protocol: 6 },
      start_time: new Date(START * 1000).toISOString(),
      bytes_sent: "9000",
      packets_sent: 12,
      ...payload,
    },
    ...more,
  })}\n`;
}

const vm = { project_id: "app", region: "europe-west1", zone: "europe-west1-b", vm_name: "db" };
const net = { project_id: "host", vpc_name: "net", subnetwork_name: "sub", subnetwork_region: "europe-west1" };
const gcpEnd = (seconds: number): string => new Date((START + seconds) * 1000).toISOString();

/** File → its text. The flow logs in them are named by what they are. */
export const gradedFiles: Readonly<Record<string, string>> = {
  [object(fl("d"))]: awsText(defaultFields, both, 300),
  [object(fl("f"))]: awsText(whole, both),
  [object(fl("1"))]: awsText(whole, [{ action: "REJECT" }, { action: "REJECT" }]),
  [object(fl("2"))]: awsText(whole, accepted),
  [object(fl("3"))]: awsText(without(whole, "pkt-dstaddr", "packets", "subnet-id"), both),
  [object(fl("4"))]: awsText(
    without(whole, "traffic-path", "start"),
    [{ "encryption-status": "-" }, both[1] ?? {}].map((line) => ({ ...line, "encryption-status": "-" })),
  ),
  [object(fl("5"))]: awsText(without(whole, "log-status", "interface-id", "bytes", "start", "end"), both),
  [object(fl("6"))]: awsText(whole, [{ "interface-id": "-" }, { action: "REJECT" }]),
  [object(fl("a"))]: awsText(gateway, [{ version: "6" }, { version: "6" }]),
  [object(fl("b"))]: awsText(
    without(
      gateway,
      "tcp-flags",
      "flow-direction",
      "packets-lost-no-route",
      "packets-lost-blackhole",
      "packets-lost-mtu-exceeded",
      "packets-lost-ttl-expired",
      "tgw-src-vpc-id",
    ),
    [{ version: "6" }, { version: "6" }],
  ),
  // No flow log's id in their names: they are one, and only some of its records say which way.
  "one.log": awsText(defaultFields, both),
  "two.log": awsText([...defaultFields, "flow-direction"], accepted),
  "nsg1.json": nsgText(nsgId("one"), 1, [
    `${START},203.0.113.9,10.1.0.4,35370,23,T,I,D`,
    `${START},10.1.0.4,10.1.1.5,35371,443,T,O,A`,
  ]),
  "nsg2.json": nsgText(nsgId("two"), 2, [
    `${START},203.0.113.9,10.1.0.4,35370,23,T,I,D,B,,,,`,
    `${START},10.1.0.4,10.1.1.5,35371,443,T,O,A,B,,,,`,
    `${START + 300},10.1.0.4,10.1.1.5,35371,443,T,O,A,E,3,300,2,200`,
  ]),
  "vnet.json": vnetText("1", [vnetTuple(0, "B"), vnetTuple(1, "D", 23), vnetTuple(2, "C"), vnetTuple(3, "E")]),
  "vnet-denied.json": vnetText("2", [vnetTuple(0, "D", 23), vnetTuple(1, "D", 24)], { name: "denied-only" }),
  "vnet-begins.json": vnetText(
    "3",
    times.map((at) => vnetTuple(at, at % 10 === 0 ? "D" : "B")),
  ),
  "vnet-ends.json": vnetText(
    "4",
    times.map((at) => vnetTuple(at, at % 10 === 0 ? "D" : at % 3 === 0 ? "C" : "E")),
  ),
  "gcp.json": gcpText(
    "whole",
    {
      reporter: "DEST",
      end_time: gcpEnd(50),
      dest_instance: vm,
      dest_vpc: net,
      dest_gke_details: { pod: { pod_name: "db-0", pod_namespace: "prod" } },
    },
    {},
  ),
  "gcp-bare.json": gcpText("bare", { reporter: "SRC", end_time: gcpEnd(HOUR_S / 6) }, {}),
};

/** Writes files below a folder. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}
