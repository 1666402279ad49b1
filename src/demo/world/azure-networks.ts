import type { Random } from "../random.ts";
import type { AzureFlowLog, AzureHost, Role, Subnet, Vnet } from "./hosts.ts";

/** The Azure half of the estate. */
export interface AzureNetworks {
  readonly vnets: readonly Vnet[];
  readonly hosts: readonly AzureHost[];
}

type HostRow = readonly [subnet: string, prefix: string, role: Role, count: number, traits?: "public"];

const corpHosts: readonly HostRow[] = [
  ["edge", "portal", "web", 1, "public"],
  ["directory", "ad", "directory", 2],
  ["files", "file", "file", 1],
  ["desktops", "vdi", "workstation", 8],
  ["erp", "erp", "erp", 2],
  ["erp", "erp-db", "database", 1],
  ["erp", "corp-spare", "idle", 1],
];
const analyticsHosts: readonly HostRow[] = [
  ["warehouse", "dwh", "warehouse", 1],
  ["warehouse", "etl", "batch", 1],
  ["reports", "bi", "app", 2],
  ["vault", "backup", "backup", 2],
];
const legacyHosts: readonly HostRow[] = [
  ["front", "shop", "web", 2, "public"],
  ["back", "shop-db", "database", 1],
];

export function buildAzureNetworks(random: Random): AzureNetworks {
  const main = random.guid();
  const second = random.guid();
  const corp = vnet(random, { name: "corp", subscription: main, prefix: "10.60", region: "westeurope" });
  const analytics = vnet(random, { name: "analytics", subscription: second, prefix: "10.62", region: "westeurope" });
  const legacy = vnet(
    random,
    { name: "legacy", subscription: second, prefix: "10.64", region: "northeurope" },
    "azure_nsg",
  );
  return {
    vnets: [corp, analytics, legacy],
    hosts: [
      ...hostsOf(random, corp, corpHosts),
      ...hostsOf(random, analytics, analyticsHosts),
      ...hostsOf(random, legacy, legacyHosts),
    ],
  };
}

interface VnetPlan {
  readonly name: string;
  readonly subscription: string;
  readonly prefix: string;
  readonly region: string;
}

const group = (plan: { name: string; subscription: string }): string =>
  `/subscriptions/${plan.subscription}/resourceGroups/rg-${plan.name}/providers/Microsoft.Network`;

function vnet(random: Random, plan: VnetPlan, logType: AzureFlowLog["logType"] = "azure_vnet"): Vnet {
  const id = `${group(plan)}/virtualNetworks/vnet-${plan.name}`;
  const name = `vnet-${plan.name}-rg-${plan.name}-flowlog`;
  const watcher = `/subscriptions/${plan.subscription}/resourceGroups/NetworkWatcherRG/providers/Microsoft.Network/networkWatchers`;
  return {
    kind: "vnet",
    id,
    name: plan.name,
    subscription: plan.subscription,
    region: plan.region,
    cidr: `${plan.prefix}.0.0/16`,
    flowLog: {
      logType,
      guid: random.guid(),
      name,
      resourceId: `${watcher}/NetworkWatcher_${plan.region}/flowLogs/${name}`.toUpperCase(),
      targetId: id,
    },
  };
}

function hostsOf(random: Random, network: Vnet, rows: readonly HostRow[]): AzureHost[] {
  const subnets = new Map<string, Subnet>();
  const used = new Map<string, number>();
  const prefix = network.cidr.split(".").slice(0, 2).join(".");
  return rows.flatMap(([subnetName, hostName, role, count, traits]) => {
    const subnet = subnets.get(subnetName) ?? newSubnet(network, subnetName, `${prefix}.${subnets.size + 1}`);
    subnets.set(subnetName, subnet);
    return Array.from({ length: count }, (_, at): AzureHost => {
      const lastByte = (used.get(subnetName) ?? 3) + 1;
      used.set(subnetName, lastByte);
      return {
        kind: "azure",
        name: count === 1 ? hostName : `${hostName}-${at + 1}`,
        role,
        ip: subnet.cidr.replace("0/24", String(lastByte)),
        subnet,
        isPublic: traits === "public",
        network,
        mac: `${random.pick(["000D3A", "6045BD", "002248"])}${random.hex(6).toUpperCase()}`,
      };
    });
  });
}

function newSubnet(network: Vnet, name: string, prefix: string): Subnet {
  return {
    id: `${network.id}/subnets/${name}`,
    name,
    cidr: `${prefix}.0/24`,
    az: "-",
    acl: `${group(network)}/networkSecurityGroups/nsg-${network.name}-${name}`,
  };
}
