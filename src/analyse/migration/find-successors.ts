import type { NsgLog } from "./migration-types.ts";
import type { InterfaceInLog } from "./read-interfaces.ts";

/** Later than this after its NSG flow log's last record, a VNet flow log's record means that the other stopped. */
const SILENCE = 3_600_000_000;

/** Which NSG flow logs have a successor: by interface, and where an interface has none, by what its neighbours have. */
export function findSuccessors(all: readonly InterfaceInLog[]): NsgLog[] {
  const vnet = all.filter(({ isNsg }) => !isNsg);
  const byInterface = groupBy(vnet, ({ observer }) => observer);
  const loggedBlocks = new Set(vnet.flatMap(({ blocks }) => blocks));
  const logs = [
    ...groupBy(
      all.filter(({ isNsg }) => isNsg),
      ({ flowLog }) => flowLog,
    ),
  ].map(([flowLog, own]): NsgLog => {
    const missing = own.filter(({ observer }) => !byInterface.has(observer));
    const inVnet = own.flatMap(({ observer }) => byInterface.get(observer) ?? []);
    const last = Math.max(...own.map((each) => each.last));
    const newest = Math.max(...inVnet.map((each) => each.last));
    return {
      flowLog,
      records: own.reduce((sum, { records }) => sum + records, 0),
      last,
      state: missing.length === 0 ? "whole" : missing.length === own.length ? "none" : "partly",
      interfaces: own.length,
      missing: missing.map(({ observer }) => observer),
      besideLogged: missing
        .filter(({ blocks }) => blocks.some((block) => loggedBlocks.has(block)))
        .map(({ observer }) => observer),
      successors: [...new Set(inVnet.map((each) => each.flowLog))].toSorted(),
      silentSince: newest - last > SILENCE ? last : null,
    };
  });
  const order = { none: 0, partly: 1, whole: 2 } as const;
  return logs.toSorted((a, b) => order[a.state] - order[b.state] || (a.flowLog < b.flowLog ? -1 : 1));
}

/** Items by key, in the order in which keys are first met. */
export function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}
