import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
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

/** What lies where a demo's lake and its logs belong. `other`: something that no demo made. */
export type DemoPlace = "empty" | "demo" | "other";

/** The truth about a world lies beside its logs, written last. */
const TRUTH = "truth.json";

export function lookAtDemo(lakeDir: string, logsDir: string): DemoPlace {
  if (existsSync(join(logsDir, TRUTH))) return "demo";
  return [lakeDir, logsDir].every((dir) => !existsSync(dir) || readdirSync(dir).length === 0) ? "empty" : "other";
}

/** Deletes a demo's lake and its logs, nothing else. @throws WeirError `not-a-demo` */
export function removeDemo(lakeDir: string, logsDir: string): void {
  if (lookAtDemo(lakeDir, logsDir) === "other") throw notADemo(lakeDir);
  for (const dir of [lakeDir, logsDir]) rmSync(dir, { recursive: true, force: true });
}

export function notADemo(lakeDir: string): WeirError {
  return new WeirError({
    code: "not-a-demo",
    kind: "usage",
    message: "there is something here already that is no whole demo world",
    place: `${lakeDir} and ${lakeDir}-logs`,
    next: "Name another folder with --data. Ask a lake that is there with `weir status --data DIR`.",
  });
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
