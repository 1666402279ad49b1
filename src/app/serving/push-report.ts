import { existsSync, readFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { holdLock } from "#catalog/index.js";
import type { PushState } from "./push-spool.ts";

/** The folder of what was pushed, in the lake's. */
export const PUSH = "push";
const LOCK = "receiver.lock";
const REPORT = "receiver.json";

/** How the server that takes deliveries of a lake is doing: for whoever has only the folder of the lake. */
export interface ReceiverReport {
  /** Where it listens, `http://127.0.0.1:8400`; null before it does. */
  readonly address: string | null;
  readonly startedMs: number;
  /** All that are configured there. */
  readonly sources: readonly PushState[];
}

/** Holds the lock of the one server that takes deliveries. @returns undefined when another one does */
export function holdReceiver(dataDir: string): ReturnType<typeof holdLock> {
  return holdLock(join(dataDir, PUSH, LOCK));
}

/** What it means that nobody holds it, and what to do. */
export const NO_RECEIVER = {
  finding: "no server takes deliveries for this lake: whoever sends finds nobody",
  next: "Start it: weir serve, with this lake and its weir.yaml.",
} as const;

/** Whether a server takes deliveries of this lake. Not to be asked by that server itself: it would lose its lock. */
export function hasReceiver(dataDir: string): boolean {
  const path = join(dataDir, PUSH, LOCK);
  if (!existsSync(path)) return false;
  const lock = holdLock(path);
  lock?.release();
  return lock === undefined;
}

/** What the newest server that took deliveries told last; undefined when none did, or it cannot be read. */
export function readReport(dataDir: string): ReceiverReport | undefined {
  try {
    const report = JSON.parse(readFileSync(join(dataDir, PUSH, REPORT), "utf8")) as Partial<ReceiverReport>;
    return Array.isArray(report.sources) ? (report as ReceiverReport) : undefined;
  } catch {
    return undefined;
  }
}

/** Writes the report in one step, where it is another one than the last. */
export class ReportWriter {
  readonly #path: string;
  #written = "";

  constructor(dataDir: string) {
    this.#path = join(dataDir, PUSH, REPORT);
  }

  async write(report: ReceiverReport): Promise<void> {
    const text = JSON.stringify(report);
    if (text === this.#written) return;
    const fresh = `${this.#path}.new`;
    await writeFile(fresh, text, { mode: 0o600 });
    await rename(fresh, this.#path);
    this.#written = text;
  }
}
