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

/** Collects inputs and tells how far it is; the end is told by whoever knows what it means. */
export async function collectTelling(
  { lake, tell, signal, collectWorkers }: KeeperContext,
  { label, source, final, logFormat }: { label: string; source: SourceName; final: boolean; logFormat?: string },
  inputs: readonly Input[],
  report = new CollectReport(),
): Promise<CollectReport> {
  const objectsTotal = inputs.length;
  let toldMs = 0;
  const onProgress = ({ bytes, totalBytes, records }: CollectProgress): void => {
    if (Date.now() - toldMs < TELL_MS) return;
    toldMs = Date.now();
    const counts = { objects: 0, objectsTotal, records, bytes, bytesTotal: totalBytes };
    tell({ kind: "collect", source: label, state: "running", ...counts, message: null });
  };
  const options = {
    final,
    signal,
    onProgress,
    ...(collectWorkers !== undefined && { workers: collectWorkers }),
    ...(logFormat !== undefined && { logFormat }),
  };
  await collectInputs(lake, source, inputs, options, report);
  return report;
}

/** The end of a run, as an event. */
export function collected(label: string, report: CollectReport, message: string | null): KeeperEvent {
  const objects = Object.values(report.objects).reduce((sum, count) => sum + count, 0);
  return {
    kind: "collect",
    source: label,
    state: message === null ? "done" : "failed",
    objects,
    objectsTotal: objects,
    records: report.records.total,
    bytes: report.bytes,
    bytesTotal: report.bytes,
    message,
  };
}

/** A report as plain data. */
export function reportData(report: CollectReport): ReportData {
  const { objects, records, problems, bytes, seconds } = report;
  // Without its missing prototype, which messages between processes do not keep either.
  return { objects, records, flowsByType: { ...report.flowsByType }, problems, bytes, seconds };
}
