import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream, mkdirSync, renameSync, statSync, utimesSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Claim } from "#catalog/index.js";
import {
  Collector,
  CollectReport,
  defaultCollectorConfig,
  type CollectProgress,
  type ObjectTask,
} from "#collect/index.js";
import { listFiles, type ListedFile } from "#source/index.js";
import { explainStorage, openLake, type Lake } from "#store/index.js";
import { AlongDerivation } from "./derive-along.ts";
import { keyTime } from "./key-time.ts";

export interface IngestOptions {
  readonly dataDir: string;
  /** Files and folders; `-` is standard input. */
  readonly paths: readonly string[];
  readonly stdin?: Readable;
  readonly logFormat?: string;
  /** Worker processes; by default one a core, four at most. */
  readonly workers?: number;
  /** Unterminated last records count even in files that were just written. */
  readonly final?: boolean;
  /** Objects are read again, whole, although nothing about them has changed: their rows are replaced. */
  readonly reread?: boolean;
  /** Whether conversations are assembled of what was read; by default they are. */
  readonly derive?: boolean;
  readonly onProgress?: (progress: CollectProgress) => void;
  /** Ends the run cleanly: what was read whole is kept, the rest is read by the next run. */
  readonly signal?: AbortSignal;
}

/** Objects are claimed this many at a time. */
const CLAIM_OBJECTS = 5000;
const BUSY_POLL_MS = 300;
const MOST_WORKERS = 4;

/** Something to read: where its bytes are, and what identifies it. */
export interface Input {
  readonly path: string;
  readonly candidate: ListedFile;
}

/** Which source objects are filed under: an object's identity is its key within it. */
export interface SourceName {
  readonly kind: string;
  readonly uri: string;
}

/** Files of this machine, whoever reads them. */
export const LOCAL_FILES: SourceName = { kind: "files", uri: "file:" };

/** How objects are collected. */
export type CollectOptions = Pick<
  IngestOptions,
  "logFormat" | "workers" | "final" | "reread" | "onProgress" | "signal"
>;

/**
 * Collects files into the lake: lists, claims, reads and commits, each object once. Objects that another process is
 * reading are waited for, so that all of them are in when this returns.
 */
export async function ingestPaths(options: IngestOptions): Promise<CollectReport> {
  const report = new CollectReport();
  const inputs = await listInputs(
    options.paths.filter((path) => path !== "-"),
    report,
  );
  const lake = await openLake(options.dataDir);
  const spool = join(options.dataDir, "tmp", lake.writerId);
  try {
    if (options.paths.includes("-") && options.stdin !== undefined) {
      const input = await spoolStdin(options.stdin, spool, options.signal).catch((error: unknown) => {
        if (options.signal?.aborted === true) return undefined;
        throw explainStorage(error, options.dataDir);
      });
      if (input !== undefined) inputs.push(input);
    }
    const along = options.derive === false ? undefined : new AlongDerivation(lake);
    try {
      await collectInputs(lake, LOCAL_FILES, inputs, options, report);
    } finally {
      await along?.stop();
    }
    if (options.derive !== false && !report.stopped) {
      const { deriveLake } = await import("#derive/index.js");
      report.derived = await deriveLake(lake, options.signal === undefined ? {} : { signal: options.signal });
    }
    return report;
  } finally {
    lake.close();
  }
}

/** The files under some paths, to be read; what cannot be looked at is told in the report. */
export async function listInputs(paths: readonly string[], report: CollectReport): Promise<Input[]> {
  const { files, problems } = await listFiles(paths);
  for (const { path, message } of problems) {
    report.objects.failed++;
    report.addProblem({ object: path, code: "unreadable", message });
  }
  return files.map((candidate) => ({ path: candidate.key, candidate }));
}

/** Claims, reads and commits, each object once; what came of it is added to the report. */
export async function collectInputs(
  lake: Lake,
  source: SourceName,
  inputs: readonly Input[],
  options: CollectOptions,
  report: CollectReport,
): Promise<void> {
  const startedMs = performance.now();
  const sourceId = lake.catalog.ensureSource(source.kind, source.uri);
  let open: readonly Input[] = inTimeOrder(inputs);
  let copies: readonly ObjectTask[] = [];
  while (open.length > 0 && options.signal?.aborted !== true) {
    const { tasks, busy, unchanged } = claimAll(lake, sourceId, open, options);
    report.objects.unchanged += unchanged;
    open = busy;
    if (tasks.length > 0) {
      const run = await runCollector(lake, tasks, options);
      report.addRun(run);
      // What an orphan held before, and holds no longer, others may have been left out for.
      const isOrphan = ({ claim }: ObjectTask): boolean =>
        lake.catalog.objectById(claim.objectId)?.status === "pending";
      const lost = new Set(copies.filter(isOrphan));
      report.objects.unchanged -= lost.size;
      copies = [...copies.filter((task) => !lost.has(task)), ...run.copies];
      const orphans = [...run.orphans, ...lost];
      open = [...busy, ...orphans.map(({ claim, path }) => ({ path, candidate: claim.candidate }))];
    } else if (busy.length > 0) await sleep(BUSY_POLL_MS);
  }
  report.stopped ||= options.signal?.aborted === true;
  report.seconds = (performance.now() - startedMs) / 1000;
}

/**
 * The order of time, as far as names tell it: in that of their keys logs come account by account, each with all of its days. Files
 * of the lake would have a few rows of every hour, and each hour that is derived or asked about would read nearly all of them.
 */
function inTimeOrder(inputs: readonly Input[]): Input[] {
  return inputs
    .map((input) => ({ input, time: keyTime(input.candidate.key) ?? 0 }))
    .sort((a, b) => a.time - b.time)
    .map(({ input }) => input);
}

function claimAll(
  lake: Lake,
  sourceId: number,
  inputs: readonly Input[],
  { final = false, reread = false }: CollectOptions,
): { tasks: ObjectTask[]; busy: Input[]; unchanged: number } {
  const byKey = new Map(inputs.map((input) => [input.candidate.key, input]));
  const tasks: ObjectTask[] = [];
  const busy: Input[] = [];
  let unchanged = 0;
  for (let from = 0; from < inputs.length; from += CLAIM_OBJECTS) {
    const candidates = inputs.slice(from, from + CLAIM_OBJECTS).map(({ candidate }) => candidate);
    for (const decision of lake.claim(sourceId, candidates, { final, reread })) {
      const input = byKey.get(decision.outcome === "claimed" ? decision.claim.candidate.key : decision.key);
      if (input === undefined) continue;
      if (decision.outcome === "claimed") tasks.push(toTask(decision.claim, input));
      else if (decision.outcome === "busy") busy.push(input);
      else unchanged++;
    }
  }
  return { tasks, busy, unchanged };
}

function toTask(claim: Claim, { path }: Input): ObjectTask {
  return { claim, path };
}

async function runCollector(lake: Lake, tasks: readonly ObjectTask[], options: CollectOptions): Promise<CollectReport> {
  const collector = new Collector(
    {
      ...defaultCollectorConfig,
      workers: options.workers ?? Math.min(availableParallelism(), MOST_WORKERS),
      final: options.final ?? false,
      ...(options.logFormat === undefined ? {} : { logFormat: options.logFormat }),
    },
    { catalog: lake.catalog, lake },
  );
  const stop = (): void => collector.stop();
  options.signal?.addEventListener("abort", stop, { once: true });
  try {
    return await collector.run(tasks, options.onProgress ?? (() => undefined));
  } finally {
    options.signal?.removeEventListener("abort", stop);
  }
}

/** Standard input has no name and no age: its content is its identity. */
async function spoolStdin(stdin: Readable, folder: string, signal: AbortSignal | undefined): Promise<Input> {
  mkdirSync(folder, { recursive: true });
  const spooled = join(folder, `stdin-${randomUUID()}`);
  await pipeline(stdin, createWriteStream(spooled), signal === undefined ? {} : { signal });
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(spooled)) hash.update(chunk as Buffer);
  const sha256 = hash.digest("hex");
  const path = join(folder, `stdin-${sha256}`);
  renameSync(spooled, path);
  // No age: the same input is the same version, and nothing more will be written to it.
  utimesSync(path, 0, 0);
  return { path, candidate: { key: `stdin:${sha256}`, size: statSync(path).size, modifiedMicros: 0 } };
}
