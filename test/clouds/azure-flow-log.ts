import { vnetRecord } from "../../src/decode/azure/azure-records.fake.ts";

/** A flow log of Azure: what it is called, and how its blobs' names begin. */
export interface AzureFlowLog {
  readonly kind: "vnet" | "nsg";
  /** VNet names come in two documented forms: the short one that is seen, and the ARM id. */
  readonly form: "short" | "arm";
  readonly subscription: string;
  readonly resourceGroup: string;
  readonly region: string;
  /** The flow log's name; the group's name for NSG. */
  readonly name: string;
  /** flowLogGUID, or systemId for NSG. */
  readonly guid: string;
}

export const testFlowLog: AzureFlowLog = {
  kind: "vnet",
  form: "short",
  subscription: "0a1b2c3d-0000-4000-8000-00000000abcd",
  resourceGroup: "apps",
  region: "westeurope",
  name: "web-apps-flowlog",
  guid: "11111111-2222-4333-8444-555555555555",
};

/** The container that Azure writes to. */
export function containerOf({ kind }: Pick<AzureFlowLog, "kind">): string {
  return kind === "nsg" ? "insights-logs-networksecuritygroupflowevent" : "insights-logs-flowlogflowevent";
}

/**
 * The name of the blob of an interface and an hour.
 * Source: Azure Network Watcher documentation, "Read flow logs" and "Manage virtual network flow logs".
 */
export function blobName(flowLog: AzureFlowLog, mac: string, hourMs: number): string {
  const iso = new Date(hourMs).toISOString();
  const when = `y=${iso.slice(0, 4)}/m=${iso.slice(5, 7)}/d=${iso.slice(8, 10)}/h=${iso.slice(11, 13)}/m=00`;
  return `${blobPrefix(flowLog)}${when}/macAddress=${mac}/PT1H.json`;
}

/** What all names of a flow log's blobs begin with, with a slash at its end. */
export function blobPrefix(flowLog: AzureFlowLog): string {
  const { kind, form, subscription, region, name } = flowLog;
  if (kind === "nsg") return `resourceId=${resourceIdOf(flowLog)}/`;
  if (form === "arm") return `flowLogResourceID=${resourceIdOf(flowLog)}/`;
  return `flowLogResourceID=/${`${subscription}_NETWORKWATCHERRG/NETWORKWATCHER_${region}_${name}`.toUpperCase()}/`;
}

/** The id that stands in records, in upper case as there: of the flow log, or of the group for NSG. */
export function resourceIdOf({ kind, subscription, resourceGroup, region, name }: AzureFlowLog): string {
  const id =
    kind === "nsg"
      ? `/subscriptions/${subscription}/resourceGroups/${resourceGroup}/providers/Microsoft.Network/networkSecurityGroups/${name}`
      : `/subscriptions/${subscription}/resourceGroups/NetworkWatcherRG/providers/Microsoft.Network/networkWatchers/NetworkWatcher_${region}/flowLogs/${name}`;
  return id.toUpperCase();
}

/** One record: what an interface saw in a minute. @param writtenMs when it was written, milliseconds since 1970 */
export function flowRecord(flowLog: AzureFlowLog, mac: string, writtenMs: number, tuples: readonly string[]): object {
  // Seven digits of a second, as Azure writes them.
  const time = new Date(writtenMs).toISOString().replace("Z", "0000Z");
  const rule = "UserRule_web";
  if (flowLog.kind === "vnet")
    return vnetRecord([{ rule, tuples }], {
      time,
      flowLogGUID: flowLog.guid,
      macAddress: mac,
      flowLogResourceID: resourceIdOf(flowLog),
      targetResourceID: `/subscriptions/${flowLog.subscription}/resourceGroups/${flowLog.resourceGroup}/providers/Microsoft.Network/virtualNetworks/web`,
    });
  return {
    time,
    systemId: flowLog.guid,
    macAddress: mac,
    category: "NetworkSecurityGroupFlowEvent",
    resourceId: resourceIdOf(flowLog),
    operationName: "NetworkSecurityGroupFlowEvents",
    properties: { Version: 2, flows: [{ rule, flows: [{ mac, flowTuples: tuples }] }] },
  };
}
