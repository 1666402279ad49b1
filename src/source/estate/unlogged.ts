import type { Estate, EstateFlowLog, EstateGap, EstateNetwork, EstateSubnet } from "./estate-types.ts";
import { grouped } from "./json-values.ts";

/** What of a thing's traffic is logged, by flow logs that work. */
interface Seen {
  readonly accept: boolean;
  readonly reject: boolean;
}

const NOTHING: Seen = { accept: false, reject: false };

/**
 * What the flow logs of an estate do not see: networks and subnets that are not logged at all, or only in part, and flow logs that do
 * not work as they should. A flow log of a network covers all in it, one of a subnet its interfaces; one of a security group the
 * subnets and interfaces that have it.
 */
export function unlogged(estate: Estate): EstateGap[] {
  const byTarget = grouped(
    estate.flowLogs.filter(({ isEnabled }) => isEnabled),
    ({ target }) => target.id,
  );
  return [...estate.networks.flatMap((network) => gapsOf(network, byTarget)), ...estate.flowLogs.flatMap(flawsOf)];
}

type ByTarget = ReadonlyMap<string, readonly EstateFlowLog[]>;

function seenBy(byTarget: ByTarget, ids: readonly (string | null)[]): Seen {
  const flowLogs = ids.flatMap((id) => (id === null ? [] : (byTarget.get(id) ?? [])));
  return {
    accept: flowLogs.some(({ trafficType }) => trafficType !== "reject"),
    reject: flowLogs.some(({ trafficType }) => trafficType !== "accept"),
  };
}

function both(a: Seen, b: Seen): Seen {
  return { accept: a.accept || b.accept, reject: a.reject || b.reject };
}

function gapsOf(network: EstateNetwork, byTarget: ByTarget): EstateGap[] {
  const own = seenBy(byTarget, [network.id]);
  if (own.accept && own.reject) return [];
  const parts = network.subnets.map((subnet) => ({ subnet, ...partOf(subnet, own, byTarget) }));
  // Nothing in it is better off than the network itself.
  const isAlike = parts.every(({ subnet, seen, rest }) => same(seen, own) && rest.length === subnet.interfaces.length);
  if (isAlike) {
    const interfaces = parts.reduce((sum, { subnet }) => sum + subnet.interfaces.length, 0);
    return [gap(network, network, own, parts.length === 0 ? null : interfaces)];
  }
  return parts.flatMap(({ subnet, seen, rest }) => {
    if (seen.accept && seen.reject) return [];
    // Interfaces have flow logs of their own: only the others are left.
    if (subnet.interfaces.length > 0 && rest.length === 0) return [];
    return [gap(network, subnet, seen, rest.length)];
  });
}

/** What of a subnet is logged, and the interfaces of which no more is. */
function partOf(subnet: EstateSubnet, own: Seen, byTarget: ByTarget): { seen: Seen; rest: readonly string[] } {
  const seen = both(own, seenBy(byTarget, [subnet.id, subnet.securityGroup]));
  const rest = subnet.interfaces.filter(({ id, securityGroup }) => {
    const all = both(seen, seenBy(byTarget, [id, securityGroup]));
    return !(all.accept && all.reject);
  });
  return { seen, rest: rest.map(({ id }) => id) };
}

function same(a: Seen, b: Seen): boolean {
  return a.accept === b.accept && a.reject === b.reject;
}

function gap(
  network: EstateNetwork,
  thing: { readonly id: string; readonly name: string | null },
  seen: Seen,
  interfaces: number | null,
): EstateGap {
  const kind = same(seen, NOTHING) ? "not-logged" : seen.reject ? "reject-only" : "accept-only";
  const what = thing === network ? (network.provider === "aws" ? "the VPC" : "the virtual network") : "the subnet";
  const many = interfaces === null ? "" : ` (${interfaces} interface${interfaces === 1 ? "" : "s"})`;
  const words = {
    "not-logged": `nothing of ${what} is logged${many}`,
    "reject-only": `of ${what} only what was rejected is logged${many}`,
    "accept-only": `of ${what} only what was accepted is logged${many}`,
  };
  const { provider, account, region } = network;
  return { kind, provider, account, region, resource: thing.id, name: thing.name, interfaces, message: words[kind] };
}

/** What is wrong with a flow log itself. */
function flawsOf(flowLog: EstateFlowLog): EstateGap[] {
  const { provider, account, region, id, name, destination, target } = flowLog;
  const flaw = (kind: EstateGap["kind"], message: string): EstateGap => ({
    kind,
    provider,
    account,
    region,
    resource: id,
    name,
    interfaces: null,
    message,
  });
  const flaws: EstateGap[] = [];
  if (!flowLog.isEnabled) flaws.push(flaw("disabled", `the flow log of ${short(target.id)} is disabled`));
  if (flowLog.deliveryError !== null)
    flaws.push(
      flaw("delivery-failed", `what it logs of ${short(target.id)} is not delivered: ${flowLog.deliveryError}`),
    );
  if (flowLog.filter !== null) flaws.push(flaw("filtered", `only some flows are written: ${flowLog.filter}`));
  if (flowLog.recordTypes !== null && !writesAll(flowLog.recordTypes))
    flaws.push(flaw("filtered", `only records of the kinds ${flowLog.recordTypes} are written`));
  if (destination.kind === "firehose")
    flaws.push(flaw("pushed", `it goes to Firehose, which has to send it here: ${destination.stream}`));
  return flaws;
}

/** Azure's ids are long, and the place is told beside it. */
function short(id: string): string {
  return id.split("/").at(-1) ?? id;
}

function writesAll(recordTypes: string): boolean {
  return ["B", "C", "E", "D"].every((kind) => recordTypes.toUpperCase().includes(kind));
}
