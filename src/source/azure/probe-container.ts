import type { ContainerClient } from "@azure/storage-blob";
import { counted } from "#base/human.js";
import type { ProbedFlowLog, SourceProbe } from "../probe.ts";
import type { RemoteObject } from "../remote.ts";
import type { AzurePlace } from "./azure-place.ts";
import type { AzureRequests } from "./azure-requests.ts";
import type { ContainerListing } from "./container-listing.ts";
import { DAY_HOURS, dayPrefix, HOUR_MS, lastNumber, nameFlowLog, parseFlowLogBlob } from "./flow-log-path.ts";
import { CONTAINERS, hasBlobs, nearbyFolders } from "./nearby-containers.ts";
import { walkContainer } from "./flow-log-walk.ts";

/** Few requests: of a large estate a part is looked at, and the rest extrapolated. */
const MOST_LEVELS = 400;
const SAMPLED = 24;
const AT_ONCE = 6;
const HEAD_BYTES = 16 * 1024;
const LOOKS_A_DAY = 1440;
/** A blob grows once a minute; its blocks and then its new bytes are asked for. */
const GETS_A_MINUTE = 2;
const LISTINGS_A_DAY = 100_000;

export interface ProbedContainer {
  readonly container: ContainerClient;
  readonly listing: ContainerListing;
  readonly requests: AzureRequests;
  readonly place: AzurePlace;
  /** Another container of the account. */
  readonly beside: (name: string) => ContainerClient;
}

/** What one flow log's newest day looks like. */
interface Sample {
  readonly flowLog: ProbedFlowLog;
  readonly objects: readonly RemoteObject[];
  readonly firstHour: number | null;
  readonly lastHour: number | null;
}

/** Looks at what a container holds. @throws the client's error */
export async function probeContainer(of: ProbedContainer, sinceMs: number, signal: AbortSignal): Promise<SourceProbe> {
  const level = (prefix: string) => of.listing.level(prefix, signal);
  const walked = await walkContainer(level, of.place.prefix, { most: MOST_LEVELS });
  const step = Math.max(1, walked.flowLogs.length / SAMPLED);
  const chosen = walked.flowLogs.filter((_, index) => Math.floor(index % step) === 0).slice(0, SAMPLED);
  const samples: Sample[] = [];
  for (let at = 0; at < chosen.length; at += AT_ONCE)
    samples.push(
      ...(await Promise.all(chosen.slice(at, at + AT_ONCE).map(async (flowLog) => sampleOf(of, flowLog, signal)))),
    );
  const sampled = new Map(chosen.map((flowLog, index) => [flowLog, samples[index]?.flowLog]));
  const flowLogs = walked.flowLogs.map((flowLog) => sampled.get(flowLog) ?? unlooked(flowLog));
  const objects = samples.flatMap((sample) => sample.objects);
  const scale = chosen.length === 0 ? 0 : walked.flowLogs.length / chosen.length;
  const [objectsPerDay, bytesPerDay] = [objects.length * scale, sum(objects) * scale].map(Math.round) as [
    number,
    number,
  ];
  const oldestMs = leastOf(samples.map(({ firstHour }) => firstHour));
  const newestMs = leastOf(samples.map(({ lastHour }) => (lastHour === null ? null : -lastHour)));
  const newest = newestMs === null ? null : -newestMs;
  const days =
    oldestMs === null || newest === null
      ? 0
      : Math.max(0, newest + HOUR_MS - Math.max(oldestMs, sinceMs)) / (DAY_HOURS * HOUR_MS);
  // A place that is younger than a day has what was listed, not a part of it.
  const listed = objects.filter(({ key }) => ((parseFlowLogBlob(key)?.hour ?? 0) + 1) * HOUR_MS > sinceMs);
  const nics = new Set(objects.map(({ key }) => parseFlowLogBlob(key)?.mac)).size * scale;
  const isEmpty = of.place.prefix !== "" && walked.flowLogs.length === 0 && walked.others.length === 0;
  return {
    layout: layoutOf(walked.flowLogs, Math.round(nics)),
    flowLogs,
    isPartial: walked.left > 0 || chosen.length < walked.flowLogs.length,
    oldestMs,
    newestMs: newest,
    objectsPerDay,
    bytesPerDay,
    bytes: Math.round(Math.max(bytesPerDay * days, sum(listed) * scale)),
    objects: Math.round(Math.max(objectsPerDay * days, listed.length * scale)),
    region: flowLogs.find(({ region }) => region !== null)?.region ?? null,
    // Storage decrypts by itself, with whichever key.
    encryptionKey: null,
    requestsPerDay: {
      lists:
        Math.min(LISTINGS_A_DAY, walked.flowLogs.length * LOOKS_A_DAY) +
        Math.round((walked.levels * DAY_HOURS * 60) / 10),
      gets: Math.round(nics * LOOKS_A_DAY * GETS_A_MINUTE),
    },
    remarks: remarksOf({ samples, others: walked.others.length }),
    notes: await notesOf(of, { samples, flowLogs: walked.flowLogs }, signal),
    ...(isEmpty && { nearby: await nearbyFolders(of, signal) }),
  };
}

function layoutOf(flowLogs: readonly string[], nics: number): string {
  if (flowLogs.length === 0) return "no flow logs were found";
  const kinds = new Set(flowLogs.map((flowLog) => (nameFlowLog(flowLog).kind === "azure_nsg" ? "NSG" : "VNet")));
  const short = flowLogs.some((flowLog) => /flowLogResourceID=\/[^/]+_[^/]+\//i.test(flowLog));
  const by = kinds.has("NSG") ? "NSG" : short ? "subscription and network watcher" : "flow log's resource id";
  return `${[...kinds].join(" and ")} flow logs by ${by}, a blob an hour and NIC (${counted(nics, "NIC")} in ${counted(flowLogs.length, "flow log")})`;
}

async function sampleOf(of: ProbedContainer, flowLog: string, signal: AbortSignal): Promise<Sample> {
  const span = await ends(of.listing, flowLog, signal);
  const name = nameFlowLog(flowLog);
  if (span === undefined) return { flowLog: unlooked(flowLog), objects: [], firstHour: null, lastHour: null };
  // The newest day may have begun an hour ago: the one before tells more, where there is one.
  const objects: RemoteObject[] = [];
  for (const hour of span.newest - span.oldest >= DAY_HOURS ? [span.newest - DAY_HOURS, span.newest] : [span.newest]) {
    if (objects.length > 0) break;
    for await (const page of of.listing.below(dayPrefix(flowLog, hour), signal)) objects.push(...page);
  }
  const firstHour = span.oldest * HOUR_MS;
  const lastHour = span.newest * HOUR_MS;
  const readable = objects.findLast(({ unavailable, size }) => unavailable === undefined && size > 14);
  const facts = readable === undefined ? undefined : await readHead(of, readable, signal);
  return {
    flowLog: {
      id: name.id,
      account: name.account,
      region: facts?.region ?? name.region,
      logType: name.kind,
      format: facts?.format ?? null,
      firstMs: firstHour,
      lastMs: lastHour,
    },
    objects,
    firstHour,
    lastHour,
  };
}

/** The oldest and the newest hour. */
async function ends(
  listing: ContainerListing,
  flowLog: string,
  signal: AbortSignal,
): Promise<{ oldest: number; newest: number } | undefined> {
  const pick = async (prefix: string, at: 0 | -1): Promise<string | undefined> =>
    (await listing.level(prefix, signal)).prefixes.filter((each) => !Number.isNaN(lastNumber(each))).at(at);
  const end = async (at: 0 | -1): Promise<number | undefined> => {
    const year = await pick(flowLog, at);
    const month = year === undefined ? undefined : await pick(year, at);
    const day = month === undefined ? undefined : await pick(month, at);
    const hour = day === undefined ? undefined : await pick(day, at);
    if (year === undefined || month === undefined || day === undefined || hour === undefined) return undefined;
    return Date.UTC(lastNumber(year), lastNumber(month) - 1, lastNumber(day), lastNumber(hour)) / HOUR_MS;
  };
  const [oldest, newest] = await Promise.all([end(0), end(-1)]);
  return oldest === undefined || newest === undefined ? undefined : { oldest, newest };
}

/** The version and the region, as the first record has them. */
async function readHead({ container, requests }: ProbedContainer, { key, size }: RemoteObject, signal: AbortSignal) {
  const head = await requests.send("gets", signal, async (attempt) => {
    const blob = container.getBlobClient(key);
    return blob.downloadToBuffer(0, Math.min(size, HEAD_BYTES), { abortSignal: attempt.signal });
  });
  requests.bytes += head.length;
  const text = head.toString("utf8");
  const [, vnet] = /"flowLogVersion"\s*:\s*"?(\d+)/.exec(text) ?? [];
  const [, nsg] = /"Version"\s*:\s*"?(\d+)/i.exec(text) ?? [];
  const [, region] = /\/NETWORKWATCHERS\/NETWORKWATCHER_([A-Z0-9]+)/i.exec(text) ?? [];
  const version = vnet ?? nsg;
  return {
    format: version === undefined ? null : `${vnet === undefined ? "NSG" : "VNet"} version ${version}`,
    region: region?.toLowerCase() ?? null,
  };
}

function unlooked(flowLog: string): ProbedFlowLog {
  const { id, account, region, kind } = nameFlowLog(flowLog);
  return { id, account, region, logType: kind, format: null, firstMs: null, lastMs: null };
}

interface Found {
  readonly samples: readonly Sample[];
  readonly flowLogs: readonly string[];
}

function remarksOf({ samples, others }: { readonly samples: readonly Sample[]; readonly others: number }): string[] {
  const remarks: string[] = [];
  const archived = samples
    .flatMap(({ objects }) => objects)
    .filter(({ unavailable }) => unavailable !== undefined).length;
  if (archived > 0) remarks.push(`${archived} blobs of the days looked at are archived and are not read`);
  if (others > 0)
    remarks.push(`${others} blobs lie outside of the layout of flow logs; they are read if they hold flow logs`);
  return remarks;
}

async function notesOf(of: ProbedContainer, { samples, flowLogs }: Found, signal: AbortSignal): Promise<string[]> {
  const notes: string[] = [];
  const kinds = new Set(flowLogs.map((flowLog) => nameFlowLog(flowLog).kind));
  if (kinds.size === 1) {
    const kind = kinds.has("azure_nsg") ? "azure_vnet" : "azure_nsg";
    if (of.place.container !== CONTAINERS[kind] && (await hasBlobs(of, CONTAINERS[kind], signal)))
      notes.push(
        `the account has ${kind === "azure_nsg" ? "NSG" : "VNet"} flow logs too, in the container ${CONTAINERS[kind]}`,
      );
  } else if (kinds.size === 2) notes.push("NSG and VNet flow logs lie here; traffic that both log is counted once");
  const newest = samples.findLast(({ objects }) => objects.length > 0)?.objects[0];
  const hidden = newest === undefined ? 0 : await of.listing.hidden(newest.key, signal);
  if (hidden > 1)
    notes.push(
      `versioning or soft delete keeps ${hidden} old copies of one blob: a copy a minute and NIC is paid for; Weir reads none of them`,
    );
  return notes;
}

function sum(objects: readonly RemoteObject[]): number {
  return objects.reduce((bytes, { size }) => bytes + size, 0);
}

function leastOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.min(...known);
}
