import type { DemoTruth, Provider, TruthHost, TruthNetwork } from "./truth.ts";
import type { Estate } from "./world/estate.ts";
import type { Host, Vnet, Vpc } from "./world/hosts.ts";

/** The estate as `truth.json` tells it. */
export function describeWorld(estate: Estate): DemoTruth["world"] {
  const networks = [...estate.aws.vpcs, ...estate.azure.vnets].map((network) => describeNetwork(network, estate));
  const accounts = new Map(networks.map(({ provider, account }) => [account, { provider, id: account }]));
  return { accounts: [...accounts.values()], networks, hosts: estate.hosts.map(describeHost) };
}

function describeNetwork(network: Vpc | Vnet, estate: Estate): TruthNetwork {
  const subnets = new Map(
    estate.hosts.filter((host) => host.network === network).map(({ subnet }) => [subnet.id, subnet]),
  );
  const provider: Provider = network.kind === "vpc" ? "aws" : "azure";
  return {
    provider,
    id: network.id,
    name: network.name,
    account: network.kind === "vpc" ? network.account : network.subscription,
    region: network.region,
    cidr: network.cidr,
    flowLog: network.kind === "vpc" ? network.flowLog.id : network.flowLog.guid,
    logType: network.flowLog.logType,
    subnets: [...subnets.values()].map(({ id, name, cidr }) => ({ id, name, cidr })),
  };
}

function describeHost(host: Host): TruthHost {
  return {
    name: host.name,
    role: host.role,
    provider: host.kind,
    network: host.network.id,
    subnet: host.subnet.id,
    ip: host.ip,
    ip6: host.kind === "aws" ? host.ip6 : null,
    interface: host.kind === "aws" ? host.eni : host.mac,
    instance: host.kind === "aws" ? host.instance : null,
    public: host.isPublic,
  };
}
