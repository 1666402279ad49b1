import { WeirError } from "#base/errors.js";
import type { RemoteObject } from "../remote.ts";
import type { ContainerLevel } from "./container-listing.ts";

/** Levels asked for at once. */
const AT_ONCE = 8;
/** More levels without a flow log under them than any estate has. */
const MOST_LEVELS = 20_000;

/** What a walk through the levels of a container found. */
export interface WalkedContainer {
  /** Prefixes that end before `y=`. */
  readonly flowLogs: readonly string[];
  /** Blobs that stand above any `y=`: of another layout. */
  readonly others: readonly RemoteObject[];
  /** Levels that were listed. */
  readonly levels: number;
  /** Levels that were not, because of the limit. */
  readonly left: number;
}

/**
 * Walks down to the flow logs, level by level, whatever the levels above are called: subscriptions, resource groups, NSGs and network
 * watchers come to light by themselves. What lies below a flow log, or below one that is known, is not looked at.
 * @throws WeirError `source-layout` at more levels than `most`, unless those found until then are enough
 */
export async function walkContainer(
  level: (prefix: string) => Promise<ContainerLevel>,
  root: string,
  options: { readonly known?: ReadonlySet<string>; readonly most?: number } = {},
): Promise<WalkedContainer> {
  const { known = new Set<string>(), most } = options;
  const flowLogs = new Set<string>();
  const others: RemoteObject[] = [];
  let waiting = [root];
  let levels = 0;
  while (waiting.length > 0 && levels < (most ?? MOST_LEVELS)) {
    const taken = waiting.splice(0, AT_ONCE);
    levels += taken.length;
    for (const [index, { prefixes, objects }] of (await Promise.all(taken.map(level))).entries()) {
      for (const object of objects) others.push(object);
      for (const prefix of prefixes) {
        if (/(^|\/)y=\d{4}\/$/i.test(prefix)) flowLogs.add(flowLogOf(prefix));
        else if (!known.has(prefix)) waiting.push(prefix);
      }
      // A prefix that ends in the middle of a flow log's levels: `…/y=2026/m=01/`.
      const inside = taken[index] === root ? /^(.*\/|)y=\d{4}\//i.exec(root)?.[1] : undefined;
      if (inside !== undefined) {
        flowLogs.add(inside);
        waiting = [];
      }
    }
  }
  if (waiting.length > 0 && most === undefined)
    throw new WeirError({
      code: "source-layout",
      kind: "input",
      message: `more than ${MOST_LEVELS} folders were looked into and the flow logs are still not found`,
      place: root,
      next: "Name the container that flow logs are written to, or a prefix: azblob://ACCOUNT/CONTAINER/flowLogResourceID=/",
    });
  return { flowLogs: [...flowLogs].sort(), others, levels, left: waiting.length };
}

function flowLogOf(yearPrefix: string): string {
  return yearPrefix.replace(/y=\d{4}\/$/i, "");
}
