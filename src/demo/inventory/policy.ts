import type { Estate } from "../world/estate.ts";

/** The zones of the company: names, and which subnets of which networks are in them. */
const zones: Readonly<Record<string, readonly string[]>> = {
  cde: ["payments/cde", "payments/cde-data"],
  "shop-edge": ["prod/public-a", "legacy/front"],
  shop: ["prod/web", "prod/app", "prod/data", "legacy/back"],
  operations: ["prod/ops"],
  development: ["dev/dev"],
  corporate: ["corp/edge", "corp/directory", "corp/files", "corp/desktops", "corp/erp"],
  analytics: ["analytics/warehouse", "analytics/reports", "analytics/vault"],
};

type Rule = readonly [from: string, to: string, ports: string, allow?: false];

/** The first that matches decides; what none names is not judged. */
const rules: readonly Rule[] = [
  ["cde", "cde", "tcp/443, tcp/5432, tcp/8200"],
  ["shop", "cde", "tcp/443"],
  ["operations", "cde", "tcp/9100, icmp"],
  ["any", "cde", "any", false],
  ["cde", "analytics", "tcp/8443"],
  ["cde", "operations", "udp/53"],
  ["cde", "internet", "tcp/443"],
  ["cde", "any", "any", false],
  ["internet", "development", "any", false],
  ["internet", "shop-edge", "tcp/443"],
  ["internet", "shop", "any", false],
];

/** `policy.yaml`: who may talk to whom. */
export function policyYaml(estate: Estate): string {
  const cidrs = new Map(estate.hosts.map(({ network, subnet }) => [`${network.name}/${subnet.name}`, subnet.cidr]));
  const lines = [
    "# Zones, and who may talk to whom. The first rule that matches decides; what none names is not judged.",
    "zones:",
  ];
  for (const [name, subnets] of Object.entries(zones)) {
    const blocks = subnets.map((subnet) => cidrs.get(subnet)).filter((cidr) => cidr !== undefined);
    lines.push(`  ${name}:`, `    cidrs: [${blocks.join(", ")}]`);
  }
  lines.push("  office:", "    cidrs: [192.168.10.0/24]", "rules:");
  for (const [from, to, ports, allow = true] of rules)
    lines.push(`  - { from: ${from}, to: ${to}, ports: [${ports}], allow: ${String(allow)} }`);
  return `${lines.join("\n")}\n`;
}
