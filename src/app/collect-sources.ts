import { messageOf, WeirError } from "#base/errors.js";
import { CollectReport, type CollectProgress } from "#collect/index.js";
import { openRemote } from "#source/index.js";
import { openLake, type Lake } from "#store/index.js";
import { collectRemote } from "./collect-remote.ts";
import { AlongDerivation } from "./derive-along.ts";
import { collectInputs, listInputs, LOCAL_FILES } from "./ingest.ts";
import type { WatchedSource } from "./serving/messages.ts";

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
  /** Why it could not be looked through to its end. */
  readonly error: WeirError | undefined;
}

/** Looks through sources once, one after another, and assembles conversations of what came. */
export async function collectSources(options: CollectSourcesOptions): Promise<readonly CollectedSource[]> {
  const { dataDir, sources, signal, onSource } = options;
  const lake = await openLake(dataDir);
  try {
    const along = new AlongDerivation(lake);
    const collected: CollectedSource[] = [];
    try {
      for (const source of sources) {
        if (signal?.aborted === true) break;
        const one = await collectOne(lake, source, options);
        collected.push(one);
        onSource?.(one);
      }
    } finally {
      await along.stop();
    }
    if (signal?.aborted !== true) {
      const { deriveLake } = await import("#derive/index.js");
      await deriveLake(lake, signal === undefined ? {} : { signal });
    }
    return collected;
  } finally {
    lake.close();
  }
}

async function collectOne(
  lake: Lake,
  source: WatchedSource,
  { env, window, workers, signal, onProgress }: CollectSourcesOptions,
): Promise<CollectedSource> {
  const { name } = source;
  const report = new CollectReport();
  const options = {
    ...(workers !== undefined && { workers }),
    ...(signal !== undefined && { signal }),
    onProgress: (progress: CollectProgress) => onProgress?.(name, progress),
  };
  try {
    if ("folder" in source) {
      await collectInputs(lake, LOCAL_FILES, await listInputs([source.folder], report), options, report);
      return { name, report, error: undefined };
    }
    const remote = await openRemote(source.remote, env);
    try {
      const run = { ...options, remote: source.remote, ...(window !== undefined && { window }) };
      return { name, report: await collectRemote(lake, remote, run), error: undefined };
    } finally {
      remote.close();
    }
  } catch (error) {
    return { name, report, error: error instanceof WeirError ? error : unforeseen(error, name) };
  }
}

function unforeseen(error: unknown, name: string): WeirError {
  return new WeirError({ code: "unexpected", kind: "internal", message: messageOf(error), place: name, cause: error });
}
