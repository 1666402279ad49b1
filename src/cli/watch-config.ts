import { statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "#base/errors.js";
import { readConfig, type WeirConfig } from "#config/index.js";

const LOOK_MS = 2000;

/** What is done with a configuration that has changed. */
export interface ConfigListener {
  /** @throws WeirError when it says what cannot be; it is told like one that cannot be read */
  changed(config: WeirConfig): void;
  /** What was set before stays as it is. */
  wrong(message: string): void;
}

/** Looks every two seconds whether a configuration is another one, until the signal says to end. The file need not be there yet. */
export async function watchConfig(path: string, signal: AbortSignal, listener: ConfigListener): Promise<void> {
  let known = versionOf(path);
  while (!signal.aborted) {
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
    const now = versionOf(path);
    // A file that was taken away leaves what it set: an editor may be about to put another one in its place.
    if (signal.aborted || now === known || now === undefined) continue;
    known = now;
    try {
      listener.changed(readConfig(path));
    } catch (error) {
      listener.wrong(messageOf(error));
    }
  }
}

function versionOf(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? undefined : `${stats.ino}:${stats.size}:${stats.mtimeMs}`;
}
