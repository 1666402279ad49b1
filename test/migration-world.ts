import { guid, nsgId, START } from "./graded-logs.ts";

/** A world on its way from NSG to VNet flow logs: what is missing, and every known difference once. */
const azure = "/subscriptions/0A1B2C3D-0000-4000-8000-00000000ABCD/resourceGroups/apps/providers/Microsoft.Network";
export const BOTH = "000D3A000001";
/** At an NSG whose other interface has no successor, in the /24 of one that has. */
export const BESIDE = "000D3A000002";
export const ALONE = "000D3A000003";
/** Its NSG flow log stopped when the VNet flow log began. */
export const STOPPED = "000D3A000004";

const HOURS = 4;
const LONG = `a-rule-that-somebody-gave-a-name-of-much-more-than-sixty-five-characters-${"x".repeat(20)}`;
const ADMIN = "Block_456b4993-6e57-4e46-aa4d-81767afff09c";

interface Seen {
  /** Seconds after the start. */
  readonly at: number;
  readonly port: number;
  readonly way?: "I" | "O";
  readonly rule?: string;
  readonly acl?: string;
  readonly protocol?: number;
  readonly denied?: boolean;
  /** Packets and bytes there, packets and bytes back; none: a beginning without an end. */
  readonly counters?: string;
}

interface Pair {
  /** The difference that it stands for. */
  readonly code: string;
  readonly nsg?: Partial<Seen>;
  readonly vnet?: Partial<Seen>;
}

const COUNTERS = "3,300,2,200";

/** Connections of the interface that both watch, each another difference. */
const pairs: readonly Pair[] = [
  { code: "same", nsg: {}, vnet: {} },
  { code: "same", nsg: { denied: true }, vnet: { denied: true } },
  { code: "stateless", nsg: { way: "I", counters: "" }, vnet: { way: "I" } },
  { code: "stateless", nsg: { counters: "3,300,0,0" }, vnet: {} },
  { code: "encapsulation", nsg: {}, vnet: { counters: "3,300,2,284" } },
  { code: "platform", vnet: { rule: "PlatformRule", acl: "00000000-0000-0000-0000-000000000000" } },
  { code: "admin", vnet: { rule: ADMIN, acl: guid("7"), denied: true } },
  { code: "encryption", vnet: { rule: "unspecified", acl: "unspecified", denied: true } },
  { code: "protocol", vnet: { protocol: 50 } },
  { code: "truncated", nsg: { rule: `UserRule_${LONG}`.slice(0, 65) }, vnet: { rule: `UserRule_${LONG}` } },
  { code: "other-nsg", nsg: {}, vnet: { rule: "UserRule_subnet", acl: `${azure}/networkSecurityGroups/subnet` } },
  { code: "nsg-silent", vnet: { at: 2.5 * 3600 } },
  { code: "edge", vnet: { at: 60 } },
  { code: "edge", nsg: { at: HOURS * 3600 - 60 } },
  { code: "only-vnet", vnet: {} },
  { code: "only-nsg", nsg: {} },
  { code: "verdict", nsg: {}, vnet: { denied: true } },
  { code: "rule", nsg: {}, vnet: { rule: "UserRule_another" } },
  { code: "bytes", nsg: {}, vnet: { counters: "9,9000,2,200" } },
];

/** Difference → connections of it, as the two logs of {@link BOTH} should tell it. */
export const expected: Readonly<Record<string, number>> = Object.fromEntries(
  [...new Set(pairs.map(({ code }) => code))].map((code) => [code, pairs.filter((pair) => pair.code === code).length]),
);

const sides = (side: "nsg" | "vnet"): Seen[] => [
  { at: 0, port: 1 },
  ...pairs.flatMap((pair, number): Seen[] => {
    const own = pair[side];
    return own === undefined ? [] : [{ at: 1200 + number, port: 1000 + number, ...own }];
  }),
  { at: HOURS * 3600, port: 2 },
];

function nsgRecords(resource: string, mac: string, seen: readonly Seen[]): object[] {
  return seen.map(({ at, port, way = "O", rule = "UserRule_web", denied = false, counters = COUNTERS }) => {
    const start = `${START + at},10.1.0.4,10.1.1.5,${port},443,T,${way}`;
    const tuples = denied
      ? [`${start},D,B,,,,`]
      : [`${start},A,B,,,,`, ...(counters === "" ? [] : [`${start},A,E,${counters}`])];
    return {
      time: new Date((START + at + 30) * 1000).toISOString(),
      systemId: "66666666-7777-4888-8999-aaaaaaaaaaaa",
      macAddress: mac,
      category: "NetworkSecurityGroupFlowEvent",
      resourceId: resource,
      operationName: "NetworkSecurityGroupFlowEvents",
      properties: { Version: 2, flows: [{ rule, flows: [{ mac, flowTuples: tuples }] }] },
    };
  });
}

function vnetRecords(digit: string, mac: string, seen: readonly Seen[], source = "10.1.0.4"): object[] {
  return seen.map(
    ({
      at,
      port,
      way = "O",
      rule = "UserRule_web",
      acl = nsgId("both"),
      protocol = 6,
      denied = false,
      counters = COUNTERS,
    }) => {
      const start = `${(START + at) * 1000},${source},10.1.1.5,${port},443,${protocol},${way}`;
      const tuples = denied ? [`${start},D,NX,0,0,0,0`] : [`${start},B,NX,0,0,0,0`, `${start},E,NX,${counters}`];
      return {
        time: new Date((START + at + 30) * 1000).toISOString(),
        flowLogVersion: 4,
        flowLogGUID: guid(digit),
        macAddress: mac,
        category: "FlowLogFlowEvent",
        flowLogResourceID: `${azure}/networkWatchers/NetworkWatcher_westeurope/flowLogs/web`.toUpperCase(),
        targetResourceID: `${azure}/virtualNetworks/web`,
        operationName: "FlowLogFlowEvent",
        flowRecords: { flows: [{ aclID: acl, flowGroups: [{ rule, flowTuples: tuples }] }] },
      };
    },
  );
}

const steady: readonly Seen[] = [
  { at: 0, port: 1 },
  { at: 3600, port: 2 },
];
const file = (records: readonly object[]): string => JSON.stringify({ records });

export const migrationFiles: Readonly<Record<string, string>> = {
  // In the third hour the NSG flow log says nothing.
  "nsg-both.json": file(nsgRecords(nsgId("both"), BOTH, sides("nsg"))),
  "nsg-beside.json": file(nsgRecords(nsgId("both"), BESIDE, steady)),
  "nsg-alone.json": file(nsgRecords(nsgId("alone"), ALONE, steady)),
  "nsg-stopped.json": file(nsgRecords(nsgId("stopped"), STOPPED, steady)),
  "vnet-both.json": file(vnetRecords("5", BOTH, sides("vnet"))),
  "vnet-stopped.json": file(
    vnetRecords(
      "5",
      STOPPED,
      [
        { at: 3600, port: 2 },
        { at: HOURS * 3600, port: 9 },
      ],
      "10.9.0.4",
    ),
  ),
};

/** What each NSG flow log has in its place. */
export const successors = [
  { flow_log: nsgId("alone"), state: "none", missing: [ALONE], beside_logged: [ALONE], successors: [], silent: false },
  {
    flow_log: nsgId("both"),
    state: "partly",
    missing: [BESIDE],
    beside_logged: [BESIDE],
    successors: [guid("5")],
    silent: false,
  },
  { flow_log: nsgId("stopped"), state: "whole", missing: [], beside_logged: [], successors: [guid("5")], silent: true },
];
