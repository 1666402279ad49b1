import { Random } from "../random.ts";
import type { GroupRule, SecurityGroup } from "../world/aws-rules.ts";
import type { Estate } from "../world/estate.ts";
import type { Vpc } from "../world/hosts.ts";
import type { AclEntry, NetworkAcl } from "../world/network-acls.ts";
import { tag } from "./aws-interfaces.ts";

/** `aws ec2 describe-security-groups`. */
export function describeSecurityGroups(estate: Estate, vpcs: readonly Vpc[]): object {
  const groups = estate.securityGroups.filter(({ vpc }) => vpcs.includes(vpc));
  return {
    SecurityGroups: groups.map((group) => ({
      GroupId: group.id,
      GroupName: group.name,
      Description: group.name,
      VpcId: group.vpc.id,
      OwnerId: group.vpc.account,
      IpPermissions: group.inbound.map((rule) => permission(rule, group, groups)),
      IpPermissionsEgress: group.outbound.map((rule) => permission(rule, group, groups)),
      Tags: tag(group.name),
    })),
  };
}

function permission(rule: GroupRule, { vpc }: SecurityGroup, groups: readonly SecurityGroup[]): object {
  const note = { Description: rule.note };
  const members = groups.filter((group) => group.vpc === vpc && rule.groups.includes(group.name));
  return {
    IpProtocol: rule.protocol === "all" ? "-1" : rule.protocol,
    ...(rule.protocol === "all" ? {} : portsOf(rule)),
    IpRanges: rule.cidrs.filter((cidr) => !cidr.includes(":")).map((cidr) => ({ CidrIp: cidr, ...note })),
    Ipv6Ranges: rule.cidrs.filter((cidr) => cidr.includes(":")).map((cidr) => ({ CidrIpv6: cidr, ...note })),
    PrefixListIds: [],
    UserIdGroupPairs: members.map(({ id }) => ({ GroupId: id, UserId: vpc.account, ...note })),
  };
}

/** For ICMP the two are type and code; -1 is any. */
function portsOf({ protocol, ports }: GroupRule): object {
  return protocol === "icmp" ? { FromPort: -1, ToPort: -1 } : { FromPort: ports[0], ToPort: ports[1] };
}

/** `aws ec2 describe-network-acls`. */
export function describeNetworkAcls(estate: Estate, vpcs: readonly Vpc[]): object {
  return { NetworkAcls: estate.networkAcls.filter(({ vpc }) => vpcs.includes(vpc)).map(describeAcl) };
}

function describeAcl({ id, name, vpc, subnets, entries }: NetworkAcl): object {
  return {
    NetworkAclId: id,
    VpcId: vpc.id,
    OwnerId: vpc.account,
    IsDefault: name === "default",
    Associations: subnets.map((subnet) => ({
      NetworkAclAssociationId: `aclassoc-0${new Random("aclassoc", subnet.id).hex(16)}`,
      NetworkAclId: id,
      SubnetId: subnet.id,
    })),
    Entries: [...entries.map(describeEntry), ...[true, false].map(lastEntry)],
    Tags: tag(name),
  };
}

function describeEntry({ number, outbound, allow, protocol, cidr, ports }: AclEntry): object {
  return {
    RuleNumber: number,
    Egress: outbound,
    RuleAction: allow ? "allow" : "deny",
    Protocol: protocol,
    ...(cidr.includes(":") ? { Ipv6CidrBlock: cidr } : { CidrBlock: cidr }),
    ...(ports === null ? {} : { PortRange: { From: ports[0], To: ports[1] } }),
  };
}

/** The entry `*` that every network ACL ends with. */
function lastEntry(outbound: boolean): object {
  return { RuleNumber: 32_767, Egress: outbound, RuleAction: "deny", Protocol: "-1", CidrBlock: "0.0.0.0/0" };
}
