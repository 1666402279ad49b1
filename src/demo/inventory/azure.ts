import { Random } from "../random.ts";
import type { Estate } from "../world/estate.ts";
import type { AzureHost, Subnet, Vnet } from "../world/hosts.ts";
import { nsgRules, type NsgRule } from "../world/nsg-rules.ts";
import { publicAddressOf } from "./public-addresses.ts";

const group = (network: Vnet): string => `/subscriptions/${network.subscription}/resourceGroups/rg-${network.name}`;
const nicId = (host: AzureHost): string =>
  `${group(host.network)}/providers/Microsoft.Network/networkInterfaces/${host.name}-nic`;
const hostsOf = (estate: Estate, network: Vnet): AzureHost[] =>
  estate.azure.hosts.filter((host) => host.network === network);
const subnetsOf = (estate: Estate, network: Vnet): Subnet[] => [
  ...new Set(hostsOf(estate, network).map(({ subnet }) => subnet)),
];

/** `az network vnet list`. */
export function vnetList(estate: Estate): object[] {
  return estate.azure.vnets.map((network) => ({
    id: network.id,
    name: `vnet-${network.name}`,
    type: "Microsoft.Network/virtualNetworks",
    location: network.region,
    resourceGroup: `rg-${network.name}`,
    addressSpace: { addressPrefixes: [network.cidr] },
    subnets: subnetsOf(estate, network).map((subnet) => ({
      id: subnet.id,
      name: subnet.name,
      addressPrefix: subnet.cidr,
      networkSecurityGroup: { id: subnet.acl },
    })),
    tags: { name: network.name },
  }));
}

/** `az network nic list`. */
export function nicList(estate: Estate): object[] {
  return estate.azure.hosts.map((host) => ({
    id: nicId(host),
    name: `${host.name}-nic`,
    type: "Microsoft.Network/networkInterfaces",
    location: host.network.region,
    resourceGroup: `rg-${host.network.name}`,
    macAddress: host.mac.match(/../g)?.join("-"),
    primary: true,
    nicType: "Standard",
    ipConfigurations: [
      {
        name: "ipconfig1",
        primary: true,
        privateIPAddress: host.ip,
        privateIPAddressVersion: "IPv4",
        privateIPAllocationMethod: "Static",
        subnet: { id: host.subnet.id },
        publicIPAddress: publicAddress(estate, host),
      },
    ],
    networkSecurityGroup: null,
    virtualMachine: { id: `${group(host.network)}/providers/Microsoft.Compute/virtualMachines/${host.name}` },
    tags: { name: host.name, role: host.role },
  }));
}

function publicAddress(estate: Estate, host: AzureHost): object | null {
  const ipAddress = publicAddressOf(estate, host);
  const id = `${group(host.network)}/providers/Microsoft.Network/publicIPAddresses/${host.name}-ip`;
  return ipAddress === null ? null : { id, ipAddress };
}

/** `az network nsg list`: each subnet has one. */
export function nsgList(estate: Estate): object[] {
  return estate.azure.vnets.flatMap((network) =>
    subnetsOf(estate, network).map((subnet) => {
      const rules = nsgRules(network.name, subnet.name);
      return {
        id: subnet.acl,
        name: subnet.acl.slice(subnet.acl.lastIndexOf("/") + 1),
        type: "Microsoft.Network/networkSecurityGroups",
        location: network.region,
        resourceGroup: `rg-${network.name}`,
        resourceGuid: new Random("nsg", subnet.acl).guid(),
        securityRules: rules.filter(({ isDefault }) => !isDefault).map(describeRule),
        defaultSecurityRules: rules.filter(({ isDefault }) => isDefault).map(describeRule),
        networkInterfaces: null,
        subnets: [{ id: subnet.id }],
      };
    }),
  );
}

function describeRule({ name, priority, inbound, allow, protocol, far, port }: NsgRule): object {
  const [prefix, prefixes] = far.length === 1 ? [far[0], []] : ["", far];
  const farEnd = inbound ? "source" : "destination";
  const nearEnd = inbound ? "destination" : "source";
  return {
    name,
    priority,
    direction: inbound ? "Inbound" : "Outbound",
    access: allow ? "Allow" : "Deny",
    protocol,
    [`${farEnd}AddressPrefix`]: prefix,
    [`${farEnd}AddressPrefixes`]: prefixes,
    // Azure's own rules for traffic inside have the network at both ends.
    [`${nearEnd}AddressPrefix`]: far[0] === "VirtualNetwork" && port === null ? "VirtualNetwork" : "*",
    [`${nearEnd}AddressPrefixes`]: [],
    sourcePortRange: "*",
    sourcePortRanges: [],
    destinationPortRange: port === null ? "*" : String(port),
    destinationPortRanges: [],
  };
}

/** `az account list`. */
export function accountList(estate: Estate): object[] {
  const names = new Map<string, string>();
  for (const { subscription, name } of estate.azure.vnets) names.set(subscription, names.get(subscription) ?? name);
  return [...names].map(([id, name], at) => ({
    id,
    name: `sub-${name}`,
    cloudName: "AzureCloud",
    isDefault: at === 0,
    state: "Enabled",
    tenantId: new Random("tenant", [...names.keys()].join()).guid(),
  }));
}
