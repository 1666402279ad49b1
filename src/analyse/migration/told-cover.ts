import type { ToldFlowLog, ToldInterface } from "#model/told-flow-log.js";

/** What control planes say of an estate. */
export interface ToldEstate {
  readonly interfaces: readonly ToldInterface[];
  readonly flowLogs: readonly ToldFlowLog[];
}

/** What is behind an NSG, and which flow logs of networks, subnets and interfaces cover it, by how they are set up. */
export interface ToldCover {
  /** When it was told, milliseconds since 1970. */
  readonly atMs: number;
  /** Subnets and interfaces that the NSG decides for; of an interface in several subnets: once. */
  readonly subnets: readonly string[];
  readonly interfaces: number;
  /** Ids of those that no such flow log covers that is enabled. */
  readonly uncovered: readonly string[];
  /** MAC addresses of all that are told, and of those that one covers. */
  readonly macs: readonly string[];
  readonly coveredMacs: readonly string[];
  /** Ids of the flow logs that cover some. */
  readonly flowLogs: readonly string[];
}

/** What is told of one NSG; undefined where nothing was. */
export function toldCover(group: string, { interfaces, flowLogs }: ToldEstate): ToldCover | undefined {
  const own = flowLogs.find(({ target, goneMs }) => target === group && goneMs === null);
  const members = interfaces.filter(({ ownGroup, subnetGroup }) => ownGroup === group || subnetGroup === group);
  // Where no interface of its subscription was told, none behind it says nothing.
  const [, account] = /^\/subscriptions\/([^/]+)/.exec(group) ?? [];
  if (members.length === 0 && !interfaces.some((each) => each.account === account)) return undefined;
  if (own === undefined && members.length === 0) return undefined;
  const targets = new Map(
    flowLogs
      .filter(({ provider, isEnabled, goneMs, targetKind }) => {
        const isThere = provider === "azure" && isEnabled && goneMs === null;
        return isThere && targetKind !== "security-group";
      })
      .map((flowLog) => [flowLog.target, flowLog]),
  );
  const byId = new Map<string, ToldFlowLog[]>();
  for (const { id, subnet, network } of members) {
    const found = [id, subnet, network].flatMap((target) => targets.get(target) ?? []);
    byId.set(id, [...(byId.get(id) ?? []), ...found]);
  }
  const covering = [...byId.values()].flat();
  const asked = own === undefined ? covering : [own, ...covering];
  const all = asked.length > 0 ? asked : flowLogs;
  return {
    atMs: Math.min(...all.map(({ toldMs }) => toldMs)),
    subnets: [...new Set(members.map(({ subnet }) => subnet))].toSorted(),
    interfaces: byId.size,
    uncovered: [...byId].filter(([, found]) => found.length === 0).map(([id]) => id),
    macs: [...new Set(members.flatMap(({ mac }) => mac ?? []))],
    coveredMacs: [
      ...new Set(members.flatMap(({ id, mac }) => (mac !== null && (byId.get(id) ?? []).length > 0 ? mac : []))),
    ],
    flowLogs: [...new Set(covering.map(({ id }) => id))].toSorted(),
  };
}
