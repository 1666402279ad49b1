import { useSyncExternalStore } from "react";

/** What times are counted from: the machine's clock and what the lake holds, in milliseconds since 1970. */
export interface LakeTime {
  /** What the page takes for now. It stands still between two questions, so that the same view asks the same. */
  readonly nowMs: number;
  /** Null while nothing is known, or where there are no flows. */
  readonly newestMs: number | null;
  readonly oldestMs: number | null;
  /** The full minute at which the newest flow has ended: what the API takes for the end. */
  readonly endMs: number | null;
}

let current: LakeTime = { nowMs: Date.now(), newestMs: null, oldestMs: null, endMs: null };
const watchers = new Set<() => void>();

function put(next: LakeTime): void {
  current = next;
  for (const tell of watchers) tell();
}

function watch(tell: () => void): () => void {
  watchers.add(tell);
  return () => watchers.delete(tell);
}

/** What times are counted from, now. */
export function lakeTime(): LakeTime {
  return current;
}

/** The same; the component is drawn again when it changes. */
export function useLakeTime(): LakeTime {
  return useSyncExternalStore(watch, lakeTime);
}

/** Takes over how far the lake's flows go: RFC 3339, or null. */
export function rememberFlows(
  lake: Readonly<Record<"newest_flow" | "oldest_flow" | "flows_end", string | null>> | null,
): void {
  const newestMs = msOf(lake?.newest_flow);
  const oldestMs = msOf(lake?.oldest_flow);
  const endMs = msOf(lake?.flows_end);
  if (newestMs !== current.newestMs || oldestMs !== current.oldestMs || endMs !== current.endMs)
    put({ ...current, newestMs, oldestMs, endMs });
}

/** Lets time go on: relative ranges end now. */
export function moveNow(): void {
  put({ ...current, nowMs: Date.now() });
}

function msOf(time: string | null | undefined): number | null {
  const ms = Date.parse(time ?? "");
  return Number.isNaN(ms) ? null : ms;
}
