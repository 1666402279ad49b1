import { setTimeout as sleep } from "node:timers/promises";
import { refreshTold } from "../told-logs.ts";
import type { KeeperContext } from "./collecting.ts";

/** What was told lasts a day: to look whether it is as old is cheap. */
const LOOK_MS = 15 * 60_000;
const FIRST_MS = 60_000;

/** Asks clouds once a day how their flow logs are set up, where they were asked before. Failing is no matter: it is tried again. */
export async function keepTold({ lake, signal }: KeeperContext): Promise<void> {
  let wait = FIRST_MS;
  while (!signal.aborted) {
    await sleep(wait, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    wait = LOOK_MS;
    await refreshTold(lake.catalog, { env: process.env, signal, nowMs: Date.now() }).catch(() => undefined);
  }
}
