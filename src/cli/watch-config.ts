import { statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { WeirConfig } from "#config/index.js";
import { checkedConfig } from "./checked-config.ts";
import { keyFiles } from "./pushed-sources.ts";

const LOOK_MS = 2000;

/** What is done with a configuration that has changed. */
export interface ConfigListener {
  /** @throws WeirError when it says what cannot be; it is told like one that cannot be read */
  changed(config: WeirConfig): Promise<void>;
  /** What was set before stays as it is. */
  wrong(error: unknown): void;
}

/**
 * Looks every two seconds whether a configuration, or a file with a key that it names, is another one, until the signal says to end.
 * The file need not be there yet. @param config as it was read
 */
export async function watchConfig(
  path: string,
  config: WeirConfig,
  signal: AbortSignal,
  listener: ConfigListener,
): Promise<void> {
  let keys = keyFiles(config.sources);
  let known = versionsOf(path, keys);
  while (!signal.aborted) {
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
    const now = versionsOf(path, keys);
    // A file that was taken away leaves what it set: an editor may be about to put another one in its place.
    if (signal.aborted || now === known || now === undefined) continue;
    try {
      const read = checkedConfig(path);
      await listener.changed(read);
      keys = keyFiles(read.sources);
    } catch (error) {
      listener.wrong(error);
    }
    known = now;
  }
}

/** Undefined where there is no configuration. */
function versionsOf(path: string, keys: readonly string[]): string | undefined {
  const version = versionOf(path);
  return version === undefined ? undefined : [version, ...keys.map((file) => versionOf(file) ?? "none")].join(" ");
}

function versionOf(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? undefined : `${stats.ino}:${stats.size}:${stats.mtimeMs}`;
}
