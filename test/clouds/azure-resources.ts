import { resourceIdOf, type AzureFlowLog } from "./azure-flow-log.ts";

/** A resource as Resource Graph has it. */
export interface AzureResource {
  readonly id: string;
  readonly name: string;
  /** In lower case, such as microsoft.network/virtualnetworks. */
  readonly type: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly location: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface ResourcePlace {
  readonly subscription: string;
  readonly resourceGroup: string;
  readonly location?: string;
}

/**
 * A resource of a provider.
 * @param type with its capitals, such as Microsoft.Network/virtualNetworks
 * @param name of each part of the type, with slashes between them
 */
export function azureResource(
  place: ResourcePlace,
  type: string,
  name: string,
  properties: Readonly<Record<string, unknown>>,
): AzureResource {
  const { subscription, resourceGroup, location = "westeurope" } = place;
  const [provider = "", ...kinds] = type.split("/");
  const names = name.split("/");
  const path = kinds.map((kind, at) => `${kind}/${names[at] ?? ""}`).join("/");
  return {
    id: `/subscriptions/${subscription}/resourceGroups/${resourceGroup}/providers/${provider}/${path}`,
    name: names.at(-1) ?? "",
    type: type.toLowerCase(),
    subscriptionId: subscription,
    resourceGroup: resourceGroup.toLowerCase(),
    location,
    properties,
  };
}

/** What of a flow log Resource Graph tells. */
export interface FlowLogFacts {
  readonly targetResourceId: string;
  readonly storageId: string;
  readonly enabled?: boolean;
  readonly recordTypes?: string;
  readonly enabledFilteringCriteria?: string;
  readonly retentionDays?: number;
}

/** A flow log as a resource. Source: Azure REST API, Network Watcher, "Flow Logs - Get". */
export function flowLogResource(flowLog: AzureFlowLog, facts: FlowLogFacts): AzureResource {
  const { subscription, region, name, guid } = flowLog;
  const place = { subscription, resourceGroup: "NetworkWatcherRG", location: region };
  const days = facts.retentionDays ?? 0;
  return azureResource(place, "Microsoft.Network/networkWatchers/flowLogs", `NetworkWatcher_${region}/${name}`, {
    provisioningState: "Succeeded",
    targetResourceId: facts.targetResourceId,
    targetResourceGuid: guid,
    storageId: facts.storageId,
    enabled: facts.enabled ?? true,
    retentionPolicy: { days, enabled: days > 0 },
    format: { type: "JSON", version: 2 },
    flowAnalyticsConfiguration: { networkWatcherFlowAnalyticsConfiguration: { enabled: false } },
    ...(facts.recordTypes === undefined ? {} : { recordTypes: facts.recordTypes }),
    ...(facts.enabledFilteringCriteria === undefined
      ? {}
      : { enabledFilteringCriteria: facts.enabledFilteringCriteria }),
  });
}

/** What the id of a resource is compared by: ids of ARM know no capitals. */
export function sameId(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** The resource's id stands in records in capitals. */
export function isOf(resource: AzureResource, flowLog: AzureFlowLog): boolean {
  return sameId(resource.id, resourceIdOf(flowLog));
}
