import type { Random } from "../random.ts";
import { defaultFields, transitFields, versionFiveFields, versionTenFields } from "./formats.ts";
import type { Attachment, AwsFlowLog, AwsHost, Role, Subnet, Vpc } from "./hosts.ts";

/** The AWS half of the estate. */
export interface AwsNetworks {
  readonly vpcs: readonly Vpc[];
  readonly hosts: readonly AwsHost[];
  readonly transit: TransitGateway;
}

/** The transit gateway that joins the VPCs, the office and Azure. */
interface TransitGateway {
  readonly id: string;
  readonly flowLog: AwsFlowLog;
  readonly toAzure: Attachment;
  readonly toOffice: Attachment;
}

const production = "112233445566";
const development = "223344556677";
const region = "eu-central-1";

/** name, role, how many, whether the internet reaches it, whether AWS owns the interface */
type HostRow = readonly [
  subnet: string,
  prefix: string,
  role: Role,
  count: number,
  traits?: "public" | "managed" | "public managed",
];

const prodHosts: readonly HostRow[] = [
  ["public-a", "alb", "load-balancer", 2, "public managed"],
  ["public-a", "nat", "nat-gateway", 1, "managed"],
  ["public-a", "bastion", "bastion", 1, "public"],
  ["web", "web", "web", 4],
  ["app", "app", "app", 4],
  ["data", "db", "database", 2],
  ["data", "cache", "cache", 1],
  ["app", "batch", "batch", 2],
  ["ops", "monitor", "monitoring", 1],
  ["ops", "dns", "dns", 1],
  ["ops", "spare", "idle", 2],
  ["ops", "audit", "scanner", 1],
];
const payHosts: readonly HostRow[] = [
  ["edge", "pay-nat", "nat-gateway", 1, "managed"],
  ["cde", "pay-api", "payment", 2],
  ["cde", "vault", "vault", 1],
  ["cde-data", "pay-db", "database", 1],
  ["cde-data", "pay-spare", "idle", 1],
];
const devHosts: readonly HostRow[] = [
  ["dev", "build", "build", 2, "public"],
  ["dev", "dev", "workstation", 3],
  ["dev", "test-web", "web", 1, "public"],
  ["dev", "dev-spare", "idle", 1],
];

/** Subnets whose route table leads to object storage through the gateway endpoint. The others go through the NAT gateway. */
export function hasStorageEndpoint(subnet: Subnet): boolean {
  return ["web", "app", "data"].includes(subnet.name);
}

export function buildAwsNetworks(random: Random): AwsNetworks {
  const log = (given: Partial<AwsFlowLog> & Pick<AwsFlowLog, "fields" | "version">): AwsFlowLog => ({
    id: `fl-0${random.hex(16)}`,
    logType: "aws_vpc",
    bucket: "acme-flow-logs",
    account: production,
    region,
    windowSeconds: 60,
    hive: false,
    ...given,
  });
  const prod = vpc(random, "prod", "10.20", log({ fields: versionFiveFields, version: 5 }));
  const pay = vpc(random, "payments", "10.40", log({ fields: versionTenFields, version: 10, hive: true }));
  const devLog = {
    bucket: "acme-dev-flow-logs",
    account: development,
    region: "eu-west-1",
    windowSeconds: 600,
  } as const;
  const dev = vpc(random, "dev", "10.30", log({ fields: defaultFields, version: 2, ...devLog }));
  return {
    vpcs: [prod, pay, dev],
    hosts: [...hostsOf(random, prod, prodHosts), ...hostsOf(random, pay, payHosts), ...hostsOf(random, dev, devHosts)],
    transit: {
      id: `tgw-0${random.hex(16)}`,
      flowLog: log({ logType: "aws_tgw", fields: transitFields, version: 6 }),
      toAzure: { id: `tgw-attach-0${random.hex(16)}`, vpc: null },
      toOffice: { id: `tgw-attach-0${random.hex(16)}`, vpc: null },
    },
  };
}

function vpc(random: Random, name: string, prefix: string, flowLog: AwsFlowLog): Vpc {
  const id = `vpc-0${random.hex(16)}`;
  const subnet = `subnet-0${random.hex(16)}`;
  const eni = `eni-0${random.hex(16)}`;
  const attached = { id, account: flowLog.account, subnet, eni, az: azOf(flowLog.region, 1) };
  const attachment: Attachment = {
    id: `tgw-attach-0${random.hex(16)}`,
    // The gateway is in another region: it sees a peering there, whose far side it cannot name.
    vpc: flowLog.region === region ? attached : null,
  };
  return {
    kind: "vpc",
    id,
    name,
    account: flowLog.account,
    region: flowLog.region,
    cidr: `${prefix}.0.0/16`,
    flowLog,
    attachment,
  };
}

const azOf = (region: string, number: number): string => `${region === "eu-west-1" ? "euw1" : "euc1"}-az${number}`;

function hostsOf(random: Random, network: Vpc, rows: readonly HostRow[]): AwsHost[] {
  const subnets = new Map<string, Subnet>();
  const used = new Map<string, number>();
  const hosts: AwsHost[] = [];
  const prefix = network.cidr.split(".").slice(0, 2).join(".");
  for (const [subnetName, hostName, role, count, traits = ""] of rows) {
    const subnet = subnets.get(subnetName) ?? newSubnet(random, network, subnetName, `${prefix}.${subnets.size * 10}`);
    subnets.set(subnetName, subnet);
    for (let number = 1; number <= count; number++) {
      const lastByte = (used.get(subnetName) ?? 9) + 1;
      used.set(subnetName, lastByte);
      hosts.push({
        kind: "aws",
        name: count === 1 ? hostName : `${hostName}-${number}`,
        role,
        ip: subnet.cidr.replace("0/24", String(lastByte)),
        ip6: role === "load-balancer" ? `2001:db8:20:1::${lastByte.toString(16)}` : null,
        subnet,
        isPublic: traits.includes("public"),
        network,
        eni: `eni-0${random.hex(16)}`,
        instance: traits.includes("managed") ? "-" : `i-0${random.hex(16)}`,
        phaseSeconds: random.below(60),
      });
    }
  }
  return hosts;
}

/** The zones of subnets; the others are in the first. What is in different zones pays for its traffic. */
const zones: Readonly<Record<string, number>> = { data: 2, "cde-data": 2, ops: 3 };

function newSubnet(random: Random, network: Vpc, name: string, prefix: string): Subnet {
  const az = azOf(network.region, zones[name] ?? 1);
  return { id: `subnet-0${random.hex(16)}`, name, cidr: `${prefix}.0/24`, az, acl: "" };
}
