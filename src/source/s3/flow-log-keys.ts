/**
 * How flow logs lie in buckets: formats/aws 4.1
 * (https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-path.html) and the sinks of Cloud Logging
 * (https://cloud.google.com/logging/docs/export/storage).
 */

const DAY_MS = 86_400_000;

/** What the name of a flow log's object says. */
export interface FlowLogKey {
  readonly account: string;
  readonly region: string;
  readonly flowLogId: string;
  /** The key up to where the time begins: all of a flow log's keys in one folder begin so. */
  readonly group: string;
  /** `20261128T1305Z`. */
  readonly time: string;
}

const NAME =
  /^(.*?(\d{12})_vpcflowlogs_([a-z0-9-]+)_(fl-[0-9a-f]+)_)(\d{8}T\d{4}Z)_[0-9a-zA-Z]+\.log(?:\.(?:gz|parquet))?$/s;

/** Reads a key; undefined for one that is no flow log of AWS by its name. */
export function flowLogKey(key: string): FlowLogKey | undefined {
  const [, group, account, region, flowLogId, time] = NAME.exec(key) ?? [];
  if (!group || !account || !region || !flowLogId || !time) return undefined;
  return { account, region, flowLogId, group, time };
}

/** `20261128T1305Z` as milliseconds since 1970. */
export function nameTimeMs(time: string): number {
  const [, year, month, day, hour, minute] = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})Z$/.exec(time) ?? [];
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute));
}

/** Milliseconds since 1970 as `20261128T1305Z`, the minute begun. */
export function nameTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replaceAll(/[-:]/g, "")}Z`;
}

const FOLDERS =
  /(?:^|\/)(?:year=)?((?:19|20)\d{2})\/(?:month=)?([01]\d)\/(?:day=)?([0-3]\d)\/(?:(?:hour=)?([0-2]\d)(?:\/|:\d\d:\d\d_))?/;

/** The time that a key tells: of its name, else of its folders. Milliseconds since 1970; undefined where it tells none. */
export function keyTimeMs(key: string): number | undefined {
  const name = flowLogKey(key);
  if (name !== undefined) return nameTimeMs(name.time);
  const [, year, month, day, hour = "0"] = FOLDERS.exec(key) ?? [];
  return year === undefined ? undefined : Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour));
}

/** How long the time of a key's folder lasts. */
export function folderSpanMs(key: string): number {
  return FOLDERS.exec(key)?.[4] === undefined ? DAY_MS : DAY_MS / 24;
}

/** A part of a bucket whose objects lie in folders by day: an account's region, a sink's log. */
export interface Partition {
  /** With a slash at the end; folders of years come next. */
  readonly prefix: string;
  /** `year=2026/month=11/day=28/` in the place of `2026/11/28/`. */
  readonly isHive: boolean;
  readonly account: string | null;
  readonly region: string | null;
}

/** The folder of a moment's day, in UTC. */
export function dayFolder({ prefix, isHive }: Partition, ms: number): string {
  const [year = "", month = "", day = ""] = new Date(ms).toISOString().slice(0, 10).split("-");
  return isHive ? `${prefix}year=${year}/month=${month}/day=${day}/` : `${prefix}${year}/${month}/${day}/`;
}

/** What stands in front of the first folder of a year. */
export function beforeYears({ prefix, isHive }: Partition): string {
  return isHive ? `${prefix}year=` : `${prefix}1`;
}

/** The beginning of a moment's day, in UTC. */
export function dayStart(ms: number): number {
  return Math.floor(ms / DAY_MS) * DAY_MS;
}

/** Where in the layout of a shared bucket a folder lies. */
export type FolderLevel =
  | "above"
  /** Accounts and organisations come next. */
  | "accounts"
  | "account"
  /** Regions come next. */
  | "regions"
  | "partition"
  /** Below a partition. */
  | "dates"
  /** Other services' logs. */
  | "foreign";

const SINK = /(?:^|\/)(?:compute|networkmanagement)\.googleapis\.com\/(?:vpc_flows|firewall)\/(.*)$/s;
const ACCOUNT = /^(?:aws-account-id=)?(\d{12})$/;
const SERVICE = /^(?:(?:aws-)?service=)?vpcflowlogs$/;

/** @param folder with a slash at its end, or empty */
export function folderLevel(folder: string): FolderLevel {
  const sink = SINK.exec(folder);
  if (sink !== null) return sink[1] === "" ? "partition" : "dates";
  const parts = folder.split("/").slice(0, -1);
  const logs = parts.lastIndexOf("AWSLogs");
  if (logs < 0) return "above";
  const below = parts.slice(logs + 1);
  if (/^o-[a-z0-9]{4,32}$/.test(below[0] ?? "")) below.shift();
  const [account, service, region, ...dates] = below;
  if (account === undefined) return "accounts";
  if (!ACCOUNT.test(account)) return "foreign";
  if (service === undefined) return "account";
  if (!SERVICE.test(service)) return "foreign";
  if (region === undefined) return "regions";
  return dates.length === 0 ? "partition" : "dates";
}

/** The folder of an account's flow logs. @param folder of the account */
export function serviceFolder(folder: string): string {
  return `${folder}${/aws-account-id=\d{12}\/$/.test(folder) ? "aws-service=" : ""}vpcflowlogs/`;
}

/** @param folder of level `partition` */
export function partitionOf(folder: string): Partition {
  const parts = folder.split("/");
  const region = parts.at(-2) ?? "";
  const account = parts.map((part) => ACCOUNT.exec(part)?.[1]).findLast((found) => found !== undefined) ?? null;
  const isHive = region.startsWith("aws-region=");
  return {
    prefix: folder,
    isHive,
    account,
    region: SINK.test(folder) ? null : region.replace("aws-region=", ""),
  };
}
