import type { Estate } from "../world/estate.ts";
import type { Role } from "../world/hosts.ts";

const special: Readonly<Partial<Record<Role, string>>> = {
  "nat-gateway": "nat",
  "load-balancer": "load_balancer",
  scanner: "scanner",
  dns: "resolver",
};

const owners: Readonly<Record<string, string>> = {
  prod: "shop team",
  payments: "payment team",
  dev: "developers",
  corp: "workplace team",
  analytics: "data team",
  legacy: "shop team",
};

/** `names.yaml`: what people call accounts, networks, subnets and single machines. */
export function namesYaml(estate: Estate): string {
  const entries: Record<string, string | undefined>[] = [{ cidr: "192.168.10.0/24", name: "office" }];
  const accounts = new Map<string, string>();
  for (const network of [...estate.aws.vpcs, ...estate.azure.vnets]) {
    const account = network.kind === "vpc" ? network.account : network.subscription;
    accounts.set(account, accounts.get(account) ?? network.name);
    entries.push({ network: network.id, name: network.name, owner: owners[network.name] });
  }
  for (const [account, name] of accounts) entries.push({ account, name: `${name} account` });
  const subnets = new Map(estate.hosts.map(({ network, subnet }) => [subnet.cidr, `${network.name} ${subnet.name}`]));
  for (const [cidr, name] of subnets) entries.push({ cidr, name });
  for (const host of estate.hosts) {
    const role = special[host.role];
    if (role !== undefined && host.kind === "aws") entries.push({ interface: host.eni, name: host.name, role });
  }
  return entries.map(entryText).join("");
}

/** Texts are in double quotes: an account is a number to YAML otherwise, and loses its zeros. */
function entryText(entry: Readonly<Record<string, string | undefined>>): string {
  const parts = Object.entries(entry).filter(([, value]) => value !== undefined);
  return parts.map(([key, value], at) => `${at === 0 ? "- " : "  "}${key}: ${JSON.stringify(value)}\n`).join("");
}
