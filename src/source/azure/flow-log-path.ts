/**
 * Names of blobs that flow logs write, in all their forms
 * (https://learn.microsoft.com/azure/network-watcher/vnet-flow-logs-overview, nsg-flow-logs-overview):
 * `resourceId=/SUBSCRIPTIONS/…/NETWORKSECURITYGROUPS/NSG/`, `flowLogResourceID=/SUBSCRIPTION_RG/NETWORKWATCHER_REGION_NAME/` and
 * `flowLogResourceID=/SUBSCRIPTIONS/…/FLOWLOGS/NAME/`, each followed by `y=2026/m=01/d=31/h=23/m=00/macAddress=…/PT1H.json`. The first
 * `m` is the month, the second the minute; the oldest blobs have no `macAddress`.
 */
const HOUR_PATH = /^(.*\/|)y=(\d{4})\/m=(\d{2})\/d=(\d{2})\/h=(\d{2})\/(?:m=\d{2}\/)?(?:macAddress=([^/]+)\/)?[^/]*$/i;

export const HOUR_MS = 3_600_000;
/** Hours of a UTC day. */
export const DAY_HOURS = 24;

/** What a blob's name says. */
export interface FlowLogBlob {
  /** All before `y=`, with the slash at its end. */
  readonly flowLog: string;
  /** Hours since 1970. */
  readonly hour: number;
  readonly mac: string | null;
}

/** Reads a blob's name. @returns undefined when it is not one of a flow log's hour */
export function parseFlowLogBlob(name: string): FlowLogBlob | undefined {
  const [, flowLog = "", year, month, day, hour, mac] = HOUR_PATH.exec(name) ?? [];
  if (year === undefined) return undefined;
  const ms = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour));
  return { flowLog, hour: ms / HOUR_MS, mac: mac ?? null };
}

/** `…/y=2026/m=01/d=31/h=23/`: begins the names of a flow log's blobs of one hour. */
export function hourPrefix(flowLog: string, hour: number): string {
  return `${dayPrefix(flowLog, hour)}h=${two(new Date(hour * HOUR_MS).getUTCHours())}/`;
}

/** `…/y=2026/m=01/d=31/`: those of the day that an hour is in. */
export function dayPrefix(flowLog: string, hour: number): string {
  const time = new Date(hour * HOUR_MS);
  return `${flowLog}y=${time.getUTCFullYear()}/m=${two(time.getUTCMonth() + 1)}/d=${two(time.getUTCDate())}/`;
}

/** The number in the last segment of `…/d=31/`. */
export function lastNumber(prefix: string): number {
  return Number(/=(\d+)\/$/.exec(prefix)?.[1] ?? Number.NaN);
}

/** What is known of a flow log by where its blobs are. */
export interface FlowLogName {
  /** For people: an NSG's or a flow log's name as the path has it. */
  readonly id: string;
  readonly kind: "azure_nsg" | "azure_vnet";
  /** Subscription, lower case. */
  readonly account: string | null;
  readonly region: string | null;
}

/** Names a flow log by its prefix; in the short form neither group nor name can be told apart for sure, so they are not. */
export function nameFlowLog(flowLog: string): FlowLogName {
  const segments = flowLog.split("/").filter((segment) => segment !== "");
  const last = segments.at(-1) ?? flowLog;
  const [subscription] = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(flowLog) ?? [];
  const [, region] = /\/NETWORKWATCHER_([A-Z0-9]+)(?:_|\/)/i.exec(flowLog) ?? [];
  return {
    id: last,
    kind: /(^|\/)flowLogResourceID=/i.test(flowLog) ? "azure_vnet" : "azure_nsg",
    account: subscription?.toLowerCase() ?? null,
    region: region?.toLowerCase() ?? null,
  };
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}
