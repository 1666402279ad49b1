import { eventLine, type EventObject } from "./event-json.ts";
import { bothWays, communityIdOf, ipVersion, type EventEnd, type NetworkEvent } from "./network-event.ts";
import { protocolKeyword } from "./protocol-keyword.ts";

/** The schema that events are written for: Elastic Common Schema. Every field written here is in 8.0 and later. */
export const ECS_VERSION = "8.17.0";

const NANOS_IN_MILLI = 1_000_000n;
const outcomes: Readonly<Partial<Record<NetworkEvent["verdict"], string>>> = {
  allowed: "success",
  denied: "failure",
  dropped: "failure",
};
const verdictTypes: Readonly<Record<NetworkEvent["verdict"], readonly string[]>> = {
  allowed: ["allowed"],
  denied: ["denied"],
  dropped: [],
  mixed: ["allowed", "denied"],
  observed: [],
};
const activityTypes: Readonly<Record<NetworkEvent["activity"], readonly string[]>> = {
  open: ["start"],
  close: ["end"],
  reset: ["end"],
  refuse: [],
  traffic: ["info"],
};

/** A network event of the Elastic Common Schema as one line of JSON. `version` is Weir's own. */
export function ecsLine(event: NetworkEvent, version: string): string {
  const [source, destination] = [endpoint(event.src), endpoint(event.dst)];
  const opened = event.initiator;
  return eventLine({
    "@timestamp": iso(event.times.time),
    ecs: { version: ECS_VERSION },
    event: eventFields(event),
    source,
    destination,
    client: opened === undefined ? undefined : opened === "src" ? source : destination,
    server: opened === undefined ? undefined : opened === "src" ? destination : source,
    network: network(event),
    observer: observer(event),
    rule: { name: event.rule, ruleset: event.ruleset?.id },
    cloud: cloud(event),
    related: { ip: addressesOf(event) },
    weir: own(event, version),
  });
}

function iso(millis: number | undefined): string | undefined {
  return millis === undefined ? undefined : new Date(millis).toISOString();
}

function eventFields(event: NetworkEvent): EventObject {
  const { start, end, logged } = event.times;
  return {
    kind: "event",
    category: ["network"],
    type: ["connection", ...activityTypes[event.activity], ...verdictTypes[event.verdict]],
    action: `${event.dataset === "flows" ? "flow" : "conversation"}_${event.verdict}`,
    outcome: outcomes[event.verdict],
    reason: event.reason,
    id: event.uid,
    module: "weir",
    dataset: `weir.${event.dataset}`,
    start: iso(start),
    end: iso(end),
    duration:
      start === undefined || end === undefined || end < start ? undefined : BigInt(end - start) * NANOS_IN_MILLI,
    created: iso(logged),
  };
}

function endpoint(end: EventEnd): EventObject {
  return {
    address: end.ip,
    ip: end.ip,
    port: end.port,
    bytes: end.bytes,
    packets: end.packets,
    mac: end.mac,
    nat: { ip: end.hop },
    as: { number: end.asn },
  };
}

function network(event: NetworkEvent): EventObject {
  const { protocol, src, dst } = event;
  const version = ipVersion(event);
  return {
    type: version === undefined ? undefined : `ipv${version}`,
    iana_number: protocol?.toString(),
    transport: protocol === undefined ? undefined : protocolKeyword(protocol),
    direction: event.direction,
    community_id: communityIdOf(event),
    bytes: bothWays(src.bytes, dst.bytes),
    packets: bothWays(src.packets, dst.packets),
  };
}

/** The interface stands where the packet came in or went out, as the log says; else it is named alone. */
function observer({ observer: seenBy, direction, origin }: NetworkEvent): EventObject | undefined {
  if (seenBy === undefined) return undefined;
  const id = seenBy.interfaceId ?? seenBy.observerId;
  const isSided = direction === "ingress" || direction === "egress";
  return {
    vendor: origin.vendor,
    product: origin.product,
    mac: seenBy.mac === undefined ? undefined : [seenBy.mac],
    name: isSided ? undefined : id,
    ...(isSided && { [direction]: { interface: { id } } }),
  };
}

function cloud(event: NetworkEvent): EventObject | undefined {
  const { cloud: known } = event;
  if (known === undefined) return undefined;
  return {
    provider: known.provider,
    account: { id: known.account },
    project: { id: known.provider === "gcp" ? known.account : undefined },
    region: known.region,
    availability_zone: known.zone,
    instance: { id: event.observer?.instanceId },
  };
}

function addressesOf({ src, dst }: NetworkEvent): string[] {
  return [...new Set([src.ip, dst.ip, src.hop, dst.hop].filter((ip) => ip !== undefined))];
}

/** What the schema has no field for, by the names of our columns. */
function own(event: NetworkEvent, version: string): EventObject {
  const { src, dst, observer: seenBy, boundary, origin } = event;
  return {
    version,
    conversation_id: event.conversation,
    records: event.records,
    tcp_flags: event.tcpFlags,
    traffic_path: typeof boundary === "number" ? boundary : undefined,
    observation_point: event.observedAt,
    action_raw: event.verdictAsWritten,
    acl_kind: event.ruleset?.kind,
    flow_log_id: origin.logName,
    log_type: origin.logFormat,
    log_version: origin.logVersion,
    src: placeFields(src),
    dst: placeFields(dst),
    network_id: seenBy?.networkId,
    subnet_id: seenBy?.subnetId,
    ...event.rest,
  };
}

function placeFields(end: EventEnd): EventObject {
  return {
    observer_id: end.interfaceId ?? end.observerId,
    network_id: end.networkId,
    subnet_id: end.subnetId,
    instance_id: end.instanceId,
    service: end.service,
  };
}
