import { availableParallelism } from "node:os";
import { defaultCollectorConfig, RemoteRun, type CollectProgress, type CollectReport } from "#collect/index.js";
import type { RemoteSettings, RemoteSource } from "#source/index.js";
import type { Lake } from "#store/index.js";

const MOST_WORKERS = 4;

/** How a place in a cloud is looked through once. */
export interface CollectRemoteOptions {
  readonly remote: RemoteSettings;
  /** Only objects of this time, whatever was seen before. Milliseconds since 1970. */
  readonly window?: { readonly fromMs: number; readonly toMs: number };
  /** Older objects are left for the next look after so long. Milliseconds. */
  readonly forMs?: number;
  /** Somebody asked for it: nothing is left for a later look. */
  readonly isByHand?: boolean;
  readonly workers?: number;
  readonly signal?: AbortSignal;
  /** Waits until objects may be read; what it gives ends the turn. */
  readonly turn?: () => Promise<() => void>;
  readonly onProgress?: (progress: CollectProgress) => void;
}

/**
 * Looks through a place in a cloud once: what is new is in the lake then.
 * @param report what was read is added to it, also when this throws
 * @throws WeirError when it cannot be looked through
 */
export async function collectRemote(
  lake: Lake,
  source: RemoteSource,
  { remote, window, forMs, isByHand, workers, signal, turn, onProgress = () => undefined }: CollectRemoteOptions,
  report: CollectReport,
): Promise<void> {
  const { logFormat } = remote;
  const run = new RemoteRun(lake, source, {
    collector: {
      ...defaultCollectorConfig,
      workers: workers ?? Math.min(availableParallelism(), MOST_WORKERS),
      ...(logFormat !== undefined && { logFormat }),
    },
    report,
    ...(window !== undefined && { window }),
    ...(forMs !== undefined && { forMs }),
    ...(isByHand !== undefined && { isByHand }),
    ...(turn !== undefined && { turn }),
  });
  await run.run(signal, onProgress);
}
