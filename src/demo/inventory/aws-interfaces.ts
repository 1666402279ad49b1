import { Random } from "../random.ts";
import type { Estate } from "../world/estate.ts";
import type { AwsHost, Subnet, Vpc } from "../world/hosts.ts";
import { publicAddressOf } from "./public-addresses.ts";

export const tag = (name: string): { readonly Key: string; readonly Value: string }[] => [{ Key: "Name", Value: name }];

/** A name of the zone as accounts see it; the logs have its id. */
export const zoneName = (vpc: Vpc, subnet: Subnet): string =>
  `${vpc.region}${"abc"[Number(subnet.az.at(-1)) - 1] ?? "a"}`;

export const natGatewayId = (host: AwsHost): string => `nat-0${new Random("nat gateway", host.eni).hex(16)}`;

export function hostsOf(estate: Estate, vpc: Vpc): readonly AwsHost[] {
  return estate.aws.hosts.filter(({ network }) => network === vpc);
}

export function subnetsOf(estate: Estate, vpc: Vpc): readonly Subnet[] {
  return [...new Set(hostsOf(estate, vpc).map(({ subnet }) => subnet))];
}

/** `aws ec2 describe-network-interfaces`: every host, and where the transit gateway is attached. */
export function networkInterfaces(estate: Estate, vpcs: readonly Vpc[]): object {
  const interfaces = vpcs.flatMap((vpc) => [
    ...hostsOf(estate, vpc).map((host) => describeInterface(estate, host)),
    ...attachmentInterface(estate, vpc),
  ]);
  return { NetworkInterfaces: interfaces };
}

function describeInterface(estate: Estate, host: AwsHost): object {
  const publicIp = publicAddressOf(estate, host);
  const owner = host.instance === "-" ? "amazon-aws" : host.network.account;
  const association =
    publicIp === null
      ? {}
      : {
          Association: {
            PublicIp: publicIp,
            IpOwnerId: host.role === "load-balancer" ? "amazon" : host.network.account,
          },
        };
  const isManaged = host.instance === "-";
  return {
    NetworkInterfaceId: host.eni,
    InterfaceType: host.role === "nat-gateway" ? "nat_gateway" : "interface",
    Description: descriptionOf(host),
    AvailabilityZone: zoneName(host.network, host.subnet),
    MacAddress: macOf(host.eni),
    OwnerId: host.network.account,
    PrivateIpAddress: host.ip,
    PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: host.ip, ...association }],
    Ipv6Addresses: host.ip6 === null ? [] : [{ Ipv6Address: host.ip6 }],
    ...association,
    SubnetId: host.subnet.id,
    VpcId: host.network.id,
    Groups: estate.securityGroups
      .filter((group) => group.isOn(host))
      .map(({ id, name }) => ({ GroupId: id, GroupName: name })),
    Attachment: isManaged
      ? { InstanceOwnerId: owner, Status: "attached" }
      : { InstanceId: host.instance, InstanceOwnerId: owner, DeviceIndex: 0, Status: "attached" },
    RequesterManaged: isManaged,
    Status: "in-use",
    SourceDestCheck: host.role !== "nat-gateway",
    TagSet: tag(host.name),
  };
}

function descriptionOf(host: AwsHost): string {
  if (host.role === "nat-gateway") return `Interface for NAT Gateway ${natGatewayId(host)}`;
  if (host.role === "load-balancer") return `ELB app/shop/${new Random("balancer", host.network.id).hex(16)}`;
  return "";
}

/** None where the gateway is in another region. */
function attachmentInterface(estate: Estate, vpc: Vpc): object[] {
  const attached = vpc.attachment.vpc;
  if (attached === null) return [];
  const used = hostsOf(estate, vpc).map(({ ip }) => ip);
  const free = vpc.cidr.replace("0.0/16", "255.10");
  if (used.includes(free)) throw new RangeError(`${free} has a host already.`);
  return [
    {
      NetworkInterfaceId: attached.eni,
      InterfaceType: "transit_gateway",
      Description: `Network Interface for Transit Gateway Attachment ${vpc.attachment.id}`,
      AvailabilityZone: `${vpc.region}a`,
      MacAddress: macOf(attached.eni),
      OwnerId: vpc.account,
      PrivateIpAddress: free,
      PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: free }],
      Ipv6Addresses: [],
      SubnetId: attached.subnet,
      VpcId: vpc.id,
      Groups: [],
      RequesterManaged: true,
      Status: "in-use",
      SourceDestCheck: false,
      TagSet: tag(`transit-${vpc.name}`),
    },
  ];
}

function macOf(eni: string): string {
  const digits = new Random("mac", eni).hex(10);
  return `02:${digits.match(/../g)?.join(":") ?? ""}`;
}
