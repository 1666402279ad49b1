import { useSyncExternalStore } from "react";

/** A time under the pointer, shared by the charts of a page: the crosshair of one is the crosshair of all. */
let hovered: number | undefined;
const listeners = new Set<() => void>();

/** Milliseconds since 1970; undefined: the pointer left. */
export function hoverTime(at: number | undefined): void {
  if (at === hovered) return;
  hovered = at;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The time that the pointer is at in any chart of the page. */
export function useHoverTime(): number | undefined {
  return useSyncExternalStore(subscribe, () => hovered);
}
