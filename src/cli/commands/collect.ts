import { collectSources, type CollectedSource, type CollectProgress, type WatchedSource } from "#app/index.js";
import { WeirError } from "#base/errors.js";
import { parseTime } from "#base/time.js";
import { chosenSources, configured } from "../chosen-sources.ts";
import { withInterrupt, type Console } from "../console.ts";
import { lakeToWrite } from "../data-folder.ts";
import type { DataOption } from "../options.ts";
import { safeText } from "../output/safe-text.ts";
import { printError } from "../print-error.ts";
import { openProgress } from "../progress.ts";
import { printReport, reportJson } from "./ingest.ts";

interface CollectOptions extends DataOption {
  readonly config?: string;
  readonly source?: readonly string[];
  readonly follow?: boolean;
  readonly from?: string;
  readonly to?: string;
  readonly workers?: number;
  readonly json?: boolean;
}

/** Some objects could not be read; the others were. */
const BAD_NEWS = 1;
const FAILED = 3;
const INTERRUPTED = 130;

/** `weir collect`: looks through the configured sources once, or until it is interrupted. */
export async function runCollect(console: Console, options: CollectOptions): Promise<number> {
  const dataDir = await lakeToWrite(options.data, console);
  const found = configured(console, dataDir, options.config);
  const sources = chosenSources(found, options.source);
  const window = askedWindow(options, Date.now());
  if (options.follow === true) {
    if (window !== undefined) throw notBoth();
    const { followSources } = await import("./collect-follow.ts");
    return followSources(console, { ...found, dataDir, sources }, options);
  }
  const collected = await collectOnce(console, { dataDir, sources, ...(window !== undefined && { window }) }, options);
  for (const { name, report, requests, error } of collected) {
    if (options.json === true)
      await console.out.line(
        JSON.stringify({ source: name, ...reportJson(report), requests, error: errorJson(error) }),
      );
    else if (error === undefined || report.objects.read + report.objects.grown > 0) {
      await console.out.line(console.out.style(safeText(name), "bold"));
      await printReport(report, console);
      await console.out.line();
    }
    if (error !== undefined) await tellFailure(console, name, error);
    else if (report.objects.failed > 0) await tellMore(console, name);
  }
  if (collected.some(({ report }) => report.stopped)) return INTERRUPTED;
  if (collected.some(({ error }) => error !== undefined)) return FAILED;
  return collected.some(({ report }) => report.objects.failed > 0) ? BAD_NEWS : 0;
}

async function collectOnce(
  console: Console,
  what: { dataDir: string; sources: readonly WatchedSource[]; window?: { fromMs: number; toMs: number } },
  { workers }: CollectOptions,
): Promise<readonly CollectedSource[]> {
  const progress = await openProgress(console);
  const now = new Map<string, CollectProgress>();
  try {
    return await withInterrupt((signal) =>
      collectSources({
        ...what,
        env: console.env,
        signal,
        onProgress: (source, one) => progress.show(sumOf(now.set(source, one).values())),
        ...(workers !== undefined && { workers }),
      }),
    );
  } finally {
    progress.close();
  }
}

function sumOf(all: Iterable<CollectProgress>): CollectProgress {
  const sum = { bytes: 0, totalBytes: 0, records: 0 };
  for (const { bytes, totalBytes, records } of all) {
    sum.bytes += bytes;
    sum.totalBytes += totalBytes;
    sum.records += records;
  }
  return sum;
}

async function tellFailure(console: Console, name: string, error: WeirError): Promise<void> {
  await console.err.line(`${console.err.style(safeText(name), "bold")} could not be looked through to its end:`);
  await printError(error, console);
  await tellMore(console, name);
}

async function tellMore({ err }: Console, name: string): Promise<void> {
  await err.line(err.style(`  weir doctor ${safeText(name)} says more`, "dim"));
}

function errorJson(error: WeirError | undefined): object | null {
  if (error === undefined) return null;
  const { code, message, place, next } = error;
  return { code, message, place: place ?? null, next: next ?? null };
}

/** The stretch of time that a person asks for. @throws WeirError `not-a-time`, `empty-range`, `no-from` */
function askedWindow({ from, to }: CollectOptions, nowMs: number): { fromMs: number; toMs: number } | undefined {
  if (from === undefined && to === undefined) return undefined;
  if (from === undefined)
    throw new WeirError({
      code: "no-from",
      kind: "usage",
      message: "--to needs a --from: from when on is the gap to be filled?",
      place: "--to",
      next: "weir collect --from 2026-03-01 --to 2026-03-03",
    });
  const fromMs = parseTime(from, nowMs, "--from") / 1000;
  const toMs = to === undefined ? nowMs : parseTime(to, nowMs, "--to") / 1000;
  if (fromMs < toMs) return { fromMs, toMs };
  throw new WeirError({
    code: "empty-range",
    kind: "usage",
    message: "the range ends before it begins",
    place: `${new Date(fromMs).toISOString()} to ${new Date(toMs).toISOString()}`,
    next: "Give --to a later time than --from.",
  });
}

function notBoth(): WeirError {
  return new WeirError({
    code: "follow-range",
    kind: "usage",
    message: "a gap is filled once, and --follow goes on",
    place: "--follow --from",
    next: "Leave one of them out; both may run at the same time, in two terminals.",
  });
}
