import { Random } from "../random.ts";
import { isInside } from "./cidr.ts";
import type { AwsHost, Party, Vpc } from "./hosts.ts";

/** One rule of a security group; they only allow. */
export interface GroupRule {
  readonly protocol: "tcp" | "udp" | "icmp" | "all";
  /** First and last port; without meaning for `icmp` and `all`. */
  readonly ports: readonly [number, number];
  readonly cidrs: readonly string[];
  /** Names of security groups of the same VPC whose members may come, too. */
  readonly groups: readonly string[];
  readonly note: string;
}

/** A security group: stateful, so answers need no rule. */
export interface SecurityGroup {
  readonly id: string;
  readonly name: string;
  readonly vpc: Vpc;
  readonly inbound: readonly GroupRule[];
  readonly outbound: readonly GroupRule[];
  /** Which hosts have it. */
  readonly isOn: (host: AwsHost) => boolean;
}

const office = "192.168.10.0/24";
const monitors = "10.20.40.0/24";
const anywhere = ["0.0.0.0/0", "::/0"];

const tcp = (port: number, from: readonly string[], note: string): GroupRule => ({
  protocol: "tcp",
  ports: [port, port],
  cidrs: from.filter((name) => /[.:]/.test(name)),
  groups: from.filter((name) => !/[.:]/.test(name)),
  note,
});
const everything: GroupRule = { protocol: "all", ports: [0, 65_535], cidrs: anywhere, groups: [], note: "everything" };
const icmp: GroupRule = { protocol: "icmp", ports: [0, 0], cidrs: [monitors], groups: [], note: "echo" };
const names: GroupRule = { protocol: "udp", ports: [53, 53], cidrs: ["10.0.0.0/8"], groups: [], note: "names" };

type Plan = readonly [vpc: string, name: string, hosts: readonly string[], inbound: readonly GroupRule[]];

/** Hosts are named by the beginning of their names. */
const plans: readonly Plan[] = [
  ["prod", "alb", ["alb"], [tcp(443, anywhere, "customers")]],
  ["prod", "bastion", ["bastion"], [tcp(22, [office], "administrators")]],
  [
    "prod",
    "web",
    ["web"],
    [
      tcp(8080, ["alb"], "targets of the load balancer"),
      tcp(22, ["bastion", "10.30.0.0/24"], "administrators and releases"),
      tcp(21, ["10.60.0.0/16"], "file drop of the old shop"),
    ],
  ],
  [
    "prod",
    "app",
    ["app", "spare-2"],
    [tcp(8443, ["web", office, "10.60.4.0/24"], "application"), tcp(22, ["10.20.0.0/16"], "administrators")],
  ],
  [
    "prod",
    "database",
    ["db"],
    [tcp(5432, ["app", "batch", "database", "10.62.1.0/24"], "database"), tcp(22, ["10.20.0.0/16"], "administrators")],
  ],
  ["prod", "cache", ["cache"], [tcp(6379, ["app"], "cache"), tcp(6379, ["10.30.0.0/24"], "load test")]],
  ["prod", "batch", ["batch"], []],
  ["prod", "dns", ["dns"], [names]],
  ["payments", "pay-api", ["pay-api"], [tcp(443, ["10.20.20.0/24"], "shop")]],
  ["payments", "vault", ["vault"], [tcp(8200, ["pay-api"], "secrets")]],
  [
    "payments",
    "pay-db",
    ["pay-db"],
    [tcp(5432, ["pay-api"], "database"), tcp(5432, ["10.62.2.0/24"], "monthly report")],
  ],
  ["dev", "build", ["build"], [tcp(22, ["0.0.0.0/0"], "temporary, for the release")]],
  ["dev", "test-web", ["test-web"], [tcp(443, ["10.30.0.0/24"], "tests")]],
];

/** The vault may only ask for names, and call the cloud's own interface and the package mirrors. */
const vaultOutbound: readonly GroupRule[] = [
  { ...names, cidrs: ["10.20.40.0/24"] },
  tcp(443, ["52.94.0.0/16", "52.119.188.0/24", "151.101.0.0/16", "185.125.190.0/24"], "interfaces and packages"),
];

/** The security groups of every VPC; `monitored` is on every machine. */
export function securityGroups(vpcs: readonly Vpc[]): SecurityGroup[] {
  return vpcs.flatMap((vpc) => {
    const own = plans.filter(([name]) => name === vpc.name);
    const id = (name: string): string => `sg-0${new Random(vpc.id, name).hex(16)}`;
    const groups = own.map(([, name, hosts, inbound]): SecurityGroup => ({
      id: id(name),
      name,
      vpc,
      inbound,
      outbound: name === "vault" ? vaultOutbound : [everything],
      isOn: (host) =>
        host.network === vpc &&
        hosts.some((prefix) => host.name.replace(/-\d+$/, "") === prefix || host.name === prefix),
    }));
    const monitored: SecurityGroup = {
      id: id("monitored"),
      name: "monitored",
      vpc,
      inbound: [tcp(9100, [monitors], "metrics"), icmp],
      outbound: [],
      isOn: (host) => host.network === vpc && host.instance !== "-",
    };
    // What no group of its own has still talks.
    const machines: SecurityGroup = {
      id: id("machines"),
      name: "machines",
      vpc,
      inbound: [],
      outbound: [everything],
      isOn: (host) => host.network === vpc && host.instance !== "-" && !groups.some((group) => group.isOn(host)),
    };
    return [...groups, monitored, machines];
  });
}

interface Question {
  readonly host: AwsHost;
  readonly far: Party;
  readonly inbound: boolean;
  readonly protocol: number;
  readonly port: number;
}

const numbers: Readonly<Record<GroupRule["protocol"], number>> = { tcp: 6, udp: 17, icmp: 1, all: -1 };

/** Whether the security groups of an interface let a connection begin. A NAT gateway has none: it lets everything out and nothing in. */
export function groupsAllow(groups: readonly SecurityGroup[], question: Question): boolean {
  const { host, far, inbound, protocol, port } = question;
  if (host.role === "nat-gateway") return !inbound;
  const matches = (rule: GroupRule): boolean => {
    if (rule.protocol !== "all" && numbers[rule.protocol] !== protocol) return false;
    const hasPorts = rule.protocol === "tcp" || rule.protocol === "udp";
    if (hasPorts && (port < rule.ports[0] || port > rule.ports[1])) return false;
    if (rule.cidrs.some((cidr) => isInside(far.ip, cidr))) return true;
    return groups.some(
      (group) =>
        rule.groups.includes(group.name) && far.kind === "aws" && group.vpc === host.network && group.isOn(far),
    );
  };
  return groups.some((group) => group.isOn(host) && (inbound ? group.inbound : group.outbound).some(matches));
}
