import type { NsgLog, SuccessorState } from "./migration-types.ts";
import type { InterfaceInLog } from "./read-interfaces.ts";
import { toldCover, type ToldCover, type ToldEstate } from "./told-cover.ts";

/** Later than this after its NSG flow log's last record, a VNet flow log's record means that the other stopped. */
const SILENCE = 3_600_000_000;

/**
 * Which NSG flow logs have a successor. Where the control plane told what is behind an NSG, by what covers that; else by the
 * interfaces that wrote, and where one has none, by what its neighbours have.
 */
export function findSuccessors(all: readonly InterfaceInLog[], told: ToldEstate): NsgLog[] {
  const written = [
    ...groupBy(
      all.filter(({ isNsg }) => isNsg),
      ({ flowLog }) => flowLog,
    ),
  ].map(([flowLog, own]) => writtenLog(flowLog, own, all));
  const known = new Set(written.map(({ flowLog }) => flowLog.toLowerCase()));
  const silent = told.flowLogs
    .filter(({ targetKind, isEnabled, goneMs }) => targetKind === "security-group" && isEnabled && goneMs === null)
    .filter(({ target }) => !known.has(target))
    .map(({ target }) => silentLog(target.toUpperCase()));
  const logs = [...written, ...silent].map((log) => withTold(log, toldCover(log.flowLog.toLowerCase(), told)));
  const order = { none: 0, partly: 1, whole: 2 } as const;
  return logs.toSorted((a, b) => order[a.state] - order[b.state] || (a.flowLog < b.flowLog ? -1 : 1));
}

/** What its records and those of VNet flow logs say. */
function writtenLog(flowLog: string, own: readonly InterfaceInLog[], all: readonly InterfaceInLog[]): NsgLog {
  const vnet = all.filter(({ isNsg }) => !isNsg);
  const byInterface = groupBy(vnet, ({ observer }) => observer);
  const loggedBlocks = new Set(vnet.flatMap(({ blocks }) => blocks));
  const missing = own.filter(({ observer }) => !byInterface.has(observer));
  const inVnet = own.flatMap(({ observer }) => byInterface.get(observer) ?? []);
  const last = Math.max(...own.map((each) => each.last));
  const newest = Math.max(...inVnet.map((each) => each.last));
  return {
    flowLog,
    records: own.reduce((sum, { records }) => sum + records, 0),
    last,
    state: stateOf(missing.length, own.length),
    told: null,
    interfaces: own.length,
    missing: missing.map(({ observer }) => observer),
    besideLogged: missing
      .filter(({ blocks }) => blocks.some((block) => loggedBlocks.has(block)))
      .map(({ observer }) => observer),
    successors: [...new Set(inVnet.map((each) => each.flowLog))].toSorted(),
    silentSince: newest - last > SILENCE ? last : null,
  };
}

/** One that the control plane has, and that wrote nothing in the range. */
function silentLog(flowLog: string): NsgLog {
  const nothing = { missing: [], besideLogged: [], successors: [] };
  return { flowLog, records: 0, last: null, state: "none", told: null, interfaces: 0, ...nothing, silentSince: null };
}

function stateOf(missing: number, all: number): SuccessorState {
  return missing === 0 ? "whole" : missing === all ? "none" : "partly";
}

/**
 * What is told decides; that an interface which is covered has no record yet is told by `missing`. Interfaces of scale sets are not
 * among what Resource Graph lists: of what wrote and is not told, records decide.
 */
function withTold(log: NsgLog, told: ToldCover | undefined): NsgLog {
  if (told === undefined) return log;
  // Nothing is behind it: nothing of it is left to be covered.
  if (told.interfaces === 0) return { ...log, told, state: log.records === 0 ? "whole" : log.state, besideLogged: [] };
  const unlisted = log.missing.filter((mac) => !told.macs.includes(mac)).length;
  const state = stateOf(told.uncovered.length + unlisted, told.interfaces + unlisted);
  return { ...log, told, state, besideLogged: [] };
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
