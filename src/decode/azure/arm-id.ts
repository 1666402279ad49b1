/** What an Azure Resource Manager id says, compared without regard to case as Azure does. */
export interface ArmFacts {
  /** Subscription GUID, lower case. */
  readonly account?: string;
  /** Region in a Network Watcher's default name, lower case. */
  readonly region?: string;
  /** Id of the virtual network, as written. */
  readonly network?: string;
  /** The whole id when it is a subnet's. */
  readonly subnet?: string;
}

const subscription = /^\/subscriptions\/([^/]+)/i;
const watcherRegion = /\/networkwatchers\/networkwatcher_([a-z0-9]+)(?:\/|$)/i;
const virtualNetwork = /^.*?\/virtualnetworks\/[^/]+/i;
const subnet = /^.*?\/virtualnetworks\/[^/]+\/subnets\/[^/]+/i;

/** Reads the facts of one id; what the id does not say is absent. */
export function armFacts(id: string | undefined): ArmFacts {
  if (id === undefined) return {};
  const account = subscription.exec(id)?.[1]?.toLowerCase();
  const region = watcherRegion.exec(id)?.[1]?.toLowerCase();
  const network = virtualNetwork.exec(id)?.[0];
  const subnetId = subnet.exec(id)?.[0];
  return {
    ...(account !== undefined && { account }),
    ...(region !== undefined && { region }),
    ...(network !== undefined && { network }),
    ...(subnetId !== undefined && { subnet: subnetId }),
  };
}

export type AclKind = "nsg" | "admin" | "platform" | "unspecified" | "unknown";

const guid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
const adminRule = new RegExp(`_${guid}$`, "i");
const ZERO_GUID = "00000000-0000-0000-0000-000000000000";

/** Who decided, from the aclID and the form of the rule's name: the log has no field for it. */
export function aclKind(acl: string | undefined, rule: string | undefined): AclKind {
  if (rule === "PlatformRule" || acl === ZERO_GUID) return "platform";
  if (acl === "unspecified" || rule === "unspecified") return "unspecified";
  if (rule !== undefined && /^(Default|User)Rule_/.test(rule)) return "nsg";
  return rule !== undefined && adminRule.test(rule) ? "admin" : "unknown";
}
