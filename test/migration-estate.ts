import { azureResource, flowLogResource, type AzureResource, type FlowLogFacts } from "./clouds/azure-resources.ts";
import type { AzureSubscription } from "./clouds/fake-arm.ts";
import { BESIDE, BOTH, ALONE, STOPPED } from "./migration-world.ts";

/** What the control plane says of the world of `migration-world.ts`, and of another subscription beside it. */
const main = "0a1b2c3d-0000-4000-8000-00000000abcd";
const lab = "0a1b2c3d-0000-4000-8000-00000000beef";
const region = "westeurope";

const id = (type: string, name: string, subscription = main): string =>
  azureResource({ subscription, resourceGroup: "apps" }, `Microsoft.Network/${type}`, name, {}).id;
const nsg = (name: string): { id: string } => ({ id: id("networkSecurityGroups", name) });

interface Subnet {
  readonly name: string;
  readonly networkSecurityGroup?: { readonly id: string };
}

function network(name: string, subnets: readonly Subnet[], subscription = main): AzureResource {
  return azureResource({ subscription, resourceGroup: "apps" }, "Microsoft.Network/virtualNetworks", name, {
    addressSpace: { addressPrefixes: ["10.1.0.0/16"] },
    subnets: subnets.map(({ name: subnet, ...properties }) => ({
      id: id("virtualNetworks/subnets", `${name}/${subnet}`, subscription),
      name: subnet,
      properties: { addressPrefix: "10.1.0.0/24", ...properties },
    })),
  });
}

/** @param mac as records have it; Azure's control plane puts hyphens between its bytes */
function nic(name: string, mac: string, subnet: string, own?: string): AzureResource {
  return azureResource({ subscription: main, resourceGroup: "apps" }, "Microsoft.Network/networkInterfaces", name, {
    macAddress: (mac.match(/../g) ?? []).join("-"),
    ipConfigurations: [{ properties: { subnet: { id: id("virtualNetworks/subnets", subnet) } } }],
    ...(own !== undefined && { networkSecurityGroup: nsg(own) }),
  });
}

function flowLog(name: string, target: string, facts: Partial<FlowLogFacts> = {}, subscription = main): AzureResource {
  const about = { kind: "vnet", form: "arm", subscription, resourceGroup: "apps", region, name, guid: "" } as const;
  const account = { subscription, resourceGroup: "logs" };
  const storageId = azureResource(account, "Microsoft.Storage/storageAccounts", "nwlogs", {}).id;
  // The records of that world say so.
  const id = azureResource(
    { subscription, resourceGroup: "apps" },
    "Microsoft.Network/networkWatchers/flowLogs",
    `NetworkWatcher_${region}/${name}`,
    {},
  ).id;
  return { ...flowLogResource(about, { targetResourceId: target, storageId, ...facts }), id };
}

export const estateSubscriptions: readonly AzureSubscription[] = [
  { id: main, name: "production" },
  { id: lab, name: "laboratory" },
];

export const estateResources: readonly AzureResource[] = [
  network("web", [
    { name: "front", networkSecurityGroup: nsg("both") },
    { name: "back", networkSecurityGroup: nsg("stopped") },
  ]),
  network("old", [{ name: "only", networkSecurityGroup: nsg("alone") }, { name: "dmz" }]),
  nic("both-nic", BOTH, "web/front"),
  nic("beside-nic", BESIDE, "web/front"),
  // Switched off: it is there, and wrote nothing.
  nic("off-nic", "000D3A0000FF", "old/dmz", "both"),
  nic("alone-nic", ALONE, "old/only"),
  nic("stopped-nic", STOPPED, "web/back"),
  flowLog("web", id("virtualNetworks", "web")),
  flowLog("nsg-both", nsg("both").id),
  flowLog("nsg-alone", nsg("alone").id),
  flowLog("nsg-stopped", nsg("stopped").id, { enabled: false }),
  flowLog("nsg-quiet", nsg("quiet").id),
  network("lab", [{ name: "a" }], lab),
  network("bare", [{ name: "b" }], lab),
  flowLog(
    "lab",
    id("virtualNetworks", "lab", lab),
    { recordTypes: "D", enabledFilteringCriteria: "dstPort=443", retentionDays: 7 },
    lab,
  ),
  flowLog("dark", id("virtualNetworks", "bare", lab), { enabled: false }, lab),
];
