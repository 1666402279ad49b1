import type { AzureHost, Party } from "../world/hosts.ts";

/** What a network security group is asked. */
interface RuleQuestion {
  readonly host: AzureHost;
  readonly far: Party;
  readonly inbound: boolean;
  readonly denied: boolean;
  readonly port: number;
  readonly isTcp: boolean;
}

const PLATFORM_ACL = "00000000-0000-0000-0000-000000000000";

/** Inbound rules that people wrote, by port. */
const inboundRules: Readonly<Record<number, string>> = {
  22: "allow-ssh-bastion",
  443: "allow-https",
  445: "allow-smb-corp",
  1433: "allow-sql-app",
  5432: "allow-postgres-app",
  8443: "allow-backup-agents",
  9100: "allow-monitoring",
};

/** Which access-control list and rule decided, named as the logs name them. */
export function azureRule(question: RuleQuestion): { acl: string; rule: string } {
  const { host, far, inbound, denied, port, isTcp } = question;
  const acl = host.subnet.acl;
  if (far.kind === "platform") {
    if (host.network.flowLog.logType === "azure_nsg" && !inbound)
      return { acl, rule: "DefaultRule_AllowInternetOutBound" };
    // Agents talk to the platform without any rule; its probes come in by the load balancer's default rule.
    return inbound
      ? { acl, rule: "DefaultRule_AllowAzureLoadBalancerInBound" }
      : { acl: PLATFORM_ACL, rule: "PlatformRule" };
  }
  if (denied) {
    if (!inbound) return { acl, rule: "UserRule_deny-internet-egress" };
    const highRisk = far.kind === "internet" && (port === 22 || port === 3389 || port === 445);
    return { acl, rule: highRisk ? "UserRule_deny-remote-access" : "DefaultRule_DenyAllInBound" };
  }
  const isInternet = far.kind === "internet";
  if (!inbound)
    return { acl, rule: isInternet ? "DefaultRule_AllowInternetOutBound" : "DefaultRule_AllowVnetOutBound" };
  const named = isTcp ? inboundRules[port] : undefined;
  return { acl, rule: named === undefined ? "DefaultRule_AllowVnetInBound" : `UserRule_${named}` };
}
