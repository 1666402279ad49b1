import { mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Segment } from "#model/segment.js";
import { STAGING, storageError, syncFolder } from "./lake-folders.ts";

/** Where a segment's file is before it is published. */
export function stagedFile(dataDir: string, writerId: string, segmentId: string): string {
  return join(dataDir, STAGING, writerId, `${segmentId}.parquet`);
}

/**
 * Moves a writer's staged files to their places, durably. Until the commit they are unlisted: a crash leaves them to recovery.
 * @throws WeirError when the disk cannot be written; none of them stays then
 */
export function publishSegments(dataDir: string, writerId: string, segments: readonly Segment[]): void {
  const folders = new Set<string>();
  try {
    for (const { id, path } of segments) {
      const target = join(dataDir, path);
      const folder = dirname(target);
      if (!folders.has(folder) && mkdirSync(folder, { recursive: true }) !== undefined) folders.add(dirname(folder));
      folders.add(folder);
      renameSync(stagedFile(dataDir, writerId, id), target);
    }
    for (const folder of folders) syncFolder(folder);
  } catch (error) {
    discardSegments(dataDir, segments);
    throw storageError(error, dataDir);
  }
}

/** Removes files that were published and not committed. */
export function discardSegments(dataDir: string, segments: readonly Segment[]): void {
  for (const { path } of segments) rmSync(join(dataDir, path), { force: true });
}
