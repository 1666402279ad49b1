import { Random } from "../random.ts";
import { hasStorageEndpoint } from "../world/aws-networks.ts";
import type { Estate } from "../world/estate.ts";
import type { Subnet, Vpc } from "../world/hosts.ts";
import { hostsOf, natGatewayId, subnetsOf, tag, zoneName } from "./aws-interfaces.ts";
import { publicAddressOf } from "./public-addresses.ts";

/** Prefix list of object storage in eu-central-1, as route tables name it. */
const STORAGE_PREFIX_LIST = "pl-6ea54007";

/** `aws ec2 describe-vpcs`. */
export function describeVpcs(vpcs: readonly Vpc[]): object {
  return {
    Vpcs: vpcs.map(({ id, name, account, cidr }) => ({
      VpcId: id,
      OwnerId: account,
      CidrBlock: cidr,
      CidrBlockAssociationSet: [{ CidrBlock: cidr, CidrBlockState: { State: "associated" } }],
      IsDefault: false,
      InstanceTenancy: "default",
      State: "available",
      Tags: tag(name),
    })),
  };
}

/** `aws ec2 describe-subnets`. */
export function describeSubnets(estate: Estate, vpcs: readonly Vpc[]): object {
  const subnets = vpcs.flatMap((vpc) => [
    ...subnetsOf(estate, vpc).map((subnet) => describeSubnet(vpc, subnet, zoneName(vpc, subnet))),
    ...transitSubnet(vpc),
  ]);
  return { Subnets: subnets };
}

function describeSubnet(vpc: Vpc, subnet: Pick<Subnet, "id" | "name" | "cidr" | "az">, zone: string): object {
  return {
    SubnetId: subnet.id,
    VpcId: vpc.id,
    OwnerId: vpc.account,
    CidrBlock: subnet.cidr,
    Ipv6CidrBlockAssociationSet: [],
    AvailabilityZone: zone,
    AvailabilityZoneId: subnet.az,
    State: "available",
    Tags: tag(subnet.name),
  };
}

function transitSubnet(vpc: Vpc): object[] {
  const attached = vpc.attachment.vpc;
  if (attached === null) return [];
  const cidr = vpc.cidr.replace("0.0/16", "255.0/28");
  return [describeSubnet(vpc, { id: attached.subnet, name: "transit", cidr, az: attached.az }, `${vpc.region}a`)];
}

/** `aws ec2 describe-nat-gateways`. */
export function describeNatGateways(estate: Estate, vpcs: readonly Vpc[]): object {
  const gateways = vpcs.flatMap((vpc) => hostsOf(estate, vpc).filter(({ role }) => role === "nat-gateway"));
  return {
    NatGateways: gateways.map((host) => ({
      NatGatewayId: natGatewayId(host),
      VpcId: host.network.id,
      SubnetId: host.subnet.id,
      ConnectivityType: "public",
      State: "available",
      NatGatewayAddresses: [
        { NetworkInterfaceId: host.eni, PrivateIp: host.ip, PublicIp: publicAddressOf(estate, host), IsPrimary: true },
      ],
      Tags: tag(host.name),
    })),
  };
}

/** `aws ec2 describe-route-tables`: one for each subnet. */
export function describeRouteTables(estate: Estate, vpcs: readonly Vpc[]): object {
  return {
    RouteTables: vpcs.flatMap((vpc) => subnetsOf(estate, vpc).map((subnet) => describeRouteTable(estate, vpc, subnet))),
  };
}

function describeRouteTable(estate: Estate, vpc: Vpc, subnet: Subnet): object {
  const id = (prefix: string, ...parts: string[]): string => `${prefix}-0${new Random(prefix, ...parts).hex(16)}`;
  const gateway = hostsOf(estate, vpc).find(({ role }) => role === "nat-gateway");
  const isPublic = hostsOf(estate, vpc).some((host) => host.subnet === subnet && (host.isPublic || host === gateway));
  const active = { State: "active", Origin: "CreateRoute" };
  const transit = { TransitGatewayId: estate.aws.transit.id, ...active };
  const routes: object[] = [
    { DestinationCidrBlock: vpc.cidr, GatewayId: "local", State: "active", Origin: "CreateRouteTable" },
    { DestinationCidrBlock: "10.0.0.0/8", ...transit },
    { DestinationCidrBlock: "192.168.0.0/16", ...transit },
  ];
  if (isPublic) routes.push({ DestinationCidrBlock: "0.0.0.0/0", GatewayId: id("igw", vpc.id), ...active });
  else if (gateway !== undefined)
    routes.push({ DestinationCidrBlock: "0.0.0.0/0", NatGatewayId: natGatewayId(gateway), ...active });
  if (vpc.name === "prod" && hasStorageEndpoint(subnet))
    routes.push({ DestinationPrefixListId: STORAGE_PREFIX_LIST, GatewayId: id("vpce", vpc.id), ...active });
  const routeTable = id("rtb", subnet.id);
  return {
    RouteTableId: routeTable,
    VpcId: vpc.id,
    OwnerId: vpc.account,
    Associations: [
      {
        Main: false,
        RouteTableId: routeTable,
        SubnetId: subnet.id,
        RouteTableAssociationId: id("rtbassoc", subnet.id),
        AssociationState: { State: "associated" },
      },
    ],
    Routes: routes,
    PropagatingVgws: [],
    Tags: tag(subnet.name),
  };
}
