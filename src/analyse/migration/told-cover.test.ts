import { expect, it } from "vitest";
import type { ToldFlowLog } from "#model/told-flow-log.js";
import { findSuccessors } from "./find-successors.ts";
import type { InterfaceInLog } from "./read-interfaces.ts";
import type { ToldInterface } from "#model/told-flow-log.js";
import { toldCover, type ToldEstate } from "./told-cover.ts";

const GROUP = "/subscriptions/s/nsg/web";
const face = (id: string, change: Partial<ToldInterface> = {}): ToldInterface => ({
  id,
  subnet: "subnet-1",
  network: "net-1",
  account: "s",
  mac: id.toUpperCase(),
  ownGroup: null,
  subnetGroup: GROUP,
  ...change,
});
const log = (target: string, change: Partial<ToldFlowLog> = {}): ToldFlowLog =>
  ({
    provider: "azure",
    id: `log of ${target}`,
    target,
    targetKind: "network",
    isEnabled: true,
    goneMs: null,
    toldMs: 5,
    ...change,
  }) as ToldFlowLog;

function covered(estate: Partial<ToldEstate>): unknown {
  const found = toldCover(GROUP, { interfaces: [face("a"), face("b")], flowLogs: [], ...estate });
  return found && [found.interfaces, found.uncovered];
}

it.each([
  ["its network's flow log", [log("net-1")], []],
  ["its subnet's", [log("subnet-1", { targetKind: "subnet" })], []],
  ["its own, and not its neighbour's", [log("b", { targetKind: "interface" })], ["a"]],
  ["none that is disabled", [log("net-1", { isEnabled: false })], ["a", "b"]],
  ["none that is gone", [log("net-1", { goneMs: 1 })], ["a", "b"]],
  ["none of an NSG", [log(GROUP, { targetKind: "security-group" })], ["a", "b"]],
] as const)("an interface is covered by %s", (_, flowLogs, uncovered) => {
  expect(covered({ flowLogs })).toEqual([2, uncovered]);
});

it("counts an interface once, whose NSG is its own or its subnet's", () => {
  const twice = [face("a"), face("a", { subnet: "subnet-2" }), face("b", { ownGroup: GROUP, subnetGroup: null })];
  expect(covered({ interfaces: twice, flowLogs: [log("subnet-2", { targetKind: "subnet" })] })).toEqual([2, ["b"]]);
});

it("an NSG without an interface has none only where the interfaces of its subscription were told", () => {
  const own = [log(GROUP, { targetKind: "security-group" })];
  expect(covered({ interfaces: [], flowLogs: own })).toBeUndefined();
  expect(covered({ interfaces: [face("x", { subnetGroup: "other" })], flowLogs: own })).toEqual([0, []]);
});

it("decides the state, with records for what Azure does not list; NSG flow logs without a record are there, too", () => {
  const wrote = (observer: string, isNsg: boolean): InterfaceInLog => ({
    observer,
    flowLog: isNsg ? GROUP.toUpperCase() : "guid",
    isNsg,
    records: 1,
    first: 1,
    last: 2,
    blocks: ["10.0.0.0/24"],
  });
  const states = (written: readonly InterfaceInLog[], flowLogs: readonly ToldFlowLog[]): unknown =>
    findSuccessors(written, { interfaces: [face("a"), face("b")], flowLogs }).map(
      ({ state, besideLogged, records, told }) => [state, besideLogged.length, records, told !== null],
    );
  const nsg = log(GROUP, { targetKind: "security-group" });
  // By records it would be partly, with a guess about its neighbour.
  expect(states([wrote("A", true), wrote("B", true), wrote("A", false)], [nsg, log("net-1")])).toEqual([
    ["whole", 0, 2, true],
  ]);
  expect(states([wrote("A", true), wrote("A", false)], [nsg])).toEqual([["none", 0, 1, true]]);
  // A scale set's interface.
  expect(states([wrote("A", true), wrote("V", true)], [nsg, log("net-1")])).toEqual([["partly", 0, 2, true]]);
  expect(states([], [nsg])).toEqual([["none", 0, 0, true]]);
  expect(findSuccessors([wrote("A", true), wrote("C", false)], { interfaces: [], flowLogs: [] })).toMatchObject([
    { state: "none", told: null, besideLogged: ["A"] },
  ]);
});
