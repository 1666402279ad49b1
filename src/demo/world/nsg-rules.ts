import { isInside } from "./cidr.ts";

/** One rule of a network security group. The first one in the order of priorities that matches decides. */
export interface NsgRule {
  readonly name: string;
  readonly priority: number;
  readonly inbound: boolean;
  readonly allow: boolean;
  readonly protocol: "*" | "Tcp" | "Udp";
  /** The far side: a CIDR block, `*`, or one of Azure's tags. */
  readonly far: readonly string[];
  /** Destination port; null for any. */
  readonly port: number | null;
  readonly isDefault: boolean;
}

const office = "192.168.10.0/24";
const PLATFORM = "168.63.129.16";

type Row = readonly [
  priority: number,
  name: string,
  access: "allow" | "deny",
  far: readonly string[],
  port: number | null,
  outbound?: "outbound",
];

const monitoring: Row = [900, "allow-monitoring", "allow", ["10.20.40.0/24"], 9_100];
const remoteAccess: readonly Row[] = [22, 3_389, 445].map((port, at): Row => [
  400 + at,
  at === 0 ? "deny-remote-access" : `deny-remote-access-${port}`,
  "deny",
  ["Internet"],
  port,
]);

/** The rules that people wrote, by network and subnet. */
const written: Readonly<Record<string, readonly Row[]>> = {
  "corp/edge": [[100, "allow-https", "allow", ["*"], 443], ...remoteAccess, monitoring],
  "corp/directory": [monitoring],
  "corp/files": [
    // The laboratory that was meant is 10.62.20.0/24; this is where the reports run.
    [90, "deny-retired-lab", "deny", ["10.62.2.0/24"], null],
    [100, "allow-smb-corp", "allow", ["10.60.0.0/16", office], 445],
    monitoring,
  ],
  "corp/desktops": [monitoring],
  "corp/erp": [
    [100, "allow-https", "allow", ["10.60.0.0/16", office], 443],
    [110, "allow-sql-app", "allow", ["10.60.5.0/24"], 1_433],
    [120, "deny-sql-others", "deny", ["VirtualNetwork"], 1_433],
    // Nobody has come from there for a long time.
    [300, "allow-vendor-support", "allow", ["10.60.9.0/24"], 5_985],
    monitoring,
  ],
  "analytics/warehouse": [
    [100, "allow-sql-app", "allow", ["10.62.1.0/24"], 1_433],
    [110, "deny-sql-others", "deny", ["VirtualNetwork"], 1_433],
    [200, "deny-internet-egress", "deny", ["Internet"], null, "outbound"],
    monitoring,
  ],
  "analytics/reports": [
    [100, "allow-https", "allow", ["VirtualNetwork"], 443],
    // Never reached: the rule before it allows the same already.
    [200, "deny-guest-https", "deny", ["10.60.40.0/24"], 443],
    monitoring,
  ],
  "analytics/vault": [[100, "allow-backup-agents", "allow", ["VirtualNetwork"], 8_443], monitoring],
  "legacy/front": [[100, "allow-https", "allow", ["*"], 443], ...remoteAccess, monitoring],
  // All ports, although only the database's is used.
  "legacy/back": [[100, "allow-all-from-front", "allow", ["10.64.1.0/24"], null], monitoring],
};

const defaults: readonly Row[] = [
  [65_000, "AllowVnetInBound", "allow", ["VirtualNetwork"], null],
  [65_001, "AllowAzureLoadBalancerInBound", "allow", ["AzureLoadBalancer"], null],
  [65_500, "DenyAllInBound", "deny", ["*"], null],
  [65_000, "AllowVnetOutBound", "allow", ["VirtualNetwork"], null, "outbound"],
  [65_001, "AllowInternetOutBound", "allow", ["Internet"], null, "outbound"],
  [65_500, "DenyAllOutBound", "deny", ["*"], null, "outbound"],
];

const known = new Map<string, readonly NsgRule[]>();

/** All rules of a subnet's network security group, Azure's own included, in the order in which they are asked. */
export function nsgRules(network: string, subnet: string): readonly NsgRule[] {
  const key = `${network}/${subnet}`;
  let rules = known.get(key);
  if (rules === undefined) {
    const rows = written[key];
    if (rows === undefined) throw new RangeError(`No network security group for ${key}.`);
    rules = [...rows.map((row) => ruleOf(row, false)), ...defaults.map((row) => ruleOf(row, true))];
    known.set(key, (rules = rules.toSorted((a, b) => a.priority - b.priority)));
  }
  return rules;
}

function ruleOf([priority, name, access, far, port, outbound]: Row, isDefault: boolean): NsgRule {
  const protocol = port === null ? "*" : "Tcp";
  return { name, priority, inbound: outbound === undefined, allow: access === "allow", protocol, far, port, isDefault };
}

/** The rule that decides about a connection. */
export function decidingRule(
  rules: readonly NsgRule[],
  question: { readonly farIp: string; readonly inbound: boolean; readonly port: number; readonly isTcp: boolean },
): NsgRule {
  const found = rules.find(
    (rule) =>
      rule.inbound === question.inbound &&
      (rule.port === null || rule.port === question.port) &&
      (rule.protocol === "*" || (rule.protocol === "Tcp") === question.isTcp) &&
      rule.far.some((far) => isFar(question.farIp, far)),
  );
  if (found === undefined) throw new RangeError("A network security group always ends with a rule for everything.");
  return found;
}

/** Private networks are peered or behind the VPN: Azure counts both to `VirtualNetwork`. */
function isFar(ip: string, far: string): boolean {
  const isPrivate = isInside(ip, "10.0.0.0/8") || isInside(ip, "192.168.0.0/16");
  if (far === "*") return true;
  if (far === "VirtualNetwork") return isPrivate;
  if (far === "AzureLoadBalancer") return ip === PLATFORM;
  if (far === "Internet") return !isPrivate && ip !== PLATFORM;
  return isInside(ip, far);
}
