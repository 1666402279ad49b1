import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "#base/errors.js";
import type { KeeperContext } from "./collecting.ts";
import type { Turns } from "./turns.ts";

const LOOK_MS = 1000;
/** A derivation rests at least this long before the next: what comes meanwhile is derived together. */
const REST_MS = 5000;
/** Where derivation takes long, reading goes first: it gets a third of the time at most. */
const REST = 2;
const MOST_REST_MS = 40_000;
const MOST_RETRY_MS = 300_000;

/**
 * Derives whenever hours are dirty, so that a durable object is seen in conversations within a minute; whoever else derives goes
 * first. A derivation that fails is told, and tried again later.
 */
export async function keepDerived({ lake, tell, signal }: KeeperContext, turns: Turns): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    let restMs = LOOK_MS;
    try {
      if (lake.catalog.dirtyHours().length > 0) {
        const { deriveLake } = await import("#derive/index.js");
        const done = { hours: 0, hoursTotal: 0 };
        const result = await turns.run(() =>
          deriveLake(lake, {
            once: true,
            signal,
            onProgress: ({ done: hours, total: hoursTotal }) => {
              Object.assign(done, { hours, hoursTotal });
              tell({ kind: "derive", state: "running", hours, hoursTotal, message: null });
            },
          }),
        );
        if (result.hours > 0) tell({ kind: "derive", state: "done", ...done, message: null });
        restMs = Math.min(MOST_REST_MS, Math.max(REST_MS, REST * result.seconds * 1000));
      }
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      failures++;
      restMs = Math.min(MOST_RETRY_MS, REST_MS * 2 ** failures);
      tell({ kind: "derive", state: "failed", hours: 0, hoursTotal: 0, message: messageOf(error) });
    }
    await sleep(restMs, undefined, { signal }).catch(() => undefined);
  }
}
