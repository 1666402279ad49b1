import { expect, it } from "vitest";
import type { ToldFlowLog } from "#model/told-flow-log.js";
import { toldCover, type ToldEstate, type ToldInterface } from "./told-cover.ts";

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
