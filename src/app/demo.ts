import { existsSync, readdirSync } from "node:fs";
import { WeirError } from "#base/errors.js";
import { writeDemoWorld } from "#demo/index.js";

export interface DemoOptions {
  readonly seed: number;
  readonly hours: number;
  readonly scale: number;
  /** The end of the world's time; hours before it have traffic. */
  readonly endMs: number;
}

export interface DemoProgress {
  readonly done: number;
  readonly total: number;
}

/** Writes the log files of the demo world into a folder that is empty or not there yet. */
export async function writeDemo(
  dir: string,
  options: DemoOptions,
  onProgress: (progress: DemoProgress) => void,
): Promise<void> {
  if (existsSync(dir) && readdirSync(dir).length > 0)
    throw new WeirError({
      code: "folder-not-empty",
      kind: "usage",
      message: "the folder for the demo world is not empty",
      place: dir,
      next: "Name a new folder, or empty this one.",
    });
  await writeDemoWorld(dir, options, (done, total) => onProgress({ done, total }));
}
