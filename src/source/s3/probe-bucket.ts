import { counted } from "#base/human.js";
import type { ProbedFlowLog, SourceProbe } from "../probe.ts";
import type { RemoteObject } from "../remote.ts";
import { findPartitions, type Layout } from "./find-partitions.ts";
import { dayStart, flowLogKey, folderSpanMs } from "./flow-log-keys.ts";
import { nearbyPrefixes } from "./nearby-prefixes.ts";
import { probeAll, probePartition, type PartitionProbe } from "./probe-partition.ts";
import { dailyRequests } from "./request-estimate.ts";
import type { S3Objects } from "./s3-objects.ts";
import { sampleObject, type Sample } from "./sample-object.ts";

const DAY_MS = 86_400_000;
/** Partitions that are looked into, and objects: more tell little more. */
const PARTITIONS = 40;
const SAMPLES = 6;

export interface ProbeConfig {
  readonly objects: S3Objects;
  /** The bucket's URL, with the slash at its end. */
  readonly bucket: string;
  readonly prefix: string;
  readonly sinceMs: number;
  readonly now: () => number;
}

/** Looks at what is in a bucket, with some dozen requests. @throws WeirError as looking through it does */
export async function probeBucket(config: ProbeConfig, signal: AbortSignal): Promise<SourceProbe> {
  const { objects, bucket, prefix, sinceMs, now } = config;
  const layout = await findPartitions(objects, prefix, signal);
  const chosen = spread(layout.partitions, PARTITIONS);
  const context = { lister: objects, signal, now, sinceMs };
  const probes = layout.isPlain
    ? [await probeAll(prefix, context)]
    : await inTurns(chosen, (partition) => probePartition(partition, context));
  const scale = chosen.length === 0 ? 1 : layout.partitions.length / chosen.length;
  const newest = probes.flatMap((each) => each.newest);
  const samples = await lookInto(config, newest, signal);
  const [first] = samples.keys();
  const facts = first === undefined ? undefined : await objects.head(first.key, signal);
  const perDay = sum(probes, ({ objectsPerDay }) => objectsPerDay) * scale;
  const bytesPerDay = sum(probes, ({ bytesPerDay }) => bytesPerDay) * scale;
  return {
    layout: layoutWords(layout, newest, samples),
    flowLogs: flowLogs(probes, samples),
    roots: rootsOf(layout),
    isPartial: layout.isPartial || scale > 1 || probes.some(({ isPartial }) => isPartial),
    oldestMs: least(probes.map(({ oldestMs }) => oldestMs)),
    newestMs: most(probes.map(({ newestMs }) => newestMs)),
    objectsPerDay: Math.round(perDay),
    bytesPerDay: Math.round(bytesPerDay),
    objects: Math.round(sum(probes, (each) => each.objectsPerDay * daysOf(each)) * scale),
    bytes: Math.round(sum(probes, (each) => each.bytesPerDay * daysOf(each)) * scale),
    region: await objects.region(signal),
    encryptionKey: facts?.encryptionKey ?? null,
    requestsPerDay: dailyRequests({
      partitions: layout.partitions.length,
      active: Math.round(probes.filter(({ objectsPerDay }) => objectsPerDay > 0).length * scale),
      objects: perDay,
      bytes: bytesPerDay,
      pages: sum(probes, ({ pages }) => pages),
    }),
    remarks: remarks(layout, probes, samples),
    notes: notes(layout),
    ...(newest.length === 0 &&
      (await isEmpty(layout, config, signal)) && {
        nearby: await nearbyPrefixes(objects, { bucket, prefix }, signal),
      }),
  };
}

/** Whether nothing lies below the prefix that would be read; what is older than `since` does lie there. */
async function isEmpty(
  { partitions, isPlain }: Layout,
  { objects, prefix }: ProbeConfig,
  signal: AbortSignal,
): Promise<boolean> {
  if (prefix === "") return false;
  // A prefix that is written as a partition is taken for one without being listed.
  if (!isPlain && partitions.length === 0) return true;
  return (await objects.list({ prefix, limit: 1 }, signal)).objects.length === 0;
}

/** What stands in front of `AWSLogs/`, for each place that it is found at. */
function rootsOf({ partitions }: Layout): string[] {
  const roots = partitions.map(({ prefix }) => /^(?:.*\/)?(?=AWSLogs\/)/.exec(prefix)?.[0]);
  return [...new Set(roots.filter((root) => root !== undefined))].sort();
}

function daysOf({ oldestMs, newestMs, wholeCount, objectsPerDay }: PartitionProbe): number {
  if (wholeCount !== undefined) return objectsPerDay === 0 ? 0 : wholeCount / objectsPerDay;
  if (oldestMs === null || newestMs === null) return 0;
  return (dayStart(newestMs) - dayStart(oldestMs)) / DAY_MS + 1;
}

/** One object of each kind first, then of other flow logs: formats belong to flow logs. */
async function lookInto(
  { objects }: ProbeConfig,
  newest: readonly RemoteObject[],
  signal: AbortSignal,
): Promise<Map<RemoteObject, Sample>> {
  const readable = newest.filter(({ unavailable, size }) => unavailable === undefined && size > 0);
  const firsts = new Map(readable.map((object) => [object.key.slice(object.key.lastIndexOf(".") + 1), object]));
  const logs = new Map(readable.map((object) => [flowLogKey(object.key)?.flowLogId ?? "", object]));
  const chosen = [...new Set([...firsts.values(), ...logs.values()])].slice(0, SAMPLES);
  return new Map(
    await Promise.all(chosen.map(async (object) => [object, await sampleObject(objects, object, signal)] as const)),
  );
}

function flowLogs(probes: readonly PartitionProbe[], samples: ReadonlyMap<RemoteObject, Sample>): ProbedFlowLog[] {
  const formats = new Map<string, Sample>();
  for (const [{ key }, sample] of samples) formats.set(flowLogKey(key)?.flowLogId ?? "", sample);
  const found = new Map<string, ProbedFlowLog>();
  for (const { partition, logs } of probes)
    for (const [id, { firstMs, lastMs }] of logs) {
      const { account = null, region = null } = partition ?? {};
      const sample = formats.get(id);
      found.set(`${account}/${region}/${id}`, {
        id,
        account,
        region,
        logType: sample?.logType ?? null,
        format: sample?.format ?? null,
        firstMs,
        lastMs,
      });
    }
  // Keys of a sink name no flow log: the sink's log is what writes there.
  for (const { partition, logs, newest, oldestMs, newestMs } of probes)
    if (partition !== undefined && logs.size === 0 && newest.length > 0)
      found.set(partition.prefix, {
        id: partition.prefix.replace(/\/$/, ""),
        account: partition.account,
        region: partition.region,
        logType: formats.get("")?.logType ?? null,
        format: null,
        firstMs: oldestMs,
        lastMs: newestMs,
      });
  return [...found.values()];
}

function layoutWords(
  { isPlain, partitions }: Layout,
  newest: readonly RemoteObject[],
  samples: ReadonlyMap<RemoteObject, Sample>,
): string {
  const kinds = new Set([...samples.values()].map(({ kind }) => kind));
  const form = kinds.has("parquet") ? (kinds.size > 1 ? ", text and Parquet" : ", Parquet") : "";
  if (isPlain && newest.length > 0) return `objects in no known layout${form}`;
  if (partitions.length === 0) return "no flow logs yet";
  if (partitions.every(({ account }) => account === null)) return "a sink of Cloud Logging, by day";
  const isHourly = newest.some(({ key }) => folderSpanMs(key) < DAY_MS);
  const hive = partitions.some(({ isHive }) => isHive) ? ", Hive-compatible" : "";
  const organisation = partitions.some(({ prefix }) => /AWSLogs\/o-/.test(prefix)) ? "organisation, " : "";
  return `by ${organisation}account, region and ${isHourly ? "hour" : "day"}${hive}${form}`;
}

function remarks(
  layout: Layout,
  probes: readonly PartitionProbe[],
  samples: ReadonlyMap<RemoteObject, Sample>,
): string[] {
  const told: string[] = [];
  const archived = sum(probes, (each) => each.archived);
  if (archived > 0)
    told.push(
      `${counted(archived, "object")} of those that were listed are archived and cannot be read until they are restored`,
    );
  if (layout.isPartial) told.push("not all folders in front of AWSLogs/ were searched: name the right one in the url");
  if ([...samples.values()].some(({ kind }) => kind === "unknown"))
    told.push("an object that was looked into is no flow log that is known");
  return told;
}

function notes({ foreign }: Layout): string[] {
  const services = new Set(foreign.map((folder) => folder.split("/").at(-2) ?? ""));
  return services.size === 0 ? [] : [`beside them lie ${[...services].slice(0, 5).join(", ")}: not looked into`];
}

function sum<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((total, value) => total + of(value), 0);
}

function least(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.min(...known);
}

function most(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}

/** So many of them, from everywhere. */
function spread<T>(values: readonly T[], count: number): T[] {
  if (values.length <= count) return [...values];
  return Array.from({ length: count }, (_, at) => values[Math.floor((at * values.length) / count)]).filter(
    (value) => value !== undefined,
  );
}

async function inTurns<T, R>(values: readonly T[], work: (value: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < values.length; at += 8)
    results.push(...(await Promise.all(values.slice(at, at + 8).map(work))));
  return results;
}
