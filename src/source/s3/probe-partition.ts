import type { RemoteObject } from "../remote.ts";
import { beforeYears, dayFolder, dayStart, flowLogKey, keyTimeMs, type Partition } from "./flow-log-keys.ts";
import type { ObjectLister } from "./object-lister.ts";

const DAY_MS = 86_400_000;
const PAGES_OF_DAYS = 3;
const PAGES_OF_ALL = 10;

/** What a look at one partition shows, or at all of a place without a layout. */
export interface PartitionProbe {
  readonly partition: Partition | undefined;
  readonly oldestMs: number | null;
  readonly newestMs: number | null;
  readonly objectsPerDay: number;
  readonly bytesPerDay: number;
  /** All objects were counted. */
  readonly wholeCount?: number;
  /** The newest object of each flow log that was seen. */
  readonly newest: readonly RemoteObject[];
  /** By id, from the objects that were listed. */
  readonly logs: ReadonlyMap<string, { readonly firstMs: number; readonly lastMs: number }>;
  readonly archived: number;
  readonly isPartial: boolean;
  readonly pages: number;
}

export interface PartitionProbeContext {
  readonly lister: ObjectLister;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly sinceMs: number;
}

/** Looks at the first and the last days of a partition. */
export async function probePartition(
  partition: Partition,
  { lister, signal, now, sinceMs }: PartitionProbeContext,
): Promise<PartitionProbe> {
  const { prefix } = partition;
  const after = sinceMs > 0 ? dayFolder(partition, sinceMs) : beforeYears(partition);
  const { objects: first } = await lister.list({ prefix, after, limit: 1 }, signal);
  const oldestMs = keyTimeMs(first[0]?.key ?? "") ?? null;
  let listed = await listSome({ lister, signal }, prefix, dayFolder(partition, now() - DAY_MS));
  if (listed.objects.length === 0 && oldestMs !== null) {
    // Nothing came lately: what is there is looked at on its last day.
    const day = await lastFolder({ lister, signal }, prefix);
    listed = await listSome({ lister, signal }, day, day);
  }
  return { partition, oldestMs, ...summary(listed, now()) };
}

/** Looks at the first pages of a place without a layout. */
export async function probeAll(
  prefix: string,
  { lister, signal, now, sinceMs }: PartitionProbeContext,
): Promise<PartitionProbe> {
  const all = await listSome({ lister, signal }, prefix, undefined, PAGES_OF_ALL);
  const objects = all.objects.filter((object) => timeMs(object) >= sinceMs);
  const times = objects.map(timeMs);
  const oldestMs = times.length === 0 ? null : times.reduce((a, b) => Math.min(a, b));
  return {
    partition: undefined,
    oldestMs,
    ...summary({ ...all, objects }, now()),
    wholeCount: objects.length,
  };
}

interface Listed {
  readonly objects: readonly RemoteObject[];
  readonly isPartial: boolean;
  readonly pages: number;
}

async function listSome(
  { lister, signal }: Pick<PartitionProbeContext, "lister" | "signal">,
  prefix: string,
  after: string | undefined,
  pages = PAGES_OF_DAYS,
): Promise<Listed> {
  const objects: RemoteObject[] = [];
  let token: string | undefined;
  let page = 0;
  do {
    const found = await lister.list(
      { prefix, ...(after !== undefined && { after }), ...(token !== undefined && { token }) },
      signal,
    );
    objects.push(...found.objects.filter(({ key }) => !key.endsWith("/")));
    token = found.token;
  } while (token !== undefined && ++page < pages);
  return { objects, isPartial: token !== undefined, pages: page + 1 };
}

/** Goes down the last folder of each level: year, month, day. */
async function lastFolder(
  { lister, signal }: Pick<PartitionProbeContext, "lister" | "signal">,
  prefix: string,
): Promise<string> {
  let folder = prefix;
  for (let level = 0; level < 3; level++) {
    const { folders } = await lister.list({ prefix: folder, foldersOnly: true }, signal);
    const last = folders.findLast((each) => /\/(?:[a-z]+=)?\d+\/$/.test(each));
    if (last === undefined) break;
    folder = last;
  }
  return folder;
}

/** Counts the newest whole day, or, where there is none, the newest. */
function summary({ objects, isPartial, pages }: Listed, nowMs: number): Omit<PartitionProbe, "partition" | "oldestMs"> {
  const days = new Map<number, { objects: number; bytes: number }>();
  const newest = new Map<string, RemoteObject>();
  const logs = new Map<string, { firstMs: number; lastMs: number }>();
  let newestMs: number | null = null;
  let archived = 0;
  for (const object of objects) {
    const ms = timeMs(object);
    const day = days.get(dayStart(ms)) ?? { objects: 0, bytes: 0 };
    days.set(dayStart(ms), { objects: day.objects + 1, bytes: day.bytes + object.size });
    newestMs = Math.max(newestMs ?? ms, ms);
    if (object.unavailable !== undefined) archived++;
    const id = flowLogKey(object.key)?.flowLogId;
    const before = newest.get(id ?? "");
    if (before === undefined || timeMs(before) <= ms) newest.set(id ?? "", object);
    if (id === undefined) continue;
    const log = logs.get(id) ?? { firstMs: ms, lastMs: ms };
    logs.set(id, { firstMs: Math.min(log.firstMs, ms), lastMs: Math.max(log.lastMs, ms) });
  }
  const whole = [...days.keys()].filter((day) => day + DAY_MS <= nowMs);
  const counted = days.get(Math.max(...(whole.length > 0 ? whole : days.keys()))) ?? { objects: 0, bytes: 0 };
  return {
    newestMs,
    objectsPerDay: counted.objects,
    bytesPerDay: counted.bytes,
    newest: [...newest.values()],
    logs,
    archived,
    isPartial,
    pages,
  };
}

/** The time of an object by its key, else when it was written. */
function timeMs({ key, modifiedMicros }: RemoteObject): number {
  return keyTimeMs(key) ?? modifiedMicros / 1000;
}
