import { eventLine, type EventObject } from "./event-json.ts";
import {
  bothWays,
  communityIdOf,
  ipVersion,
  lastPart,
  type EventCloud,
  type EventEnd,
  type EventPlace,
  type NetworkEvent,
} from "./network-event.ts";
import { protocolKeyword } from "./protocol-keyword.ts";

/** The schema that events are written for: Open Cybersecurity Schema Framework, class Network Activity. */
export const OCSF_VERSION = "1.9.0";
const CLASS = 4001;

type Choice = readonly [id: number, caption: string];

const activities: Readonly<Record<NetworkEvent["activity"], Choice>> = {
  open: [1, "Open"],
  close: [2, "Close"],
  reset: [3, "Reset"],
  refuse: [5, "Refuse"],
  traffic: [6, "Traffic"],
};
/** What was lost on the way was not denied, and what was both allowed and denied is neither: OCSF calls them "other". */
const actions: Readonly<Record<NetworkEvent["verdict"], Choice>> = {
  allowed: [1, "Allowed"],
  denied: [2, "Denied"],
  observed: [3, "Observed"],
  dropped: [99, "Dropped"],
  mixed: [99, "Mixed"],
};
const dispositions: Readonly<Record<NetworkEvent["verdict"], Choice>> = {
  allowed: [1, "Allowed"],
  denied: [2, "Blocked"],
  dropped: [6, "Dropped"],
  observed: [17, "Logged"],
  mixed: [99, "Mixed"],
};
const statuses: Readonly<Partial<Record<NetworkEvent["verdict"], Choice>>> = {
  allowed: [1, "Success"],
  denied: [2, "Failure"],
  dropped: [2, "Failure"],
};
const UNKNOWN: Choice = [0, "Unknown"];
const directions: Readonly<Record<string, Choice>> = {
  ingress: [1, "Inbound"],
  inbound: [1, "Inbound"],
  egress: [2, "Outbound"],
  outbound: [2, "Outbound"],
  internal: [3, "Lateral"],
};
/** From 4 on these are the values of AWS traffic-path, in its order. */
const boundaries: readonly string[] = [
  "Unknown",
  "Localhost",
  "Internal",
  "External",
  "Same VPC",
  "Internet/VPC Gateway",
  "Virtual Private Gateway",
  "Intra-region VPC",
  "Inter-region VPC",
  "Local Gateway",
  "Gateway VPC",
  "Internet Gateway",
];
const TRAFFIC_PATH_OFFSET = 3;
const boundaryWords = { same_network: 4, internal: 2, external: 3 } as const;
const points: Readonly<Record<string, Choice>> = {
  src: [1, "Source"],
  dst: [2, "Destination"],
  transit: [3, "Neither"],
  both: [4, "Both"],
};
const initiators: Readonly<Record<string, Choice>> = { src: [1, "Source Endpoint"], dst: [2, "Destination Endpoint"] };
const providers: ReadonlyMap<string, readonly [name: string, accountType: Choice]> = new Map([
  ["aws", ["AWS", [10, "AWS Account"]]],
  ["azure", ["Azure", [13, "Azure Subscription"]]],
  ["gcp", ["GCP", [11, "GCP Project"]]],
]);

/** An event of OCSF's class Network Activity as one line of JSON. `version` is Weir's own. */
export function ocsfLine(event: NetworkEvent, version: string): string {
  const [activityId, activity] = activities[event.activity];
  const status = statuses[event.verdict];
  const { times, reason } = event;
  return eventLine({
    time: times.time,
    category_uid: 4,
    category_name: "Network Activity",
    class_uid: CLASS,
    class_name: "Network Activity",
    activity_id: activityId,
    activity_name: activity,
    type_uid: CLASS * 100 + activityId,
    type_name: `Network Activity: ${activity}`,
    severity_id: 1,
    severity: "Informational",
    start_time: times.start,
    end_time: times.end,
    duration: durationOf(event),
    // An hour may hold part of a conversation whose record is counted in another.
    count: event.records === 0n ? undefined : event.records,
    ...choice("action", actions[event.verdict]),
    ...choice("disposition", dispositions[event.verdict]),
    ...(status !== undefined && { status_id: status[0], status: status[1] }),
    status_code: event.verdictAsWritten,
    status_detail: reason,
    src_endpoint: endpoint(event.src, event.observedAt === "src" ? event.observer : undefined),
    dst_endpoint: endpoint(event.dst, event.observedAt === "dst" ? event.observer : undefined),
    connection_info: connectionInfo(event),
    traffic: traffic(event),
    ...choice("observation_point", points[event.observedAt ?? ""] ?? UNKNOWN),
    network_observation_point: event.observedAt === "transit" ? place(event.observer) : undefined,
    ...choice("initiator", initiators[event.initiator ?? ""] ?? UNKNOWN),
    firewall_rule: { name: event.rule },
    policy: policy(event.ruleset),
    cloud: cloud(event.cloud),
    metadata: metadata(event, version),
    unmapped: unmapped(event),
  });
}

/** An id with its caption beside it, as OCSF has them in pairs. */
function choice(name: string, [id, caption]: Choice): EventObject {
  return { [`${name}_id`]: id, [name]: caption };
}

function durationOf({ times: { start, end } }: NetworkEvent): number | undefined {
  return start === undefined || end === undefined || end < start ? undefined : end - start;
}

function place(place: EventPlace | undefined): EventObject | undefined {
  return (
    place && {
      uid: place.observerId,
      interface_uid: place.interfaceId,
      mac: place.mac,
      vpc_uid: place.networkId,
      subnet_uid: place.subnetId,
      instance_uid: place.instanceId,
    }
  );
}

/** What the log says of the end itself comes before what the observer at this end says of itself. */
function endpoint(end: EventEnd, observer: EventPlace | undefined): EventObject {
  const own = {
    interfaceId: end.interfaceId ?? observer?.interfaceId,
    mac: end.mac ?? observer?.mac,
    observerId: end.observerId ?? observer?.observerId,
    networkId: end.networkId ?? observer?.networkId,
    subnetId: end.subnetId ?? observer?.subnetId,
    instanceId: end.instanceId ?? observer?.instanceId,
  };
  return {
    ip: end.ip,
    port: end.port,
    intermediate_ips: end.hop === undefined ? undefined : [end.hop],
    svc_name: end.service,
    ...place(own),
    autonomous_system: { number: end.asn },
  };
}

function connectionInfo(event: NetworkEvent): EventObject {
  const { protocol } = event;
  const version = ipVersion(event);
  return {
    uid: event.conversation,
    community_uid: communityIdOf(event),
    protocol_num: protocol,
    protocol_name: protocol === undefined ? undefined : protocolKeyword(protocol),
    protocol_ver_id: version,
    protocol_ver: version === undefined ? undefined : `IPv${version}`,
    tcp_flags: event.tcpFlags,
    ...choice("direction", directions[event.direction ?? ""] ?? UNKNOWN),
    ...boundary(event.boundary),
  };
}

function boundary(known: NetworkEvent["boundary"]): EventObject | undefined {
  if (known === undefined) return undefined;
  const id = typeof known === "number" ? known + TRAFFIC_PATH_OFFSET : boundaryWords[known];
  const caption = id > TRAFFIC_PATH_OFFSET || typeof known !== "number" ? boundaries[id] : undefined;
  // A path that AWS added later, by its number.
  return caption === undefined ? choice("boundary", [99, String(known)]) : choice("boundary", [id, caption]);
}

/** OCSF's "out" is what the source sent and its "in" what the destination sent, wherever the observer stands. */
function traffic({ src, dst }: NetworkEvent): EventObject {
  return {
    bytes: bothWays(src.bytes, dst.bytes),
    bytes_out: src.bytes,
    bytes_in: dst.bytes,
    packets: bothWays(src.packets, dst.packets),
    packets_out: src.packets,
    packets_in: dst.packets,
  };
}

function policy(ruleset: NetworkEvent["ruleset"]): EventObject | undefined {
  return ruleset && { uid: ruleset.id, name: lastPart(ruleset.id), type: ruleset.kind };
}

function cloud(known: EventCloud | undefined): EventObject | undefined {
  if (known === undefined) return undefined;
  const [provider, accountType] = providers.get(known.provider) ?? [known.provider, undefined];
  return {
    provider,
    account:
      known.account === undefined
        ? undefined
        : { uid: known.account, type_id: accountType?.[0], type: accountType?.[1] },
    project_uid: known.provider === "gcp" ? known.account : undefined,
    region: known.region,
    zone: known.zone,
  };
}

/** The product is who made the record; Weir stands as what turned it into this event. */
function metadata(event: NetworkEvent, version: string): EventObject {
  const { origin } = event;
  const isOurs = event.dataset === "conversations";
  return {
    version: OCSF_VERSION,
    profiles: event.cloud === undefined ? ["security_control"] : ["cloud", "security_control"],
    uid: event.uid,
    correlation_uid: event.conversation,
    product: {
      vendor_name: origin.vendor,
      name: origin.product,
      feature: { name: origin.feature },
      version: isOurs ? version : undefined,
    },
    log_name: origin.logName,
    log_format: origin.logFormat,
    log_version: origin.logVersion,
    logged_time: event.times.logged,
    transformation_info_list: [
      { name: `Weir ${event.dataset}`, product: { vendor_name: "Weir", name: "Weir", version } },
    ],
  };
}

/** Columns without a place in the schema, by their names; of an observer whose end is not known, its columns, too. */
function unmapped({ rest, observer, observedAt }: NetworkEvent): EventObject {
  if (observer === undefined || observedAt !== undefined) return rest;
  return {
    ...rest,
    observer_id: observer.interfaceId ?? observer.mac ?? observer.observerId,
    network_id: observer.networkId,
    subnet_id: observer.subnetId,
    instance_id: observer.instanceId,
  };
}
