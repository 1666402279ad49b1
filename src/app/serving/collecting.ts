import { CollectReport, type CollectProgress } from "#collect/index.js";
import type { Lake } from "#store/index.js";
import { collectInputs, type Input, type SourceName } from "../ingest.ts";
import type { KeeperEvent, ReportData } from "./messages.ts";

/** What everybody in the process that keeps the lake works with. */
export interface KeeperContext {
  readonly lake: Lake;
  readonly tell: (event: KeeperEvent) => void;
  readonly signal: AbortSignal;
  readonly collectWorkers: number | undefined;
}

/** Progress is told this often at most. */
const TELL_MS = 250;

/** Tells everybody how far a source's run is. @param objectsTotal 0 where it is not known */
export function progressTeller(
  { tell }: KeeperContext,
  source: string,
  objectsTotal: number,
): (progress: CollectProgress) => void {
  let toldMs = 0;
  return ({ bytes, totalBytes, records }) => {
    if (Date.now() - toldMs < TELL_MS) return;
    toldMs = Date.now();
    const counts = { objects: 0, objectsTotal, records, bytes, bytesTotal: totalBytes };
    tell({ kind: "collect", source, state: "running", ...counts, message: null });
  };
}

/** Collects inputs and tells how far it is; the end is told by whoever knows what it means. */
export async function collectTelling(
  context: KeeperContext,
  { label, source, final, logFormat }: { label: string; source: SourceName; final: boolean; logFormat?: string },
  inputs: readonly Input[],
  report = new CollectReport(),
): Promise<CollectReport> {
  const { lake, signal, collectWorkers } = context;
  const options = {
    final,
    signal,
    onProgress: progressTeller(context, label, inputs.length),
    ...(collectWorkers !== undefined && { workers: collectWorkers }),
    ...(logFormat !== undefined && { logFormat }),
  };
  await collectInputs(lake, source, inputs, options, report);
  return report;
}

/** The end of a run, as an event. */
export function collected(label: string, report: CollectReport | undefined, message: string | null): KeeperEvent {
  const { objects: outcomes, records, bytes } = report ?? new CollectReport();
  const objects = Object.values(outcomes).reduce((sum, count) => sum + count, 0);
  return {
    kind: "collect",
    source: label,
    state: message === null ? "done" : "failed",
    objects,
    objectsTotal: objects,
    records: records.total,
    bytes,
    bytesTotal: bytes,
    message,
  };
}

/** A report as plain data. */
export function reportData(report: CollectReport): ReportData {
  const { objects, records, problems, bytes, seconds } = report;
  // Without its missing prototype, which messages between processes do not keep either.
  return { objects, records, flowsByType: { ...report.flowsByType }, problems, bytes, seconds };
}
