import { Random } from "../random.ts";
import type { AwsHost, Subnet, Vpc } from "./hosts.ts";

/** One entry of a network ACL. The first entry that matches decides, answers included: network ACLs are stateless. */
export interface AclEntry {
  readonly number: number;
  readonly outbound: boolean;
  readonly allow: boolean;
  readonly protocol: "-1" | "6";
  readonly cidr: string;
  readonly ports: readonly [number, number] | null;
}

export interface NetworkAcl {
  readonly id: string;
  readonly name: string;
  readonly vpc: Vpc;
  readonly subnets: readonly Subnet[];
  readonly entries: readonly AclEntry[];
}

const open = (outbound: boolean): AclEntry[] => [
  { number: 100, outbound, allow: true, protocol: "-1", cidr: "0.0.0.0/0", ports: null },
  { number: 101, outbound, allow: true, protocol: "-1", cidr: "::/0", ports: null },
];

/** Answers to the development network may not leave the data subnet: a connection from there is let in and never hears back. */
const returnBlock: AclEntry = {
  number: 90,
  outbound: true,
  allow: false,
  protocol: "6",
  cidr: "10.30.0.0/16",
  ports: [1_024, 65_535],
};

/** Never reached: entry 100 allows everything before. */
const shadowed: AclEntry = {
  number: 200,
  outbound: false,
  allow: false,
  protocol: "6",
  cidr: "0.0.0.0/0",
  ports: [23, 23],
};

/** The network ACLs of every VPC: one of its own for subnets that differ, and the default one for the rest. */
export function networkAcls(vpcs: readonly Vpc[], hosts: readonly AwsHost[]): NetworkAcl[] {
  return vpcs.flatMap((vpc) => {
    const subnets = [...new Set(hosts.filter((host) => host.network === vpc).map((host) => host.subnet))];
    const own =
      vpc.name === "prod"
        ? [ownAcl(vpc, subnets, "data", [returnBlock]), ownAcl(vpc, subnets, "public-a", [shadowed])]
        : [];
    const rest = subnets.filter((subnet) => !own.some((acl) => acl.subnets.includes(subnet)));
    return [...own, acl(vpc, "default", rest, [])];
  });
}

function ownAcl(vpc: Vpc, subnets: readonly Subnet[], name: string, more: readonly AclEntry[]): NetworkAcl {
  return acl(
    vpc,
    name,
    subnets.filter((subnet) => subnet.name === name),
    more,
  );
}

function acl(vpc: Vpc, name: string, subnets: readonly Subnet[], more: readonly AclEntry[]): NetworkAcl {
  const entries = [...open(false), ...open(true), ...more].sort((a, b) => a.number - b.number);
  return { id: `acl-0${new Random(vpc.id, "acl", name).hex(16)}`, name, vpc, subnets, entries };
}
