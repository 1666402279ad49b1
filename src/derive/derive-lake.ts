import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openEngine } from "#store/engine.js";
import { explainStorage, type Lake } from "#store/index.js";
import { DeriveRun, type DeriveProgress } from "./derive-run.ts";
import { DERIVATION_VERSION, memoryFor } from "./limits.ts";

export interface DeriveOptions {
  /** Derives every hour anew whose flows are still there. */
  readonly rebuild?: boolean;
  /** Only what is dirty now, and nothing when another process derives: more keeps coming. */
  readonly once?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: DeriveProgress) => void;
}

/** What a derivation made. */
export interface DeriveResult {
  readonly hours: number;
  readonly conversations: number;
  /** Frozen hours that records came for after all: see `lateHours` of the catalog. */
  readonly lateHours: number;
  readonly seconds: number;
}

const POLL_MS = 200;

/**
 * Derives every hour whose flows changed, in order of time, and goes on into the next hours as far as a change reaches. When
 * another process derives, waits for it and does what is left.
 */
export async function deriveLake(lake: Lake, options: DeriveOptions = {}): Promise<DeriveResult> {
  const startedMs = performance.now();
  const sum = { hours: 0, conversations: 0 };
  if (options.rebuild === true) lake.catalog.dirtyHoursAgain("all");
  lake.catalog.dirtyHoursAgain({ olderThan: DERIVATION_VERSION });
  while (lake.catalog.dirtyHours().length > 0 && options.signal?.aborted !== true) {
    if (!lake.takeDerivation()) {
      if (options.once === true) break;
      await sleep(POLL_MS);
      continue;
    }
    try {
      const done = await deriveDirty(lake, options);
      sum.hours += done.hours;
      sum.conversations += done.conversations;
    } finally {
      lake.catalog.leaveDerivation(lake.writerId);
    }
    if (options.once === true) break;
  }
  return { ...sum, lateHours: lake.catalog.lateHours().length, seconds: (performance.now() - startedMs) / 1000 };
}

async function deriveDirty(lake: Lake, options: DeriveOptions): Promise<{ hours: number; conversations: number }> {
  const folder = join(lake.dataDir, "tmp", lake.writerId);
  const engine = await openEngine(folder, {
    memoryMb: memoryFor(0),
    threads: availableParallelism(),
  });
  const run = new DeriveRun(lake, engine, folder);
  try {
    await run.prepare();
    return await run.all(options);
  } catch (error) {
    throw explainStorage(error, lake.dataDir);
  } finally {
    run.close();
    engine.close();
  }
}
