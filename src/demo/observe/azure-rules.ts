import { decidingRule, nsgRules } from "../world/nsg-rules.ts";
import type { AzureHost, Party } from "../world/hosts.ts";

/** What a network security group is asked. */
interface RuleQuestion {
  readonly host: AzureHost;
  readonly far: Party;
  readonly inbound: boolean;
  readonly port: number;
  readonly isTcp: boolean;
}

/** The decision, with access-control list and rule named as the logs name them. */
interface AzureDecision {
  readonly acl: string;
  readonly rule: string;
  readonly allow: boolean;
}

const PLATFORM_ACL = "00000000-0000-0000-0000-000000000000";

/** Which rule decides, and how. */
export function azureRule({ host, far, inbound, port, isTcp }: RuleQuestion): AzureDecision {
  const acl = host.subnet.acl;
  if (far.kind === "platform" && !inbound) {
    // Agents talk to the platform without any rule, but version 2 of the NSG log has no name for that.
    if (host.network.flowLog.logType === "azure_nsg")
      return { acl, rule: "DefaultRule_AllowInternetOutBound", allow: true };
    return { acl: PLATFORM_ACL, rule: "PlatformRule", allow: true };
  }
  const rules = nsgRules(host.network.name, host.subnet.name);
  const { name, isDefault, allow } = decidingRule(rules, { farIp: far.ip, inbound, port, isTcp });
  return { acl, rule: `${isDefault ? "Default" : "User"}Rule_${name}`, allow };
}
