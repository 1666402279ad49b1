import { parseAddress } from "#base/address.js";
import type { Cell } from "#model/answer.js";
import { communityId } from "./community-id.ts";

/**
 * A row of flows or of conversations as the schemas of others see it: two ends, what became of it, who saw it. A member that is
 * undefined is not known; nothing is guessed to fill one.
 */
export interface NetworkEvent {
  readonly dataset: "flows" | "conversations";
  /** Different for every event of a lake. */
  readonly uid: string;
  /** The same for all events of one conversation. */
  readonly conversation: string | undefined;
  readonly origin: EventOrigin;
  readonly times: EventTimes;
  readonly verdict: EventVerdict;
  /** The verdict in the log's own word. */
  readonly verdictAsWritten: string | undefined;
  readonly reason: string | undefined;
  readonly activity: "open" | "close" | "reset" | "refuse" | "traffic";
  readonly src: EventEnd;
  readonly dst: EventEnd;
  /** IANA number. */
  readonly protocol: number | undefined;
  readonly tcpFlags: number | undefined;
  /** `ingress`, `egress`: as its observer reports it; the others as a perimeter around private addresses sees it. */
  readonly direction: "ingress" | "egress" | "inbound" | "outbound" | "internal" | "external" | undefined;
  /** AWS traffic-path, or what the ends' networks say. */
  readonly boundary: number | "same_network" | "internal" | "external" | undefined;
  /** The end that opened the connection. */
  readonly initiator: "src" | "dst" | undefined;
  readonly observedAt: "src" | "dst" | "both" | "transit" | undefined;
  /** What saw it, where that is one thing whose end may not be known. */
  readonly observer: EventPlace | undefined;
  readonly rule: string | undefined;
  readonly ruleset: { readonly id: string; readonly kind: string | undefined } | undefined;
  readonly cloud: EventCloud | undefined;
  /** Log records that it was made of. */
  readonly records: bigint | undefined;
  /** Columns that no member above says. */
  readonly rest: Readonly<Record<string, Cell>>;
}

export type EventVerdict = "allowed" | "denied" | "dropped" | "mixed" | "observed";

/** Who made the record. */
export interface EventOrigin {
  readonly vendor: string;
  readonly product: string;
  readonly feature: string | undefined;
  readonly logName: string | undefined;
  readonly logFormat: string | undefined;
  readonly logVersion: string | undefined;
}

/** Milliseconds since 1970. */
export interface EventTimes {
  readonly time: number;
  readonly start: number | undefined;
  readonly end: number | undefined;
  /** When the cloud wrote the record. */
  readonly logged: number | undefined;
}

/** A place in a cloud's network. */
export interface EventPlace {
  readonly interfaceId: string | undefined;
  /** Twelve hexadecimal digits in pairs: 00-0D-3A-11-22-33. */
  readonly mac: string | undefined;
  /** An observer that is no interface: an attachment, a gateway. */
  readonly observerId: string | undefined;
  readonly networkId: string | undefined;
  readonly subnetId: string | undefined;
  readonly instanceId: string | undefined;
}

export interface EventEnd extends EventPlace {
  readonly ip: string | undefined;
  readonly port: number | undefined;
  /** Its address at the observer's interface, where that differs. */
  readonly hop: string | undefined;
  readonly service: string | undefined;
  readonly asn: number | undefined;
  /** What this end sent. */
  readonly bytes: bigint | undefined;
  readonly packets: bigint | undefined;
}

export interface EventCloud {
  readonly provider: string;
  readonly account: string | undefined;
  readonly region: string | undefined;
  readonly zone: string | undefined;
}

/** An interface's id or MAC address, or another observer's id, as the member of a place that it belongs to. */
export function observerPlace(
  id: string | undefined,
  type: string | undefined,
): Pick<EventPlace, "interfaceId" | "mac" | "observerId"> {
  if (id !== undefined && /^[0-9A-Fa-f]{12}$/.test(id))
    return {
      mac: (id.toUpperCase().match(/../g) ?? []).join("-"),
      interfaceId: undefined,
      observerId: undefined,
    };
  const isInterface = type === "interface" || id?.startsWith("eni-") === true;
  return { mac: undefined, interfaceId: isInterface ? id : undefined, observerId: isInterface ? undefined : id };
}

/** Bytes or packets both ways; undefined when neither is known. */
export function bothWays(one: bigint | undefined, other: bigint | undefined): bigint | undefined {
  return one === undefined && other === undefined ? undefined : (one ?? 0n) + (other ?? 0n);
}

/** Version of the Internet Protocol: that of the source's address. */
export function ipVersion({ src, dst }: NetworkEvent): 4 | 6 | undefined {
  const ip = src.ip ?? dst.ip;
  return ip === undefined ? undefined : ip.includes(":") ? 6 : 4;
}

/** See {@link communityId}; undefined without protocol. */
export function communityIdOf({ src, dst, protocol }: NetworkEvent): string | undefined {
  const [from, to] = [parseAddress(src.ip ?? ""), parseAddress(dst.ip ?? "")];
  if (from === undefined || to === undefined || protocol === undefined) return undefined;
  return communityId({ src: from, dst: to, srcPort: src.port, dstPort: dst.port, protocol });
}

/** What the last part of a resource's path names: rule sets of Azure are paths. */
export function lastPart(path: string): string | undefined {
  return path.includes("/") ? path.split("/").findLast((part) => part !== "") : undefined;
}
