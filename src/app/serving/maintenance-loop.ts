import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "#base/errors.js";
import type { TableName } from "#model/tables.js";
import type { KeeperContext } from "./collecting.ts";
import type { KeeperConfig } from "./messages.ts";
import { isTidyDue, isWithin, waitMs } from "./schedule.ts";
import type { Turns } from "./turns.ts";

const LOOK_MS = 5000;
/** Files of retired segments stay this long: longer than the longest query. */
const GRACE_MS = 600_000;

/**
 * Joins small files, deletes what is older than it may be, and clears away what dead writers left: at its interval, when nothing is
 * being collected, or late where something always is. A failure is told and left for the next time: none of it is urgent.
 */
export async function keepTidy(
  { lake, signal, tell }: KeeperContext,
  config: Pick<KeeperConfig, "maintenance" | "retention">,
  { turns, isQuiet }: { turns: Turns; isQuiet: () => boolean },
): Promise<void> {
  const { everyMs, between } = config.maintenance;
  let [lastMs, wait] = [Date.now(), waitMs(Math.min(everyMs, 60_000), 0, Math.random())];
  while (!signal.aborted) {
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
    const nowMs = Date.now();
    if (!isWithin(nowMs, between) || !isTidyDue({ nowMs, lastMs, waitMs: wait, everyMs }, isQuiet)) continue;
    [lastMs, wait] = [nowMs, waitMs(everyMs, 0, Math.random())];
    const lastError = await turns.run(() => tidy(lake, config.retention, signal)).then(() => null, messageOf);
    tell({ kind: "upkeep", upkeep: { lastRunMs: Date.now(), lastError } });
  }
}

async function tidy(
  lake: KeeperContext["lake"],
  retention: KeeperConfig["retention"],
  signal: AbortSignal,
): Promise<void> {
  const { compactLake } = await import("#store/engine.js");
  const { expireOpen } = await import("../maintenance.ts");
  lake.clearAway(GRACE_MS);
  const tables = Object.keys(retention) as TableName[];
  if (tables.length > 0 && !signal.aborted) await expireOpen(lake, { nowMs: Date.now(), tables, dryRun: false });
  if (!signal.aborted) await compactLake(lake, { nowMs: Date.now(), signal });
}
