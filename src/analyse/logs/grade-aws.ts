import { SHORT_WINDOW_S, windowOf } from "#model/silence.js";
import { gradeVerdicts } from "./grade-verdicts.ts";
import type { CountedColumn, LogFacts } from "./log-types.ts";
import { andList, count, mendable, never, toldBy, yes, type Grader, type Told } from "./told.ts";

/** Where a field's value goes: how its presence shows in records when no header line named it. */
const columns: Readonly<Record<string, CountedColumn>> = {
  "flow-direction": "direction",
  "tcp-flags": "tcp_flags",
  // A packet's address shows in records only where it differs from the interface's.
  "pkt-srcaddr": "src_hop_ip",
  "pkt-dstaddr": "dst_hop_ip",
  "traffic-path": "traffic_path",
  "reject-reason": "reject_reason",
  bytes: "src_bytes",
  packets: "src_packets",
  "account-id": "account_id",
  region: "region",
  "vpc-id": "network_id",
  "subnet-id": "subnet_id",
  "instance-id": "instance_id",
  "az-id": "az_id",
  "encryption-status": "encryption",
  "interface-id": "observer_id",
  "resource-id": "resource_id",
};

const MOST = 0.9;

type Presence = "all" | "some" | "none";

/** Whether the log has a field: by its format where that is known, else by how many records fill it. */
function presenceOf({ fields, filled, records, windows, lowestVersion }: LogFacts, field: string): Presence {
  if (fields !== null) return fields.includes(field) ? "all" : "none";
  // Version 2 is the default format, which has it.
  if (field === "log-status") return windows.nodata + windows.skipdata > 0 || lowestVersion === 2 ? "all" : "none";
  const column = columns[field];
  const share = column === undefined ? 0 : filled[column] / Math.max(1, records);
  if (share === 0) return "none";
  // Flags are of TCP only, and addresses differ at few interfaces.
  const isRare = ["tcp-flags", "pkt-srcaddr", "pkt-dstaddr", "traffic-path", "reject-reason"].includes(field);
  return share >= MOST || isRare ? "all" : "some";
}

const has = (facts: LogFacts, field: string): boolean => presenceOf(facts, field) !== "none";

/** A question that one field answers. */
function byField(facts: LogFacts, field: string, finding: string): Told {
  const presence = presenceOf(facts, field);
  if (presence === "all") return yes(finding);
  if (presence === "none") return mendable("no", notIn(facts, [field]), field);
  const column = columns[field];
  const filled = column === undefined ? 0 : facts.filled[column];
  return mendable(
    "partly",
    `Only ${filled.toLocaleString("en-US")} of ${count(facts.records, "record")} have ${field}.`,
    field,
  );
}

/** VPC flow logs, versions 2 to 11. */
export const gradeVpc: Grader = (facts) => ({
  direction: byField(facts, "flow-direction", "flow-direction says ingress or egress."),
  opener: byField(facts, "tcp-flags", "tcp-flags shows who sent the first SYN; of other protocols, ports tell."),
  pods: packetAddresses(facts),
  nat: natLegs(facts),
  rule: has(facts, "reject-reason")
    ? never(
        "partly",
        "reject-reason names Block Public Access and encryption controls; AWS logs no rule of a security group or network ACL.",
      )
    : mendable(
        "no",
        `${notIn(facts, ["reject-reason"])} AWS logs no rule of a security group or network ACL.`,
        "reject-reason",
      ),
  verdicts: gradeVerdicts(facts, "traffic type ALL"),
  bytes: bytesOf(facts),
  minutes: minutesOf(facts),
  place: placeOf(facts, ["account-id", "region", "vpc-id", "subnet-id", "instance-id", "az-id"]),
  losses: byField(facts, "log-status", "NODATA tells quiet windows, SKIPDATA those in which AWS lost records."),
  encryption: encryptionOf(facts),
  interface: interfaceOf(facts),
});

function packetAddresses(facts: LogFacts): Told {
  const missing = ["pkt-srcaddr", "pkt-dstaddr"].filter((field) => !has(facts, field));
  if (missing.length === 0) return yes("pkt-srcaddr and pkt-dstaddr are the packet's own addresses.");
  return mendable(missing.length === 2 ? "no" : "partly", notIn(facts, missing), ...missing);
}

function natLegs(facts: LogFacts): Told {
  const missing = ["pkt-srcaddr", "pkt-dstaddr"].filter((field) => !has(facts, field));
  if (missing.length === 2) return mendable("no", notIn(facts, missing), ...missing);
  if (missing.length === 1) return mendable("partly", notIn(facts, missing), ...missing);
  if (!has(facts, "traffic-path"))
    return mendable("partly", `Both addresses are there. ${notIn(facts, ["traffic-path"])}`, "traffic-path");
  return yes("Address at the interface, address of the packet and traffic-path are there.");
}

function notIn({ fields }: LogFacts, missing: readonly string[]): string {
  const verb = missing.length === 1 ? "is" : "are";
  if (fields !== null) return `${andList(missing)} ${verb} not in the format.`;
  return `No record has ${andList(missing)}; the format is not known.`;
}

function bytesOf(facts: LogFacts): Told {
  const missing = ["bytes", "packets"].filter((field) => !has(facts, field));
  if (missing.length === 0) return yes("Each direction has records of its own, with bytes and packets.");
  return mendable(missing.includes("bytes") ? "no" : "partly", notIn(facts, missing), ...missing);
}

function minutesOf({ longestS, fields, told }: LogFacts): Told {
  if (fields !== null && !(fields.includes("start") && fields.includes("end"))) {
    const missing = ["start", "end"].filter((field) => !fields.includes(field));
    return mendable(
      missing.length === 2 ? "no" : "partly",
      `${andList(missing)} ${missing.length === 1 ? "is" : "are"} not in the format.`,
      ...missing,
    );
  }
  if (windowOf(longestS) <= SHORT_WINDOW_S)
    return yes("Windows of one minute, with the first and last packet's second.");
  return mendable(
    "partly",
    told === null || told.intervalSeconds === null
      ? `Windows of up to ten minutes: the longest record stands for ${Math.round(longestS)} s.`
      : `Windows of up to ten minutes: ${toldBy(told)}.`,
    "max aggregation interval 60",
  );
}

function placeOf(facts: LogFacts, wanted: readonly string[]): Told {
  // An object's path names the region, too.
  const missing = wanted.filter((field) => !has(facts, field) && !(field === "region" && facts.filled.region > 0));
  if (missing.length === 0) return yes("Account, region, VPC, subnet, instance and zone are there.");
  const isLost = ["vpc-id", "subnet-id", "instance-id"].every((field) => missing.includes(field));
  return mendable(isLost ? "no" : "partly", `Missing: ${andList(missing)}.`, ...missing);
}

function encryptionOf(facts: LogFacts): Told {
  const { fields, filled, records } = facts;
  if (fields?.includes("encryption-status") === true && filled.encryption === 0)
    return never("partly", "encryption-status is there and empty: it is filled once the VPC has encryption controls.");
  if (filled.encryption === 0) return mendable("no", notIn(facts, ["encryption-status"]), "encryption-status");
  return filled.encryption / Math.max(1, records) >= MOST || fields?.includes("encryption-status") === true
    ? yes("encryption-status tells clear text, Nitro and application-layer encryption.")
    : mendable("partly", "Only some records have encryption-status.", "encryption-status");
}

function interfaceOf(facts: LogFacts): Told {
  const without = facts.records - facts.filled.observer_id;
  const told = byField(facts, "interface-id", "interface-id names it.");
  if (told.grade !== "yes" || without === 0 || has(facts, "resource-id")) return told;
  return mendable(
    "partly",
    `${count(without, "record")} without an interface, as those of a regional NAT gateway.`,
    "resource-id",
  );
}

/** Transit gateway flow logs, version 6. Their default format has every field. */
export const gradeGateway: Grader = (facts) => ({
  direction: byField(facts, "flow-direction", "flow-direction says ingress or egress at the attachment."),
  opener: byField(facts, "tcp-flags", "tcp-flags shows who sent the first SYN; of other protocols, ports tell."),
  pods: never("no", "A transit gateway's records have no packet addresses: the VPC's flow log has."),
  nat: never("no", "A transit gateway's records have one pair of addresses: the flow log of the NAT's VPC has both."),
  rule: has(facts, "packets-lost-no-route")
    ? never("partly", "The packets-lost fields tell losses by cause; no rule decides at a transit gateway.")
    : mendable("no", notIn(facts, ["packets-lost-no-route"]), "packets-lost-no-route", "packets-lost-blackhole"),
  verdicts: never("no", "A transit gateway's records have no verdict: the VPCs' flow logs have."),
  bytes: bytesOf(facts),
  minutes: yes("Windows of one minute, always."),
  place: gatewayPlace(facts),
  losses: byField(facts, "log-status", "NODATA tells quiet windows, SKIPDATA those in which AWS lost records."),
  encryption: never("no", "A transit gateway's records do not say it: the VPC's flow log does."),
  interface:
    facts.filled.observer_id > 0
      ? yes("tgw-attachment-id names the attachment.")
      : mendable("no", notIn(facts, ["tgw-attachment-id"]), "tgw-attachment-id"),
});

function gatewayPlace(facts: LogFacts): Told {
  const { fields } = facts;
  const wanted = [
    "tgw-src-vpc-id",
    "tgw-dst-vpc-id",
    "tgw-src-subnet-id",
    "tgw-dst-subnet-id",
    "tgw-src-az-id",
    "tgw-dst-az-id",
  ];
  const missing = fields === null ? [] : wanted.filter((field) => !fields.includes(field));
  if (missing.length > 0) return mendable("partly", `Missing: ${andList(missing)}.`, ...missing);
  return never(
    "partly",
    "Account, VPC, subnet and zone of both ends are there; no transit gateway record names an instance.",
  );
}
