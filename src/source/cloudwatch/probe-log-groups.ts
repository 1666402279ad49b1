import type { FlowLog } from "@aws-sdk/client-ec2";
import type { ProbedFlowLog, SourceProbe } from "../probe.ts";
import type { LogEventReader } from "./log-events.ts";
import { layoutsOf, type DeliveringFlowLogs, type LogGroup } from "./log-group-facts.ts";
import { MINUTE_MS } from "./minute-key.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Log groups that are looked into; of the others only what their description says. */
const MOST_GROUPS = 25;
/** Pages of the last hour that are read to learn how much a day has. */
const SAMPLE_PAGES = 3;
/** Each event is read about so often until it is sure that no more come beside it, see `reading-plan.ts`. */
const TIMES_READ = 20;
/** Events or bytes of one answer, and looks of a day at an interval of a minute. */
const PAGE_BYTES = 1_000_000;
const LOOKS_A_DAY = 1440;

/** What is needed to look into log groups. */
export interface ProbeParts {
  readonly groups: readonly LogGroup[];
  readonly events: LogEventReader;
  readonly flowLogs: DeliveringFlowLogs;
  readonly region: string;
  readonly logFormat: string | undefined;
}

interface Sample {
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  readonly bytesPerDay: number;
  readonly minutesPerDay: number;
}

/** Looks into log groups before anything is read from them for good. @throws WeirError `source-…` */
export async function probeLogGroups(parts: ProbeParts, signal: AbortSignal, sinceMs = 0): Promise<SourceProbe> {
  const flowLogs: ProbedFlowLog[] = [];
  const samples: Sample[] = [];
  const remarks: string[] = [];
  const notes: string[] = [];
  for (const group of parts.groups.slice(0, MOST_GROUPS)) {
    const sample = await sampleOf(group, parts, signal, sinceMs);
    const delivering = await parts.flowLogs.of(group.name, signal);
    samples.push(sample);
    flowLogs.push(...probed(group, delivering, sample, parts));
    remarks.push(...remarksOf(group, delivering, sample));
    notes.push(...notesOf(group, delivering));
  }
  if (parts.groups.length === 0) remarks.push("No log group begins so.");
  const { refusal } = parts.flowLogs;
  if (refusal !== undefined)
    remarks.push(
      `The formats of flow logs are not known: ${refusal.message}. Lines of the default format are read all the same; for others give log_format.`,
    );
  const sum = (of: (sample: Sample) => number): number => samples.reduce((total, sample) => total + of(sample), 0);
  const times = (of: (sample: Sample) => number | null): number[] => samples.flatMap((sample) => of(sample) ?? []);
  const [firsts, lasts] = [times(({ firstMs }) => firstMs), times(({ lastMs }) => lastMs)];
  const bytesPerDay = sum((sample) => sample.bytesPerDay);
  const days = firsts.length === 0 ? 0 : (Date.now() - Math.min(...firsts)) / DAY_MS;
  return {
    layout: parts.groups.length === 1 ? "a log group, by minute" : `${parts.groups.length} log groups, by minute`,
    flowLogs,
    isPartial: parts.groups.length > MOST_GROUPS,
    oldestMs: firsts.length === 0 ? null : Math.min(...firsts),
    newestMs: lasts.length === 0 ? null : Math.max(...lasts),
    objectsPerDay: sum((sample) => sample.minutesPerDay),
    bytesPerDay,
    bytes: Math.round(bytesPerDay * days),
    objects: Math.round(sum((sample) => sample.minutesPerDay) * days),
    region: parts.region,
    // CloudWatch Logs decrypts by itself: the reader needs no right on the key.
    encryptionKey: null,
    requestsPerDay: {
      lists: Math.round(LOOKS_A_DAY * 2 * parts.groups.length + (bytesPerDay * TIMES_READ) / PAGE_BYTES),
      gets: 0,
    },
    remarks,
    notes,
  };
}

/** The last whole hour tells what a day has; where it is silent, the day before does. */
async function sampleOf(
  group: LogGroup,
  { events }: ProbeParts,
  signal: AbortSignal,
  sinceMs: number,
): Promise<Sample> {
  const now = Date.now();
  const logGroup = group.name;
  const firstMs = (await events.firstTime({ logGroup, fromMs: sinceMs, toMs: now }, signal)) ?? null;
  if (firstMs === null) return { firstMs, lastMs: null, bytesPerDay: 0, minutesPerDay: 0 };
  for (const lengthMs of [HOUR_MS, DAY_MS]) {
    // A group that began later has written all that it has since then.
    const fromMs = Math.max(now - lengthMs, firstMs);
    let [bytes, pages, lastMs] = [0, 0, 0];
    const minutes = new Set<number>();
    for await (const page of events.pages({ logGroup, fromMs, toMs: now }, signal)) {
      for (const { message, timestamp } of page) {
        bytes += message.length;
        minutes.add(Math.floor(timestamp / MINUTE_MS));
        lastMs = Math.max(lastMs, timestamp);
      }
      if (page.length > 0 && ++pages >= SAMPLE_PAGES) break;
    }
    if (minutes.size === 0) continue;
    // Pages come in the order of time: what was seen is all up to there.
    const seenMs = pages >= SAMPLE_PAGES ? lastMs - fromMs : now - fromMs;
    const perDay = DAY_MS / Math.max(MINUTE_MS, seenMs);
    return {
      firstMs,
      lastMs,
      bytesPerDay: Math.round(bytes * perDay),
      minutesPerDay: Math.min(1440, Math.round(minutes.size * perDay)),
    };
  }
  return { firstMs, lastMs: null, bytesPerDay: 0, minutesPerDay: 0 };
}

function probed(group: LogGroup, delivering: readonly FlowLog[], sample: Sample, parts: ProbeParts): ProbedFlowLog[] {
  const { firstMs, lastMs } = sample;
  const common = { account: group.account, region: parts.region, firstMs, lastMs };
  if (delivering.length === 0) return [{ ...common, id: group.name, logType: null, format: parts.logFormat ?? null }];
  return delivering.map(({ FlowLogId = group.name, LogFormat }) => ({
    ...common,
    id: FlowLogId,
    logType: LogFormat?.includes("${tgw-") === true ? "aws_tgw" : "aws_vpc",
    format: LogFormat ?? null,
  }));
}

function remarksOf({ name, logClass }: LogGroup, delivering: readonly FlowLog[], sample: Sample): string[] {
  const remarks: string[] = [];
  if (sample.firstMs === null) remarks.push(`${name} holds no event.`);
  else if (sample.lastMs === null) remarks.push(`${name} has had no event for a day.`);
  if (logClass !== null && logClass !== "STANDARD")
    remarks.push(`${name} is of class ${logClass}: AWS does not let its events be read in all of them.`);
  for (const { FlowLogId, TrafficType, FlowLogStatus, DeliverLogsErrorMessage } of delivering) {
    if (TrafficType !== undefined && TrafficType !== "ALL")
      remarks.push(`${FlowLogId} writes ${TrafficType} traffic only.`);
    if (FlowLogStatus !== undefined && FlowLogStatus !== "ACTIVE") remarks.push(`${FlowLogId} is not active.`);
    if (DeliverLogsErrorMessage !== undefined)
      remarks.push(`${FlowLogId} does not deliver: ${DeliverLogsErrorMessage}.`);
  }
  return remarks;
}

function notesOf(
  { name, retentionDays, storedBytes, isEncrypted }: LogGroup,
  delivering: readonly FlowLog[],
): string[] {
  const notes: string[] = [];
  if (retentionDays !== null) notes.push(`${name} keeps events for ${retentionDays} days.`);
  if (storedBytes !== null && storedBytes > 0) notes.push(`${name} stores ${Math.ceil(storedBytes / 1e6)} MB.`);
  if (isEncrypted) notes.push(`${name} is encrypted with a key of its own; AWS decrypts what may be read.`);
  const formats = layoutsOf(delivering);
  if (formats.length > 1)
    notes.push(
      `${delivering.length} flow logs write lines of ${formats.length} formats to ${name}: each line is read by the one that it fits.`,
    );
  return notes;
}
