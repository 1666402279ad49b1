import { Random } from "../random.ts";
import { securityGroups, type SecurityGroup } from "./aws-rules.ts";
import { networkAcls, type NetworkAcl } from "./network-acls.ts";
import { buildAwsNetworks, type AwsNetworks } from "./aws-networks.ts";
import { buildAzureNetworks, type AzureNetworks } from "./azure-networks.ts";
import {
  outsider,
  type AwsFlowLog,
  type AwsHost,
  type AzureHost,
  type Host,
  type Outsider,
  type Role,
} from "./hosts.ts";

/** The company whose clouds are logged, and the internet around it. The same seed builds the same estate. */
export interface Estate {
  readonly aws: AwsNetworks;
  readonly azure: AzureNetworks;
  readonly hosts: readonly Host[];
  readonly awsFlowLogs: readonly AwsFlowLog[];
  readonly securityGroups: readonly SecurityGroup[];
  readonly networkAcls: readonly NetworkAcl[];
  /** People in the office: they reach both clouds through VPNs of their own. */
  readonly office: readonly Outsider[];
  /** Customers, most frequent first. */
  readonly customers: readonly Outsider[];
  /** Sources of background noise: scanners and broken machines of the internet. */
  readonly scanners: readonly Outsider[];
  readonly services: Services;
}

/** Things on the internet that the company uses. */
interface Services {
  readonly objectStorage: readonly Outsider[];
  readonly packages: readonly Outsider[];
  readonly acquirers: readonly Outsider[];
  readonly cloudApi: readonly Outsider[];
  readonly websites: readonly Outsider[];
  readonly timeServers: readonly Outsider[];
  /** Azure's own address inside every virtual network: probes, DNS, agents. */
  readonly azurePlatform: Outsider;
}

export function buildEstate(seed: number): Estate {
  const aws = buildAwsNetworks(new Random(seed, "aws networks"));
  const azure = buildAzureNetworks(new Random(seed, "azure networks"));
  const random = new Random(seed, "outsiders");
  return {
    aws,
    azure,
    hosts: [...aws.hosts, ...azure.hosts],
    awsFlowLogs: [...aws.vpcs.map((vpc) => vpc.flowLog), aws.transit.flowLog],
    securityGroups: securityGroups(aws.vpcs),
    networkAcls: networkAcls(aws.vpcs, aws.hosts),
    office: Array.from({ length: 24 }, (_, at) => outsider("office", `192.168.10.${20 + at}`)),
    customers: customers(random),
    scanners: scanners(random),
    services: services(),
  };
}

function customers(random: Random): Outsider[] {
  return Array.from({ length: 600 }, (_, at) => {
    const group = (): string => random.between(0x1000, 0xffff).toString(16);
    if (at % 6 === 5) return outsider("internet", `2001:db8:${group()}:${group()}::${group()}`);
    return outsider("internet", `${at % 2 === 0 ? "203.0.113" : "198.51.100"}.${1 + ((at * 37) % 254)}`);
  });
}

function scanners(random: Random): Outsider[] {
  return Array.from({ length: 300 }, (_, at) => {
    if (at % 3 === 0) return outsider("internet", `192.0.2.${random.between(1, 254)}`);
    // Addresses of well-known hosters, where much of the real noise comes from.
    const network = random.pick(["45.33", "138.68", "159.65", "167.99", "139.59", "165.22"]);
    return outsider("internet", `${network}.${random.between(1, 254)}.${random.between(1, 254)}`);
  });
}

function services(): Services {
  const list = (service: string, ...addresses: string[]): Outsider[] =>
    addresses.map((address) => outsider("internet", address, service));
  return {
    objectStorage: list("S3", "52.219.169.10", "52.219.169.42", "52.219.170.66"),
    packages: list("-", "151.101.2.132", "151.101.66.132", "185.125.190.36"),
    acquirers: list("-", "203.0.113.200", "203.0.113.201"),
    cloudApi: list("AMAZON", "52.94.204.10", "52.94.205.33", "52.119.188.21"),
    websites: list("-", "198.51.100.210", "198.51.100.211", "13.107.42.14", "13.107.136.9", "140.82.121.4"),
    timeServers: list("-", "192.0.2.123", "192.0.2.124"),
    azurePlatform: outsider("platform", "168.63.129.16"),
  };
}

/** The hosts of one role, in the order they were built. Fails when there is none: a story that needs one would be silent. */
function withRole<Kind extends Host>(hosts: readonly Kind[], role: Role): readonly Kind[] {
  const found = hosts.filter((host) => host.role === role);
  if (found.length === 0) throw new RangeError(`The demo world has no host with the role ${role}.`);
  return found;
}

/** One host by its name. */
export function hostNamed(estate: Estate, name: string): Host {
  const host = estate.hosts.find((candidate) => candidate.name === name);
  if (host === undefined) throw new RangeError(`The demo world has no host named ${name}.`);
  return host;
}

/** The hosts of one network that have a role. */
export function awsRole(estate: Estate, network: string, role: Role): readonly AwsHost[] {
  return withRole(
    estate.aws.hosts.filter((host) => host.network.name === network),
    role,
  );
}

/** The hosts of one virtual network of Azure that have a role. */
export function azureRole(estate: Estate, network: string, role: Role): readonly AzureHost[] {
  return withRole(
    estate.azure.hosts.filter((host) => host.network.name === network),
    role,
  );
}
