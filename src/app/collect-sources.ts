import { messageOf, WeirError } from "#base/errors.js";
import { CollectReport, type CollectProgress } from "#collect/index.js";
import { openRemote, remotePlace, type RequestCounts } from "#source/index.js";
import { openLake, type Lake } from "#store/index.js";
import { collectRemote } from "./collect-remote.ts";
import { AlongDerivation } from "./derive-along.ts";
import { collectInputs, listInputs, LOCAL_FILES } from "./ingest.ts";
import { endedRun } from "./run-outcome.ts";
import type { WatchedFolder, WatchedSource } from "./serving/messages.ts";
import { Turns } from "./serving/turns.ts";
import { refreshTold } from "./told-logs.ts";

export interface CollectSourcesOptions {
  readonly dataDir: string;
  readonly sources: readonly WatchedSource[];
  /** Where secrets that the sources name are looked for. */
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** Only objects of this time, whatever was seen before: to fill a gap. Milliseconds since 1970. */
  readonly window?: { readonly fromMs: number; readonly toMs: number };
  readonly workers?: number;
  readonly signal?: AbortSignal;
  /** @param source its name */
  readonly onProgress?: (source: string, progress: CollectProgress) => void;
  readonly onSource?: (collected: CollectedSource) => void;
}

/** What came of one source: a source that fails holds no other one back. */
export interface CollectedSource {
  readonly name: string;
  readonly report: CollectReport;
  /** What its cloud was asked; null where there is none. */
  readonly requests: RequestCounts | null;
  /** Why it could not be looked through to its end. */
  readonly error: WeirError | undefined;
}

/** Looks through sources once, and assembles conversations of what came. All are looked through at once, and read one after another. */
export async function collectSources(options: CollectSourcesOptions): Promise<readonly CollectedSource[]> {
  const { dataDir, sources, signal, onSource } = options;
  const lake = await openLake(dataDir);
  try {
    const along = new AlongDerivation(lake);
    const turns = new Turns(1);
    let collected: readonly CollectedSource[];
    try {
      collected = await Promise.all(
        sources.map(async (source) => {
          const one = await collectOne({ lake, turns }, source, options);
          onSource?.(one);
          return one;
        }),
      );
    } finally {
      await along.stop();
    }
    if (signal?.aborted !== true) {
      const { deriveLake } = await import("#derive/index.js");
      await deriveLake(lake, signal === undefined ? {} : { signal });
      await refreshTold(lake.catalog, {
        env: options.env,
        signal: signal ?? new AbortController().signal,
        nowMs: Date.now(),
      });
    }
    return collected;
  } finally {
    lake.close();
  }
}

/** What the sources of a run share. */
interface SharedRun {
  readonly lake: Lake;
  readonly turns: Turns;
}

async function collectOne(
  { lake, turns }: SharedRun,
  source: WatchedSource,
  options: CollectSourcesOptions,
): Promise<CollectedSource> {
  const { name } = source;
  const { kind, uri } = "folder" in source ? { kind: "folder", uri: source.folder } : remotePlace(source.remote.url);
  const sourceId = lake.catalog.ensureSource(kind, uri);
  const report = new CollectReport();
  let requests: RequestCounts | null = null;
  let error: WeirError | undefined;
  lake.catalog.sources.runStarted(sourceId, lake.writerId);
  try {
    if ("folder" in source) await turns.run(() => collectFolder(lake, source, options, report));
    else {
      const remote = await openRemote(source.remote, options.env);
      try {
        const { workers, signal, window } = options;
        const how = {
          remote: source.remote,
          isByHand: true,
          turn: () => turns.take(),
          onProgress: (progress: CollectProgress) => options.onProgress?.(name, progress),
          ...(workers !== undefined && { workers }),
          ...(signal !== undefined && { signal }),
          ...(window !== undefined && { window }),
        };
        await collectRemote(lake, remote, how, report);
      } finally {
        requests = { ...remote.requests };
        remote.close();
      }
    }
  } catch (thrown) {
    error = thrown instanceof WeirError ? thrown : unforeseen(thrown, name);
  }
  const ended = endedRun(report, error, requests);
  lake.catalog.sources.runEnded(sourceId, ended.error, ended.outcome);
  return { name, report, requests, error };
}

async function collectFolder(
  lake: Lake,
  { name, folder }: WatchedFolder,
  { window, workers, signal, onProgress }: CollectSourcesOptions,
  report: CollectReport,
): Promise<void> {
  const listed = await listInputs([folder], report);
  // What a file holds is known only when it is read: its last change is not before that.
  const inputs =
    window === undefined ? listed : listed.filter(({ candidate }) => candidate.modifiedMicros >= window.fromMs * 1000);
  const options = {
    ...(workers !== undefined && { workers }),
    ...(signal !== undefined && { signal }),
    onProgress: (progress: CollectProgress) => onProgress?.(name, progress),
  };
  await collectInputs(lake, LOCAL_FILES, inputs, options, report);
}

function unforeseen(error: unknown, name: string): WeirError {
  return new WeirError({ code: "unexpected", kind: "internal", message: messageOf(error), place: name, cause: error });
}
